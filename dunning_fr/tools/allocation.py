"""Which debt a sum of money reduces, where the ledger does not say.

Two cases: debts that were moved to another account and paid there (``follow``), and
receipts that nobody matched yet (``allocate``). The first debts come first (C. civ.
1342-10, R1.29).
"""

from decimal import Decimal
from typing import NamedTuple


class OpenDebt(NamedTuple):
    """An open debt, in order of due date."""

    id: int
    move_id: int
    amount: Decimal  # still owed


class Receipt(NamedTuple):
    """Money of the debtor that no debt knows of yet."""

    day: object
    amount: Decimal
    move_id: int | None = None  # the invoice it was meant for, if known


def follow(debts, room, reductions):
    """Yield (debt id, reduction) of what reduced debts together, in that order.

    >>> class Debt(NamedTuple):
    ...     id: int
    >>> room = {1: 100, 2: 50}
    >>> list(follow([Debt(1), Debt(2)], room, [("9 May", 120, "payment")]))
    [(1, ('9 May', 100, 'payment')), (2, ('9 May', 20, 'payment'))]
    >>> room
    {1: 0, 2: 30}
    """
    for day, amount, *nature in reductions:
        for id_, part in pour(amount, debts, room):
            yield id_, (day, part, *nature)


def match(sources, targets):
    """Return [(sources, targets)]: which debts went to which lines.

    A line of the same amount as a debt is its own, the others are shared.
    """
    left, pairs, rest = list(sources), [], []
    for target in targets:
        twin = next((s for s in left if s.amount == target.amount), None)
        if twin:
            left.remove(twin)
            pairs.append(([twin], [target]))
        else:
            rest.append(target)
    if left and rest:
        pairs.append((left, rest))
    return pairs


def allocate(receipts, debts):
    """Return [(debt id, day, amount)]: receipts in order of day, first debts first.

    A receipt meant for one invoice pays that one first, the rest of it the others.

    >>> debts = [OpenDebt(1, 7, Decimal(100)), OpenDebt(2, 8, Decimal(50))]
    >>> receipts = [Receipt("9 May", Decimal(120)), Receipt("8 May", Decimal(40), 8)]
    >>> [(id_, day, int(amount)) for id_, day, amount in allocate(receipts, debts)]
    [(2, '8 May', 40), (1, '9 May', 100), (2, '9 May', 10)]
    """
    room = {debt.id: debt.amount for debt in debts}
    found = []
    for receipt in sorted(receipts, key=_day):
        meant = [debt for debt in debts if debt.move_id == receipt.move_id]
        others = [debt for debt in debts if debt.move_id != receipt.move_id]
        parts = pour(receipt.amount, meant + others, room)
        found += [(id_, receipt.day, part) for id_, part in parts]
    return found


def pour(amount, debts, room):
    """Yield (debt id, part) while there is money, taking it out of ``room``."""
    for debt in debts:
        part = min(amount, room[debt.id])
        if part > 0:
            room[debt.id] -= part
            amount -= part
            yield debt.id, part


def _day(receipt):
    return receipt.day
