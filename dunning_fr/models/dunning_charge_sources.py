"""Notices that claim say so to the charges when they leave, or come back."""

from odoo import api, models


class DunningNotice(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    @api.model_create_multi
    def create(self, vals_list):
        notices = super().create(vals_list)
        self.env["dunning.charge"]._claim_notices(notices._sent())
        return notices

    def _derive(self, names, before):
        result = super()._derive(names, before)
        if "state" in names:
            after = self._sent()
            charges = self.env["dunning.charge"]
            charges._claim_notices(after - before)
            charges._unclaim_notices((before - after).filtered("level_id"))
        return result

    def _claimed_kinds(self):
        """Return the kinds of charges that the notice asks for."""
        level = self.level_id
        kinds = {
            "interest": level.claims_interest,
            "indemnity": level.claims_indemnity,
        }
        return [kind for kind, claims in kinds.items() if claims == "claimed"]
