from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_profile_months = fields.Integer(
        related="company_id.dunning_profile_months", readonly=False
    )
    dunning_profile_min_invoices = fields.Integer(
        related="company_id.dunning_profile_min_invoices", readonly=False
    )
    dunning_profile_slow_days = fields.Integer(
        related="company_id.dunning_profile_slow_days", readonly=False
    )
    dunning_profile_chronic_days = fields.Integer(
        related="company_id.dunning_profile_chronic_days", readonly=False
    )
    dunning_profile_chronic_share = fields.Integer(
        related="company_id.dunning_profile_chronic_share", readonly=False
    )
    dunning_profile_disputes = fields.Integer(
        related="company_id.dunning_profile_disputes", readonly=False
    )
