"""Yearly rates: what is published, and what the law or a contract makes of it.

Rates, margins and multipliers are numbers with at most four decimals, rates
in percent a year (``2.15``). Figures of the law are dated data: they come in
as arguments. A day whose semester is not in the table raises ``MissingRate``
(R9.2), an impossible value ``ValueError``.
"""

import calendar
from bisect import bisect_left
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .deadlines import (
    next_semester_start,
    semester_end,
    semester_label,
    semester_start,
)

DAY_BASES = ("365", "actual")  # R1.14
RATE_MODES = ("per_semester", "frozen_at_due_date")  # R1.4
RATE_TYPES = ("legal_multiple", "ecb_plus", "fixed")
BELOW_FLOOR = ("ignore", "raise")  # R1.8

RATE_DECIMALS = 4  # of a percentage, a margin or a multiplier
_UNIT = 10**RATE_DECIMALS
_RATE_UNIT = _UNIT * _UNIT  # exact for multiplier x rate
# Interest is counted in 1/PARTS of the minor unit, whole for both day bases
PARTS = 100 * _RATE_UNIT * 365 * 366
FOREVER = date.max.toordinal()
_FROZEN_YEARS = 100  # how far ahead a frozen rate is laid out


class MissingRate(LookupError):
    """A semester whose rates are needed is not in the table (R9.2).

    :ivar date_from: first day of the semester
    :ivar semester: its name, such as ``2027 S1``
    """

    def __init__(self, day):
        self.date_from = semester_start(day)
        self.semester = semester_label(day)
        super().__init__(f"no rates for {self.semester}")


class Caution(NamedTuple):
    """Something a person should know about a claim: a code and a semester.

    ``rate_below_floor_ignored``: the contract rate is under the legal floor
    that semester, the statutory rate was used; ``rate_below_floor_raised``:
    the floor was used (R1.5 to R1.8).
    """

    code: str
    date_from: date


class Rates(NamedTuple):
    """Published rates of one semester, percent a year."""

    date_from: date
    ecb: Decimal
    legal: Decimal  # "other cases": any creditor in business (R2.4)
    legal_individual: Decimal  # a creditor who is a private person


class Terms(NamedTuple):
    """How the yearly rate of a debt is found. Use the three constructors.

    Rates are kept as whole numbers of 0.0001 so that equal terms hash fast.
    """

    rate_type: str
    value: int
    margin: int = 0  # statutory rate used where the contract's is void
    floor_multiplier: int = 0  # 0: no floor
    below_floor: str = "ignore"
    is_contract: bool = False
    respects_floor: bool = False
    frozen: str = ""  # "", "due_date" or "start"

    @classmethod
    def professional(
        cls,
        margin,
        floor_multiplier,
        contract=None,
        below_floor="ignore",
        default_respects_floor=False,
        rate_mode="per_semester",
    ):
        """Terms between professionals (C. com. L441-10 II).

        :param margin: points above the ECB rate when nothing valid is agreed (R1.3)
        :param floor_multiplier: times the legal rate a contract must reach (R1.5)
        :param contract: ``(rate type, value)`` agreed, if any: ``fixed`` 10 is
            10 %, ``ecb_plus`` 10 is ECB + 10 points, ``legal_multiple`` 3 is three
            times the legal rate
        :param below_floor: ``ignore`` a lower clause or ``raise`` it (R1.8)
        :param default_respects_floor: floor the statutory rate too (R1.7)
        :param rate_mode: one of ``RATE_MODES`` (R1.4)
        """
        check_option("below_floor", below_floor, BELOW_FLOOR)
        check_option("rate_mode", rate_mode, RATE_MODES)
        rate_type, value = contract or ("ecb_plus", margin)
        check_option("rate type", rate_type, RATE_TYPES)
        return cls(
            rate_type,
            _units(value),
            _units(margin),
            _units(floor_multiplier),
            below_floor,
            contract is not None,
            bool(default_respects_floor),
            "due_date" if rate_mode == "frozen_at_due_date" else "",
        )

    @classmethod
    def public(cls, margin):
        """Terms of a public buyer: ECB + margin of the first day, for good (R3.6)."""
        return cls("ecb_plus", _units(margin), frozen="start")

    @classmethod
    def legal(cls, surcharge=0):
        """Legal interest, semester by semester (C. civ. 1231-6, R2.3 to R2.5).

        :param surcharge: points added once a judgment stays unpaid (R2.7)
        """
        return cls("legal_plus", _units(surcharge))

    def _formula(self, ecb, legal):
        """Rate of these terms, in 1/_RATE_UNIT percent."""
        if self.rate_type == "legal_multiple":
            return self.value * legal
        if self.rate_type == "legal_plus":
            return (self.value + legal) * _UNIT
        return (self.value + (ecb if self.rate_type == "ecb_plus" else 0)) * _UNIT

    def _effective(self, reference, current):
        """Rate and caution code, from the rates that fix it and today's floor."""
        rate = self._formula(*reference)
        floor = self.floor_multiplier * current[1] if self._needs_floor() else 0
        code = None
        if self.is_contract and rate < floor:
            if self.below_floor == "raise":
                return floor, "rate_below_floor_raised"
            rate = (self.margin + reference[0]) * _UNIT
            code = "rate_below_floor_ignored"
        elif self.is_contract:
            return rate, None
        return (max(rate, floor) if self.respects_floor else rate), code

    def _needs_floor(self):
        return self.floor_multiplier and (self.is_contract or self.respects_floor)


