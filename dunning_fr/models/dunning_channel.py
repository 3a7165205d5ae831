from collections import defaultdict

from odoo import api, fields, models


class DunningChannel(models.Model):
    """A way to reach a debtor; an integrator's add-on may bring more."""

    _name = "dunning.channel"
    _description = "Dunning channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code)", "A channel with this code exists already."
    )

    def _is_postal(self):
        """Return whether a person posts it: a PDF is printed, then confirmed."""
        self.ensure_one()
        return self.code in ("letter", "registered_letter")

    @api.model
    def _by_code(self):
        """Return {code: channel}; an archived or missing code gives no channel."""
        channels = self.search([("active", "=", True)])  # whatever the context says
        return defaultdict(self.browse, {c.code: c for c in channels})
