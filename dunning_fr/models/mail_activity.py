from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # A run has no discussion of its own: its activities are their owners' alone
    dunning_run_id = fields.Many2one(
        "dunning.run", string="Dunning run", index="btree_not_null", ondelete="cascade"
    )
