from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_call_mixin import OUTCOMES
from ..tools.deadlines import next_working_day

HOLDS = ("promise", "dispute")


class DunningCall(models.TransientModel):
    """A call while it is made: script and amounts, then its outcome."""

    _name = "dunning.call"
    _description = "Call to a debtor"

    dispatch_id = fields.Many2one("dunning.dispatch", required=True, readonly=True)
    # not as superuser: a client may name a dispatch of another company
    notice_id = fields.Many2one(related="dispatch_id.notice_id", related_sudo=False)
    partner_id = fields.Many2one(related="notice_id.partner_id", related_sudo=False)
    company_id = fields.Many2one(related="notice_id.company_id", related_sudo=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    phone = fields.Char(
        related="dispatch_id.recipient", related_sudo=False, string="Telephone"
    )
    script = fields.Html(related="dispatch_id.text", related_sudo=False, sanitize=False)
    amount_total = fields.Monetary(
        related="notice_id.amount_total",
        related_sudo=False,
        currency_field="notice_currency_id",
    )
    notice_currency_id = fields.Many2one(
        related="notice_id.currency_id",
        related_sudo=False,
        string="Currency of the notice",
    )
    line_ids = fields.One2many(
        related="notice_id.line_ids", related_sudo=False, string="Items"
    )
    outcome = fields.Selection(OUTCOMES)
    note = fields.Text(string="What was said", help="Facts only: the debtor may ask.")
    date_to = fields.Date(string="Until")
    amount = fields.Monetary(help="Empty: the whole of the invoices.")
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        compute="_compute_move_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', partner_id),"
        " ('company_id', '=', company_id), ('move_type', '=', 'out_invoice')]",
    )
    promised_by = fields.Char(
        help="Who promised: a name and a function, no more (R10.9)."
    )
    confirm_by_mail = fields.Boolean(
        string="Confirm by e-mail",
        help="The debtor gets a short message with the day, the amount and the "
        "invoices; an answer of agreement is a written proof.",
    )
    again_on = fields.Date(
        string="Call again on",
        compute="_compute_again_on",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.depends("dispatch_id")
    def _compute_move_ids(self):
        for call in self:
            lines = call.notice_id.line_ids.filtered("claimed")
            call.move_ids = lines.move_line_id.move_id

    @api.depends("dispatch_id")
    def _compute_again_on(self):
        for call in self:
            today = call.company_id._dunning_today()
            call.again_on = next_working_day(today + timedelta(days=1))

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_save(self):
        """Write the outcome down; a promise or a dispute becomes a hold."""
        self.ensure_one()
        self.notice_id._check_sender()
        if not self.outcome:
            raise UserError(self.env._("Choose what the call came to."))
        if self.outcome == "promise" and not self.date_to:
            raise UserError(self.env._("Enter the day the debtor promised to pay."))
        if self.outcome in HOLDS:
            hold = self.env["dunning.hold"].create(self._prepare_hold_values())
            if self.confirm_by_mail and self.outcome == "promise":
                hold.action_confirm_by_mail()
        if self.outcome == "plan":
            self.notice_id._open_task(
                self.env._("%s: prepare a payment plan", self.notice_id.name),
                self.note or "",
            )
        self.dispatch_id._record_call(self.outcome, self.note, self.again_on)
        self.notice_id._log_on_debtor(self._told())
        return {"type": "ir.actions.act_window_close"}

    def _told(self):
        label = self.dispatch_id._outcome_label(self.outcome)
        return f"{self.env._('Call')} – {label}. {self.note or ''}".strip()

    def _prepare_hold_values(self):
        """Return the hold of a promise or a dispute (hook)."""
        return {
            "debtor_id": self.notice_id.debtor_id.id,
            "kind": self.outcome,
            "date_from": self.company_id._dunning_today(),
            "date_to": self.date_to,
            "move_ids": [(6, 0, self.move_ids.ids)],
            "amount": self.amount,
            "reason": self.note,
            "debtor_says": self.outcome == "dispute" and self.note,
            "promised_by": self.outcome == "promise" and self.promised_by,
            "promise_channel": self.outcome == "promise" and "call",
        }
