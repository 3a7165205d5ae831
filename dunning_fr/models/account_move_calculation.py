from odoo import api, fields, models

from .account_move import CLAIMED_TYPES
from .dunning_progress_mixin import ACCOUNTING

REPORT = "dunning_fr.report_calculation_sheet"


class AccountMove(models.Model):
    """What late payment adds to an invoice, on screen and written out."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    dunning_interest = fields.Monetary(
        string="Late-payment interest",
        compute="_compute_dunning_claim",
        groups=ACCOUNTING,
        help="What late payment adds to the invoice up to today, whether or not it is "
        "paid by now; rounded once (R1.15, R1.16, R1.35).",
    )
    dunning_indemnity = fields.Monetary(
        string="Indemnity for recovery costs",
        compute="_compute_dunning_claim",
        groups=ACCOUNTING,
        help="Once for an invoice that was not paid in time, between professionals and "
        "by public buyers (R1.20, R3.10).",
    )
    dunning_claim_total = fields.Monetary(
        string="Interest and indemnity",
        compute="_compute_dunning_claim",
        groups=ACCOUNTING,
        help="Late-payment interest and indemnity up to today, in the currency of the "
        "invoice.",
    )
    dunning_claim_company_total = fields.Monetary(
        string="Interest and indemnity, company currency",
        compute="_compute_dunning_claim",
        currency_field="company_currency_id",
        groups=ACCOUNTING,
        help="The same at today's rate of exchange.",
    )
    dunning_claim_days = fields.Integer(
        string="Days late",
        compute="_compute_dunning_claim",
        groups=ACCOUNTING,
        help="Days that bear interest, up to the payment or today, of the instalment "
        "that was late the longest (R1.12).",
    )
    dunning_claim_missing = fields.Char(
        string="Half-years without rates",
        compute="_compute_dunning_claim",
        groups=ACCOUNTING,
        help="No interest is computed without the rates of a half-year (R9.2).",
    )

    @api.depends(
        "state",
        "line_ids.amount_residual",
        "line_ids.date_maturity",
        "line_ids.partner_id.debtor_kind",
        "debtor_kind",
        "dunning_term_start",
        "dunning_suspension_from",
        "dunning_suspension_to",
        "dunning_contract_rate_type",
        "dunning_contract_rate",
        "dunning_no_claim",
        "dunning_judgment_served",
    )
    def _compute_dunning_claim(self):
        """Read the claims of all invoices at once; nothing is stored."""
        claims = self._dunning_claims()
        for move in self:
            own = claims.get(move._origin.id, [])
            missing = {line.claim.missing for line in own if line.claim.missing}
            move.dunning_claim_missing = ", ".join(sorted(missing))
            days = [_days_late(line.claim) for line in own]
            move.dunning_claim_days = max(days, default=0)
            move.dunning_interest = sum(float(line.interest or 0) for line in own)
            move.dunning_indemnity = sum(float(line.indemnity) for line in own)
            total = move.dunning_interest + move.dunning_indemnity
            move.dunning_claim_total = total
            move.dunning_claim_company_total = (
                move.currency_id._convert(
                    total,
                    move.company_id.currency_id,
                    move.company_id,
                    move.company_id._dunning_today(),
                )
                if total
                else 0
            )

    def _dunning_claims(self):
        """Return {move id: [``LineClaim``]} of these invoices up to today."""
        found = {}
        invoices = self._origin._dunning_claimable()
        for company, own in invoices.grouped("company_id").items():
            lines = self.env["dunning.calculation"]._receivable_lines(own)
            moves = {line.id: line.move_id.id for line in lines}
            today = company._dunning_today()
            claims = self.env["dunning.claim"]._for_lines(lines.ids, today)
            for line_id, claim in claims.items():
                found.setdefault(moves[line_id], []).append(claim)
        return found

    def _dunning_claimable(self):
        """Return the invoices among ``self`` whose lateness can be claimed.

        A note de débit bears neither interest nor indemnity (invariant 7).
        """
        invoices = self.filtered(
            lambda move: move.move_type in CLAIMED_TYPES and move.state == "posted"
        )
        return invoices - invoices._dunning_notes()

    def action_open_dunning_calculation(self):
        """Show how the interest and indemnity of these invoices are computed."""
        self.check_access("read")
        wizard = self.env["dunning.calculation.wizard"].create(
            {
                "company_id": self.company_id[:1].id or self.env.company.id,
                "move_ids": self._dunning_claimable().ids,
            }
        )
        return wizard._dialog()

    def _dunning_calculation_sheet(self, as_of, lang=None, partner=None):
        """Return the calculation sheet of these invoices, see ``dunning.calculation``.

        Documents that bear no late-payment interest are left out.

        :param as_of: last day counted
        :param lang: language of the texts; by default each debtor's own
        :param partner: the only debtor; then opening entries count too, which hold
            documents of many
        """
        self.check_access("read")
        moves = self - self._dunning_notes()  # invariant 7
        return self.env["dunning.calculation"]._sheet(moves, as_of, lang, partner)

    def _dunning_calculation_sheet_pdf(self, as_of, partner=None):
        """Return the calculation sheet of these invoices at a day as a PDF."""
        values = {"as_of": as_of, "partner_id": partner and partner.id}
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_pdf(REPORT, self.ids, values)[0]


def _days_late(claim):
    """Return the days from the end of the term to the last one with interest."""
    if not claim.segments:
        return 0
    return (claim.segments[-1].date_to - claim.term_end).days
