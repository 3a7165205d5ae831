"""The claim of a document counted one day at a time, to be compared with.

Written from the rule book alone, without one line of ``tools``: no segment, no table
of rates by period, no shortcut. Money is in the minor unit, rates are percent a year.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

DAY = timedelta(days=1)
TERM_DAYS = {"state": 30, "local": 30, "private_law": 30}  # R3.2
TERM_DAYS |= {"health": 50, "undertaking": 60}


class Part(NamedTuple):
    """What reduces an instalment: payment, gesture, correction or unmatched."""

    day: date
    amount: int
    nature: str = "payment"


@dataclass
class Instalment:
    amount: int
    due: date
    parts: list = field(default_factory=list)


@dataclass
class Document:
    """An invoice as the law sees it."""

    kind: str | None
    instalments: list
    contract: tuple | None = None
    public_type: str | None = None
    term_start: date | None = None
    suspension: tuple | None = None
    presented: date | None = None
    served: date | None = None
    stop: date | None = None
    foreign: bool = False
    no_claim: bool = False
    pauses: tuple = ()
    issued: date | None = None  # None: as if nothing could be time-barred


class Choices(NamedTuple):
    """How the company reads the law."""

    day_basis: str = "365"
    rate_mode: str = "per_semester"
    imputation: str = "principal_first"
    below_floor: str = "ignore"
    default_respects_floor: bool = False
    fee_per: str = "invoice"


class Counted(NamedTuple):
    """What is claimed on an instalment."""

    interest: int
    owes_fee: bool
    principal: int


def half_up(amount):
    return int(amount + Fraction(1, 2))


def two_months_after(day):
    """The same day two months later, else the last one of that month."""
    year, month = divmod(day.year * 12 + day.month + 1, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, length))


def semester(day):
    return date(day.year, 1 if day.month < 7 else 7, 1)


class SlowClaims:
    """:param rates: {first day of a semester: (ECB, legal rate)}"""

    def __init__(self, rates, choices, as_of):
        self.rates, self.choices, self.as_of = rates, choices, as_of

    def of(self, document):
        """Return one ``Counted`` for each instalment, in their order."""
        counts = [self._count(document, one) for one in document.instalments]
        ends = [self._last_day_to_pay(document, one) for one in document.instalments]
        order = sorted(range(len(counts)), key=lambda place: (ends[place], place))
        interests, total, shown = {}, Fraction(0), 0
        for place in order:  # rounded once a document (R1.16)
            total += counts[place][0]
            interests[place] = half_up(total) - shown
            shown = half_up(total)
        owing = [place for place in order if counts[place][1]]
        if owing and self.choices.fee_per == "invoice":  # R1.21
            open_ones = [place for place in owing if counts[place][2] > 0]
            owing = (open_ones or owing)[:1]
        return [
            Counted(interests[place], place in owing, counts[place][2])
            for place in range(len(counts))
        ]

    def _last_day_to_pay(self, document, instalment):
        kind, start = document.kind, document.term_start
        if kind != "public" or not start or not document.public_type:
            return instalment.due
        day, left = start, TERM_DAYS[document.public_type]
        first, last = document.suspension or (None, None)
        while left:  # R3.2 to R3.4
            day += DAY
            last_known = last or max(first or day, self.as_of)
            if not (first and first <= day <= last_known):
                left -= 1
        return day

    def _count(self, document, instalment):
        """Return (unrounded interest, owes the fee, principal)."""
        end = self._last_day_to_pay(document, instalment)
        parts = instalment.parts
        principal = instalment.amount - sum(
            part.amount
            for part in parts
            if part.nature == "correction"
            or (part.nature != "unmatched" and part.day <= self.as_of)
        )
        base = instalment.amount - sum(
            part.amount
            for part in parts
            if part.nature == "correction" or part.day <= end
        )
        late = base > 0 and self.as_of > end
        late = late and not (document.stop and end >= document.stop)
        if principal > 0 and self._is_barred(document, instalment):
            late = False
        owes_fee = document.kind in ("professional", "public")
        owes_fee = owes_fee and not (document.foreign or document.no_claim)  # R1.1
        interest = self._interest(document, end, base, parts) if late else Fraction(0)
        return interest, late and owes_fee, principal

    def _is_barred(self, document, instalment):
        """Whether a consumer owes it no more: two years, no judgment (R7.3, R7.7)."""
        if document.kind != "consumer" or not document.issued or document.served:
            return False
        start = min(document.issued, instalment.due)
        try:
            last = start.replace(year=start.year + 2)
        except ValueError:
            last = date(start.year + 2, 2, 28)
        return self.as_of > last

    def _interest(self, document, end, base, parts):
        year_sums, fixed, owed = {365: Decimal(0), 366: Decimal(0)}, 0, 0
        day = end + DAY
        while day <= self.as_of and base > 0:
            if document.stop and day >= document.stop:  # R6.41, R2.15
                break
            length = 365
            if self.choices.day_basis == "actual" and calendar.isleap(day.year):
                length = 366  # R1.14
            year_sums[length] += base * self._rate(document, day, end)
            for part in parts:  # the day of the payment was counted (R1.12)
                if part.day != day or part.nature == "correction":
                    continue
                amount = part.amount
                to_interest = part.nature != "gesture" and (
                    self.choices.imputation == "interest_first"
                )
                if to_interest:  # C. civ. 1343-1 (R1.29)
                    run_up = half_up(_sum(year_sums))
                    year_sums = dict.fromkeys(year_sums, Decimal(0))
                    fixed += run_up
                    owed += run_up
                    to_pay = min(owed, amount)
                    owed -= to_pay
                    amount -= to_pay
                base -= amount
            day += DAY
        return fixed + _sum(year_sums)

    def _rate(self, document, day, end):
        """Percent a year that the debt bears on a day."""
        if document.kind != "public" and any(
            first <= day <= last for first, last in document.pauses
        ):
            return 0  # R1.32
        legal = self.rates[semester(day)][1]
        served = document.served
        if served and day > served:  # R2.7, R1.10
            return legal + (5 if day > two_months_after(served) else 0)
        if document.foreign or document.no_claim or not document.kind:
            return 0  # R1.1
        if document.kind == "public":  # one rate for the whole delay (R3.6)
            return self.rates[semester(end + DAY)][0] + 8
        if document.kind != "professional":  # R2.3
            presented = document.presented
            return legal if presented and day > presented else 0
        return self._rate_between_professionals(document.contract, day, end, legal)

    def _rate_between_professionals(self, contract, day, end, legal):
        frozen = self.choices.rate_mode == "frozen_at_due_date"
        ecb, pinned_legal = self.rates[semester(end if frozen else day)]
        rate, floor = ecb + 10, 3 * legal  # R1.3, R1.5
        if contract:
            name, value = contract
            value = Decimal(str(value))
            agreed = {
                "fixed": value,
                "ecb_plus": ecb + value,
                "legal_multiple": pinned_legal * value,
            }[name]
            if agreed >= floor:
                return agreed
            if self.choices.below_floor == "raise":  # R1.8
                return floor
        if self.choices.default_respects_floor:  # R1.7
            return max(rate, floor)
        return rate


def _sum(year_sums):
    return sum(
        (Fraction(total) / 100 / length for length, total in year_sums.items()),
        Fraction(0),
    )
