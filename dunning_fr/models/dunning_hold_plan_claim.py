from odoo import models
from odoo.exceptions import ValidationError


class DunningHold(models.Model):
    """What a plan includes beyond the debt: never more than the law gives."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    def _check_claim(self):
        """Refuse interest and indemnities beyond the claim of the plan's invoices."""
        self.ensure_one()
        included = {
            "interest": self.covered_interest,
            "indemnity": self.covered_indemnity,
        }
        if not any(included.values()):
            return
        claim, _claimed = self.debtor_id._plan_claim(self.move_ids)
        compare = self.company_currency_id.compare_amounts
        if any(compare(included[kind], claim[kind]) > 0 for kind in claim):
            raise ValidationError(
                self.env._(
                    "%(debtor)s: a plan includes no more than the law gives. Of these "
                    "invoices the claim is %(interest)s of interest and %(indemnity)s "
                    "of indemnities that are not billed or waived.",
                    debtor=self.partner_id.display_name,
                    interest=self._hold_money(claim["interest"]),
                    indemnity=self._hold_money(claim["indemnity"]),
                )
            )
