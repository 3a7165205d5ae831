from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.pledges import Debt, Receipt

ONE = Decimal(1)


class DunningHold(models.Model):
    """What the ledger says of the debts that holds are about; nothing is kept."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    @api.model
    def _ledger(self, company, partner_ids, since):
        """Return ({customer: [``Debt``]}, {customer: [``Receipt``]}).

        The debts still open, and those with a payment from ``since`` on; amounts are
        Decimal in the company's currency. A constant number of queries, a few more
        where debts were moved to another account.
        """
        items = self._ledger_items(company, partner_ids, since)
        found = [item for item in items if item.original > 0]
        reductions = self.env["dunning.reduction"]._of_lines([i.id for i in found])
        in_process = self.env["account.move.line"]._dunning_payments_in_process(
            {item.move_id for item in found}
        )
        rates, units = self._ledger_rates(company, found), self._ledger_units(found)
        debts, receipts = defaultdict(list), defaultdict(list)
        for item in found:
            unit, rate = units[item.currency_id], rates[item.id]
            paid = [
                (day, amount / unit * rate)
                for day, amount, is_payment in reductions.get(item.id, ())
                if is_payment
            ]
            owed = Decimal(0) if item.account_excluded else item.company_residual
            for day, amount in in_process.pop(item.move_id, ()):
                part = min(amount * rate, owed)
                paid, owed = [*paid, (day, part)], owed - part
            debt = Debt(
                item.move_id,
                item.invoice_date or item.date,
                item.date_maturity,
                owed,
                tuple(sorted(paid)),
            )
            debts[item.partner_id].append(debt)
        for item in items:
            if item.residual < 0 and not item.account_excluded:
                is_money = item.move_type == "entry"
                receipt = Receipt(item.date, -item.company_residual, is_money)
                receipts[item.partner_id].append(receipt)
        return debts, receipts

    @api.model
    def _ledger_items(self, company, partner_ids, since):
        """Return the open ``DunningItem``s, and the paid ones that matter."""
        lines = self.env["account.move.line"]
        self.env["account.partial.reconcile"].flush_model()
        transfers = self.env["dunning.transfer"]._of_companies(company)
        moved = list(transfers.debts) if transfers else []
        items = lines._dunning_read(
            [
                SQL("line.company_id = %s", company.id),
                SQL("line.partner_id = ANY(%s::int[])", array_literal(partner_ids)),
                SQL(
                    """(line.reconciled IS NOT TRUE OR line.id = ANY(%s::int[])
                        OR EXISTS (SELECT FROM account_partial_reconcile partial
                                     JOIN account_move_line paid
                                       ON paid.id = partial.credit_move_id
                                    WHERE partial.debit_move_id = line.id
                                      AND paid.date >= %s))""",
                    array_literal(moved),
                    since,
                ),
            ]
        )
        if transfers:
            items = [lines._dunning_moved(item, transfers) for item in items]
        return self.env["dunning.transfer"]._without_arrived(items)

    @api.model
    def _ledger_units(self, items):
        currencies = self.env["res.currency"].browse({i.currency_id for i in items})
        return {c.id: Decimal(10) ** c.decimal_places for c in currencies}

    @api.model
    def _ledger_rates(self, company, items):
        """Return {item id: company currency for one of the item's, as booked}."""
        own = company.currency_id.id
        rates = {item.id: ONE for item in items}
        foreign = [item for item in items if item.currency_id != own]
        # sudo: amounts alone; the caller may see the hold
        lines = self.env["account.move.line"].sudo()
        lines = lines.browse(item.id for item in foreign)
        for item, line in zip(foreign, lines, strict=True):
            rates[item.id] = Decimal(str(line.balance)) / item.original
        return rates
