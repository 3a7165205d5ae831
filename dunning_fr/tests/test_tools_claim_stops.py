"""What stops, suspends or replaces the interest of one debt, day by day."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.claim import Claims, Debt, Options, Stated
from ..tools.deadlines import add_months
from ..tools.interest import RateTable, round_half_up

ROWS = (("2026-01-01", 2.15, 2.62, 6.67), ("2026-07-01", 2.40, 2.75, 6.84))
FIGURES = {
    "fr.b2b_margin": 10,
    "fr.public_margin": 8,
    "fr.floor_multiplier": 3,
    "fr.judgment_surcharge": 5,
    "fr.judgment_surcharge_months": 2,
    "fr.prescription_years.professional": 5,
}
DUE, AS_OF = date(2026, 3, 31), date(2026, 11, 22)
AMOUNT = 1_000_000
DAY = timedelta(days=1)
DAYS = st.dates(date(2026, 2, 1), date(2026, 12, 31))


def claim(kind="professional", as_of=AS_OF, due=DUE, rows=ROWS, **values):
    debt = Debt(1, "a", kind, AMOUNT, due, **values)
    engine = Claims(RateTable(rows), lambda key, _day: FIGURES[key], Options(), as_of)
    return engine.of([debt])[1]


def percent(kind, day, served):
    """Percent a year of one day in hundredths: R1.3, R2.4, R2.7, R3.6."""
    ecb, legal = (215, 262) if day < date(2026, 7, 1) else (240, 275)
    if served and day > served:
        return legal + (500 if day > add_months(served, 2) else 0)
    if kind == "public":
        return 215 + 800  # that of the day after the due date, whatever comes
    return ecb + 1000 if kind == "professional" else legal


def day_by_day(kind, as_of, presented, served, stop, pauses, events):
    total, day = Fraction(0), DUE
    while day < as_of:
        day += DAY
        if stop and day >= stop:
            break
        asked = presented and day > presented or served and day > served
        if kind == "consumer" and not asked:
            continue
        if kind != "public" and any(first <= day <= last for first, last in pauses):
            continue
        owed = AMOUNT - sum(amount for when, amount in events if when < day)
        total += Fraction(owed * percent(kind, day, served), 10_000 * 365)
    return round_half_up(total)


@tagged("post_install", "-at_install")
class TestWhatStopsAClaim(BaseCase):
    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(
        st.sampled_from(["professional", "public", "consumer"]),
        DAYS,
        st.none() | DAYS,
        st.none() | DAYS,
        st.none() | DAYS,
        st.lists(st.tuples(DAYS, DAYS).map(sorted).map(tuple), max_size=2).map(sorted),
        st.lists(st.tuples(DAYS, st.integers(0, 300_000)), max_size=3).map(sorted),
        st.booleans(),
    )
    def test_r1_10_each_day_bears_one_rate_or_none(
        self, kind, as_of, presented, served, stop, pauses, events, matched
    ):
        """R1.32, R2.6, R2.7, R6.41; money not matched yet counts, too."""
        served = served and max(served, DUE + DAY)
        if served and stop and stop <= served:
            served = None
        found = claim(
            kind,
            as_of,
            presented=presented,
            served=served,
            stop=stop,
            pauses=tuple(pauses),
            **{"reductions" if matched else "unallocated": tuple(events)},
        )
        owed = day_by_day(kind, as_of, presented, served, stop, pauses, events)
        self.assertEqual(found.interest, owed)
        paid = sum(amount for when, amount in events if when <= as_of)
        self.assertEqual(found.principal, AMOUNT - paid * matched)

    def test_outside_the_rules_nothing_is_claimed_and_it_says_so(self):
        """R1.1; R7.3: a consumer's debt past its limitation."""
        self.assertGreater(claim().interest, 0)
        self.assertTrue(claim().bears_indemnity)
        for flag, note in (
            ("foreign", "foreign_law"),
            ("no_claim", "no_claim"),
            ("barred", "time_barred"),
        ):
            with self.subTest(flag):
                found = claim(**{flag: True})
                self.assertEqual((found.interest, found.bears_indemnity), (0, False))
                self.assertEqual(found.notes, (note,))
                self.assertEqual(found.principal, AMOUNT)

    def test_a_rate_that_is_not_used_says_where_it_came_from(self):
        stated = Stated(12.0)
        for values, note in (
            ({"contract": ("fixed", 12)}, "contract_rate_unused"),
            ({"contract": ("fixed", 12), "stated": stated}, "stated_rate_unused"),
        ):
            with self.subTest(note):
                self.assertEqual(claim("consumer", **values).notes, (note,))

    def test_r1_36_interest_older_than_its_limitation_is_noted(self):
        """The first day of interest is lost five years later, and not before."""
        rows = [(date(year, month, 1), 2, 2, 6) for year in range(2020, 2027)
                for month in (1, 7)]  # fmt: skip
        due = date(2020, 9, 30)  # first day of interest: 1 October
        for kind, as_of, values, notes in (
            ("professional", date(2025, 10, 1), {}, ()),
            ("professional", date(2025, 10, 2), {}, ("old_interest",)),
            ("consumer", date(2025, 10, 2), {}, ()),
            ("consumer", date(2025, 10, 2), {"presented": due}, ("old_interest",)),
            ("public", date(2026, 10, 2), {}, ("public_no_term_start",)),
        ):
            with self.subTest(kind, as_of=as_of):
                found = claim(kind, as_of, due, rows, **values)
                self.assertEqual(found.notes, notes)
