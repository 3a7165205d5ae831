"""Late-payment interest: balances x rates -> segments, in exact arithmetic.

Shapes and units
    Money is a whole number of the currency's minor unit (cents for the euro):
    :func:`to_minor` and :func:`from_minor` convert. Rates are percent a year,
    ``Decimal("12.40")``, with at most four decimals. Days are
    :class:`datetime.date`. Unrounded interest is a :class:`fractions.Fraction`
    of the minor unit, so sums are exact in any order.

How a claim is found
    ``RateTable`` (what the ECB and the Treasury published, by semester) and
    ``Terms`` (how the law or the contract derives a rate from it) give a
    ``Schedule`` (one rate per period). :func:`late_interest` walks the balance
    of a debt through it::

        interest = sum(base x rate / 100 x days / 365), rounded once

    ``base`` is the balance at the **start** of a day: the day of a payment
    still bears interest on the amount paid (R1.12).

Errors
    ``MissingRate`` when a day needs a semester that the table lacks (R9.2);
    ``ValueError`` for impossible values.

Figures of the law (margins, multipliers, rates) are dated data and always
come in as arguments.
"""

from bisect import bisect_left
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .rates import (
    FOREVER,
    PARTS,
    MissingRate,
    RateTable,
    Schedule,
    Terms,
    check_option,
    whole,
)

__all__ = [
    "IMPUTATIONS",
    "LateInterest",
    "MissingRate",
    "RateTable",
    "Segment",
    "Terms",
    "from_minor",
    "late_interest",
    "round_half_up",
    "round_parts",
    "segments",
    "to_minor",
]

IMPUTATIONS = ("principal_first", "interest_first")  # R1.29


class Segment(NamedTuple):
    """Days with one balance and one rate, both ends included."""

    date_from: date
    date_to: date
    days: int
    base: int  # minor unit
    rate: Decimal  # percent a year
    amount: Fraction  # minor unit, unrounded


class LateInterest(NamedTuple):
    """What lateness adds to one debt up to a day."""

    late: bool  # unpaid the day after its due date: the indemnity is due (R1.20)
    principal: int  # still owed at the end of the last day, minor unit
    interest: int  # minor unit, rounded once (R1.16)
    parts: int  # the same unrounded, in 1/PARTS of the minor unit
    schedule: Schedule | None = None
    walk: tuple | None = None  # (amount, first ordinal, last ordinal, events)
    found: list | None = None  # spans, where they had to be found already
    carried: tuple | None = None  # for the next period of the same debt, see below

    @property
    def spans(self):
        """Explanation: (first ordinal, last, base, place in schedule, parts)."""
        if self.walk and self.found is None:
            return _accrue(self.schedule, *self.walk)
        return self.found or []

    @property
    def unrounded(self):
        """Interest as an exact Fraction of the minor unit."""
        return Fraction(self.parts, PARTS)

    @property
    def segments(self):
        """The ``Segment`` list that explains the interest, in order of date."""
        return [_segment(self.schedule, span) for span in self.spans]

    @property
    def cautions(self):
        """``Caution`` tuple, one per semester concerned."""
        found = (self.schedule.cautions[span[3]] for span in self.spans)
        return tuple(dict.fromkeys(filter(None, found)))


