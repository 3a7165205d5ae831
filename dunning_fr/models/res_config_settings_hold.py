from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_promise_grace_days = fields.Integer(
        related="company_id.dunning_promise_grace_days", readonly=False
    )
    dunning_plan_grace_days = fields.Integer(
        related="company_id.dunning_plan_grace_days", readonly=False
    )
    dunning_plan_breach = fields.Selection(
        related="company_id.dunning_plan_breach", readonly=False
    )
    dunning_plan_notice_days = fields.Integer(
        related="company_id.dunning_plan_notice_days", readonly=False
    )
    dunning_plan_reminder_days = fields.Integer(
        related="company_id.dunning_plan_reminder_days", readonly=False
    )
