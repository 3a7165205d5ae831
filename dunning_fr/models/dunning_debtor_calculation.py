from odoo import models


class DunningDebtor(models.Model):
    _inherit = "dunning.debtor"

    def action_open_calculation(self):
        """Show how what the debtor owes for lateness is computed.

        If nothing is late now, what was paid late (R1.35).
        """
        self.ensure_one()
        self.check_access("read")
        wizard = self.env["dunning.calculation.wizard"].create(
            {"company_id": self.company_id.id, "partner_id": self.partner_id.id}
        )
        if not wizard.move_ids:
            wizard.with_paid = True
        return wizard._dialog()