def late_interest(
    table,
    terms,
    amount,
    due_date,
    as_of,
    events=(),
    *,
    start=None,
    stop=None,
    day_basis="365",
    imputation="principal_first",
    carried=None,
    schedule=None,
):
    """Interest on one debt, from the day after its due date up to a day.

    :param table: ``RateTable``
    :param terms: ``Terms``, or None when the debt bears no interest
    :param amount: original amount, VAT included (R1.15), minor unit
    :param due_date: last day to pay in time
    :param as_of: last day counted, included
    :param events: reductions ``(day, amount)`` sorted by day, amounts >= 0. A
        correction is given the due date or an earlier day: it counts from the
        first day of lateness (R1.27). A third element, False, marks a
        reduction that is no payment (a gesture): it never pays interest.
    :param start: first day of interest when it is not the day after the due
        date, such as the day after a formal notice was presented (R2.6)
    :param stop: day of a judgment that stops interest: not counted, nor any
        later one (R6.41); a debt not yet due on that day is never late (R1.26)
    :param day_basis: ``365`` or ``actual`` (R1.14)
    :param imputation: ``principal_first``, or ``interest_first``: a payment
        first pays the interest run up so far, rounded on that day (R1.29)
    :param carried: of the period before, where interest comes first: what payments
        left of the principal, and the interest still to be paid
    :param schedule: that of these terms and days, where the caller knows it
    :return: ``LateInterest``
    :raise MissingRate: a day of interest has no rate

    Example 2 of the rule book: 12,000.00 due 31/05/2026, paid 30/09/2026.

    >>> table = RateTable([("2026-01-01", "2.15", "2.62", "6.67"),
    ...                    ("2026-07-01", "2.40", "2.75", "6.84")])
    >>> found = late_interest(table, Terms.professional(10, 3), 1_200_000,
    ...     date(2026, 5, 31), date(2026, 10, 31), [(date(2026, 9, 30), 1_200_000)])
    >>> from_minor(found.interest), found.late, found.principal
    (Decimal('494.89'), True, 0)
    >>> [(s.days, s.rate, round(float(s.amount), 2)) for s in found.segments]
    [(30, Decimal('12.15'), 11983.56), (92, Decimal('12.4'), 37505.75)]
    """
    due = due_date.toordinal()
    last = as_of.toordinal()
    base, principal = _balances(amount, due_date, as_of, events)
    late = base > 0 and last > due
    if stop is not None:
        last = min(last, stop.toordinal() - 1)
        late = late and due < stop.toordinal()
    if not late or terms is None:
        return LateInterest(late, max(principal, 0), 0, 0, carried=carried)
    first = due + 1 if start is None else max(due + 1, start.toordinal())
    if schedule is None:
        first_day = date.fromordinal(first)
        schedule = table.schedule(terms, due_date, first_day, day_basis)
    walk, spans = (amount, first, last, events), None
    if imputation == "principal_first":
        parts = _weigh(schedule, *walk) if principal >= 0 else None
        if parts is None:
            spans = _accrue(schedule, *walk)
            parts = sum([span[4] for span in spans])
    else:
        check_option("imputation", imputation, IMPUTATIONS)
        events, owed, run_up = carried or (events, 0, 0)
        walk = amount, first, last, events
        spans, parts, carried = _accrue_interest_first(schedule, *walk, owed, run_up)
    found = max(principal, 0), round_parts(parts), parts
    return LateInterest(late, *found, schedule, walk, spans, carried)


def segments(schedule, amount, first_day, last_day, events=()):
    """Cut a period wherever the rate or the balance changes.

    :param schedule: ``RateTable.schedule(...)``
    :param amount: balance before any of the events, minor unit
    :param events: sorted reductions ``(day, amount)``, effective the next day
    :return: list of ``Segment``, none for days without a balance
    """
    first, last = first_day.toordinal(), last_day.toordinal()
    _balances(amount, first_day, last_day, events)  # refuses impossible events
    spans = _accrue(schedule, amount, first, last, events)
    return [_segment(schedule, span) for span in spans]


def round_half_up(amount):
    """Nearest whole minor unit of an exact amount >= 0, half up (R1.16).

    >>> round_half_up(Fraction(5, 2)), round_half_up(Fraction(249, 100))
    (3, 2)
    """
    amount = Fraction(amount)
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def to_minor(amount, places=2):
    """Money as a whole number of the minor unit of a currency.

    A float is taken at the nearest minor unit, anything else must be exact.

    :param places: decimal places of the currency

    >>> to_minor("12.34"), to_minor(0.1 + 0.2), to_minor(7, places=0)
    (1234, 30, 7)
    """
    if isinstance(amount, float):
        return round(amount * 10**places)
    return whole(Decimal(amount).scaleb(places), amount)


