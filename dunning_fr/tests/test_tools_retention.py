"""How long data is kept, on both sides of each day (R10.8)."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.deadlines import add_months
from ..tools.retention import (
    ALWAYS,
    Periods,
    Standing,
    limitation_until,
    notes_before,
    verdict,
)

YEARS = {"professional": 5, "non_professional": 5, "consumer": 2, "public": 4}
PERIODS = Periods(6, 0, 10, YEARS, 10)
PAID = date(2026, 3, 31)


def standing(**values):
    return Standing(1, **{"kinds": ("consumer",), "last_day": PAID, **values})


class TestRetention(BaseCase):
    def _is(self, expected, rule, day, periods=PERIODS, **values):
        found = verdict(rule, standing(**values), periods, day)
        self.assertEqual(found and found[0], expected)

    def test_r10_8_notes_six_months_after_payment(self):
        self._is("recent", "notes", date(2026, 9, 30))
        self._is(None, "notes", date(2026, 10, 1))

    def test_r10_8_a_company_may_lengthen(self):
        longer = PERIODS._replace(notes_months=12, proofs_months=3)
        self._is("recent", "notes", date(2027, 3, 31), longer)
        self._is(None, "notes", date(2027, 4, 1), longer)
        self._is("limitation", "proofs", date(2028, 6, 30), longer)
        self._is(None, "proofs", date(2028, 7, 1), longer)

    def test_r10_8_proofs_until_the_limitation(self):
        for kinds, last in (
            (("consumer",), date(2028, 3, 31)),
            (("professional",), date(2031, 3, 31)),
            (("consumer", "professional"), date(2031, 3, 31)),
            (("public",), date(2030, 12, 31)),
            (("",), date(2031, 3, 31)),
            ((), date(2031, 3, 31)),
            (("consumer", ""), date(2031, 3, 31)),
        ):
            with self.subTest(kinds=kinds):
                found = limitation_until(standing(kinds=kinds), PERIODS)
                self.assertEqual(found, last)

    def test_an_agreed_period_and_later_days_count(self):
        self.assertEqual(
            limitation_until(standing(agreed_years=10), PERIODS), date(2036, 3, 31)
        )
        later = standing(claim_day=date(2026, 6, 1))
        self.assertEqual(limitation_until(later, PERIODS), date(2028, 6, 1))
        leap = standing(last_day=date(2028, 2, 29))
        self.assertEqual(limitation_until(leap, PERIODS), date(2030, 2, 28))

    def test_r10_8_a_title_is_enforced_for_ten_years(self):
        for rule in ("notes", "proofs"):
            with self.subTest(rule=rule):
                title = {"title_day": date(2026, 5, 4)}
                self._is("title", rule, date(2036, 5, 4), **title)
                self._is(None, rule, date(2036, 5, 5), **title)

    def test_whatever_is_open_keeps_everything_for_ever(self):
        for code in ALWAYS:
            for rule in ("notes", "proofs"):
                with self.subTest(code=code, rule=rule):
                    self._is(code, rule, date(2099, 1, 1), **{code: True})

    def test_what_is_lost_or_claimed_is_not_paid(self):
        for flag, code in (("lost", "lost"), ("charged", "charge")):
            with self.subTest(flag):
                self._is(code, "notes", date(2028, 3, 31), **{flag: True})
                self._is(None, "notes", date(2028, 4, 1), **{flag: True})

    def test_r10_8_what_a_loss_rests_on_is_kept_ten_years(self):
        """A consumer's limitation is over before VAT claimed back may be audited."""
        loss = {"lost": True, "loss_year_end": date(2026, 12, 31)}
        self._is("accounts", "proofs", date(2028, 4, 1), **loss)
        self._is("accounts", "proofs", date(2036, 12, 31), **loss)
        self._is(None, "proofs", date(2037, 1, 1), **loss)
        self._is(None, "notes", date(2028, 4, 1), **loss)

    def test_nothing_known_keeps_nothing(self):
        self._is(None, "notes", PAID, last_day=None)
        self.assertIsNone(limitation_until(Standing(1), PERIODS))

    def test_of_several_reasons_the_latest_day_holds(self):
        """What goes on the first of two days would be missing until the other."""
        reasons = {"title_day": date(2015, 5, 4), "loss_year_end": date(2026, 12, 31)}
        found = verdict("proofs", standing(**reasons), PERIODS, date(2025, 1, 1))
        self.assertEqual(found, ("accounts", date(2036, 12, 31)))
        self._is("title", "notes", PAID, title_day=date(2026, 5, 4))

    def test_r10_8_months_more_are_for_proofs_alone(self):
        longer = PERIODS._replace(proofs_months=3)
        title = {"title_day": date(2026, 5, 4)}
        self._is("title", "proofs", date(2036, 8, 4), longer, **title)
        self._is(None, "proofs", date(2036, 8, 5), longer, **title)
        self._is("title", "notes", date(2036, 5, 4), longer, **title)
        self._is(None, "notes", date(2036, 5, 5), longer, **title)
        self._is(None, "proofs", PAID, longer, last_day=None)

    def test_a_loss_without_a_day_is_no_limitation(self):
        self._is(None, "notes", PAID, last_day=None, lost=True)


