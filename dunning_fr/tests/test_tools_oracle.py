"""The arithmetic of claims against a count day by day, on any document at all."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.claim import Claims, Debt, Options
from ..tools.interest import RateTable
from .slow_claim import Choices, Document, Instalment, Part, SlowClaims

RATES = {  # ECB and legal rate, law-fr.md section 9
    date(2023, 7, 1): ("4.00", "4.22"),
    date(2024, 1, 1): ("4.50", "5.07"),
    date(2024, 7, 1): ("4.25", "4.92"),
    date(2025, 1, 1): ("3.15", "3.71"),
    date(2025, 7, 1): ("2.15", "2.76"),
    date(2026, 1, 1): ("2.15", "2.62"),
    date(2026, 7, 1): ("2.40", "2.75"),
}
TABLE = RateTable((day, *rates, "9.99") for day, rates in RATES.items())
FIGURES = {
    "fr.b2b_margin": 10,
    "fr.public_margin": 8,
    "fr.floor_multiplier": 3,
    "fr.judgment_surcharge": 5,
    "fr.judgment_surcharge_months": 2,
    "fr.public_term_days.state": 30,
    "fr.public_term_days.health": 50,
    "fr.public_term_days.undertaking": 60,
}
FIRST, LAST = date(2023, 8, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST, LAST)
CONTRACTS = st.none() | st.tuples(
    st.sampled_from(["fixed", "ecb_plus", "legal_multiple"]),
    st.integers(0, 1800).map(lambda number: number / 100),
)
CHOICES = st.builds(
    Choices,
    st.sampled_from(["365", "actual"]),
    st.sampled_from(["per_semester", "frozen_at_due_date"]),
    st.sampled_from(["principal_first", "interest_first"]),
    st.sampled_from(["ignore", "raise"]),
    st.booleans(),
    st.sampled_from(["invoice", "instalment"]),
)


@st.composite
def instalments(draw):
    amount = draw(st.integers(1, 900_000))
    one, left = Instalment(amount, draw(st.dates(FIRST, date(2026, 11, 30)))), amount
    for _number in range(draw(st.integers(0, 3))):
        if left:
            part = draw(st.integers(1, left))
            nature = draw(st.sampled_from(["payment", "gesture", "correction"]))
            one.parts.append(Part(draw(DAYS), part, nature))
            left -= part
    if left and draw(st.booleans()):
        one.parts.append(Part(draw(DAYS), draw(st.integers(1, left)), "unmatched"))
    return one


@st.composite
def documents(draw):
    kinds = ["professional", "public", "consumer", "non_professional", None]
    document = Document(
        draw(st.sampled_from(kinds)),
        draw(st.lists(instalments(), min_size=1, max_size=3)),
        draw(CONTRACTS),
        foreign=draw(st.sampled_from([False, False, False, True])),
    )
    document.instalments.sort(key=lambda one: one.due)
    first = document.instalments[0].due
    if document.kind == "public":
        document.public_type = draw(
            st.sampled_from([None, "state", "health", "undertaking"])
        )
        if draw(st.booleans()):
            document.term_start = first - timedelta(draw(st.integers(0, 60)))
            days = sorted(draw(st.tuples(DAYS, DAYS)))
            document.suspension = draw(
                st.sampled_from([None, tuple(days), (days[0], None)])
            )
    elif document.kind in ("consumer", "non_professional"):
        document.presented = draw(st.none() | DAYS)
    document.no_claim = draw(st.sampled_from([False, False, False, True]))
    document.stop = draw(st.none() | DAYS)
    for first, last in draw(st.lists(st.tuples(DAYS, DAYS).map(sorted), max_size=2)):
        document.pauses += ((first, last),)
    if document.kind != "public" and draw(st.booleans()):
        last = document.instalments[-1].due
        served = last + timedelta(draw(st.integers(0, 300)))
        if not document.stop or served < document.stop:
            document.served = served
    return document


def debt(document, place):
    """Return an instalment as ``tools`` wants it."""
    one = document.instalments[place]
    known = [
        (
            date.min if part.nature == "correction" else part.day,
            part.amount,
            part.nature != "gesture",
            part.nature,
        )
        for part in sorted(one.parts)
    ]
    matched = sorted(part[:3] for part in known if part[3] != "unmatched")
    return Debt(
        place,
        "document",
        document.kind,
        one.amount,
        one.due,
        tuple(matched),
        document.presented,
        document.contract,
        document.public_type,
        document.term_start,
        document.suspension,
        document.stop,
        document.served,
        document.foreign,
        tuple(part[:3] for part in known if part[3] == "unmatched"),
        document.no_claim,
        tuple(sorted(document.pauses)),
    )


@tagged("post_install", "-at_install")
class TestAgainstTheSlowCount(BaseCase):
    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(documents(), CHOICES, DAYS)
    def test_each_document_as_counted_day_by_day(self, document, choices, as_of):
        """R1.3-R1.28, R2.2-R2.7, R3.2-R3.10, R6.41: interest, 40 €, principal."""
        rates = {day: tuple(map(Decimal, pair)) for day, pair in RATES.items()}
        slow = SlowClaims(rates, choices, as_of).of(document)
        debts = [debt(document, place) for place in range(len(document.instalments))]
        engine = Claims(TABLE, lambda key, _day: FIGURES[key], Options(*choices), as_of)
        found = engine.of(debts)
        self.assertEqual(
            [(found[one.id].interest, found[one.id].bears_indemnity) for one in debts],
            [(counted.interest, counted.owes_fee) for counted in slow],
        )
        self.assertEqual(
            [found[one.id].principal for one in debts],
            [counted.principal for counted in slow],
        )
