from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """From invoices to a legal procedure."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def action_dunning_legal(self):
        """Open the choice of a procedure on these invoices, of one debtor."""
        customers = self.commercial_partner_id
        if len(customers) != 1 or len(self.company_id) != 1:
            raise UserError(
                self.env._(
                    "A procedure is against one debtor of one company: choose the "
                    "invoices of one customer."
                )
            )
        debtor = customers.with_company(self.company_id)._dunning_debtor()
        return self.env["dunning.legal.wizard"]._open(debtor, self)
