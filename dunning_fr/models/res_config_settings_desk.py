from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_desk_late_weight = fields.Integer(
        related="company_id.dunning_desk_late_weight", readonly=False
    )
    dunning_desk_risk_weight = fields.Integer(
        related="company_id.dunning_desk_risk_weight", readonly=False
    )
    dunning_desk_broken_weight = fields.Integer(
        related="company_id.dunning_desk_broken_weight", readonly=False
    )
    dunning_desk_bank_days = fields.Integer(
        related="company_id.dunning_desk_bank_days", readonly=False
    )
