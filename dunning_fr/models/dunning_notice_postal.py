from odoo import models

from ..tools.postal import window_lines


class DunningNotice(models.Model):
    """Where a letter goes, as the post sorts it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    def _postal_order(self):
        """Return the key that sorts letters: France first, then by postal code."""
        rows = window_lines(*self._letter_addressee())
        last = rows[-1] if len(rows) > 1 else ""
        abroad = bool(last) and not any(sign.isdigit() for sign in last)
        town = rows[-2] if abroad and len(rows) > 2 else last
        return (last if abroad else "", town)
