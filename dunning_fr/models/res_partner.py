from odoo import api, fields, models

from ..tools.facts import Partner
from .dunning_policy import DEBTOR_KINDS

FACTS = [
    "active",
    "country_id",
    "debtor_kind",
    "dunning_contract_rate",
    "dunning_contract_rate_type",
    "dunning_excluded",
    "dunning_law",
    "dunning_policy_id",
    "public_buyer_type",
]

# Territories of France with commercial laws of their own: a person confirms (R1.1)
OWN_LAW = {"NC", "PF", "WF"}

PUBLIC_BUYER_TYPES = [
    ("state", "State"),
    ("local", "Local authority or its establishment"),
    ("health", "Public health establishment"),
    ("undertaking", "Public undertaking"),
    ("private_law", "Private-law contracting body"),
]

RATE_TYPES = [
    ("statutory", "Statutory (ECB + 10 points)"),
    ("legal_multiple", "Multiple of the legal rate"),
    ("ecb_plus", "ECB rate plus points"),
    ("fixed", "Fixed rate"),
]


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "dunning.progress.mixin"]
    _dunning_owner = "partner_id"

    debtor_kind = fields.Selection(
        DEBTOR_KINDS,
        tracking=True,
        index="btree_not_null",
        help="Decides the law that applies to late payment. Empty: to qualify; then "
        "only the principal is claimed, and no formal notice leaves.",
        groups="base.group_user",
    )
    public_buyer_type = fields.Selection(
        PUBLIC_BUYER_TYPES,
        help="Decides the payment term, the limitation and the remedies (R3.19).",
        groups="base.group_user",
    )
    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Dunning policy",
        company_dependent=True,
        check_company=True,
        domain="[('company_id', '=', current_company_id)]",
        help="Empty: the default policy of the debtor kind.",
        groups="base.group_user",
    )
    dunning_excluded = fields.Boolean(
        string="Never remind",
        company_dependent=True,
        tracking=True,
        groups="base.group_user",
    )
    dunning_contract_rate_type = fields.Selection(
        RATE_TYPES,
        string="Contract rate",
        company_dependent=True,
        help="Late-payment rate agreed with this customer; empty = not stated, the "
        "statutory rate applies (R1.3).",
        groups="base.group_user",
    )
    dunning_contract_rate = fields.Float(
        string="Rate or points",
        digits=(6, 3),
        company_dependent=True,
        help="10 means 10 % a year for a fixed rate, + 10 points on the ECB rate, or "
        "ten times the legal rate.",
        groups="base.group_user",
    )
    dunning_law = fields.Selection(
        [("french", "French law"), ("foreign", "Another law, or not known")],
        string="Law of the debt",
        company_dependent=True,
        help="Interest and indemnity are claimed under French law only. Empty: French "
        "law in France; abroad, for professionals, what the settings say, else the "
        "principal only (R1.1).",
        groups="base.group_user",
    )
    type = fields.Selection(
        selection_add=[("dunning", "Reminders")], ondelete={"dunning": "set default"}
    )
    dunning_contact_id = fields.Many2one(
        "res.partner",
        string="Dunning contact",
        company_dependent=True,
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
        help="Who receives the reminders; empty: the invoice address.",
        groups="base.group_user",
    )
    dunning_debtor_ids = fields.One2many(
        "dunning.debtor",
        "partner_id",
        string="Debtors",
        groups="dunning_fr.group_dunning_user",
    )
    dunning_notice_count = fields.Integer(
        string="Notices",
        compute="_compute_dunning_notice_count",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.depends_context("company")
    def _compute_dunning_level(self):
        return super()._compute_dunning_level()

    @api.depends_context("company")
    def _compute_dunning_next_date(self):
        return super()._compute_dunning_next_date()

    @api.depends_context("company")
    def _compute_dunning_notice_count(self):
        counts = dict(
            self.env["dunning.notice"]
            .sudo()  # a number on a button; the list behind it obeys the rules
            ._read_group(self._dunning_notice_domain(), ["partner_id"], ["__count"])
        )
        for partner in self:
            partner.dunning_notice_count = counts.get(partner.commercial_partner_id, 0)

    def _dunning_notice_domain(self):
        return [
            ("partner_id", "in", self.commercial_partner_id.ids),
            ("company_id", "in", self.env.companies.ids),
            ("state", "!=", "cancelled"),
        ]

    @api.model
    def _commercial_fields(self):
        # EXTENDS 'base'
        return super()._commercial_fields() + [
            "debtor_kind",
            "public_buyer_type",
            "dunning_policy_id",
            "dunning_excluded",
            "dunning_contract_rate_type",
            "dunning_contract_rate",
            "dunning_law",
            "dunning_contact_id",
        ]

    def write(self, vals):
        # EXTENDS 'account', which moves the journal items of a contact that gets a
        # parent to the new commercial partner: debtors go along
        result = super().write(vals)
        if vals.get("parent_id"):
            self._dunning_follow_parent()
        return result

    def _dunning_follow_parent(self):
        moved = self.sudo().filtered(lambda p: p.commercial_partner_id != p)
        # sudo: whoever edits contacts need not see every company's debtors
        debtors = self.env["dunning.debtor"].sudo().with_context(active_test=False)
        for partner in debtors.search([("partner_id", "in", moved.ids)]).partner_id:
            commercial = partner.commercial_partner_id
            debtors._follow_partners(partner, commercial)
            openings = self.env["dunning.opening.level"].sudo()  # as the debtors
            openings.search([("partner_id", "=", partner.id)]).partner_id = commercial
            self.env["dunning.item"]._refresh_customers(partner | commercial)

    def _dunning_facts(self, company):
        """Return {id: ``Partner``}: what the rules of ``company`` need to know."""
        # sudo: the settings of a customer decide, whoever asks; no secrets among them
        partners = self.sudo().with_company(company)
        partners.fetch(FACTS)
        french = {*company._get_france_country_codes()} - OWN_LAW
        return {partner.id: partner._dunning_own_facts(french) for partner in partners}

    def _dunning_own_facts(self, french):
        contract, rate_type = None, self.dunning_contract_rate_type
        if rate_type and rate_type != "statutory":
            contract = (rate_type, round(self.dunning_contract_rate, 3))
        return Partner(
            self.debtor_kind or None,
            self.public_buyer_type or None,
            self.dunning_policy_id.id or None,
            self.dunning_excluded,
            not self.active,
            contract,
            self._dunning_is_foreign(french),
        )

    def _dunning_is_foreign(self, french):
        """Return whether French law does not rule what is owed, or may not (R1.1)."""
        if self.dunning_law:
            return self.dunning_law == "foreign"
        code = self.country_id.code
        if not code or code in french:
            return False
        if self.debtor_kind == "professional" and code not in OWN_LAW:
            return self.env.company.dunning_foreign_law == "foreign"
        return True

    def _dunning_debtor(self):
        """Return the customer as a debtor of the current company; made if missing."""
        self.ensure_one()
        partner = self.commercial_partner_id
        keys = {"partner_id": partner.id, "company_id": self.env.company.id}
        debtors = self.env["dunning.debtor"].with_context(active_test=False)
        return debtors.search([(k, "=", v) for k, v in keys.items()]) or debtors.create(
            keys
        )

    def action_open_debtor(self):
        """Open the customer's dunning page in the current company."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.debtor",
            "res_id": self._dunning_debtor().id,
            "view_mode": "form",
        }

    def action_open_dunning_notices(self):
        """Show what the customer was sent."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notices"),
            "res_model": "dunning.notice",
            "view_mode": "list,form",
            "domain": self._dunning_notice_domain(),
            "context": {"create": False},
        }