def from_minor(amount, places=2):
    """Money as a Decimal.

    >>> from_minor(1234)
    Decimal('12.34')
    """
    return Decimal(amount).scaleb(-places)


# -- inner workings ------------------------------------------------------------
def _accrue(schedule, base, day, last, events):
    """Spans of constant balance and rate from ``day`` to ``last`` (ordinals)."""
    ends, rates, factors, *_ = schedule
    spans = []
    coming = iter(events)
    when, reduction = _next_reduction(coming)
    while when < day:
        base -= reduction
        when, reduction = _next_reduction(coming)
    place = bisect_left(ends, day)
    while day <= last and base > 0:
        if rates[place] is None:
            raise MissingRate(date.fromordinal(day))
        end = ends[place]
        stop = min(end, when, last)
        parts = base * factors[place] * (stop - day + 1)
        spans.append((day, stop, base, place, parts))
        while when == stop:  # the day of the payment was still counted (R1.12)
            base -= reduction
            when, reduction = _next_reduction(coming)
        if stop == end:
            place += 1
        day = stop + 1
    return spans


def _weigh(schedule, amount, first, last, events):
    """Total parts without the spans; None where a day may lack its rate.

    Interest on a balance is that on the whole amount, less that on each reduction
    from the day after it (R1.12): the same whole numbers in any order.
    """
    if last < first:
        return 0
    if not schedule.is_complete(first, last):
        return None
    end, begin = schedule.weight(last), schedule.weight(first - 1)
    parts = amount * (end - begin)
    for event in events:
        day = event[0].toordinal()
        if day >= last:
            break
        parts -= event[1] * (end - (schedule.weight(day) if day >= first else begin))
    return parts


def _balances(amount, due_date, as_of, events):
    """Balances at the end of two days, checking the events on the way."""
    base = principal = amount
    before = date.min
    for event in events:
        when, reduction = event[0], event[1]
        if reduction < 0:
            raise ValueError(f"a reduction cannot be negative: {reduction}")
        if when < before:
            raise ValueError(f"reductions are not in order of date: {when}")
        if when <= due_date:
            base -= reduction
        if when <= as_of:
            principal -= reduction
        before = when
    return base, principal


def _next_reduction(events):
    for event in events:
        return event[0].toordinal(), event[1]
    return FOREVER, 0


def _accrue_interest_first(schedule, base, first, last, events, owed=0, run_up=0):
    """Spans and parts when payments go to interest first (C. civ. 1343-1).

    ``owed`` interest, rounded, and ``run_up`` parts come from the periods before; what
    is left of both is handed on, with the events as far as they reduce the principal.
    """
    spans, rest, fixed, running = [], [], 0, run_up
    day = first
    for when, amount, *is_payment in events:
        ordinal = when.toordinal()
        if ordinal > last:
            rest.append((when, amount, *is_payment))
            continue
        if ordinal >= first:
            new = _accrue(schedule, base, day, ordinal, ())
            spans += new
            running += sum(span[4] for span in new)
            day = ordinal + 1
        if is_payment != [False]:
            rounded = round_parts(running)
            fixed, owed, running = fixed + rounded, owed + rounded, 0
            paid = min(amount, owed)
            owed -= paid
            amount -= paid
        base -= amount
        rest.append((when, amount, False))
    tail = _accrue(schedule, base, day, last, ())
    running += sum(span[4] for span in tail)
    parts = fixed * PARTS + running - run_up
    return spans + tail, parts, (tuple(rest), owed, running)


def _segment(schedule, span):
    first, last, base, place, parts = span
    return Segment(
        date.fromordinal(first),
        date.fromordinal(last),
        last - first + 1,
        base,
        schedule.percent(place),
        Fraction(parts, PARTS),
    )


def round_parts(parts):
    """Nearest whole minor unit of interest counted in 1/PARTS of it, half up."""
    return (2 * parts + PARTS) // (2 * PARTS)
