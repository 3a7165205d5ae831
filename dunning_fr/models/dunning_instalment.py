from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.deadlines import LAST_DAY
from ..tools.instalments import status
from .dunning_proof_mixin import PROOF_SENTINEL

STATES = [
    ("to_come", "To come"),
    ("partly", "Partly paid"),
    ("late", "Late"),
    ("paid", "Paid"),
]
AGREED = {"hold_id", "due_date", "amount", "sequence"}


class DunningInstalment(models.Model):
    """One payment of a plan. What is paid of it is read from the ledger, never kept.

    Its day says until when nobody asks for the debt; the due dates of the invoices and
    their claim stay what they are (R1.32).
    """

    _name = "dunning.instalment"
    _description = "Instalment of a payment plan"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("hold_id", "debtor_id", "company_id")
    _order = "due_date, sequence, id"

    hold_id = fields.Many2one(
        "dunning.hold",
        string="Payment plan",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('kind', '=', 'plan')]",
    )
    company_id = fields.Many2one(related="hold_id.company_id", store=True, index=True)
    debtor_id = fields.Many2one(related="hold_id.debtor_id", store=True, index=True)
    user_id = fields.Many2one(related="debtor_id.user_id", string="Collector")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    plan_state = fields.Selection(related="hold_id.state", string="State of the plan")
    sequence = fields.Integer(default=1, help="Rank among the plan's instalments.")
    due_date = fields.Date(required=True, index=True, help="Last day to pay it.")
    amount = fields.Monetary(
        required=True, currency_field="company_currency_id", aggregator="sum"
    )
    paid = fields.Monetary(
        string="Paid on it",
        compute="_compute_paid",
        currency_field="company_currency_id",
        help="Payments since the plan began, put to its first instalments first.",
    )
    left = fields.Monetary(
        string="Still to pay",
        compute="_compute_paid",
        currency_field="company_currency_id",
        help="Less than agreed where a credit note made the debt smaller: the last "
        "instalments are shortened first.",
    )
    state = fields.Selection(
        STATES,
        compute="_compute_paid",
        search="_search_state",
        help="As the ledger has it today.",
    )
    reminded_on = fields.Date(
        string="Reminder sent on",
        readonly=True,
        copy=False,
        help="Day the debtor was told of it beforehand.",
    )

    _day_countable = models.Constraint(
        f"CHECK (due_date <= DATE '{LAST_DAY}')",
        "No day after the year 2999: nothing can be counted from it.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An instalment is more than nothing."
    )

    @api.depends("hold_id.instalment_ids.amount", "hold_id.state", "due_date")
    def _compute_paid(self):
        saved = self.filtered("hold_id.id")
        for line in self - saved:
            line.paid, line.left, line.state = 0, line.amount, "to_come"
        for company, lines in saved.grouped("company_id").items():
            day = company._dunning_today()
            shares = lines.hold_id._origin._plan_shares(day)
            tolerance = lines.hold_id._plan_tolerance(company)
            for line in lines:
                share = shares.get(line._origin.id)
                if not share:  # being entered
                    line.paid, line.left, line.state = 0, line.amount, "to_come"
                    continue
                line.paid, line.left = float(share.paid), float(share.left)
                line.state = status(share, line.due_date, day, tolerance)

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        plans = self.env["dunning.hold"].search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("instalment_ids", "!=", False),
                ("state", "!=", "released"),
            ]
        )
        found = plans.instalment_ids.filtered(lambda line: line.state in value)
        return [("id", "in", found.ids)]

    @api.depends("hold_id", "due_date", "sequence")
    def _compute_display_name(self):
        for line in self:
            name = line.debtor_id.partner_id.display_name
            line.display_name = f"{name}, {line.hold_id.reference}/{line.sequence}"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:  # the machine's own fact
            vals_list = [{**vals, "reminded_on": False} for vals in vals_list]
        lines = super().create(vals_list)
        lines._check_open()
        if self.env.context.get("dunning_plan") is not PROOF_SENTINEL:
            # the first ones make a plan of a plain hold: as if it was made with them
            begun = lines.hold_id.filtered(lambda hold: hold.instalment_ids <= lines)
            begun._start_plans()
            (lines.hold_id - begun)._check_sum()
        return lines

    def write(self, vals):
        if not AGREED.isdisjoint(vals):
            self._check_open()
        if "reminded_on" in vals and not self.env.su:
            raise UserError(
                self.env._("The day of a reminder is not entered: it is sent.")
            )
        result = super().write(vals)
        if not {"amount", "due_date"}.isdisjoint(vals):
            self.hold_id._check_sum()
        return result

    def unlink(self):
        holds = self.hold_id
        result = super().unlink()
        holds.exists()._check_sum()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_open()

    def action_open_plan(self):
        """Open the plan of this instalment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.hold",
            "res_id": self.hold_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _check_open(self):
        """Refuse what was agreed, what is no plan, and what a manager keeps."""
        for hold in self.hold_id:
            if hold.kind != "plan":
                raise UserError(
                    self.env._(
                        "%s is no payment plan: it has no instalments.",
                        hold.display_name,
                    )
                )
            if hold.agreed_on or hold.state != "active":
                raise UserError(hold._agreed_message())
        self.hold_id._check_kept()
