from collections import defaultdict
from datetime import date

from odoo import api, models

from ..tools.allocation import OpenDebt, Receipt, allocate


class DunningUnallocated(models.AbstractModel):
    """Money received that no invoice knows of yet, seen from the claims.

    A claim counts it from its own date, as if it paid the customer's first debts; the
    principal stays the ledger's. What it is meant for is for a person to match.
    """

    _name = "dunning.unallocated"
    _description = "Receipts not matched yet"

    @api.model
    def _of_open_items(self, items, in_process, factors):
        """Return {item id: [reduction]} of the debts among open ``items``.

        :param items: all open items of the customers, credits included; of several
            companies, each company's receipts pay its own debts
        :param in_process: {move id: [(day, amount)]} of payments without entry
        :param factors: {currency id: minor units in one}
        """
        receipts = defaultdict(list)
        for item in items:
            if item.residual < 0 and not item.account_excluded:
                receipts[_owner(item)].append(_receipt(item))
            elif item.move_id in in_process:
                receipts[_owner(item)] += [
                    Receipt(day, amount, item.move_id)
                    for day, amount in in_process[item.move_id]
                ]
        if not receipts:
            return {}
        debts = defaultdict(list)
        for item in items:
            if item.residual > 0 and not item.account_excluded:
                debts[_owner(item)].append(item)
        found = defaultdict(list)
        for owner in receipts.keys() & debts.keys():
            open_debts = [
                OpenDebt(item.id, item.move_id, item.residual)
                for item in sorted(debts[owner], key=_rank)
            ]
            factor = factors[owner[-1]]
            for item_id, day, amount in allocate(receipts[owner], open_debts):
                found[item_id].append((day, round(amount * factor), True))
        return found


def _owner(item):
    return item.company_id, item.partner_id, item.currency_id


def _receipt(credit):
    day = credit.date
    if credit.reverses and credit.credit_kind != "gesture":
        day = date.min  # a correction, as it will be once matched (R1.27)
    return Receipt(day, -credit.residual, credit.reverses)


def _rank(item):
    return item.date_maturity or item.date, item.id
