from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_insurance_days = fields.Integer(
        related="company_id.dunning_insurance_days", readonly=False
    )
    dunning_solvency_months = fields.Integer(
        related="company_id.dunning_solvency_months", readonly=False
    )
