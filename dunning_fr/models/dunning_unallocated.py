from collections import defaultdict
from datetime import date

from odoo import api, models

from ..tools.allocation import Debt, Receipt, allocate
from .dunning_reduction import Reduction


class DunningUnallocated(models.AbstractModel):
    """Money received that no invoice knows of yet, seen from the claims.

    A claim counts it from its own date, as if it paid the customer's first debts; the
    principal stays the ledger's. What it is meant for is for a person to match.
    """

    _name = "dunning.unallocated"
    _description = "Receipts not matched yet"

    @api.model
    def _of_open_items(self, items, in_process):
        """Return {item id: [``Reduction``]} of the debts among open ``items``.

        :param items: all open items of the customers, credits included
        :param in_process: {move id: [(day, amount)]} of payments without entry
        """
        debts, receipts = defaultdict(list), defaultdict(list)
        for item in items:
            if item.account_excluded:
                continue
            key = (item.partner_id, item.currency_id)
            if item.residual < 0:
                receipts[key].append(_receipt(item))
            elif item.residual > 0:
                debts[key].append(item)
                for day, amount in in_process.get(item.move_id, ()):
                    receipts[key].append(Receipt(day, amount, item.move_id))
        found = defaultdict(list)
        for key in receipts.keys() & debts.keys():
            open_debts = [
                Debt(item.id, item.move_id, item.residual)
                for item in sorted(debts[key], key=_rank)
            ]
            for item_id, day, amount in allocate(receipts[key], open_debts):
                found[item_id].append(Reduction(day, amount, True))
        return found


def _receipt(credit):
    day = credit.date
    if credit.reverses and credit.credit_kind != "gesture":
        day = date.min  # a correction, as it will be once matched (R1.27)
    return Receipt(day, -credit.residual, credit.reverses)


def _rank(item):
    return item.date_maturity or item.date, item.id
