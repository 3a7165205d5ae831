from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .dunning_procedure_step import CLOSED_STATES

# R2.7: the legal rate is raised after a decision of a court, no other title
COURT_DECISIONS = ("order", "interim", "judgment")
SERVED_FIELDS = {"kind", "served_date", "case_id", "amount_principal"}


class DunningCaseDecision(models.Model):
    """What a court decided, or the parties agreed: what was awarded, what refused.

    The day a court's decision is served starts legal interest on the invoices, in
    the place of late-payment interest (R1.10), raised two months later (R2.7).
    """

    _name = "dunning.case.decision"
    _description = "Decision in a legal case"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("case_id", "company_id")
    _order = "date desc, id desc"

    case_id = fields.Many2one(
        "dunning.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    kind = fields.Selection(
        [
            ("order", "Order to pay"),
            ("interim", "Interim order (référé)"),
            ("judgment", "Judgment"),
            ("title", "Title of a commissaire de justice"),
            ("settlement", "Settlement"),
            ("admission", "Admission in insolvency proceedings"),
        ],
        required=True,
        default="judgment",
        help="Only a decision of a court raises the legal rate (R2.7).",
    )
    date = fields.Date(required=True, help="Day of the decision.")
    served_date = fields.Date(
        string="Served on",
        help="From the day after, legal interest replaces late-payment interest on the "
        "invoices; two months later it is raised by 5 points (R2.7). To verify: that "
        "the months count from service.",
    )
    reference = fields.Char(string="Court reference")
    amount_principal = fields.Monetary(string="Principal awarded")
    amount_interest = fields.Monetary(string="Interest awarded")
    amount_indemnity = fields.Monetary(string="Indemnity awarded")
    amount_article_700 = fields.Monetary(string="Article 700")
    amount_costs = fields.Monetary(string="Costs (dépens)")
    amount_total = fields.Monetary(compute="_compute_amounts", string="Awarded")
    amount_refused = fields.Monetary(
        compute="_compute_amounts",
        string="Not awarded",
        help="Principal, interest and indemnity claimed when the case was filed, less "
        "what was awarded of them.",
    )
    refused_reason = fields.Text(help="What the court refused, and why.")
    document = fields.Binary(attachment=True)
    document_name = fields.Char()

    _dates_in_order = models.Constraint(
        "CHECK (served_date >= date)",
        "A decision is served on the day it is given, or later.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (LEAST(amount_principal, amount_interest, amount_indemnity,"
        " amount_article_700, amount_costs) >= 0)",
        "What a court awards is not negative.",
    )

    @api.depends(
        "amount_principal",
        "amount_interest",
        "amount_indemnity",
        "amount_article_700",
        "amount_costs",
        "case_id.filed_date",
    )
    def _compute_amounts(self):
        for decision in self:
            case = decision.case_id
            awarded = (
                decision.amount_principal
                + decision.amount_interest
                + decision.amount_indemnity
            )
            decision.amount_total = (
                awarded + decision.amount_article_700 + decision.amount_costs
            )
            claimed = case.amount_claimed if case.filed_date else 0
            decision.amount_refused = max(claimed - awarded, 0)

    @api.depends("kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for decision in self:
            day = decision.case_id._day_text(decision.date)
            decision.display_name = f"{kinds.get(decision.kind, '')} {day}".strip()

    @api.constrains("date", "case_id")
    def _check_date(self):
        for decision in self:
            if decision.date < decision.case_id.date:
                raise ValidationError(
                    self.env._(
                        "%(case)s: the decision is dated before the case was opened on "
                        "%(day)s. Correct one of the dates.",
                        case=decision.case_id.display_name,
                        day=decision.case_id._day_text(decision.case_id.date),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["dunning.case"]._check_manager()
        decisions = super().create(vals_list)
        decisions._check_filed()
        decisions._follow_service({decision: False for decision in decisions})
        return decisions

    def write(self, vals):
        self.env["dunning.case"]._check_manager()
        self._check_open()
        before = {decision: decision._served() for decision in self}
        result = super().write(vals)
        if not SERVED_FIELDS.isdisjoint(vals):
            self._follow_service(before)
        return result

    def unlink(self):
        self.env["dunning.case"]._check_manager()
        self._check_open()
        for decision in self:
            decision._serve(decision._served(), False)
            decision.case_id._message_log(
                body=self.env._("Decision taken back: %s", decision.display_name)
            )
        return super().unlink()

    def _check_filed(self):
        for case in self.case_id:
            if case.state == "prepared":
                raise UserError(
                    self.env._(
                        "%s is not filed yet: date its first act, then record the "
                        "decision.",
                        case.display_name,
                    )
                )
        self._check_open()

    def _check_open(self):
        for case in self.case_id:
            if case.state in CLOSED_STATES:
                raise UserError(
                    self.env._("%s is closed: reopen it first.", case.display_name)
                )

    @api.model
    def _follow_step(self, step, before):
        """Take the day of service from the step of that name, unless a person set it.

        :param before: day of the step until now, or False
        """
        if step.code != "service":
            return
        waiting = step.case_id.decision_ids.filtered(
            lambda decision: decision.served_date == before
        )
        if len(waiting) == 1 and (not step.date or step.date >= waiting.date):
            waiting.served_date = step.date

    # ------------------------------------------------------------ the claim engine

    def _served(self):
        """Return the day from which the decision changes interest, or False."""
        self.ensure_one()
        if self.kind not in COURT_DECISIONS or not self.amount_principal:
            return False
        return self.served_date

    def _follow_service(self, before):
        for decision, day in before.items():
            decision._serve(day, decision._served())

    def _serve(self, before, day):
        """Give the invoices the day of service; one a person corrected stays.

        :param before: day given earlier by this decision, or False
        """
        if before == day:
            return
        # sudo: a manager's decision, who need not write invoices; checked above
        moves = self.case_id.move_ids.sudo()
        own = moves.filtered(lambda m: m.dunning_judgment_served in (False, before))
        own.dunning_judgment_served = day
        case = self.case_id
        text = self.env._("No day of service counts for interest any more (R2.7).")
        if day:
            text = self.env._(
                "Decision served on %(day)s: legal interest from the day after, raised "
                "by 5 points after two months (R2.7, to verify).",
                day=case._day_text(day),
            )
        kept = moves - own
        if kept:
            text += " " + self.env._(
                "Left as a person entered it on: %s.", ", ".join(kept.mapped("name"))
            )
        case._message_log(body=text)
