from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, clean_context

from .dunning_court import COURT_KINDS
from .dunning_procedure_step import CASE_STATES, CLOSED_STATES
from .dunning_proof_mixin import PROOF_SENTINEL

DISTANCES = [("overseas", "Overseas"), ("abroad", "Abroad")]
# Only the methods of a case write them, whoever asks
OWN_FIELDS = {
    "name": False,
    "state": "prepared",
    "hold_id": False,
    "opened_principal": 0,
    "seen_principal": 0,
    "receipt_activity_id": False,
    "filed_date": False,
    "filed_principal": 0,
    "filed_interest": 0,
    "filed_indemnity": 0,
    "closed_date": False,
}
# What was put before the court does not change any more
FILED_FIELDS = {"procedure_id", "move_ids", "date"}
DEADLINE_FIELDS = {"procedure_id", "date", "court_kind", "distance", "user_id"}


class DunningCase(models.Model):
    """One legal procedure against one debtor, for some of its invoices.

    Its steps say what was done and what must be done by when; its state follows the
    steps. While it is open a hold of its own keeps reminders away from its invoices.
    Nothing here writes the ledger, and a payment never changes a case by itself.
    """

    _name = "dunning.case"
    _description = "Legal case"
    _inherit = ["dunning.anchor.mixin", "mail.thread", "mail.activity.mixin"]
    _anchors = ("debtor_id", "company_id")
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="restrict", tracking=True
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    procedure_id = fields.Many2one(
        "dunning.procedure",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    procedure_code = fields.Char(related="procedure_id.code")
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        copy=False,
        domain="[('commercial_partner_id', '=', partner_id),"
        " ('company_id', '=', company_id), ('state', '=', 'posted'),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt', 'entry'))]",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    date = fields.Date(
        string="Opened on",
        required=True,
        copy=False,
        default=lambda self: self.env.company._dunning_today(),
        tracking=True,
        help="The procedure must be open by law on that day.",
    )
    state = fields.Selection(
        CASE_STATES,
        required=True,
        default="prepared",
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
        help="Follows the steps; a person closes the case.",
    )
    closed_date = fields.Date(string="Closed on", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    court_name = fields.Char(string="Court", tracking=True)
    court_kind = fields.Selection(
        COURT_KINDS, string="Kind of court", help="Empty: not known yet."
    )
    court_reference = fields.Char(
        string="Court reference", copy=False, help="Number of the case at the court."
    )
    court_partner_id = fields.Many2one("res.partner", string="Registry of the court")
    officer_id = fields.Many2one("res.partner", string="Commissaire de justice")
    lawyer_id = fields.Many2one("res.partner")
    agency_id = fields.Many2one("res.partner", string="Collection agency")
    distance = fields.Selection(
        DISTANCES,
        string="Debtor lives",
        compute="_compute_distance",
        store=True,
        readonly=False,
        help="Some time limits are longer overseas and abroad (R6.22). Empty: "
        "metropolitan France.",
    )
    note = fields.Html(string="Notes", copy=False)
    hold_id = fields.Many2one(
        "dunning.hold",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Keeps reminders away from the invoices while the case is open.",
    )
    step_ids = fields.One2many("dunning.case.step", "case_id", string="Steps")
    decision_ids = fields.One2many(
        "dunning.case.decision", "case_id", string="Decisions"
    )
    is_closed = fields.Boolean(compute="_compute_rights")
    is_filed = fields.Boolean(compute="_compute_rights")
    can_decide = fields.Boolean(compute="_compute_rights")

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "Two cases have the same number."
    )

    @api.depends("move_ids")
    def _compute_currency_id(self):
        for case in self:
            own = case.company_id.currency_id or self.env.company.currency_id
            case.currency_id = case.move_ids[:1].currency_id or own

    @api.depends("debtor_id")
    def _compute_distance(self):
        for case in self:
            case.distance = self._distance_of(case.partner_id)

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_rights(self):
        can_decide = self._is_manager()
        for case in self:
            case.is_closed = case.state in CLOSED_STATES
            case.is_filed = case.state != "prepared"
            case.can_decide = can_decide

    @api.depends("name", "debtor_id")
    def _compute_display_name(self):
        for case in self:
            name = case.partner_id.display_name or ""
            case.display_name = f"{case.name} · {name}" if case.name else name

    @api.model
    def _distance_of(self, partner):
        """Return where a party lives, for time limits: overseas, abroad, or near."""
        country = partner.country_id.code
        if (
            country
            and country not in self.env["res.company"]._get_france_country_codes()
        ):
            return "abroad"
        # Overseas has countries of its own in Odoo, and postcodes 97 and 98 in France
        is_metropolitan = country in (False, "FR")
        if not is_metropolitan or (partner.zip or "")[:2] in ("97", "98"):
            return "overseas"
        return False

    # ------------------------------------------------------------------ who may

    @api.model
    def _is_manager(self):
        return self.env.su or self.env.user.has_group(
            "dunning_fr.group_dunning_manager"
        )

    @api.model
    def _check_manager(self):
        """A case goes to court, and ends, by a manager's decision."""
        if not self._is_manager():
            raise AccessError(
                self.env._(
                    "Only a dunning manager files a case, records its acts and "
                    "decisions, or closes it. Collectors prepare it."
                )
            )

    def _trusted(self):
        """Return the cases for the code that keeps them; no client can."""
        context = clean_context(self.env.context)
        return self.with_context(context, dunning_proof=PROOF_SENTINEL)

    def _is_trusted(self):
        return self.env.context.get("dunning_proof") is PROOF_SENTINEL

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "prepared") != "prepared":
                raise UserError(self._own_message("state"))
        # Explicit values: neither a context nor a person's own defaults replace them
        cases = super().create([{**vals, **OWN_FIELDS} for vals in vals_list])
        cases._claim_items()
        for case in cases.sudo()._trusted():  # sudo: numbers and holds are the case's
            case.name = case._next_number()
        cases._make_steps()
        cases._keep_hold()
        return cases

    def write(self, vals):
        if not self._is_trusted():
            self._check_write(vals)
        result = super().write(vals)
        if not FILED_FIELDS.isdisjoint(vals):
            self._claim_items()
            self._keep_hold()
        if not DEADLINE_FIELDS.isdisjoint(vals):
            self._make_steps()
        return result

    def _check_write(self, vals):
        for name in OWN_FIELDS.keys() & vals:
            raise UserError(self._own_message(name))
        filed = self.filtered(lambda case: case.state != "prepared")
        if filed:
            self._check_manager()
        for name in FILED_FIELDS & vals.keys() if filed else ():
            raise UserError(
                self.env._(
                    "%(case)s was filed: the field “%(field)s” does not change any "
                    "more. Take the filing back, or open another case.",
                    case=filed[0].display_name,
                    field=self._fields[name]._description_string(self.env),
                )
            )

    def _own_message(self, name):
        return self.env._(
            "The field “%(field)s” follows the steps of the case: date an act, or use "
            "the buttons of the case.",
            field=self._fields[name]._description_string(self.env),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if not self._is_trusted():
            raise UserError(
                self.env._("A case is history: withdraw it instead of deleting it.")
            )

    def _next_number(self):
        """Return the next number of the company in the year of the case."""
        self.ensure_one()
        sequences = self.env["ir.sequence"].sudo()  # no collector keeps sequences
        own = [("code", "=", "dunning.case"), ("company_id", "=", self.company_id.id)]
        sequence = sequences.search(own, limit=1)
        if not sequence:
            self._lock_company()
        sequence = sequence or sequences.create(
            {
                "name": self.env._("Legal cases"),
                "code": "dunning.case",
                "company_id": self.company_id.id,
                "prefix": "CTX/%(range_year)s/",
                "padding": 4,
                "use_date_range": True,
                "implementation": "no_gap",
            }
        )
        return sequence.next_by_id(sequence_date=self.date)

    def _lock_company(self):
        """Let one transaction at a time open the first case of a company.

        See ``_lock_debtors``: the second one is run again, and finds the sequence.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE res_company SET write_date = now() at time zone 'UTC'"
                " WHERE id = %s",
                self.company_id.id,
            )
        )

    def _lock_debtors(self):
        """Let one transaction at a time open cases of a debtor.

        Two of them read an old snapshot each: the second must fail and be run again,
        which a change of the row does, and a lock alone does not.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_debtor SET write_date = now() at time zone 'UTC'"
                " WHERE id = ANY(%s)",
                list(self.debtor_id.ids),
            )
        )
