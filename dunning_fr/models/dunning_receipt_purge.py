from odoo import models


class DunningReceipt(models.Model):
    """A scan that was erased with its notice."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _name = "dunning.receipt"
    _inherit = ["dunning.receipt", "dunning.sealed.mixin"]

    def _sealed_hash(self):
        return self.sha256

    def _current_hash(self):
        return self._digest(self._raw())

    def _compute_is_intact(self):
        result = super()._compute_is_intact()
        lost = self.filtered(lambda receipt: not receipt.is_intact)
        lost.browse(lost._erasures()).is_intact = True
        return result
