from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_call_mixin import OUTCOMES
from ..models.dunning_debtor_call import UNANSWERED
from ..tools.deadlines import next_working_day

# Days until the day that is proposed for a promise. Product choice.
PROMISE_DAYS = 7


class DunningCall(models.TransientModel):
    """A call while it is made: whom, script and amounts, then its outcome.

    For a notice that waits for a call, or because somebody thought of the debtor.
    """

    _name = "dunning.call"
    _description = "Call to a debtor"
    _inherit = ["dunning.once.mixin"]

    dispatch_id = fields.Many2one("dunning.dispatch", readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor",
        required=True,
        compute="_compute_debtor_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    # not as superuser: a client may name a debtor or dispatch of another company
    notice_id = fields.Many2one(related="dispatch_id.notice_id", related_sudo=False)
    partner_id = fields.Many2one(related="debtor_id.partner_id", related_sudo=False)
    company_id = fields.Many2one(related="debtor_id.company_id", related_sudo=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    contact_id = fields.Many2one(
        "res.partner",
        string="Person called",
        compute="_compute_contact_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', partner_id)]",
    )
    phone = fields.Char(
        string="Telephone",
        compute="_compute_phone",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
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
    note = fields.Text(
        string="What was said",
        help="Facts only, no health or family matters: the debtor may ask to read it "
        "(R10.9).",
    )
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
    category_id = fields.Many2one("dunning.dispute.category", string="About")
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
        help="Proposed by the intervals of the settings; never one call more in seven "
        "days than they allow.",
    )
    new_phone = fields.Char(
        string="Right number", help="Written on the contact; empty: a task to find it."
    )
    archive_contact = fields.Boolean(
        string="Archive the contact",
        help="This person is not the right one any more.",
    )
    can_archive = fields.Boolean(compute="_compute_can_archive")

    @api.depends("dispatch_id")
    def _compute_debtor_id(self):
        for call in self.filtered("dispatch_id"):
            call.debtor_id = call.dispatch_id.notice_id.debtor_id

    @api.depends("debtor_id")
    def _compute_contact_id(self):
        for call in self:
            called = call.notice_id.recipient_partner_id
            if not called and call.debtor_id:
                called = call.debtor_id._who_to_call()[:1]
            call.contact_id = called

    @api.depends("contact_id", "dispatch_id")
    def _compute_phone(self):
        for call in self:
            planned = call.contact_id == call.notice_id.recipient_partner_id
            frozen = call.dispatch_id.recipient if planned else False
            call.phone = frozen or call.contact_id.phone or call.dispatch_id.recipient

    @api.depends("contact_id", "partner_id")
    @api.depends_context("uid")
    def _compute_can_archive(self):
        may_write = self.env["res.partner"].has_access("write")
        for call in self:
            other = call.contact_id and call.contact_id != call.partner_id
            call.can_archive = may_write and bool(other)

    @api.depends("dispatch_id", "debtor_id")
    def _compute_move_ids(self):
        """Propose what the notice claims; of a plan's invoices nothing is proposed."""
        holds = self.env["dunning.hold"]
        for call in self:
            lines = call.notice_id.line_ids.filtered("claimed")
            moves, planned = lines.move_line_id.move_id, self.env["account.move"]
            if holds._is_at_hand(call.company_id):
                planned = call.debtor_id._origin._planned_moves()
            if planned and not moves:  # none would be all of them
                moves = call.debtor_id._origin._late_moves()
            call.move_ids = moves - planned

    @api.depends("debtor_id", "outcome")
    def _compute_again_on(self):
        for call in self:
            call.again_on = (
                call.outcome in UNANSWERED and call.debtor_id._propose_next_call()
            )

    @api.onchange("outcome")
    def _onchange_outcome(self):
        if self.outcome == "promise" and not self.date_to:
            today = self.company_id._dunning_today()
            self.date_to = next_working_day(today + timedelta(days=PROMISE_DAYS))

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
            "context": {"dialog_size": "extra-large"},
        }

    def action_save(self):
        """Write the outcome down; a promise or a dispute becomes a hold."""
        self.ensure_one()
        self._record()
        return {
            "type": "ir.actions.act_window_close",
            "infos": {"call": self.debtor_id.id},
        }

    def _record(self):
        self._check_not_done()
        if self.dispatch_id:
            self.notice_id._check_sender()
        if not self.outcome:
            raise UserError(self.env._("Choose what the call came to."))
        self.debtor_id._record_call(
            self.outcome, self.note, self._facts(), self.dispatch_id
        )
        self.is_done = True

    def _facts(self):
        """Return what ``dunning.debtor.action_record_call`` takes as facts."""
        return {
            "again_on": self.again_on,
            "amount": self.amount,
            "archive_contact": self.archive_contact,
            "category_id": self.category_id.id,
            "confirm_by_mail": self.confirm_by_mail,
            "contact_id": self.contact_id.id,
            "date_to": self.date_to,
            "move_ids": self.move_ids.ids,
            "new_phone": self.new_phone,
            "phone": self.phone,
            "promised_by": self.promised_by,
        }
