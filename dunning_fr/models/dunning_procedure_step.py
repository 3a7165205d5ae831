from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.deadlines import procedural_deadline
from .dunning_limitation_event import EVENT_KINDS

CASE_STATES = [
    ("prepared", "In preparation"),
    ("filed", "Filed"),
    ("order", "Order obtained"),
    ("served", "Served"),
    ("opposed", "Opposed"),
    ("enforceable", "Enforceable"),
    ("enforced", "Enforced"),
    ("settled", "Settled"),
    ("lost", "Lost"),
    ("withdrawn", "Withdrawn"),
]
CLOSED_STATES = ("settled", "lost", "withdrawn")
OPEN_STATES = tuple(code for code, _name in CASE_STATES if code not in CLOSED_STATES)
ACTORS = [
    ("creditor", "Creditor"),
    ("debtor", "Debtor"),
    ("court", "Court or authority"),
    ("officer", "Commissaire de justice"),
    ("other", "Somebody else"),
]
LIMITS = [("none", "No time limit"), ("by", "Not later than"), ("after", "Only after")]
COURT_FAMILIES = {
    "commercial": ("commercial", "economic"),  # they have a clerk to be paid (CPC 1425)
    "judicial": ("judicial", "proximity", "chamber"),
    "administrative": ("administrative",),
}
CODES = (
    "starts_from", "restarts_from", "law_from", "after_step", "no_payment_since",
)  # fmt: skip
KEYS = ("years_key", "months_key", "days_key", "overseas_key", "abroad_key")


