"""A debt paid in instalments: amounts to the cent, days, what a payment pays. No Odoo.

The due dates of the invoices are not touched: an instalment says when nobody asks for
the debt before, not when it was due (no novation, C. civ. 1330).
"""

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from .deadlines import add_months, next_working_day, previous_working_day

ZERO = Decimal(0)
CENT = Decimal("0.01")
WEEKLY, MONTHLY, MONTH_END = "weekly", "monthly", "month_end"
NEXT, PREVIOUS = "next", "previous"
MOST = 120  # instalments: ten years of them


class Share(NamedTuple):
    """What became of an instalment."""

    amount: Decimal  # as agreed
    paid: Decimal
    left: Decimal  # still to come of it; less where a credit note made the debt smaller


def split(total, count, first=None, unit=CENT):
    """Return ``count`` amounts that add up to ``total``; the last takes the rest.

    :param total: ``Decimal``, what the plan covers
    :param count: 1 to 120
    :param first: amount of the first instalment; None: as large as the others
    :param unit: smallest amount of the currency
    :raise ValueError: an instalment would be nothing, or less

    >>> [str(amount) for amount in split(Decimal(100), 3)]
    ['33.33', '33.33', '33.34']
    >>> [str(amount) for amount in split(Decimal("100.00"), 3, first=Decimal(50))]
    ['50', '25.00', '25.00']
    >>> split(Decimal("0.02"), 3)
    Traceback (most recent call last):
    ValueError: 0.02 is too little for 3 instalments
    """
    if not 1 <= count <= MOST:
        raise ValueError(f"{count} instalments")
    if first is not None and count > 1:
        return [first, *split(total - first, count - 1, unit=unit)]
    if first is not None and first != total:
        raise ValueError(f"one instalment of {first} does not cover {total}")
    part = (total / count / unit).to_integral_value(ROUND_DOWN) * unit
    if part <= 0:
        raise ValueError(f"{total} is too little for {count} instalments")
    return [*[part] * (count - 1), total - part * (count - 1)]


def due_days(first, count, period, move=None):
    """Return the days on which ``count`` instalments fall due.

    :param first: ``date`` of the first; with ``MONTH_END`` the end of its month
    :param period: ``WEEKLY``, ``MONTHLY`` (same day of the month, else its last one)
        or ``MONTH_END``
    :param move: ``NEXT`` or ``PREVIOUS``: working day instead of a day off; None: no

    >>> from datetime import date
    >>> [f"{day:%d/%m}" for day in due_days(date(2027, 1, 31), 3, MONTHLY)]
    ['31/01', '28/02', '31/03']
    >>> [f"{day:%d/%m}" for day in due_days(date(2027, 1, 31), 3, MONTHLY, NEXT)]
    ['01/02', '01/03', '31/03']
    >>> [f"{day:%d/%m}" for day in due_days(date(2026, 11, 3), 2, MONTH_END)]
    ['30/11', '31/12']
    """
    if period == WEEKLY:
        days = [first + timedelta(weeks=rank) for rank in range(count)]
    elif period == MONTHLY:
        days = [add_months(first, rank) for rank in range(count)]
    elif period == MONTH_END:
        start = first.replace(day=1)
        days = [
            add_months(start, rank + 1) - timedelta(days=1) for rank in range(count)
        ]
    else:
        raise ValueError(f"no period {period!r}")
    moved = {NEXT: next_working_day, PREVIOUS: previous_working_day}.get(move)
    return [moved(day) for day in days] if moved else days


def allocate(amounts, paid, owed=None):
    """Return a ``Share`` for each instalment, what was paid going to the first ones.

    :param amounts: of the instalments, in their order
    :param paid: ``Decimal``, received for the plan
    :param owed: ``Decimal``, what is left of the debt; less than the instalments ask
        for where a credit note came: the last ones are shortened. None: not known

    >>> [(int(s.paid), int(s.left)) for s in allocate([Decimal(100)] * 3, Decimal(150))]
    [(100, 0), (50, 50), (0, 100)]
    >>> shares = allocate([Decimal(100)] * 3, Decimal(100), owed=Decimal(120))
    >>> [int(share.left) for share in shares]
    [0, 100, 20]
    """
    shares = []
    for amount in amounts:
        part = min(amount, max(paid, ZERO))
        paid -= part
        shares.append(Share(amount, part, amount - part))
    if owed is None:
        return shares
    excess = sum((share.left for share in shares), ZERO) - max(owed, ZERO)
    for rank in reversed(range(len(shares))):
        cut = min(shares[rank].left, max(excess, ZERO))
        excess -= cut
        shares[rank] = shares[rank]._replace(left=shares[rank].left - cut)
    return shares


def status(share, due, day, tolerance=ZERO):
    """Return "paid", "late", "partly" or "to_come" for an instalment on a day.

    Due today is not late.

    >>> from datetime import date
    >>> share, due = Share(Decimal(100), Decimal(40), Decimal(60)), date(2026, 9, 1)
    >>> status(share, due, date(2026, 9, 1)), status(share, due, date(2026, 9, 2))
    ('partly', 'late')
    """
    if share.left <= tolerance:
        return "paid"
    if due < day:
        return "late"
    return "partly" if share.paid > 0 else "to_come"
