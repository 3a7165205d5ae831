from odoo import models

from .account_move import CLAIMED_TYPES

REPORT = "dunning_fr.report_calculation_sheet"


class AccountMove(models.Model):
    """What late payment adds to an invoice, on screen and written out."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def _dunning_calculation_sheet(self, as_of, lang=None):
        """Return the calculation sheet of these invoices, see ``dunning.calculation``.

        Documents that bear no late-payment interest are left out.

        :param as_of: last day counted
        :param lang: language of the texts; by default each debtor's own
        """
        self.check_access("read")
        moves = self.filtered(
            lambda move: move.move_type in CLAIMED_TYPES and move.state == "posted"
        )
        return self.env["dunning.calculation"]._sheet(moves, as_of, lang)

    def _dunning_calculation_sheet_pdf(self, as_of):
        """Return the calculation sheet of these invoices at a day as a PDF."""
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_pdf(REPORT, self.ids, {"as_of": as_of})[0]