class Schedule(NamedTuple):
    """Consecutive periods of one rate each; made by ``RateTable.schedule``.

    ``ends`` are ordinals of last days; ``rates`` are in 1/_RATE_UNIT percent,
    ``None`` where a semester is missing; ``factors`` are the parts of interest
    that one minor unit bears in a day, ``sums`` those it bears up to the end of
    each period.
    """

    ends: list
    rates: list
    factors: list
    cautions: list
    sums: list
    solid: tuple = (1, 0)  # first and last day covered; empty with a gap between
    weights: dict = None  # memo of ``weight``

    def weight(self, day):
        """Parts that one minor unit bears up to a day (ordinal), included."""
        found = self.weights.get(day)
        if found is None:
            place = bisect_left(self.ends, day)
            before = place and self.factors[place] * (day - self.ends[place - 1])
            found = before + (self.sums[place - 1] if place else 0)
            self.weights[day] = found
        return found

    def is_complete(self, first, last):
        """Whether all days between two (ordinals) surely have a rate."""
        begin, end = self.solid
        return begin <= first and last <= end

    def percent(self, place):
        """Rate of a period as a Decimal, percent a year."""
        return _percent(self.rates[place], _RATE_UNIT)


class RateTable:
    """Published rates by semester.

    :param rows: iterable of ``(date_from, ecb, legal, legal_individual)``,
        in any order; numbers, text or Decimal, percent a year

    :raise ValueError: a date that starts no semester, the same semester twice,
        a negative rate, more than four decimals (R9.3)

    A missing semester is no error until a day needs it; ``gaps`` names those
    between the first row and the last.

    >>> table = RateTable([("2026-01-01", "2.15", "2.62", "6.67"),
    ...                    ("2026-07-01", "2.40", "2.75", "6.84")])
    >>> table.at(date(2026, 9, 30)).ecb
    Decimal('2.4')
    >>> table.at(date(2027, 1, 1))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    MissingRate: no rates for 2027 S1
    """

    def __init__(self, rows):
        self._rows = {}
        self._schedules = {}
        for date_from, *rates in rows:
            if isinstance(date_from, str):
                date_from = date.fromisoformat(date_from)
            if date_from != semester_start(date_from):
                raise ValueError(f"{date_from} is not the first day of a semester")
            if date_from in self._rows:
                raise ValueError(f"{semester_label(date_from)} comes twice")
            ecb, legal, individual = map(_units, rates)
            self._rows[date_from] = (ecb, legal, individual)

    @property
    def gaps(self):
        """Names of the semesters missing between the first and the last row."""
        return tuple(
            semester_label(day) for day in self._semesters() if day not in self._rows
        )

    @property
    def first_day(self):
        """First day covered, or None for an empty table."""
        return min(self._rows, default=None)

    @property
    def last_day(self):
        """Last day covered, or None for an empty table."""
        return semester_end(max(self._rows)) if self._rows else None

    def at(self, day):
        """Published ``Rates`` of the semester of a day."""
        ecb, legal, individual = self._row(day)
        return Rates(semester_start(day), *map(_percent, (ecb, legal, individual)))

    def rate(self, terms, day, due_date=None):
        """Percent a year that ``terms`` give on a day, as a letter would state it.

        :param due_date: end of the payment term, for frozen rates; by default
            interest starts on ``day``
        """
        due_date = due_date or day - timedelta(days=1)
        schedule = self.schedule(terms, due_date, due_date + timedelta(days=1))
        place = bisect_left(schedule.ends, day.toordinal())
        if schedule.rates[place] is None:
            raise MissingRate(day)
        return schedule.percent(place)

    def schedule(self, terms, due_date=None, start=None, day_basis="365"):
        """Periods and rates of a debt; cached, so equal terms cost nothing.

        :param due_date: fixes a rate frozen at the due date
        :param start: first day of interest, fixes a public buyer's rate (R3.6)
        """
        pin = None
        if terms.frozen:
            pinned = due_date if terms.frozen == "due_date" else start
            pin = pinned and semester_start(pinned)
        key = (terms, pin, day_basis)
        found = self._schedules.get(key)
        if found is None:
            check_option("day_basis", day_basis, DAY_BASES)
            found = self._schedules[key] = self._build(terms, pin, day_basis)
        return found

    def _build(self, terms, pin, day_basis):
        reference = pin and self._row(pin)
        first = pin or self.first_day or date.min
        start = first.toordinal() - 1
        schedule = Schedule([start], [None], [0], [None], [0])
        for start in self._semesters(pin):
            current = self._rows.get(start)
            rate = code = None
            if pin and not terms._needs_floor():
                rate, code = terms._effective(reference[:2], (0, 0))
            elif current:
                rate, code = terms._effective((reference or current)[:2], current[:2])
            leap_year = calendar.isleap(start.year)
            parts = 365 if day_basis == "actual" and leap_year else 366
            caution = Caution(code, start) if code else None
            self._extend(schedule, bool(pin), semester_end(start), rate, parts, caution)
        return self._finish(schedule)

    @staticmethod
    def _finish(schedule):
        """Close the last period and add up what one minor unit bears."""
        ends, rates, factors, _, sums, *_ = schedule
        gap = None in rates[1:]
        solid = (1, 0) if gap else (ends[0] + 1, ends[-1])
        ends.append(FOREVER)
        rates.append(None)
        factors.append(0)
        for place in range(1, len(ends)):
            days = ends[place] - ends[place - 1]
            sums.append(sums[-1] + factors[place] * days)
        return schedule._replace(solid=solid, weights={})

    @staticmethod
    def _extend(schedule, merge, end, rate, parts, caution):
        """Add a semester; a frozen rate needs no cut where nothing changes."""
        factor = (rate or 0) * parts
        same = rate == schedule.rates[-1] and factor == schedule.factors[-1]
        if merge and rate is not None and same and caution == schedule.cautions[-1]:
            schedule.ends[-1] = end.toordinal()
            return
        schedule.ends.append(end.toordinal())
        schedule.rates.append(rate)
        schedule.factors.append(factor)
        schedule.cautions.append(caution)

    def _semesters(self, pin=None):
        """First days of semesters: those of the table, or a frozen rate's."""
        if not self._rows:
            return
        day = pin or self.first_day
        last = date(pin.year + _FROZEN_YEARS, 12, 31) if pin else self.last_day
        while day <= last:
            yield day
            day = next_semester_start(day)

    def _row(self, day):
        try:
            return self._rows[semester_start(day)]
        except KeyError:
            raise MissingRate(day) from None


def _units(number):
    """A percentage, margin or multiplier in whole 0.0001, from any number."""
    units = whole(Decimal(str(number)).scaleb(RATE_DECIMALS), number)
    if units < 0:
        raise ValueError(f"a rate cannot be negative: {number}")
    return units


def _percent(units, scale=_UNIT):
    """Rate as a Decimal without useless zeros."""
    text = format(Decimal(units) / scale, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def whole(scaled, given):
    if scaled != scaled.to_integral_value():
        raise ValueError(f"too many decimals: {given}")
    return int(scaled)


def check_option(name, value, allowed):
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
