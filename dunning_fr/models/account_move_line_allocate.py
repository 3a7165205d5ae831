from odoo import models


class AccountMoveLine(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move.line"

    def action_dunning_allocate(self):
        """Show how these receipts would pay the first due, before it is done."""
        self.check_access("read")
        return self.env["dunning.allocate"]._open(self)
