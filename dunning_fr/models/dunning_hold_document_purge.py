import hashlib

from odoo import models


class DunningHoldDocument(models.Model):
    """A letter of a payment plan that was erased as notices are (R10.8)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _name = "dunning.hold.document"
    _inherit = ["dunning.hold.document", "dunning.sealed.mixin"]

    def _sealed_hash(self):
        return self.sha256

    def _current_hash(self):
        return hashlib.sha256(self._raw()).hexdigest()

    def _compute_is_intact(self):
        result = super()._compute_is_intact()
        lost = self.filtered(lambda letter: not letter.is_intact)
        lost.browse(lost._erasures()).is_intact = True
        return result
