from odoo import fields, models


# pylint: disable-next=no-wizard-in-models
class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_sale_block = fields.Boolean(
        related="company_id.dunning_sale_block", readonly=False
    )
    dunning_sale_block_amount = fields.Monetary(
        related="company_id.dunning_sale_block_amount", readonly=False
    )
