from odoo import models


class DunningDownloadMixin(models.AbstractModel):
    """Files of a record, downloaded through Odoo's own route."""

    _name = "dunning.download.mixin"
    _description = "Files to download"

    def _download_action(self, field, name):
        """Return the action that downloads a file of ``self``; rights are checked."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}/{name}?download=true",
            "target": "download",
        }
