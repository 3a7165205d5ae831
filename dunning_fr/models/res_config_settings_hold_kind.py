from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_hold_warning_days = fields.Integer(
        related="company_id.dunning_hold_warning_days", readonly=False
    )
    dunning_document_days = fields.Integer(
        related="company_id.dunning_document_days", readonly=False
    )
    dunning_talks_pause_interest = fields.Boolean(
        related="company_id.dunning_talks_pause_interest", readonly=False
    )
    dunning_factored_claims = fields.Boolean(
        related="company_id.dunning_factored_claims", readonly=False
    )
