"""Whether what a debtor pledged was paid: promises, instalments. Plain rules, no Odoo.

Amounts are ``Decimal`` in the company's currency. A payment counts on its own day,
whenever it was matched; money that nobody matched yet counts too: the debtor has paid,
and matching it is our work. No sum keeps two pledges: the first to end takes it first.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)


class Pledge(NamedTuple):
    """What a debtor will have paid by a day."""

    id: int
    since: date  # payments from this day on keep it
    due: date | None = None  # the promised day
    until: date | None = None  # last day a payment keeps it: the same with its grace
    amount: Decimal = ZERO  # 0 = all that is owed on its debts
    moves: frozenset = frozenset()  # empty = all debts of the debtor
    beside: Decimal = ZERO  # of the amount: pledged beyond its debts, in no book yet


class Debt(NamedTuple):
    """A debt, open or paid."""

    move_id: int
    booked: date
    due: date | None
    owed: Decimal
    payments: tuple = ()  # (day, amount), by day


class Receipt(NamedTuple):
    """Money, or a credit note, that no debt knows of yet."""

    day: date
    amount: Decimal
    is_payment: bool = True


class Answer(NamedTuple):
    """What became of a pledge."""

    kept: bool
    paid: Decimal  # in time, and for this pledge
    owed: Decimal  # left of its debts on its last day


def answer(pledges, debts, receipts, tolerance=ZERO):
    """Return {pledge id: ``Answer``} of the pledges of one debtor.

    >>> day = date(2026, 9, 1)
    >>> debt = Debt(7, day, day, Decimal(600), ((date(2026, 9, 9), Decimal(400)),))
    >>> first = Pledge(1, day, date(2026, 9, 10), date(2026, 9, 10), Decimal(400))
    >>> second = Pledge(2, day, date(2026, 9, 20), date(2026, 9, 20), Decimal(400))
    >>> found = answer([second, first], [debt], [])
    >>> found[1].kept, found[2].kept, found[2].paid
    (True, False, Decimal('0'))
    >>> answer([second, first], [debt], [Receipt(day, Decimal(400))])[2].kept
    True
    """
    left = [[amount for _day, amount in debt.payments] for debt in debts]
    free = [receipt.amount for receipt in receipts]
    found = {}
    for pledge in sorted(pledges, key=lambda p: (p.until or date.max, p.id)):
        found[pledge.id] = _answer(pledge, debts, left, receipts, free, tolerance)
    return found


def covers(pledge, debt):
    """Return whether a debt is one of those that were pledged.

    Without named invoices: what was booked when the pledge was made and is due by its
    day. A later invoice was not spoken of.

    >>> day, later = date(2026, 9, 1), date(2026, 9, 30)
    >>> covers(Pledge(1, day, later), Debt(7, day, later, ZERO))
    True
    >>> covers(Pledge(1, day, day), Debt(7, day, later, ZERO))
    False
    """
    if pledge.moves:
        return debt.move_id in pledge.moves
    if debt.booked > pledge.since:
        return False
    return not (pledge.due and debt.due and debt.due > pledge.due)


def _answer(pledge, debts, left, receipts, free, tolerance):
    own = [at for at, debt in enumerate(debts) if covers(pledge, debt)]
    owed = sum((_owed(debts[at], pledge) for at in own), ZERO)
    wanted, beside = pledge.amount or None, pledge.beside
    paid = ZERO
    for at in own:
        for number, (day, _amount) in enumerate(debts[at].payments):
            if pledge.since <= day and _in_time(pledge, day):
                paid += _take(left[at], number, wanted and wanted - paid)
    open_credits = ZERO
    for number, receipt in enumerate(receipts):
        if not _in_time(pledge, receipt.day):
            continue
        if receipt.is_payment and receipt.day >= pledge.since:
            # of what is owed on its debts, no more than that pays them
            room = owed if wanted is None else min(owed + beside, wanted - paid)
            part = _take(free, number, room)
            beside -= max(part - owed, ZERO)
            paid, owed = paid + part, max(owed - part, ZERO)
        open_credits += free[number]
    is_settled = owed - open_credits <= tolerance
    kept = is_settled or (wanted is not None and paid >= wanted - tolerance)
    return Answer(kept, paid, owed)


def _in_time(pledge, day):
    return pledge.until is None or day <= pledge.until


def _owed(debt, pledge):
    """Return what was owed at the end of the last day of the pledge."""
    later = (amount for day, amount in debt.payments if not _in_time(pledge, day))
    return debt.owed + sum(later, ZERO)


def _take(amounts, at, room):
    """Take up to ``room`` (None: all) of an amount; return what was taken."""
    part = amounts[at] if room is None else min(amounts[at], max(room, ZERO))
    amounts[at] -= part
    return part