class TestNotesOfWhoGoesOnTrading(BaseCase):
    """R10.8: notes go six months after what they speak of was settled."""

    def _before(self, day, **values):
        return notes_before(standing(**values), PERIODS, day)

    def test_r10_8_what_is_open_does_not_keep_older_notes(self):
        oldest = date(2025, 2, 10)
        self.assertEqual(self._before(PAID, open=True, oldest=oldest), oldest)
        self.assertEqual(self._before(PAID), PAID)

    def test_r10_8_what_is_lost_or_claimed_keeps_them(self):
        for flag in ("lost", "charged"):
            with self.subTest(flag):
                self.assertIsNone(self._before(date(2028, 3, 31), **{flag: True}))
                self.assertIsNone(self._before(PAID, open=True, **{flag: True}))
                later = date(2028, 4, 1)
                self.assertEqual(self._before(later, **{flag: True}), later)

    def test_r10_8_a_hold_or_case_of_late_keeps_them(self):
        acted = {"acted_day": date(2026, 1, 15), "open": True}
        self.assertIsNone(self._before(date(2026, 7, 15), **acted))
        day = date(2026, 7, 16)
        self.assertEqual(self._before(day, **acted), day)

    def test_whatever_else_is_open_keeps_them(self):
        for code in ALWAYS[1:]:
            with self.subTest(code):
                self.assertIsNone(self._before(date(2099, 1, 1), **{code: True}))


DAYS = st.none() | st.dates(date(2024, 1, 1), date(2028, 12, 31))
LAST = date(2045, 12, 31)


def same_day(day, years):
    """The day of that number some years on; 29 February becomes 28 (R7.14)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class TestRetentionProperties(BaseCase):
    """R10.8 against a list of every day that keeps something, made kind by kind."""

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(
        st.lists(st.sampled_from([*YEARS, ""]), max_size=3),
        st.integers(0, 7),
        st.tuples(DAYS, DAYS, DAYS, DAYS),
        st.integers(0, 5),
    )
    def test_r10_8_proofs_go_the_day_after_the_last_reason(
        self, kinds, agreed, days, months
    ):
        last, claim, title, loss = days
        found = verdict(
            "proofs",
            Standing(
                1,
                kinds=tuple(kinds),
                agreed_years=agreed,
                last_day=last,
                claim_day=claim,
                title_day=title,
                loss_year_end=loss,
            ),
            PERIODS._replace(proofs_months=months),
            date(2020, 1, 1),
        )
        reasons = []
        for day in filter(None, (last, claim)):
            for kind in YEARS if "" in kinds or not kinds else kinds:
                end = same_day(day, YEARS[kind])
                end = end.replace(month=12, day=31) if kind == "public" else end
                reasons.append(end)
            reasons.append(same_day(day, agreed))
        if title:
            reasons.append(same_day(title, 10))
        reasons = [add_months(end, months) for end in reasons]
        if loss:
            reasons.append(same_day(loss, 10))
        self.assertEqual(found and found[1], max(reasons, default=None))

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(st.dates(date(2024, 1, 1), LAST), st.sampled_from(["notes", "proofs"]))
    def test_r10_8_what_may_go_once_may_always_go(self, day, rule):
        known = standing(lost=True, title_day=date(2026, 5, 4))
        found = verdict(rule, known, PERIODS, day)
        after = verdict(rule, known, PERIODS, day + timedelta(days=1))
        if found is None:
            self.assertIsNone(after)
        else:
            self.assertLessEqual(day, found[1])
