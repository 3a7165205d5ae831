import hashlib

from odoo import models


class DunningDocument(models.Model):
    """A document of a case that was erased once its title was over."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _name = "dunning.document"
    _inherit = ["dunning.document", "dunning.sealed.mixin"]

    def _sealed_hash(self):
        return self.sha256

    def _current_hash(self):
        return hashlib.sha256(self._raw()).hexdigest()

    def _compute_is_intact(self):
        result = super()._compute_is_intact()
        lost = self.filtered(lambda document: not document.is_intact)
        lost.browse(lost._erasures()).is_intact = True
        return result
