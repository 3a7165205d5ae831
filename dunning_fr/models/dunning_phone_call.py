from markupsafe import Markup

from odoo import api, fields, models

from ..tools.personal_data import CALL_MARK
from .dunning_call_mixin import OUTCOMES


class DunningPhoneCall(models.Model):
    """A call made to a debtor, and what it came to.

    Not a notice: nobody is told amounts in writing, no level is reached by it and no
    item rests after it. It is the history of who was called when, whether for a notice
    (then its dispatch is named) or because somebody thought of it; nobody changes it
    afterwards.
    """

    _name = "dunning.phone.call"
    _description = "Call made to a debtor"
    _order = "called_at desc, id desc"

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True, index=True, help="Day of the call, in the company's time zone."
    )
    called_at = fields.Datetime(string="Called", required=True)
    user_id = fields.Many2one(
        "res.users", string="Called by", required=True, ondelete="restrict"
    )
    contact_id = fields.Many2one("res.partner", ondelete="set null")
    contact_name = fields.Char(
        string="Person called", help="As it was when the call was made."
    )
    phone = fields.Char(string="Telephone", help="The number that was called.")
    outcome = fields.Selection(OUTCOMES, required=True)
    note = fields.Text(
        string="What was said", help="Facts only: the debtor may ask to read it."
    )
    level = fields.Integer(
        string="Level sent",
        aggregator=None,
        help="Highest level sent when the call was made; 0: none.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue",
        currency_field="company_currency_id",
        help="What was overdue when the call was made.",
    )
    again_on = fields.Date(string="Next call")
    hold_id = fields.Many2one(
        "dunning.hold",
        string="Promise or dispute",
        ondelete="set null",
        index="btree_not_null",
    )
    notice_id = fields.Many2one(
        "dunning.notice",
        string="For the notice",
        ondelete="restrict",
        index="btree_not_null",
        help="The notice that this call was made for; empty: nobody had planned it.",
    )

    @api.depends("debtor_id", "outcome")
    def _compute_display_name(self):
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        for call in self:
            name = call.debtor_id.display_name
            call.display_name = f"{labels.get(call.outcome, '')} · {name}"

    def _told(self):
        """Return the call in one line, for the debtor's discussion.

        Marked: what was said in a call is erased before the rest of the log (R10.8).
        """
        label = self.env["dunning.dispatch"]._outcome_label(self.outcome)
        told = f"{self.env._('Call')} – {label}. {self.note or ''}".strip()
        return Markup('<span class="%s">%s</span>') % (CALL_MARK, told)

    def action_open_debtor(self):
        """Open the debtor who was called."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.debtor",
            "res_id": self.debtor_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
