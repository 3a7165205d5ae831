from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_call_intervals = fields.Char(
        related="company_id.dunning_call_intervals", readonly=False
    )
    dunning_call_week_max = fields.Integer(
        related="company_id.dunning_call_week_max", readonly=False
    )
