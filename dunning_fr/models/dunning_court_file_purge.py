from odoo import models


class DunningCourtFile(models.Model):
    """A court file that was erased once its title was over (R10.8)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _name = "dunning.court.file"
    _inherit = ["dunning.court.file", "dunning.sealed.mixin"]

    def _sealed_hash(self):
        return self.pdf_sha256 and f"{self.pdf_sha256}:{self.zip_sha256}"

    def _current_hash(self):
        pdf, archive = (
            self._digest(self._stored(field).raw) for field in ("pdf_file", "zip_file")
        )
        return f"{pdf}:{archive}"

    def _compute_is_intact(self):
        result = super()._compute_is_intact()
        lost = self.filtered(lambda file: not file.is_intact)
        lost.browse(lost._erasures()).is_intact = True
        return result
