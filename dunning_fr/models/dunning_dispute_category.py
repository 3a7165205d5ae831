from odoo import fields, models


class DunningDisputeCategory(models.Model):
    """What disputes are about: the company's own list, to see where they come from."""

    _name = "dunning.dispute.category"
    _description = "Category of disputes"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
