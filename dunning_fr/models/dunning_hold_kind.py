from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..tools.deadlines import add_months, procedural_deadline

KINDS = [
    ("death", "Death of the debtor"),
    ("struck_off", "Company struck off"),
    ("grace", "Delay granted by a judge"),
    ("small_claims", "Small-claims procedure: month to answer"),
    ("mediation", "Mediation or conciliation"),
    ("insurer", "Instruction of the credit insurer"),
    ("document", "Document asked for by the debtor"),
    ("factored", "Invoices sold to a factor"),
]
# What each may be proved to do to a limitation, as a kind of event (R7.8, R7.11)
EVENTS = {
    "mediation": "mediation",
    "small_claims": "small_claims",
    "grace": "court_action",
}
# Days on which something happened: none of them is still to come
PAST_FACTS = (
    "judgment_date",
    "publication_date",
    "death_date",
    "struck_off_on",
    "decision_date",
    "sent_on",
)
# What a warning depends on
WATCHED = {
    "state", "date_from", "date_to", "death_date", "sent_on", "document_asked", "kind",
}  # fmt: skip


class DunningHold(models.Model):
    """The other entries of the stop list (R10.12): what each needs to be known by."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    kind = fields.Selection(
        selection_add=[("overindebtedness",), *KINDS, ("other",)],
        ondelete={name: "cascade" for name, _label in KINDS},
    )
    death_date = fields.Date(
        string="Date of death",
        tracking=True,
        help="As on the death certificate, or as the notary writes. The heirs owe the "
        "debt; they cannot be made to choose before some months have passed (C. civ. "
        "771; from memory, to verify).",
    )
    heir_contact_id = fields.Many2one(
        "res.partner",
        string="Notary or heirs",
        tracking=True,
        help="Whom to write to from now on: the notary in charge of the estate, or "
        "whoever speaks for the heirs. No more is kept of them than is needed (R10.9).",
    )
    struck_off_on = fields.Date(
        tracking=True,
        help="Day the company was struck off, as the register says. It survives for "
        "what it still owes, but a representative must be appointed to answer for it: "
        "no formal notice is sent (R5.15).",
    )
    decision_date = fields.Date(
        string="Date of the decision",
        tracking=True,
        help="Of the judge who granted the delay. No penalty is incurred during it "
        "(C. civ. 1343-5, R1.32).",
    )
    case_id = fields.Many2one(
        "dunning.case",
        string="Of the legal case",
        tracking=True,
        index="btree_not_null",
        ondelete="set null",
        domain="[('debtor_id', '=', debtor_id)]",
        help="The case of the small-claims procedure, if it is kept here.",
    )
    mediator = fields.Char(
        string="Mediator or conciliator",
        tracking=True,
        help="Who leads it, and how to reach them. A mediation agreed once there is a "
        "dispute suspends the limitation: record the event too (R7.11).",
    )
    insurer_reference = fields.Char(
        string="Reference of the instruction",
        tracking=True,
        help="Letter, file or message in which the insurer asks to leave the debtor "
        "alone: who acts against it may lose the cover.",
    )
    document_asked = fields.Char(
        tracking=True,
        help="What the debtor waits for before paying: a copy of the invoice, the "
        "order, the delivery note, a statement.",
    )
    asked_by = fields.Char(
        tracking=True, help="A name and a function, no more (R10.9)."
    )
    sent_on = fields.Date(
        tracking=True,
        help="Day the document was sent: the hold ends with that day.",
    )
    is_beyond_delay = fields.Boolean(compute="_compute_is_beyond_delay")

    _grace_ends = models.Constraint(
        "CHECK (kind <> 'grace' OR date_to IS NOT NULL)",
        "A judge grants a delay up to a day: enter its last day.",
    )
    _sent_after_asked = models.Constraint(
        "CHECK (sent_on IS NULL OR sent_on >= date_from)",
        "A document is sent after it was asked for, not before.",
    )

    @api.depends("kind", "decision_date", "date_to")
    def _compute_is_beyond_delay(self):
        """Two years at most, or the day entered is doubtful (C. civ. 1343-5)."""
        find = self.env["dunning.parameter"]._find
        for hold in self:
            day, last = hold.decision_date, hold.date_to
            months = hold.kind == "grace" and day and find("fr.judge_delay_months", day)
            hold.is_beyond_delay = bool(
                months and last and last > add_months(day, int(months))
            )

    @api.constrains(*PAST_FACTS)
    def _check_past_facts(self):
        for hold in self:
            today = hold.company_id._dunning_today()
            late = [name for name in PAST_FACTS if hold[name] and hold[name] > today]
            if late:
                raise ValidationError(
                    self.env._(
                        "%(debtor)s: %(field)s, %(day)s, has not come yet. Correct the "
                        "date.",
                        debtor=hold.debtor_id.display_name,
                        field=self._fields[late[0]]._description_string(self.env),
                        day=format_date(self.env, hold[late[0]]),
                    )
                )

    @api.constrains("case_id", "debtor_id")
    def _check_own_case(self):
        for hold in self.filtered("case_id"):
            if hold.sudo().case_id.debtor_id != hold.debtor_id:  # sudo: whose it is
                raise ValidationError(
                    self.env._("The legal case is one of another debtor.")
                )

    @api.onchange("kind", "date_from")
    def _onchange_small_claims(self):
        if self.kind == "small_claims" and self.date_from:
            self.date_to = self._answer_day(self.date_from)

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create([self._with_kind_facts(vals) for vals in vals_list])
        holds._end_sent()
        holds._watch_changed()
        return holds

    def write(self, vals):
        if vals.get("kind") == "grace":
            # The law suspends it; who turns another hold into one needs the right to
            vals = {**vals, "suspends_interest": True}
        result = super().write(vals)
        if "date_from" in vals and "date_to" not in vals:
            for hold in self.filtered(lambda h: h.kind == "small_claims"):
                hold.date_to = self._answer_day(hold.date_from)
        if vals.get("sent_on"):
            self._end_sent()
        if not WATCHED.isdisjoint(vals):
            self._watch_changed()
        return result

    def _watch_changed(self):
        """Make or take back the warnings of these holds at once."""
        kinds = [name for name, _label in KINDS]
        holds = self.filtered(lambda hold: hold.kind in kinds)
        for company, own in holds.grouped("company_id").items():
            self.env["dunning.watch"]._watch_holds(company, own.debtor_id)

    @api.model
    def _with_kind_facts(self, vals):
        """Return the values, with what the law adds to those of some kinds."""
        kind = vals.get("kind")
        if kind == "grace":
            return {**vals, "suspends_interest": True}
        if kind == "small_claims" and not vals.get("date_to"):
            day = fields.Date.to_date(vals.get("date_from"))
            day = day or self.env.company._dunning_today()
            return {**vals, "date_to": self._answer_day(day)}
        return vals

    @api.model
    def _answer_day(self, day):
        """Return the last day to answer the commissaire de justice (R6.12, R7.16)."""
        months = self.env["dunning.parameter"]._get(
            "fr.small_claims_answer_months", day
        )
        return procedural_deadline(day, months=int(months))[1]

    def action_record_event(self):
        """Open the event that suspends or interrupts the limitation, to be proved.

        A delay granted by a judge suspends nothing by itself: what interrupts is the
        action it was granted in, up to the decision (C. civ. 2241, 2242; R7.8).
        """
        self.ensure_one()
        self.check_access("read")
        if self.kind not in EVENTS:
            raise UserError(
                self.env._("%s moves no limitation.", self._kind_label()),
            )
        first, last = self.date_from, self.ended_on or self.date_to
        if self.kind == "grace":
            first, last = False, self.decision_date
        return {
            **self.debtor_id.action_new_limitation_event(),
            "context": {
                "default_debtor_id": self.debtor_id.id,
                "default_kind": EVENTS[self.kind],
                "default_date": first,
                "default_date_to": last,
                "default_move_ids": [fields.Command.set(self.move_ids.ids)],
            },
        }

    def _end_sent(self):
        """End the holds whose document has been sent."""
        sent = self.filtered(
            lambda h: h.kind == "document" and h.sent_on and h.state == "active"
        )
        for day, holds in sent.grouped("sent_on").items():
            holds._end(
                self.env._("Document sent on %s.", format_date(self.env, day)), day
            )

    def _detail(self):
        """Return what an explanation says of the hold, in a few words.

        Fields are read for the whole batch; the reason comes first, where there is one.
        """
        self.ensure_one()
        facts = {
            "death": self._dated(self.env._("died on %s"), self.death_date),
            "struck_off": self._dated(self.env._("on %s"), self.struck_off_on),
            "grace": self._dated(self.env._("decision of %s"), self.decision_date),
            "mediation": self.mediator,
            "insurer": self.insurer_reference,
            "document": self.document_asked,
            "factored": self.sudo().factor_id.name,  # sudo: its name alone
        }
        parts = [facts.get(self.kind), self.reason]
        return ", ".join(part for part in parts if part)

    @api.model
    def _dated(self, text, day):
        return text % format_date(self.env, day) if day else ""
