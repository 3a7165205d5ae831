from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools.deadlines import LAST_DAY
from ..tools.limitation import INTERRUPTS, PERIOD, POSSIBLE, SUSPENDS, effect_of

EVENT_KINDS = [
    ("acknowledgement", "Acknowledgement of the debt"),
    ("court_action", "Court action"),
    ("order_service", "Service of an order for payment"),
    ("enforcement", "Enforcement or conservatory act"),
    ("insolvency_declaration", "Declaration of the claim in insolvency"),
    ("written_claim", "Written claim to a public body"),
    ("public_reply", "Message or part payment of a public body"),
    ("mediation", "Mediation, conciliation or participative procedure"),
    ("small_claims", "Small-claims procedure accepted"),
    ("contract", "Period agreed in the contract"),
]
# What is named here cannot be changed once it is entered: it is what the proof shows
FROZEN = ("debtor_id", "company_id")
SHOWN = ("limitation_date", "limitation_contractual_date", "limitation_possible_date")


class DunningLimitationEvent(models.Model):
    """Something that interrupts, suspends or changes a limitation, with its proof.

    The dates themselves are computed (``tools/limitation.py``). A reminder or a
    formal notice is no such event (R5.3), except for a public body, whose notices
    count by themselves as written claims (R7.13).
    """

    _name = "dunning.limitation.event"
    _description = "Limitation event"
    _inherit = ["dunning.anchor.mixin", "mail.thread"]
    _anchors = FROZEN
    _order = "date desc, id desc"

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    kind = fields.Selection(
        EVENT_KINDS,
        required=True,
        tracking=True,
        help="A closed list: a reminder or a formal notice interrupts nothing (R7.8), "
        "except for a public body (R7.13). An acknowledgement is shown as possible "
        "only, unless the settings say that it counts; to verify (R7.10). An order "
        "for payment interrupts from its service, not its filing (R7.9).",
    )
    effect = fields.Char(compute="_compute_effect")
    date = fields.Date(
        required=True,
        tracking=True,
        help="Day of the act: writing, service, summons, agreement to mediate.",
    )
    date_to = fields.Date(
        string="Until",
        tracking=True,
        help="Last day of a suspension, at least six months are left after it (R7.11); "
        "or the end of the proceedings, the new period runs from there. Empty while "
        "it lasts.",
    )
    years = fields.Integer(
        string="Period agreed (years)",
        tracking=True,
        help="From 1 to 10 years, never with a consumer, nor for periodic payments "
        "(R7.12).",
    )
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain="[('commercial_partner_id', '=', partner_id),"
        " ('company_id', '=', company_id),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt', 'entry'))]",
        help="Leave empty for all that the debtor owes.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Document",
        help="What proves it: the letter, the deed, the agreement.",
    )
    note = fields.Char(tracking=True, help="Facts only: the debtor may ask to read it.")
    case_step_id = fields.Many2one(
        "dunning.case.step",
        string="Act of a case",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The act this was recorded from; its document is the proof.",
    )
    state = fields.Selection(
        [
            ("counted", "Counts"),
            ("wiped_out", "Wiped out"),
            ("mistake", "Entered by mistake"),
        ],
        required=True,
        default="counted",
        tracking=True,
        index=True,
        help="An interruption is wiped out when the claimant withdraws, lets the case "
        "lapse, or the claim is dismissed (C. civ. 2243, R7.9).",
    )
    ended_on = fields.Date(string="Wiped out on", tracking=True)
    ended_reason = fields.Char(string="Why", tracking=True)

    _step_once = models.UniqueIndex(
        "(case_step_id) WHERE case_step_id IS NOT NULL AND state = 'counted'",
        "This act of the case is recorded already.",
    )
    _days_countable = models.Constraint(
        f"CHECK (GREATEST(date, date_to) <= DATE '{LAST_DAY}')",
        "No day after the year 2999: nothing can be counted from it.",
    )
    _date_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date)",
        "A limitation event cannot end before it begins.",
    )
    _years_agreed = models.Constraint(
        "CHECK ((kind = 'contract') = (COALESCE(years, 0) <> 0)"
        " AND COALESCE(years, 1) BETWEEN 0 AND 10)",
        "A contract sets a limitation of 1 to 10 years; nothing else does (R7.12).",
    )
    _ended_why = models.Constraint(
        "CHECK (state = 'counted'"
        " OR (ended_on IS NOT NULL AND COALESCE(ended_reason, '') <> ''))",
        "Say on which day, and why, the event no longer counts.",
    )

    @api.depends("kind", "debtor_id.debtor_kind", "debtor_id.partner_id")
    def _compute_effect(self):
        words = {
            INTERRUPTS: self.env._("Interrupts: a new period starts."),
            POSSIBLE: self.env._(
                "Possible interruption: the first date stays the limit (R7.10)."
            ),
            SUSPENDS: self.env._("Suspends: the period pauses."),
            PERIOD: self.env._("Changes the length of the period."),
            None: self.env._("No effect against this debtor."),
        }
        for event in self:
            effect = event.kind and effect_of(event.kind, event._is_public())
            if effect == POSSIBLE and event.company_id.dunning_acknowledgement_counts:
                effect = INTERRUPTS
            event.effect = words[effect] if event.kind else ""

    def _is_public(self):
        return self.debtor_id._is_public_body()

    @api.depends("kind", "debtor_id", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            day = format_date(self.env, event.date) if event.date else ""
            event.display_name = f"{labels.get(event.kind, '')} {day}".strip()

    @api.constrains("attachment_ids", "state", "kind")
    def _check_document(self):
        for event in self:
            if event.state == "counted" and not event.attachment_ids:
                raise ValidationError(
                    self.env._(
                        "%(event)s: attach the document that proves it. Without "
                        "proof, nothing moves a limitation (R7.8).",
                        event=event.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        for event in self:
            if event.date > event.company_id._dunning_today():
                raise ValidationError(
                    self.env._(
                        "%(event)s has not taken place yet: enter it afterwards.",
                        event=event.display_name,
                    )
                )

    @api.constrains("kind", "debtor_id", "move_ids")
    def _check_contract(self):
        """R7.12: not with a consumer; public bodies have their own law."""
        for event in self.filtered(lambda e: e.kind == "contract"):
            # sudo: the kind that an invoice names for itself, nothing else of it
            own = set(event.move_ids.sudo().mapped("debtor_kind")) - {False}
            kinds = own or {event.debtor_id.debtor_kind}
            if len(own) and not all(event.move_ids.sudo().mapped("debtor_kind")):
                kinds.add(event.debtor_id.debtor_kind)
            if kinds & {"consumer", "public"}:
                raise ValidationError(
                    self.env._(
                        "%(debtor)s: no contract changes the limitation against a "
                        "consumer or a public body (R7.12).",
                        debtor=event.debtor_id.display_name,
                    )
                )

    @api.constrains("move_ids", "debtor_id")
    def _check_moves(self):
        """Refuse invoices of another customer or company."""
        for event in self:
            event.debtor_id._check_own_moves(event.move_ids)

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create([self._with_proof(vals) for vals in vals_list])
        events._own_documents()
        events._forget_dates()
        return events

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_documents()
        self._forget_dates()
        return result

    def _own_documents(self):
        """Let those who read the event read its document, and nobody else."""
        for event in self:
            loose = event.attachment_ids.filtered(lambda a: not a.res_id)
            loose.write({"res_model": self._name, "res_id": event.id})

    @api.model
    def _forget_dates(self):
        self.env["account.move"].invalidate_model(SHOWN, flush=False)

    def action_wipe_out(self):
        """Open the event's form to say when, and why, it no longer counts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Wiped out"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (
                    self.env.ref("dunning_fr.dunning_limitation_event_view_end").id,
                    "form",
                )
            ],
            "target": "new",
        }
