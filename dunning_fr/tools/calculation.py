"""A claim written out, so that anybody can redo the sum by hand.

:func:`timeline` puts what reduced a debt between the segments of its interest, in
order of date, with the balance after each. Money is in the minor unit, interest
unrounded a Fraction of it, as in ``tools.interest``.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .interest import round_half_up

SHOWN_DECIMALS = 6  # of unrounded interest, in the currency's own unit


class Event(NamedTuple):
    """What reduces the base of interest on a day, effective the next day."""

    day: date
    amount: int  # minor unit
    is_payment: bool = True
    name: str = ""
    nature: str = "payment"


class Step(NamedTuple):
    """An ``Event`` in its place, and what became of the balance."""

    event: Event
    to_interest: int  # part of the payment that paid interest (R1.29)
    base: int  # balance after it


def timeline(amount, events, segments, interest_first=False, last=date.max):
    """Return the ``Step``s and ``Segment``s of a debt in order of date.

    The day of a payment still bears interest on the amount paid (R1.12): the payment
    comes after the segment that ends on that day.

    :param amount: original amount
    :param events: ``Event``s in order of date
    :param segments: ``Segment``s in order of date
    :param interest_first: payments pay interest first (C. civ. 1343-1)
    :param last: last day that may bear interest

    Example 3 of the rule book, both ways of imputation:

    >>> from .interest import RateTable, Terms, late_interest
    >>> table = RateTable([("2026-07-01", "2.40", "2.75", "6.84")])
    >>> def example(imputation):
    ...     paid = Event(date(2026, 9, 30), 250_000)
    ...     found = late_interest(table, Terms.professional(10, 3), 600_000,
    ...         date(2026, 8, 31), date(2026, 10, 31), [paid[:3]],
    ...         imputation=imputation)
    ...     first = imputation == "interest_first"
    ...     _, step, _ = timeline(600_000, [paid], found.segments, first)
    ...     return step.to_interest, step.base
    >>> example("principal_first"), example("interest_first")
    ((0, 350000), (6115, 356115))
    """
    begins = segments[0].date_from if segments else date.max
    rows = [(segment.date_to, 0, segment) for segment in segments]
    rows += [(event.day, 1, event) for event in events]
    base, owed, running, found = amount, 0, Fraction(0), []
    for day, is_event, row in sorted(rows, key=lambda entry: entry[:2]):
        if not is_event:
            base = row.base  # the engine's own: it is what the interest rests on
            running += row.amount
            found.append(row)
            continue
        taken = 0
        if interest_first and row.is_payment and begins <= day <= last:
            owed, running = owed + round_half_up(running), Fraction(0)
            taken = min(row.amount, owed)
            owed -= taken
        base -= row.amount - taken
        found.append(Step(row, taken, max(base, 0)))
    return found


def unrounded(amount, places):
    """Return interest in the currency's own unit with six decimals.

    >>> unrounded(Fraction(1_000_000 * 1240 * 46, 365 * 10_000), 2)
    Decimal('156.273973')
    """
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.scaleb(-places).quantize(Decimal(1).scaleb(-SHOWN_DECIMALS))
