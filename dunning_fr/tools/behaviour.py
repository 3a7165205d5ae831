"""How a customer pays: plain arithmetic over payments, explained by its parts.

Days late are weighted by amount: 10 € paid a year late do not make a bad payer. A
payment before its due date counts as none: an early one never hides a late one.
"""

from datetime import date
from typing import NamedTuple

NEW, GOOD, SLOW, CHRONIC, DISPUTES = "new", "good", "slow", "chronic", "disputes"
QUARTERS = 8
STEADY = 5  # days: a difference up to this one is no trend


class Payment(NamedTuple):
    """A part of an invoice that was paid, in company currency."""

    day: date
    due: date
    amount: float
    document: object

    @property
    def days(self):
        return max((self.day - self.due).days, 0)


class Overdue(NamedTuple):
    """What is late today: how many items, their sum, and the sum times its days."""

    count: int = 0
    amount: float = 0.0
    weighted: float = 0.0


NOTHING_LATE = Overdue()


class Thresholds(NamedTuple):
    """Where a profile begins; the company sets them."""

    min_documents: int = 3
    slow_days: int = 10
    chronic_days: int = 30
    chronic_share: float = 0.5
    disputes: int = 3


class Behaviour(NamedTuple):
    """What is shown of a debtor; shares from 0 to 1."""

    documents: int
    average_days: float
    late_share: float
    overdue_count: int
    overdue_days: float
    overall_days: float
    disputes: int
    profile: str
    trend: str | None
    quarters: list


def quarter_of(day):
    """Return the first day of the quarter of ``day``.

    >>> quarter_of(date(2026, 12, 31))
    datetime.date(2026, 10, 1)
    """
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def last_quarters(day, count=QUARTERS):
    """Return the first days of the last quarters, that of ``day`` last.

    >>> [str(first) for first in last_quarters(date(2026, 2, 5), 3)]
    ['2025-07-01', '2025-10-01', '2026-01-01']
    """
    index = day.year * 4 + (day.month - 1) // 3
    return [
        date(number // 4, 3 * (number % 4) + 1, 1)
        for number in range(index - count + 1, index + 1)
    ]


def average_days(payments):
    """Return the days late of ``payments``, weighted by amount; ``None`` without any.

    >>> due = date(2026, 1, 31)
    >>> late, early = date(2026, 2, 20), date(2026, 1, 1)
    >>> average_days([Payment(late, due, 300, 1), Payment(early, due, 100, 2)])
    15.0
    >>> average_days([]) is None
    True
    """
    amount = sum(payment.amount for payment in payments)
    if not amount:
        return None
    return sum(payment.amount * payment.days for payment in payments) / amount


def observe(payments, day, since, thresholds, overdue=NOTHING_LATE, disputes=0):
    """Return the ``Behaviour`` of a debtor on ``day``.

    :param payments: of all quarters shown
    :param since: first day of the payments that count for averages and profile
    :param overdue: what is late on ``day``, undisputed
    :param disputes: how many were opened since ``since``
    """
    counted = [payment for payment in payments if since <= payment.day <= day]
    paid = sum(payment.amount for payment in counted)
    late = sum(payment.amount for payment in counted if payment.days)
    average = average_days(counted) or 0.0
    both = paid + overdue.amount
    overall = (average * paid + overdue.weighted) / both if both else 0.0
    share = (late + overdue.amount) / both if both else 0.0
    documents = len({payment.document for payment in counted})
    return Behaviour(
        documents,
        average,
        late / paid if paid else 0.0,
        overdue.count,
        overdue.weighted / overdue.amount if overdue.amount else 0.0,
        overall,
        disputes,
        profile(documents + overdue.count, overall, share, disputes, thresholds),
        trend(payments, day),
        by_quarter(payments, day),
    )


def profile(documents, days, share, disputes, thresholds):
    """Return the profile; what weighs most comes first.

    >>> profile(2, 90, 1, 0, Thresholds())
    'new'
    >>> profile(12, 10, 1, 0, Thresholds()), profile(12, 10.5, 1, 0, Thresholds())
    ('good', 'slow')
    >>> profile(12, 31, 0.5, 0, Thresholds()), profile(12, 31, 0.4, 0, Thresholds())
    ('chronic', 'slow')
    """
    if disputes and disputes >= thresholds.disputes:
        return DISPUTES
    if documents < thresholds.min_documents:
        return NEW
    if days <= thresholds.slow_days:
        return GOOD
    if days > thresholds.chronic_days and share >= thresholds.chronic_share:
        return CHRONIC
    return SLOW


def trend(payments, day):
    """Return whether the last two quarters differ from the two before them.

    ``better``, ``stable`` or ``worse``; ``None`` where one half has no payment.
    """
    first, _second, third, _last = last_quarters(day, 4)
    before = average_days([p for p in payments if first <= p.day < third])
    after = average_days([p for p in payments if third <= p.day <= day])
    if before is None or after is None:
        return None
    if abs(after - before) <= STEADY:
        return "stable"
    return "worse" if after > before else "better"


def by_quarter(payments, day):
    """Return [(first day, amount paid, days late or None)] of the last quarters."""
    found = {first: [] for first in last_quarters(day)}
    for payment in payments:
        own = found.get(quarter_of(payment.day))
        if own is not None and payment.day <= day:
            own.append(payment)
    return [
        (first, sum(payment.amount for payment in own), average_days(own))
        for first, own in found.items()
    ]
