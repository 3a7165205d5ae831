"""How a customer pays, as arithmetic: weights, windows, both sides of thresholds."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.behaviour import (
    Overdue,
    Payment,
    Thresholds,
    average_days,
    by_quarter,
    last_quarters,
    observe,
    profile,
    quarter_of,
    trend,
)

DAY = date(2026, 11, 20)
SINCE = date(2025, 11, 20)
RULES = Thresholds()
QUICK = settings(max_examples=60, deadline=None, database=None, derandomize=True)


def paid(day, late, amount=100.0, document=None):
    return Payment(day, day - timedelta(days=late), amount, document or (day, late))


@tagged("post_install", "-at_install")
class TestBehaviour(BaseCase):
    def test_days_are_weighted_by_amount(self):
        payments = [paid(DAY, 40, 900), paid(DAY, 0, 100)]
        seen = observe(payments, DAY, SINCE, RULES)
        self.assertEqual((seen.average_days, seen.late_share), (36, 0.9))
        self.assertEqual(seen.documents, 2)

    def test_an_early_payment_hides_no_late_one(self):
        seen = observe([paid(DAY, 30), paid(DAY, -30)], DAY, SINCE, RULES)
        self.assertEqual((seen.average_days, seen.late_share), (15, 0.5))

    def test_two_parts_of_an_invoice_are_one_invoice(self):
        parts = [paid(DAY, 10, document=7), paid(DAY, 40, document=7)]
        seen = observe(parts, DAY, SINCE, RULES)
        self.assertEqual((seen.documents, seen.average_days), (1, 25))

    def test_both_ends_of_the_window(self):
        for day, counted in (
            (SINCE, 1),
            (SINCE - timedelta(days=1), 0),
            (DAY, 1),
            (DAY + timedelta(days=1), 0),
        ):
            with self.subTest(day=day):
                seen = observe([paid(day, 5)], DAY, SINCE, RULES)
                self.assertEqual(seen.documents, counted)

    def test_profiles_on_both_sides_of_each_threshold(self):
        for count, days, disputes, expected in (
            (2, 60, 0, "new"),
            (3, 10, 0, "good"),
            (3, 11, 0, "slow"),
            (3, 30, 0, "slow"),
            (3, 31, 0, "chronic"),
            (3, 0, 2, "good"),
            (3, 0, 3, "disputes"),
            (0, 0, 3, "disputes"),
            (0, 0, 0, "new"),
        ):
            payments = [paid(DAY, days, document=n) for n in range(count)]
            with self.subTest(count=count, days=days, disputes=disputes):
                seen = observe(payments, DAY, SINCE, RULES, disputes=disputes)
                self.assertEqual(seen.profile, expected)

    def test_one_forgotten_invoice_is_not_chronic(self):
        payments = [paid(DAY, 0, document=n) for n in range(3)]
        late = [paid(DAY, 150, 200, document=9)]
        seen = observe(payments + late, DAY, SINCE, RULES)
        self.assertEqual((seen.overall_days, seen.profile), (60, "slow"))

    def test_who_pays_nothing_at_all_is_not_new(self):
        overdue = Overdue(4, 4000.0, 4000.0 * 90)
        seen = observe([], DAY, SINCE, RULES, overdue)
        self.assertEqual(seen.profile, "chronic")
        self.assertEqual((seen.average_days, seen.overdue_days), (0, 90))

    def test_trend_on_both_sides_of_steady(self):
        before, after = date(2026, 5, 10), date(2026, 10, 10)
        for days, expected in ((25, "stable"), (26, "worse"), (15, "stable")):
            with self.subTest(days=days):
                self.assertEqual(
                    trend([paid(before, 20), paid(after, days)], DAY), expected
                )
        self.assertEqual(trend([paid(before, 20), paid(after, 14)], DAY), "better")
        self.assertIsNone(trend([paid(after, 14)], DAY))

    def test_trend_on_both_sides_of_each_quarter(self):
        """Two quarters against the two before: 1 January and 1 July 2026."""
        known = [paid(date(2026, 2, 1), 20), paid(date(2026, 8, 1), 20)]
        for day, expected in (
            (date(2025, 12, 31), "stable"),
            (date(2026, 1, 1), "better"),
            (date(2026, 6, 30), "better"),
            (date(2026, 7, 1), "worse"),
            (DAY, "worse"),
            (DAY + timedelta(days=1), "stable"),
        ):
            with self.subTest(day=day):
                found = trend([*known, paid(day, 90)], DAY)
                self.assertEqual(found, expected)

    def test_a_payment_of_tomorrow_is_in_no_quarter_yet(self):
        rows = by_quarter([paid(DAY, 12), paid(DAY + timedelta(days=1), 90)], DAY)
        self.assertEqual(rows[-1], (date(2026, 10, 1), 100, 12))

    def test_no_dispute_is_no_profile_whatever_the_threshold(self):
        every = RULES._replace(disputes=0)
        self.assertEqual(profile(12, 0, 0, 0, every), "good")
        self.assertEqual(profile(12, 0, 0, 1, every), "disputes")

    @QUICK
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
    def test_quarters_follow_each_other_up_to_that_of_the_day(self, day, count):
        found = last_quarters(day, count)
        self.assertEqual(len(found), count)
        self.assertEqual(found[-1], quarter_of(day))
        for first, second in zip(found, found[1:], strict=False):
            self.assertEqual(quarter_of(second - timedelta(days=1)), first)

    def test_quarters(self):
        rows = by_quarter([paid(DAY, 12), paid(date(2024, 12, 31), 3)], DAY)
        self.assertEqual(len(rows), 8)
        self.assertEqual(rows[0][0], date(2025, 1, 1), "an older payment is left out")
        self.assertEqual(rows[-1], (date(2026, 10, 1), 100, 12))
        self.assertEqual({days for _first, _amount, days in rows[:-1]}, {None})

    @QUICK
    @given(
        st.lists(
            st.tuples(
                st.integers(-60, 400), st.integers(0, 700), st.integers(1, 10**6)
            ),
            max_size=12,
        )
    )
    def test_an_average_lies_between_its_parts(self, rows):
        payments = [
            Payment(
                DAY - timedelta(days=ago), DAY - timedelta(days=ago + late), cents, n
            )
            for n, (late, ago, cents) in enumerate(rows)
        ]
        average = average_days(payments)
        if payments:
            days = [payment.days for payment in payments]
            self.assertGreaterEqual(average, min(days) - 1e-6)
            self.assertLessEqual(average, max(days) + 1e-6)
        seen = observe(payments, DAY, SINCE, RULES)
        self.assertTrue(0 <= seen.late_share <= 1 + 1e-9)
