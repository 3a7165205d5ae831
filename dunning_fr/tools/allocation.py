"""Which debt a sum of money reduces, where the ledger does not say.

Two cases: debts that were moved to another account and paid there (``follow``), and
receipts that nobody matched yet (``allocate``). The first debts come first (C. civ.
1342-10, R1.29).
"""

from decimal import Decimal
from typing import NamedTuple


class Source(NamedTuple):
    """A debt that was transferred, in order of due date."""

    id: int
    amount: int  # minor unit
    partner_id: int | None = None


class Target(NamedTuple):
    """A line it was transferred to, and what reduced that line since."""

    amount: int  # minor unit
    reductions: list  # (day, amount, …)
    partner_id: int | None = None


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


def follow(sources, targets):
    """Return [(source id, reduction)] of what reduced the targets.

    >>> debts = [Source(1, 100), Source(2, 50)]
    >>> one_line = [Target(150, [("9 May", 120)])]
    >>> follow(debts, one_line)
    [(1, ('9 May', 100)), (2, ('9 May', 20))]
    >>> own_lines = [Target(50, [("9 May", 20)]), Target(100, [])]
    >>> follow(debts, own_lines)
    [(2, ('9 May', 20))]
    """
    pairs = []
    for debts, lines in _match_customers(sources, targets):
        room = {source.id: source.amount for source in debts}
        reductions = [reduction for line in lines for reduction in line.reductions]
        for day, amount, *nature in sorted(reductions):
            parts = pour(amount, debts, room)
            pairs += [(id_, (day, part, *nature)) for id_, part in parts]
    return pairs


def _match_customers(sources, targets):
    """Return ``match`` of each customer: an entry may move debts of many.

    One line that names no customer makes them all one.
    """
    customers = dict.fromkeys(source.partner_id for source in sources)
    if len(customers) == 1 or not all(target.partner_id for target in targets):
        return match(sources, targets)
    return [
        pair
        for customer in customers
        for pair in match(_of(customer, sources), _of(customer, targets))
    ]


def _of(customer, rows):
    return [row for row in rows if row.partner_id == customer]


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