class DunningProcedureStep(models.Model):
    """One act of a procedure and its time limit: data, with the article that sets it.

    Lengths are not written here but in the figures of the law, which are dated: the
    day of the act named by ``law_from`` says which figure applies.
    """

    _name = "dunning.procedure.step"
    _inherit = ["dunning.law.mixin"]
    _description = "Step of a legal procedure"
    _order = "procedure_id, sequence, id"

    procedure_id = fields.Many2one(
        "dunning.procedure", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True, help="Name used by the other steps.")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    actor = fields.Selection(
        ACTORS,
        string="Who acts",
        required=True,
        default="creditor",
    )
    limit = fields.Selection(
        LIMITS,
        string="Time limit",
        required=True,
        default="none",
        help="Only after: the act is possible once that day is over.",
    )
    starts_from = fields.Char(
        help="Code of the step whose date starts the limit; the step cannot be dated "
        "before it. Empty: the day the case was opened."
    )
    restarts_from = fields.Char(
        help="Code of an earlier step that, once dated, starts the limit anew (R6.22)."
    )
    law_from = fields.Char(
        string="Law in force on",
        help="Code of the step whose date says which law applies. Empty: the step that "
        "starts the limit. A new figure leaves the acts before its first day as they "
        "were: it holds for later acts alone. A figure that was wrong and is corrected "
        "reaches an open case with its next act.",
    )
    after_step = fields.Char(
        help="Code of a step whose own time limit must be over as well."
    )
    years_key = fields.Char(help="Figure of the law: number of years.")
    months_key = fields.Char(help="Figure of the law: number of months.")
    days_key = fields.Char(help="Figure of the law: number of days.")
    overseas_key = fields.Char(help="Figure of the law: months more overseas.")
    abroad_key = fields.Char(help="Figure of the law: months more abroad.")
    distance_of = fields.Selection(
        [("debtor", "Debtor"), ("creditor", "Creditor")],
        string="Distance of",
        default="debtor",
        required=True,
        help="Whose place of residence adds these months.",
    )
    is_extended = fields.Boolean(
        string="Moved to a working day",
        default=True,
        help="A procedural time limit that ends on a Saturday, Sunday or holiday ends "
        "on the next working day (R7.16); a limitation does not (R7.15).",
    )
    court_family = fields.Selection(
        [
            ("commercial", "Commercial court"),
            ("judicial", "Tribunal judiciaire"),
            ("administrative", "Administrative court"),
        ],
        help="Empty: before every court.",
    )
    may_precede = fields.Boolean(
        string="May precede the case", help="The act may be older than the case."
    )
    no_payment_since = fields.Char(
        help="Code of an earlier step: from that act to this one the debtor is offered "
        "no online payment (R6.12)."
    )
    loses = fields.Text(
        string="If missed", translate=True, help="What is lost when the day passes."
    )
    case_state = fields.Selection(
        [state for state in CASE_STATES if state[0] not in CLOSED_STATES],
        string="Case becomes",
        help="State of the case once the act is dated.",
    )

    limitation_kind = fields.Selection(
        EVENT_KINDS,
        string="Limitation",
        help="What the act is to the limitation once it is dated: whoever follows the "
        "case is offered to record it, with its document (R7.8, R7.11, R7.13). Empty: "
        "nothing. An order to pay interrupts by its service, not by the request "
        "(R7.9).",
    )

    _code_unique = models.UniqueIndex(
        "(procedure_id, code)", "A procedure has one step of each code."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A step cannot end before it begins."
    )

    @api.constrains(
        "code",
        "sequence",
        "procedure_id",
        "starts_from",
        "restarts_from",
        "law_from",
        "after_step",
        "no_payment_since",
    )
    def _check_codes(self):
        """Refuse a step that starts from one that does not exist, or comes later."""
        for step in self.procedure_id.step_ids:
            before = step._before()
            for name in CODES:
                if step[name] and step[name] not in before:
                    raise ValidationError(
                        self.env._(
                            "%(step)s: “%(code)s” is not the code of an earlier step "
                            "of this procedure.",
                            step=step.name,
                            code=step[name],
                        )
                    )

    @api.constrains(*KEYS, "limit")
    def _check_keys(self):
        """Refuse a length that no figure of the law gives."""
        known = self.env["dunning.parameter"]._timelines()
        for step in self:
            used = {step[name] for name in KEYS if step[name]}
            unknown = used - known.keys()
            if unknown:
                raise ValidationError(
                    self.env._(
                        "%(step)s: there is no figure of the law called %(keys)s. "
                        "Enter it in Dunning > Configuration > Figures of the law.",
                        step=step.name,
                        keys=", ".join(sorted(unknown)),
                    )
                )

    def _before(self):
        self.ensure_one()
        rank = (self.sequence, self.id)
        return {
            step.code
            for step in self.procedure_id.step_ids
            if (step.sequence, step.id) < rank
        }

    def _is_for(self, court_kind):
        """Whether a court of this kind asks for the step; unknown: it does."""
        self.ensure_one()
        if not self.court_family or not court_kind:
            return True
        return court_kind in COURT_FAMILIES[self.court_family]

    def _deadline(self, start, law_day, distance=None):
        """Return the (raw, adjusted) end of the limit, (None, None) without one.

        :param start: date of the act that starts it
        :param law_day: date of the act that says which law applies (R6.21, R6.23)
        :param distance: None, ``overseas`` or ``abroad`` (R6.22)
        """
        self.ensure_one()
        if self.limit == "none" or not start:
            return None, None
        length = {
            name: int(self.env["dunning.parameter"]._get(self[name], law_day))
            for name in KEYS
            if self[name]
        }
        months = 12 * length.get("years_key", 0) + length.get("months_key", 0)
        if distance:
            months += length.get(f"{distance}_key", 0)
        raw, adjusted = procedural_deadline(start, months, length.get("days_key", 0))
        return raw, adjusted if self.is_extended else raw

    def _start_day(self, by_code, case, restarts=True):
        """Return the day that starts the limit in a case: an act's, or its opening."""
        self.ensure_one()
        if restarts and self.restarts_from and by_code[self.restarts_from].date:
            return by_code[self.restarts_from].date
        if not self.starts_from:
            return case.date
        return by_code[self.starts_from].date
