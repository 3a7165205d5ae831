from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_statement_marks = fields.Boolean(
        related="company_id.dunning_statement_marks", readonly=False
    )
