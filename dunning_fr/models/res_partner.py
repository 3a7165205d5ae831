from odoo import api, fields, models

from .dunning_policy import DEBTOR_KINDS

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
    _inherit = "res.partner"

    debtor_kind = fields.Selection(
        DEBTOR_KINDS,
        tracking=True,
        index="btree_not_null",
        help="Decides the law that applies to late payment. Empty: to qualify; then "
        "only the principal is claimed, and no formal notice leaves.",
    )
    public_buyer_type = fields.Selection(
        PUBLIC_BUYER_TYPES,
        help="Decides the payment term, the limitation and the remedies (R3.19).",
    )
    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Dunning policy",
        company_dependent=True,
        domain="[('company_id', '=', current_company_id)]",
        help="Empty: the default policy of the debtor kind.",
    )
    dunning_excluded = fields.Boolean(
        string="Never remind", company_dependent=True, tracking=True
    )
    dunning_contract_rate_type = fields.Selection(
        RATE_TYPES,
        string="Contract rate",
        company_dependent=True,
        help="Late-payment rate agreed with this customer; empty = not stated, the "
        "statutory rate applies (R1.3).",
    )
    dunning_contract_rate = fields.Float(
        string="Rate or points",
        digits=(6, 3),
        company_dependent=True,
        help="10 means 10 % a year for a fixed rate, + 10 points on the ECB rate, or ten "
        "times the legal rate.",
    )
    dunning_contact_id = fields.Many2one(
        "res.partner",
        string="Dunning contact",
        company_dependent=True,
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
        help="Who receives the reminders; empty: the invoice address.",
    )
    dunning_debtor_ids = fields.One2many("dunning.debtor", "partner_id", string="Debtors")

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
            "dunning_contact_id",
        ]
