from odoo import models


class DunningRun(models.Model):
    """Promises are settled before anything is drafted."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.run"

    def _prepare_notices(self):
        holds = self.env["dunning.hold"]._worded(self.company_id)
        holds._settle_holds(self.company_id, self.date)
        return super()._prepare_notices()
