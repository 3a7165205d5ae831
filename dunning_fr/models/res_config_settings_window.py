from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_window = fields.Boolean(related="company_id.dunning_window", readonly=False)
    dunning_window_from = fields.Float(
        related="company_id.dunning_window_from", readonly=False
    )
    dunning_window_to = fields.Float(
        related="company_id.dunning_window_to", readonly=False
    )
    dunning_window_saturday = fields.Boolean(
        related="company_id.dunning_window_saturday", readonly=False
    )
    dunning_daily_max = fields.Integer(
        related="company_id.dunning_daily_max", readonly=False
    )

    dunning_auto_run = fields.Boolean(
        related="company_id.dunning_auto_run", readonly=False
    )
    dunning_auto_user_id = fields.Many2one(
        related="company_id.dunning_auto_user_id",
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    dunning_auto_max = fields.Integer(
        related="company_id.dunning_auto_max", readonly=False
    )

    dunning_contact_rule = fields.Selection(
        related="company_id.root_id.dunning_contact_rule", readonly=False
    )
    dunning_contact_days = fields.Integer(
        related="company_id.root_id.dunning_contact_days", readonly=False
    )
