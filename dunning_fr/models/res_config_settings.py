from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # How the law is read
    dunning_day_basis = fields.Selection(
        related="company_id.dunning_day_basis", readonly=False
    )
    dunning_rate_mode = fields.Selection(
        related="company_id.dunning_rate_mode", readonly=False
    )
    dunning_imputation = fields.Selection(
        related="company_id.dunning_imputation", readonly=False
    )
    dunning_rate_below_floor = fields.Selection(
        related="company_id.dunning_rate_below_floor", readonly=False
    )
    dunning_default_respects_floor = fields.Boolean(
        related="company_id.dunning_default_respects_floor", readonly=False
    )
    dunning_fee_per = fields.Selection(
        related="company_id.dunning_fee_per", readonly=False
    )
    dunning_foreign_law = fields.Selection(
        related="company_id.dunning_foreign_law", readonly=False
    )
    dunning_acknowledgement_counts = fields.Boolean(
        related="company_id.dunning_acknowledgement_counts", readonly=False
    )
    dunning_tolerance = fields.Monetary(
        related="company_id.dunning_tolerance", readonly=False
    )

    # What letters need
    dunning_legal_form = fields.Char(
        related="company_id.dunning_legal_form", readonly=False
    )
    dunning_capital = fields.Char(related="company_id.dunning_capital", readonly=False)
    dunning_rcs_city = fields.Char(
        related="company_id.dunning_rcs_city", readonly=False
    )
    dunning_signatory_name = fields.Char(
        related="company_id.dunning_signatory_name", readonly=False
    )
    dunning_signatory_title = fields.Char(
        related="company_id.dunning_signatory_title", readonly=False
    )
    dunning_signature = fields.Image(
        related="company_id.dunning_signature", readonly=False
    )
    dunning_bank_account_id = fields.Many2one(
        related="company_id.dunning_bank_account_id",
        readonly=False,
        domain="[('partner_id.ref_company_ids', 'in', company_id)]",
    )
    dunning_mediator_name = fields.Char(
        related="company_id.dunning_mediator_name", readonly=False
    )
    dunning_mediator_address = fields.Char(
        related="company_id.dunning_mediator_address", readonly=False
    )
    dunning_mediator_website = fields.Char(
        related="company_id.dunning_mediator_website", readonly=False
    )
    dunning_complaint_address = fields.Char(
        related="company_id.dunning_complaint_address", readonly=False
    )
    dunning_privacy_contact = fields.Char(
        related="company_id.dunning_privacy_contact", readonly=False
    )
