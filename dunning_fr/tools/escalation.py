"""Which level an item may receive, and why not: plain rules, no Odoo.

The only place that knows how items climb a policy: the run, the debtor's
``explain()`` and the tests of the invoice list's SQL all ask here.
"""

from datetime import date, timedelta
from typing import NamedTuple

# Debtors whose kind nobody confirmed are reminded twice, for the principal alone.
UNQUALIFIED_LAST_LEVEL = 2


class Level(NamedTuple):
    """One stage of a policy, as the rules need it."""

    id: int
    sequence: int
    delay_days: int
    after_expiry: bool = False  # counts from the expiry of the formal notice
    min_interval_days: int = 7
    is_formal: bool = False
    by_person_only: bool = False


class Past(NamedTuple):
    """What an item already received: highest level, last notice, formal notice."""

    sequence: int = 0
    last_date: date | None = None
    formal_sent: bool = False
    formal_expiry: date | None = None  # None while not presented


class Step(NamedTuple):
    """The verdict on an item: ``code`` says why, ``level`` which, ``on`` when.

    ``code`` is ``ready`` when the level may leave; otherwise ``on`` is the day it
    may, where that day is known.
    """

    code: str
    level: Level | None = None
    on: date | None = None


NOTHING = Past()


def next_level(levels, past):
    """Return the level after the last one sent, never skipping one; None at the end.

    >>> levels = [Level(11, 1, 7), Level(12, 2, 15)]
    >>> next_level(levels, Past()).id, next_level(levels, Past(1)).id
    (11, 12)
    >>> next_level(levels, Past(2)) is None
    True
    """
    for level in levels:
        if level.sequence > past.sequence:
            return level
    return None


def next_step(levels, past, due, today, qualified=True, by_person=False):
    """Return the ``Step`` of an item that fell due on ``due``.

    :param levels: the policy's ``Level`` list, by sequence
    :param past: ``Past`` of the item
    :param due: last day to pay in time (for a public buyer: end of the term)
    :param today: date of the run
    :param qualified: whether a person confirmed the debtor's kind
    :param by_person: whether a person drafts the notice, not a run

    Due today is not late; a missed day is caught up:

    >>> levels = [Level(11, 1, 7), Level(12, 2, 15)]
    >>> next_step(levels, NOTHING, date(2026, 9, 1), date(2026, 9, 1)).code
    'not_late'
    >>> next_step(levels, NOTHING, date(2026, 9, 1), date(2026, 9, 7))
    ... # doctest: +ELLIPSIS
    Step(code='wait_delay', level=Level(id=11, ...), on=datetime.date(2026, 9, 8))
    >>> next_step(levels, NOTHING, date(2026, 9, 1), date(2026, 9, 28)).code
    'ready'

    The interval counts from the last notice sent:

    >>> sent = Past(1, date(2026, 9, 28))
    >>> step = next_step(levels, sent, date(2026, 9, 1), date(2026, 10, 4))
    >>> step.code, step.on
    ('wait_interval', datetime.date(2026, 10, 5))
    """
    if due >= today:
        return Step("not_late")
    if not levels:
        return Step("no_level")
    level = next_level(levels, past)
    if level is None:
        return Step("last_level")
    if not qualified and (level.sequence > UNQUALIFIED_LAST_LEVEL or level.is_formal):
        return Step("to_qualify", level)
    if level.by_person_only and not by_person:
        return Step("by_person", level)
    if level.after_expiry and past.formal_expiry is None:
        return Step("not_presented" if past.formal_sent else "no_formal_notice", level)
    ripe = ripe_since(level, past, due)
    if _reached(level, past, due) > today:
        return Step("wait_delay", level, ripe)
    if ripe > today:
        return Step("wait_interval", level, ripe)
    return Step("ready", level, today)


def ripe_since(level, past, due):
    """Return the first day on which ``level`` may leave, by its delay and interval.

    >>> ripe_since(Level(12, 2, 15), Past(1, date(2026, 9, 12)), date(2026, 9, 1))
    datetime.date(2026, 9, 19)
    >>> ripe_since(Level(11, 1, 7), NOTHING, date(2026, 9, 1))
    datetime.date(2026, 9, 8)
    """
    reached = _reached(level, past, due)
    if not past.last_date:
        return reached
    return max(reached, past.last_date + timedelta(days=level.min_interval_days))


def _reached(level, past, due):
    start = past.formal_expiry if level.after_expiry else due
    return start + timedelta(days=level.delay_days)


def restarted(sequence, day, back):
    """Return the level that still counts once a payment came back unpaid.

    :param back: (day of the return, level the item starts again at), or None

    >>> back = date(2026, 9, 10), 2
    >>> restarted(2, date(2026, 9, 1), back), restarted(2, date(2026, 9, 10), back)
    (1, 2)
    >>> restarted(2, date(2026, 9, 1), None)
    2
    """
    if back and day < back[0]:
        return min(sequence, back[1] - 1)
    return sequence


def formal_expiry(deadline, presented, unclaimed, days):
    """Return the last day a formal notice gives, or None while not presented.

    The later of the printed deadline and presentation + days (R5.13). An
    unclaimed registered letter is a valid formal notice (R2.6).

    >>> formal_expiry(date(2026, 10, 14), date(2026, 10, 9), False, 8)
    datetime.date(2026, 10, 17)
    >>> formal_expiry(date(2026, 10, 14), None, True, 8)
    datetime.date(2026, 10, 14)
    >>> formal_expiry(date(2026, 10, 14), None, False, 8) is None
    True
    """
    if presented:
        return max(deadline, presented + timedelta(days=days))
    return deadline if unclaimed else None
