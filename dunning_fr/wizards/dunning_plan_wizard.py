from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_hold_plan import CHARGED, PLAN_INTEREST
from ..tools.deadlines import add_months
from ..tools.instalments import due_days, split


class DunningPlanWizard(models.TransientModel):
    """Gathers what a payment plan is about, and shows its instalments before it is."""

    _name = "dunning.plan.wizard"
    _description = "Payment plan to agree"

    debtor_id = fields.Many2one("dunning.debtor", required=True, ondelete="cascade")
    # not as superuser: a client may name a debtor of another company
    company_id = fields.Many2one(related="debtor_id.company_id", related_sudo=False)
    partner_id = fields.Many2one(related="debtor_id.partner_id", related_sudo=False)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", related_sudo=False
    )
    replaces_id = fields.Many2one("dunning.hold", string="Corrects", readonly=True)
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        required=True,
        compute="_compute_move_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', partner_id),"
        " ('company_id', '=', company_id), ('move_type', 'in', ('out_invoice', "
        "'entry')), ('amount_residual', '>', 0), ('state', '=', 'posted')]",
        help="The plan covers all that is owed on them.",
    )
    date_from = fields.Date(
        string="Begins on",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        help="Payments from this day on count for the plan.",
    )
    count = fields.Integer(string="Instalments", default=3, required=True)
    period = fields.Selection(
        [
            ("monthly", "Each month"),
            ("month_end", "At the end of each month"),
            ("weekly", "Each week"),
        ],
        default="monthly",
        required=True,
        string="Every",
    )
    first_date = fields.Date(
        string="First instalment",
        required=True,
        default=lambda self: add_months(self.env.company._dunning_today(), 1),
    )
    first_amount = fields.Monetary(
        string="First payment",
        currency_field="company_currency_id",
        help="Empty: as much as the others.",
    )
    days_off = fields.Selection(
        [("next", "Working day after"), ("previous", "Working day before")],
        string="Instead of days off",
        default="next",
        help="Saturdays, Sundays and legal holidays; empty: the day stays.",
    )
    may_charge = fields.Boolean(compute="_compute_debt", compute_sudo=False)
    with_charges = fields.Boolean(
        string="With claimed interest and indemnities",
        help="What reminders have claimed already. Never of a consumer or a "
        "non-professional (R2.2, R2.3).",
    )
    principal = fields.Monetary(
        compute="_compute_debt",
        compute_sudo=False,
        currency_field="company_currency_id",
        string="Owed on the invoices",
    )
    interest = fields.Monetary(
        compute="_compute_debt",
        compute_sudo=False,
        currency_field="company_currency_id",
        string="Interest claimed",
    )
    indemnity = fields.Monetary(
        compute="_compute_debt",
        compute_sudo=False,
        currency_field="company_currency_id",
        string="Indemnities claimed",
    )
    total = fields.Monetary(
        compute="_compute_total", currency_field="company_currency_id"
    )
    line_ids = fields.One2many(
        "dunning.plan.wizard.line",
        "wizard_id",
        string="Schedule",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    rest = fields.Monetary(
        string="Not covered yet",
        compute="_compute_rest",
        currency_field="company_currency_id",
    )
    plan_interest = fields.Selection(PLAN_INTEREST, string="Interest during the plan")
    promised_by = fields.Char(
        string="Agreed with", help="A name and a function, no more (R10.9)."
    )
    reason = fields.Char(help="Facts only: the debtor may ask to read it.")
    insurer = fields.Char(related="debtor_id.insurer", related_sudo=False)
    needs_insurer = fields.Boolean(compute="_compute_problem", compute_sudo=False)
    insurer_agreed_on = fields.Date(string="Insurer agreed on")
    problem = fields.Text(compute="_compute_problem", compute_sudo=False)
    warning = fields.Text(compute="_compute_problem", compute_sudo=False)

    @api.depends("debtor_id")
    def _compute_move_ids(self):
        holds = self.env["dunning.hold"]
        for wizard in self:
            company = wizard.company_id
            if wizard.replaces_id or not holds._is_at_hand(company):
                wizard.move_ids = wizard.move_ids
                continue
            wizard.move_ids = wizard.debtor_id._late_moves()

    @api.depends("debtor_id", "move_ids", "date_from")
    def _compute_debt(self):
        holds = self.env["dunning.hold"]
        for wizard in self:
            moves, debtor = wizard.move_ids._origin, wizard.debtor_id
            kinds = {move.debtor_kind or debtor.debtor_kind for move in moves}
            wizard.may_charge = bool(kinds) and kinds <= set(CHARGED)
            owed, _paid = holds._plan_debt(
                debtor, moves, wizard.date_from or fields.Date.today()
            )
            wizard.principal = float(owed)
            is_own = wizard.may_charge and holds._is_at_hand(wizard.company_id)
            claimed = debtor._plan_claim(moves)[1] if is_own else {}
            wizard.interest = claimed.get("interest", 0)
            wizard.indemnity = claimed.get("indemnity", 0)

    @api.depends("principal", "with_charges", "may_charge", "interest", "indemnity")
    def _compute_total(self):
        for wizard in self:
            charged = wizard.with_charges and wizard.may_charge
            beside = wizard.interest + wizard.indemnity if charged else 0
            total = wizard.principal + beside
            currency = wizard.company_currency_id
            wizard.total = currency.round(total) if currency else total

    @api.depends(
        "total", "count", "period", "first_date", "first_amount", "days_off", "move_ids"
    )
    def _compute_line_ids(self):
        for wizard in self:
            rows = [
                Command.create({"due_date": day, "amount": float(amount)})
                for day, amount in wizard._rows()
            ]
            wizard.line_ids = [Command.clear(), *rows]

    def _rows(self):
        """Return [(day, amount)]; nothing while the choice makes no sense."""
        self.ensure_one()
        if not self.first_date or not self.total:
            return []
        unit = Decimal(1).scaleb(-self.company_currency_id.decimal_places)
        first = Decimal(str(self.first_amount)) if self.first_amount else None
        try:
            amounts = split(Decimal(str(self.total)), self.count, first, unit)
            days = due_days(self.first_date, self.count, self.period, self.days_off)
        except ValueError:
            return []
        return list(zip(days, amounts, strict=True))

    @api.depends("line_ids.amount", "total")
    def _compute_rest(self):
        for wizard in self:
            rest = wizard.total - sum(wizard.line_ids.mapped("amount"))
            currency = wizard.company_currency_id
            wizard.rest = currency.round(rest) if currency else rest

    @api.depends("debtor_id", "move_ids", "insurer_agreed_on", "date_from", "rest")
    def _compute_problem(self):
        for wizard in self:
            debtor, moves = wizard.debtor_id, wizard.move_ids._origin
            wizard.needs_insurer = bool(debtor.insurer and debtor.insurance_consent)
            day = wizard.date_from or fields.Date.today()
            agreed_on = wizard.insurer_agreed_on or day
            wizard.warning = "\n".join(debtor._plan_warnings(moves)) if debtor else ""
            problem = debtor and debtor._plan_problem(
                moves, agreed_on, day, wizard.replaces_id
            )
            if not problem and moves and not wizard.line_ids:
                problem = self.env._(
                    "These instalments cannot be: choose fewer of them, or a smaller "
                    "first payment."
                )
            wizard.problem = problem or ""

    def action_grant(self):
        """Make the plan: reminders of its invoices are silent from its first day on."""
        self.ensure_one()
        self.debtor_id.check_access("write")
        if not self.line_ids:
            raise UserError(self.problem or self.env._("A plan needs instalments."))
        hold = self.env["dunning.hold"].create(self._prepare_hold_values())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment plan"),
            "res_model": "dunning.hold",
            "res_id": hold.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _prepare_hold_values(self):
        """Return the values of the plan (hook)."""
        charged = self.with_charges and self.may_charge
        return {
            "debtor_id": self.debtor_id.id,
            "kind": "plan",
            "move_ids": [Command.set(self.move_ids.ids)],
            "date_from": self.date_from,
            "covered_interest": self.interest if charged else 0,
            "covered_indemnity": self.indemnity if charged else 0,
            "plan_interest": self.may_charge and self.plan_interest,
            "promised_by": self.promised_by,
            "reason": self.reason,
            "insurer_agreed_on": self.insurer_agreed_on,
            "replaces_id": self.replaces_id.id,
            "instalment_ids": [
                Command.create({"due_date": line.due_date, "amount": line.amount})
                for line in self.line_ids
            ],
        }
