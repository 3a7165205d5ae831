import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, models

_logger = logging.getLogger(__name__)


class DunningCharge(models.Model):
    """Charges that are paid before they are billed, or billed once paid."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.charge"

    def action_settle(self):
        """Bill what receipts of these debtors pay of their charges, and reconcile."""
        self.check_access("read")
        debtors = self.env["dunning.debtor"].sudo()
        ids = []
        for company, own in self.grouped("company_id").items():
            ids += debtors._ensure(company, own.partner_id.ids).values()
        return self.env["dunning.debtor"].browse(ids).action_settle_charges()

    @api.model
    def _cron_bill_paid(self):
        """Bill what notices claimed of late invoices that are paid by now (R8.3 b).

        For companies that book penalties when the late invoice is paid; the notes are
        posted, nobody is sent anything. One company's failure does not stop another.
        """
        companies = self.env["res.company"].search(
            [("dunning_penalty_posting", "=", "on_payment")]
        )
        for company in companies:
            try:
                with self.env.cr.savepoint():
                    self._bill_paid(company)
            except TransactionRollbackError:
                raise
            except Exception:
                _logger.exception("Dunning: charges of %s not billed", company.name)

    @api.model
    def _bill_paid(self, company):
        receipts = self.env["dunning.charge.receipt"].with_company(company)
        claimed = self.with_company(company).search(
            [("company_id", "=", company.id), ("state", "=", "claimed")]
        )
        if not claimed:
            return
        notes = receipts._settle(company, claimed.partner_id)
        # Odoo shows as paid what was moved to 416 or 413
        moved = self.env["dunning.transfer"]._of_companies(company).debts
        # What was billed once, then credited or cancelled, is for a person to decide
        paid = claimed.filtered(
            lambda charge: (
                not charge.charge_move_id
                and charge.state == "claimed"
                and charge.move_id.payment_state in ("paid", "in_payment")
                and moved.keys().isdisjoint(charge.move_id.line_ids.ids)
            )
        ).move_id
        if paid:
            # interest ran on from the notice to the payment
            lines = paid.line_ids.filtered(_is_debt)
            claimed = self._claim_lines(company, lines, company._dunning_today())
            # none where the invoice was corrected since: nothing is owed any more
            notes += claimed._bill() if claimed else notes.browse()
        _logger.info("Dunning: %s notes billed for %s", len(notes), company.name)


def _is_debt(line):
    return line.account_type == "asset_receivable" and line.amount_currency > 0
