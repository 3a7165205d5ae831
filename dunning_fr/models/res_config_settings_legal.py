from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_trade = fields.Selection(
        related="company_id.partner_id.dunning_trade", readonly=False
    )
    dunning_employees = fields.Integer(
        related="company_id.dunning_employees", readonly=False
    )
    dunning_representative = fields.Char(
        related="company_id.dunning_representative", readonly=False
    )
    dunning_person_details = fields.Char(
        related="company_id.dunning_person_details", readonly=False
    )
