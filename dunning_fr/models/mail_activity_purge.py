from odoo import fields, models


class MailActivity(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "mail.activity"

    # The log has no discussion of its own: its activities are their owners' alone
    dunning_purge_id = fields.Many2one(
        "dunning.purge",
        string="Erasure of personal data",
        index="btree_not_null",
        ondelete="cascade",
    )
