from odoo import models
from odoo.fields import Domain


class AccountMove(models.Model):
    """Why an invoice is not to be paid to us now: what online payments ask."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def _dunning_payment_stop_text(self):
        """Say why the invoice is not to be paid to us now, in words for the customer.

        Empty when it may be paid.
        """
        self.ensure_one()
        return self._dunning_payment_stops().get(self.id, "")

    def _dunning_payment_stops(self):
        """Return {invoice id: why it is not to be paid to us now}.

        A commissaire de justice waits for the customer's answer: what is paid before
        the outcome is recorded, the law does not want (R6.12). What was sold to a
        factor, and paid to us, would not free the customer.

        A constant number of queries for each company, whatever the number of invoices.
        """
        # sudo: the customer itself asks, from its portal
        stopped = self.env["dunning.case"].sudo()._stopped_moves(self)
        found = {move.id: self._dunning_wait_words() for move in stopped}
        for company, moves in self.sudo().grouped("company_id").items():
            for hold in moves._dunning_payment_holds(company):
                own = moves.filtered(
                    lambda move, hold=hold: (
                        move in hold.move_ids
                        if hold.move_ids
                        else move.commercial_partner_id == hold.partner_id
                    )
                )
                words = (
                    hold._payee_stop()
                    if hold.kind == "factored"
                    else self._dunning_wait_words()
                )
                found = {**dict.fromkeys(own.ids, words), **found}
        return found

    def _dunning_payment_holds(self, company):
        """Return the holds in force because of which customers do not pay us.

        A month to answer with a legal case is left to it: it knows when the outcome
        came.
        """
        today, holds = company._dunning_today(), self.env["dunning.hold"]
        debtors = self.env["dunning.debtor"].with_context(active_test=False)
        debtors = debtors.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
            ]
        )
        waiting = holds.search(
            holds._acting_domain(today)
            & Domain("kind", "=", "small_claims")
            & Domain("case_id", "=", False)
            & Domain("debtor_id", "in", debtors.ids)
        )
        return waiting + holds._sold(debtors, today)

    def _dunning_wait_words(self):
        return self.env._(
            "Online payment is suspended until the commissaire de justice has recorded "
            "the outcome of the proposal sent to you."
        )
