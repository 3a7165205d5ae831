from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .dunning_proof_mixin import PROOF_SENTINEL

# Who may owe interest and a fee on top (R2.2): never a consumer or a non-professional
CHARGED = ("professional", "public")
PLAN_INTEREST = [
    ("kept", "Goes on, paid with the last instalment"),
    ("waived", "Given up if the plan is kept"),
]
# The machine's own: of the instalments, of the settings when the plan was made, and of
# the last day with its grace
MACHINE = {"is_scheduled", "notice_days", "silent_to"}
# What a plan is made of: written once, by its creation
MADE = {
    *("move_ids", "amount", "covered_interest", "covered_indemnity", "date_from"),
    *("kind", "date_to"),
}


class DunningHold(models.Model):
    """A payment plan: what it covers, in which instalments, and who agreed.

    It covers the debt of its invoices to the cent, and charges already claimed where
    the law knows them. Neither due dates nor the claim change (R1.32).
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    instalment_ids = fields.One2many(
        "dunning.instalment", "hold_id", string="Instalments", copy=False
    )
    is_scheduled = fields.Boolean(
        compute="_compute_is_scheduled",
        store=True,
        precompute=True,
        help="A plan with instalments: the ledger decides what becomes of it.",
    )
    agreed_on = fields.Date(
        readonly=True,
        copy=False,
        tracking=True,
        help="Day both sides agreed; the instalments change no more.",
    )
    plan_interest = fields.Selection(
        PLAN_INTEREST,
        string="Interest during the plan",
        tracking=True,
        help="No text stops interest during an amicable plan: the agreement says what "
        "becomes of it; to verify (R1.32). Empty: it gives up nothing, interest goes "
        "on as the law provides. Not for consumers and non-professionals, "
        "who owe none; a public buyer's interest is never given up (R3.12).",
    )
    covered_interest = fields.Monetary(
        string="Interest included",
        currency_field="company_currency_id",
        help="Claimed by reminders already, and part of the plan.",
    )
    covered_indemnity = fields.Monetary(
        string="Indemnities included",
        currency_field="company_currency_id",
        help="Claimed by reminders already, and part of the plan.",
    )
    insurer_agreed_on = fields.Date(
        string="Insurer agreed on",
        tracking=True,
        help="Day the credit insurer agreed to this plan, where it must.",
    )
    received_before = fields.Monetary(
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="Received on its first day before the plan was made: no part of it.",
    )

    _covered_positive = models.Constraint(
        "CHECK (covered_interest >= 0 AND covered_indemnity >= 0)",
        "Interest and indemnities of a plan cannot be negative.",
    )

    @api.depends("instalment_ids", "kind")
    def _compute_is_scheduled(self):
        for hold in self:
            hold.is_scheduled = hold.kind == "plan" and bool(hold.instalment_ids)

    # --------------------------------------------------------------------- making

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [_entered(vals) for vals in vals_list]
        holds = super(
            DunningHold, self.with_context(dunning_plan=PROOF_SENTINEL)
        ).create(vals_list)
        holds = holds.with_context(dunning_plan=None)
        holds.filtered("instalment_ids")._start_plans()
        return holds

    def write(self, vals):
        if not self.env.su:
            vals = _entered(vals)
            self._check_made(vals)
            self._check_terms_of_write(vals)
        if "instalment_ids" not in vals:
            return super().write(vals)
        plain = self.filtered(lambda hold: not hold.is_scheduled)
        trusted = self.with_context(dunning_plan=PROOF_SENTINEL)
        result = super(DunningHold, trusted).write(vals)
        begun = plain.filtered("is_scheduled")
        begun._start_plans()
        (self - begun)._check_sum()
        return result

    def _check_made(self, vals):
        """Refuse to change what a plan covers; what a form sends again is no change."""
        for hold in self.filtered("is_scheduled"):
            for name in MADE & vals.keys():
                field = self._fields[name]
                if name == "move_ids":
                    new = hold.new({"move_ids": vals[name]}, origin=hold)
                    same = set(new.move_ids._origin.ids) == set(hold.move_ids.ids)
                else:
                    new = field.convert_to_cache(vals[name], hold)
                    same = new == field.convert_to_cache(hold[name], hold)
                if not same:
                    raise UserError(
                        self.env._(
                            "%s: what a plan covers does not change. Correct it by a "
                            "new plan, this one stays in the history.",
                            hold.display_name,
                        )
                    )

    def _check_terms_of_write(self, vals):
        """Refuse other terms once they were agreed, and a second plan in force."""
        plans = self.filtered("is_scheduled")
        if "plan_interest" in vals:
            if vals["plan_interest"] == "waived":
                self.env["dunning.charge"]._check_manager()
            for plan in plans.filtered("agreed_on"):
                if vals["plan_interest"] != plan.plan_interest:
                    raise UserError(plan._agreed_message())
        if vals.get("state") == "active" and plans:
            plans.debtor_id._plan_alone()
            for plan in plans.filtered(lambda plan: plan.state != "active"):
                problem = plan._comeback_problem()
                if problem:
                    raise UserError(problem)

    def _agreed_message(self):
        return self.env._(
            "%s was agreed: correct it by a new plan, this one stays in the history.",
            self.display_name,
        )

    def _start_plans(self):
        """Check what begins, and note what the ledger had already."""
        self.debtor_id._plan_alone()
        for hold in self:
            if hold.kind != "plan" or not hold.move_ids:
                raise ValidationError(
                    self.env._(
                        "%s: only a payment plan of named invoices has instalments.",
                        hold.display_name,
                    )
                )
            hold._check_terms()
        covered = self._plan_debts()
        for hold in self:
            owed, received = covered[hold.id]
            total = Decimal(str(hold._lines_total()))
            beside = Decimal(str(hold.covered_interest + hold.covered_indemnity))
            currency = hold.company_currency_id
            rest = float(total - beside - owed)
            # entered after its first payments, or on the same day as one
            has_all = received and currency.is_zero(rest - float(received))
            if not has_all and not currency.is_zero(rest):
                raise ValidationError(hold._cover_message(total, owed + beside))
            # sudo: the machine's own facts
            hold.sudo().write(
                {
                    "amount": float(total),
                    "date_to": max(hold.instalment_ids.mapped("due_date")),
                    "received_before": 0 if has_all else float(received),
                }
            )
            hold._number_lines()

    def _cover_message(self, total, owed):
        return self.env._(
            "%(debtor)s: the plan must cover the debt. Its instalments add up to "
            "%(total)s, %(owed)s are owed with what it includes.",
            debtor=self.partner_id.display_name,
            total=self._hold_money(total),
            owed=self._hold_money(owed),
        )

    def _lines_total(self):
        return self.company_currency_id.round(sum(self.instalment_ids.mapped("amount")))

    def _number_lines(self):
        # sudo: ranks follow the days, nobody enters them
        for rank, line in enumerate(self.sudo().instalment_ids.sorted("due_date"), 1):
            if line.sequence != rank:
                line.sequence = rank

    def _check_sum(self):
        """Refuse instalments that do not add up to what the plan covers."""
        if self.env.context.get("dunning_plan") is PROOF_SENTINEL:
            return  # all of them are looked at together
        for hold in self.filtered(lambda h: h.kind == "plan" and h.amount):
            total = hold._lines_total()
            if hold.company_currency_id.compare_amounts(total, hold.amount):
                raise ValidationError(hold._cover_message(total, hold.amount))
            days = hold.instalment_ids.mapped("due_date")
            if min(days) < hold.date_from:
                raise ValidationError(hold._too_early_message())
            # sudo: the last day follows the instalments
            hold.sudo().date_to = max(days)
            hold._number_lines()

    def _too_early_message(self):
        return self.env._(
            "%(debtor)s: no instalment falls due before the plan begins, on %(day)s.",
            debtor=self.partner_id.display_name,
            day=format_date(self.env, self.date_from),
        )

    @api.constrains(
        *("covered_interest", "covered_indemnity", "plan_interest"),
        *("kind", "debtor_id", "move_ids"),
    )
    def _check_covered(self):
        """R2.2, R2.3: no fee, nor interest of a plan, from those who owe none."""
        for hold in self:
            charged = hold.covered_interest or hold.covered_indemnity
            if not charged and not hold.plan_interest:
                continue
            kinds = hold._plan_kinds()
            if hold.kind != "plan" or not kinds <= set(CHARGED):
                raise ValidationError(
                    self.env._(
                        "%s: a plan asks neither interest nor fees of a consumer, of "
                        "a non-professional, or of a customer whose kind is not "
                        "known.",
                        hold.partner_id.display_name,
                    )
                )
            # sudo: a setting
            allowed = hold.company_id.sudo().dunning_waiver_allowed
            if hold.plan_interest == "waived" and not allowed:
                raise ValidationError(
                    self.env._(
                        "%s does not allow waivers: see the dunning settings (R1.34).",
                        hold.company_id.display_name,
                    )
                )
            if hold.plan_interest == "waived" and "public" in kinds:
                raise ValidationError(
                    self.env._(
                        "%s is a public buyer: giving up default interest is void "
                        "(art. L2192-14 of the public procurement code, R3.12).",
                        hold.partner_id.display_name,
                    )
                )

    def _plan_kinds(self):
        """Return the kinds of debtor of a plan's invoices: their own, else his."""
        # sudo: the kind that an invoice names for itself, nothing else of it
        moves = self.sudo().move_ids
        own = {move.debtor_kind or self.debtor_id.debtor_kind for move in moves}
        return own or {self.debtor_id.debtor_kind}

    def _check_terms(self):
        """Refuse a plan that may not be granted: the days, insurer, proceedings."""
        self.ensure_one()
        problem = self.debtor_id._plan_problem(
            self.move_ids, self.insurer_agreed_on, self.date_from, self._others_left()
        )
        if not problem and min(self.instalment_ids.mapped("due_date")) < self.date_from:
            problem = self._too_early_message()
        if problem:
            raise ValidationError(problem)
        self._check_claim()
        if self.plan_interest == "waived" and not self.env.su:
            self.env["dunning.charge"]._check_manager()

    def _others_left(self):
        """Return what this plan may stand beside: itself, and what it corrects."""
        return self | self.replaces_id


def _entered(vals):
    return {key: value for key, value in vals.items() if key not in MACHINE}
