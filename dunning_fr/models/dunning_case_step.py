from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.deadlines import next_working_day, previous_working_day
from .dunning_procedure_step import ACTORS, CLOSED_STATES, LIMITS
from .dunning_proof_mixin import PROOF_SENTINEL

OWN_ACTORS = ("creditor", "officer")  # who acts for us: a missed day is our loss
# What a person writes; the rest is computed, or comes from the procedure
MANUAL_FIELDS = {
    "case_id",
    "name",
    "sequence",
    "actor",
    "date",
    "deadline",
    "document",
    "document_name",
    "note",
}
TEMPLATE_FIELDS = MANUAL_FIELDS - {"name", "sequence", "actor", "deadline"}


class DunningCaseStep(models.Model):
    """One act of a case: when it was done, or by when it must be.

    Both ends of a time limit are kept: the raw day, and the one the law moves it to
    when that is no working day (R7.16). Nobody should plan on the extension: the
    alert is on the last working day before the raw day.
    """

    _name = "dunning.case.step"
    _description = "Step of a legal case"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("case_id", "company_id")
    _order = "case_id, sequence, id"

    case_id = fields.Many2one(
        "dunning.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    user_id = fields.Many2one(related="case_id.user_id", string="Followed by")
    case_state = fields.Selection(related="case_id.state", string="State of the case")
    procedure_step_id = fields.Many2one(
        "dunning.procedure.step",
        string="Step of the procedure",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    active = fields.Boolean(
        default=True,
        readonly=True,
        help="No: another court, or the law of another day, asks for it.",
    )
    code = fields.Char(readonly=True)
    name = fields.Char(required=True)
    sequence = fields.Integer(default=1000)
    actor = fields.Selection(
        ACTORS, string="Who acts", required=True, default="creditor"
    )
    limit = fields.Selection(
        LIMITS, string="Kind of limit", readonly=True, default="by", required=True
    )
    date = fields.Date(
        string="Done on", copy=False, help="Day of the act itself, as its deed says."
    )
    done_date = fields.Date(
        string="Entered on", readonly=True, copy=False, help="Day somebody dated it."
    )
    raw_deadline = fields.Date(
        string="Raw time limit",
        readonly=True,
        copy=False,
        help="Before the law moves it to a working day (R7.16).",
    )
    deadline = fields.Date(string="Time limit", index=True, copy=False)
    alert_date = fields.Date(
        string="Alert",
        readonly=True,
        copy=False,
        help="Last working day before the raw time limit; for what others do or must "
        "be waited for, the first working day after it.",
    )
    warned_days = fields.Integer(readonly=True, copy=False)
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip
    document = fields.Binary(attachment=True, copy=False)
    document_name = fields.Char(copy=False)
    note = fields.Char()
    rule = fields.Char(related="procedure_step_id.rule")
    reference = fields.Char(related="procedure_step_id.reference")
    source_url = fields.Char(related="procedure_step_id.source_url")
    checked_on = fields.Date(related="procedure_step_id.checked_on")
    loses = fields.Text(related="procedure_step_id.loses")
    to_verify = fields.Text(related="procedure_step_id.to_verify")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    _code_unique = models.UniqueIndex(
        "(case_id, procedure_step_id) WHERE procedure_step_id IS NOT NULL",
        "A case has each step of its procedure once.",
    )

    @api.depends("date", "deadline", "limit", "actor", "case_id.state")
    def _compute_is_late(self):
        for step in self:
            today = step.company_id._dunning_today() if step.company_id else None
            step.is_late = bool(
                step._is_ours_to_do() and today and step.deadline < today
            )

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._dunning_today()
        late = self._to_do_domain() + [("deadline", "<", today)]
        steps = self._search(late)
        return [("id", "in" if True in value else "not in", steps)]

    @api.model
    def _to_do_domain(self):
        return [
            ("date", "=", False),
            ("deadline", "!=", False),
            ("limit", "=", "by"),
            ("actor", "in", OWN_ACTORS),
            ("case_id.state", "not in", CLOSED_STATES),
        ]

    def _is_ours_to_do(self):
        """Whether the step is ours, not done, and its time limit runs."""
        self.ensure_one()
        return bool(
            self.deadline
            and not self.date
            and self.limit == "by"
            and self.actor in OWN_ACTORS
            and self.case_id.state not in CLOSED_STATES
        )

    @api.depends("name", "case_id")
    def _compute_display_name(self):
        for step in self:
            customer = step.partner_id.display_name
            step.display_name = f"{step.name} · {customer}" if customer else step.name

    # ------------------------------------------------------------------ writing

    def _is_trusted(self):
        return self.env.context.get("dunning_proof") is PROOF_SENTINEL

    @api.model_create_multi
    def create(self, vals_list):
        if self._is_trusted():
            return super().create(vals_list)
        self.env["dunning.case"]._check_manager()
        for vals in vals_list:
            self._check_names(vals, MANUAL_FIELDS)
        fixed = {"procedure_step_id": False, "code": False, "limit": "by"}
        steps = super().create(
            [{**vals, **fixed, "active": True} for vals in vals_list]
        )
        steps._check_open()
        steps._after_dates({step: False for step in steps if step.date})
        return steps

    def write(self, vals):
        if self._is_trusted():
            return super().write(vals)
        self.env["dunning.case"]._check_manager()
        for step in self:
            allowed = TEMPLATE_FIELDS if step.procedure_step_id else MANUAL_FIELDS
            self._check_names(vals, allowed)
        self._check_open()
        before = {step: step.date for step in self}
        result = super().write(vals)
        if "date" in vals or "deadline" in vals:
            changed = {s: day for s, day in before.items() if s.date != day}
            self._after_dates(changed)
        return result

    def unlink(self):
        self.activity_id.filtered("active").unlink()
        return super().unlink()

    def _check_names(self, vals, allowed):
        for name in vals.keys() - allowed:
            raise UserError(
                self.env._(
                    "The field “%s” comes from the procedure and the figures of the "
                    "law: correct it there.",
                    self._fields[name]._description_string(self.env),
                )
            )

    def _check_open(self):
        for case in self.case_id:
            if case.state in CLOSED_STATES:
                raise UserError(
                    self.env._(
                        "%s is closed: reopen it to change its steps.",
                        case.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_procedure(self):
        if self._is_trusted():
            return
        self._check_open()
        for step in self:
            if step.procedure_step_id or step.date:
                raise UserError(
                    self.env._(
                        "%s stays: a step of the procedure, or an act that was dated, "
                        "is not deleted.",
                        step.name,
                    )
                )

    def _after_dates(self, before):
        """Check the dates of whole cases, log what changed, compute what follows.

        :param before: {step: its date before, or False}
        """
        cases = self.case_id
        for case in cases:
            case._check_dates()
        for step, day in before.items():
            step._log_date(day)
            done = step.company_id._dunning_today() if step.date else False
            # sudo: the case keeps it; the group was checked
            step.sudo().with_context(dunning_proof=PROOF_SENTINEL).done_date = done
        cases._refresh_steps()
        for step, day in before.items():
            step._log_warning()
            self.env["dunning.case.decision"]._follow_step(step, day)
            step._follow_insolvency(day)

    # ----------------------------------------------------------------- deadlines

    def _refresh_deadlines(self):
        """Compute the time limits of all steps of one case from the dates of its acts.

        In the order of the steps: each starts from an earlier one.
        """
        by_code = {step.code: step for step in self if step.code}
        for step in self.sorted(lambda step: (step.sequence, step.id)):
            raw, deadline, applies = step._limit_of(by_code)
            values = {
                "raw_deadline": raw,
                "deadline": deadline,
                "alert_date": step._alert(raw, deadline),
                "active": bool(step.date or applies),
            }
            changed = {
                name: value for name, value in values.items() if step[name] != value
            }
            if "deadline" in changed:
                changed["warned_days"] = 0
            if changed:
                step.write(changed)

    def _limit_of(self, by_code, restarts=True):
        """Return (raw, adjusted, whether the law of the day asks for the step).

        :param restarts: whether a later act starts the limit anew (R6.22)
        """
        self.ensure_one()
        template, case = self.procedure_step_id, self.case_id
        if not template:
            return self.deadline, self.deadline, True
        start = template._start_day(by_code, case, restarts)
        law_day = start
        if template.law_from:
            law_day = by_code[template.law_from].date
        applies = template._is_for(case.court_kind)
        applies = applies and template._is_in_force(law_day or case.date)
        if not (applies and start and law_day):
            return False, False, applies
        raw, deadline = template._deadline(start, law_day, self._distance())
        other = by_code.get(template.after_step)
        if deadline and other:
            # as it first ran: the order is enforceable whatever starts it anew (1422)
            other_raw, other_deadline, _applies = other._limit_of(by_code, False)
            if other_deadline and other_deadline > deadline:
                raw, deadline = other_raw, other_deadline
        return raw or False, deadline or False, applies

    def _distance(self):
        """Return what lengthens the limit: where the debtor, or we, live (R6.22)."""
        case = self.case_id
        if self.procedure_step_id.distance_of == "creditor":
            return case._distance_of(case.company_id.partner_id)
        return case.distance

    def _alert(self, raw, deadline):
        if not deadline:
            return False
        if self.limit == "by" and self.actor in OWN_ACTORS:
            return previous_working_day(raw - timedelta(days=1))
        return next_working_day(deadline + timedelta(days=1))
