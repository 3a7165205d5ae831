from odoo import fields, models


class DunningFallback(models.Model):
    """What a policy tries when the channels of a level cannot reach the debtor."""

    _name = "dunning.fallback"
    _description = "Fallback of a dunning policy"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("policy_id", "company_id")
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "dunning.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    channel_id = fields.Many2one("dunning.channel", required=True, ondelete="restrict")

    _channel_unique = models.UniqueIndex(
        "(policy_id, channel_id)", "A policy falls back on a channel once."
    )
