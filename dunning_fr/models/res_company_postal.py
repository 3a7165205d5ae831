from odoo import models

from ..tools.postal import window_lines


class ResCompany(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    def _dunning_sender_lines(self):
        """Return the sender's address as the post reads it: six lines of 38 signs."""
        partner = self.partner_id
        town = " ".join(filter(None, [partner.zip, partner.city]))
        rows = [partner.street, partner.street2, town]
        return window_lines(self.name, "\n".join(filter(None, rows)))
