"""Whether what a debtor pledged was paid: promises, instalments. Plain rules, no Odoo.

Amounts are ``Decimal`` in the company's currency. A payment counts on its own day,
whenever it was matched; money that nobody matched yet counts too: the debtor has paid,
and matching it is our work. No sum keeps two pledges: the first to end takes it first,
and a plan takes it one instalment after the other.
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
    steps: tuple = ()  # of a plan: (day with its grace, pledged by then in all)


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
    money = _Money(debts, receipts)
    counts = {pledge.id: _Count(pledge, debts) for pledge in pledges}
    turns = sorted(
        (day or date.max, pledge.id, rank, wanted)
        for pledge in pledges
        for rank, (day, wanted) in enumerate(_turns(pledge))
    )
    found = {}
    for _day, pledge_id, _rank, wanted in turns:
        counts[pledge_id].take(money, wanted or None)
        found[pledge_id] = counts[pledge_id].answer(money, tolerance)  # the last stays
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


def _turns(pledge):
    """Return ((day, pledged by then in all), …): when a pledge may take its money."""
    if not pledge.steps:
        return ((pledge.until, pledge.amount),)
    # the whole, whatever the instalments add up to
    return (*pledge.steps[:-1], (pledge.steps[-1][0], pledge.amount))


class _Money:
    """What no pledge has taken yet: of the payments of each debt, and of receipts."""

    def __init__(self, debts, receipts):
        self.debts, self.receipts = debts, receipts
        self.left = [[amount for _day, amount in debt.payments] for debt in debts]
        self.free = [receipt.amount for receipt in receipts]


class _Count:
    """What a pledge has been given so far."""

    def __init__(self, pledge, debts):
        self.pledge, self.paid, self.beside = pledge, ZERO, pledge.beside
        self.own = [at for at, debt in enumerate(debts) if covers(pledge, debt)]
        self.owed = sum((_owed(debts[at], pledge) for at in self.own), ZERO)

    def take(self, money, wanted):
        """Take what was paid in time, up to ``wanted`` in all; None: all of it."""
        pledge = self.pledge
        for at in self.own:
            for number, (day, _amount) in enumerate(money.debts[at].payments):
                if pledge.since <= day and _in_time(pledge, day):
                    room = wanted and wanted - self.paid
                    self.paid += _take(money.left[at], number, room)
        for number, receipt in enumerate(money.receipts):
            if not (receipt.is_payment and pledge.since <= receipt.day):
                continue
            if not _in_time(pledge, receipt.day):
                continue
            # of what is owed on its debts, no more than that pays them
            room = self.owed
            if wanted is not None:
                room = min(self.owed + self.beside, wanted - self.paid)
            part = _take(money.free, number, room)
            self.beside -= max(part - self.owed, ZERO)
            self.paid, self.owed = self.paid + part, max(self.owed - part, ZERO)

    def answer(self, money, tolerance):
        """Return the ``Answer``, once all its turns are over."""
        open_credits = sum(
            (
                money.free[number]
                for number, receipt in enumerate(money.receipts)
                if _in_time(self.pledge, receipt.day)
            ),
            ZERO,
        )
        wanted = self.pledge.amount
        is_settled = self.owed - open_credits <= tolerance
        kept = is_settled or bool(wanted and self.paid >= wanted - tolerance)
        return Answer(kept, self.paid, self.owed)


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
