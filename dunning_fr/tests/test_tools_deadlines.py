import ast
import doctest
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import deadlines, interest, limitation, rates, transfers
from ..tools.deadlines import (
    add_months,
    easter,
    first_day_not_barred,
    is_working_day,
    legal_holidays,
    letter_deadline,
    limitation_last_day,
    next_semester_start,
    next_working_day,
    previous_working_day,
    procedural_deadline,
    public_limitation_last_day,
    public_term_end,
    semester_end,
    semester_label,
    semester_of,
    semester_start,
)

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
QUICK = settings(max_examples=60, deadline=None, database=None, derandomize=True)


def easter_by_another_method(year):
    """Count epacts and golden numbers as the calendar's own tables do (Lilius)."""
    golden = year % 19 + 1
    century = year // 100 + 1
    solar = 3 * century // 4 - 12  # leap days left out
    lunar = (8 * century + 5) // 25 - 5  # the moon's drift
    epact = (11 * golden + 20 + lunar - solar) % 30
    if (epact == 25 and golden > 11) or epact == 24:
        epact += 1
    full_moon = 44 - epact
    if full_moon < 21:
        full_moon += 30
    day = date(year, 3, 1) + timedelta(days=full_moon - 1)
    return day + timedelta(days=6 - day.weekday() or 7)


@tagged("post_install", "-at_install")
class TestToolsDeadlines(BaseCase):
    def test_limitation_of_private_claims(self):
        """R7.14, and the cases of 7.3."""
        for start, years, last in (
            (date(2021, 12, 14), 5, date(2026, 12, 14)),
            (date(2022, 1, 31), 5, date(2027, 1, 31)),  # a Sunday: R7.15
            (date(2024, 2, 29), 2, date(2026, 2, 28)),
            (date(2024, 2, 29), 4, date(2028, 2, 29)),
            (date(2025, 2, 28), 1, date(2026, 2, 28)),
            (date(2023, 2, 28), 1, date(2024, 2, 28)),
        ):
            with self.subTest(start=start, years=years):
                self.assertEqual(limitation_last_day(start, years), last)

    def test_limitation_is_not_moved_to_a_working_day(self):
        """R7.15: CPC 642 is for procedural time limits alone."""
        last = limitation_last_day(date(2022, 1, 31), 5)
        self.assertFalse(is_working_day(last))

    def test_limitation_of_public_bodies(self):
        """R7.5: from 1 January after the right; R7.13: or after a written claim."""
        self.assertEqual(
            public_limitation_last_day(date(2022, 5, 3)), date(2026, 12, 31)
        )
        self.assertEqual(
            public_limitation_last_day(date(2022, 1, 1)), date(2026, 12, 31)
        )
        self.assertEqual(
            public_limitation_last_day(date(2022, 12, 31)), date(2026, 12, 31)
        )
        self.assertEqual(
            public_limitation_last_day(date(2026, 6, 10)), date(2030, 12, 31)
        )

    def test_barred_by_the_start_is_barred_by_the_end(self):
        """Every day of eight years with their 29 Februaries, every length."""
        ends = {False: limitation_last_day, True: public_limitation_last_day}
        for public, last_day in ends.items():
            for years in (1, 2, 4, 5):
                for number in range(8 * 366):
                    today = date(2024, 1, 1) + timedelta(number)
                    first = first_day_not_barred(today, years, public=public)
                    before = first - timedelta(1)
                    self.assertGreaterEqual(last_day(first, years), today)
                    self.assertLess(last_day(before, years), today)

    def test_procedural_time_limits(self):
        """R7.16, the cases of 7.3 and the examples of section 11."""
        for start, length, raw, adjusted in (
            (date(2026, 8, 28), {"months": 6}, date(2027, 2, 28), date(2027, 3, 1)),
            (date(2026, 9, 10), {"months": 3}, date(2026, 12, 10), date(2026, 12, 10)),
            (date(2026, 10, 9), {"months": 2}, date(2026, 12, 9), date(2026, 12, 9)),
            (date(2026, 10, 9), {"months": 6}, date(2027, 4, 9), date(2027, 4, 9)),
            (date(2026, 12, 31), {"months": 2}, date(2027, 2, 28), date(2027, 3, 1)),
            (date(2026, 11, 3), {"days": 8}, date(2026, 11, 11), date(2026, 11, 12)),
            (date(2026, 12, 10), {"days": 15}, date(2026, 12, 25), date(2026, 12, 28)),
            # months come before days (CPC 641)
            (
                date(2027, 1, 31),
                {"months": 1, "days": 1},
                date(2027, 3, 1),
                date(2027, 3, 1),
            ),
        ):
            with self.subTest(start=start, **length):
                self.assertEqual(procedural_deadline(start, **length), (raw, adjusted))

    def test_alert_comes_before_the_raw_date(self):
        raw, adjusted = procedural_deadline(date(2026, 8, 28), months=6)
        self.assertEqual(previous_working_day(raw), date(2027, 2, 26))
        self.assertLess(previous_working_day(raw), adjusted)

    def test_the_eleven_legal_holidays(self):
        self.assertEqual(
            sorted(legal_holidays(2026)),
            [
                date(2026, 1, 1),
                date(2026, 4, 6),
                date(2026, 5, 1),
                date(2026, 5, 8),
                date(2026, 5, 14),
                date(2026, 5, 25),
                date(2026, 7, 14),
                date(2026, 8, 15),
                date(2026, 11, 1),
                date(2026, 11, 11),
                date(2026, 12, 25),
            ],
        )
        # Good Friday and 26 December are holidays of Alsace-Moselle only
        self.assertTrue(is_working_day(date(2027, 3, 26)))

    def test_ascension_and_labour_day_may_coincide(self):
        self.assertEqual(len(legal_holidays(2008)), 10)

    def test_easter(self):
        for sunday in (
            date(2000, 4, 23),
            date(2008, 3, 23),
            date(2011, 4, 24),
            date(2019, 4, 21),
            date(2024, 3, 31),
            date(2025, 4, 20),
            date(2027, 3, 28),
            date(2038, 4, 25),
        ):
            self.assertEqual(easter(sunday.year), sunday)

    @QUICK
    @given(st.integers(1900, 2200))
    def test_easter_is_a_sunday_of_spring(self, year):
        sunday = easter(year)
        self.assertEqual(sunday.weekday(), 6)
        self.assertTrue(date(year, 3, 22) <= sunday <= date(year, 4, 25))

    @QUICK
    @given(DAYS)
    def test_working_days_around_a_day(self, day):
        before, after = previous_working_day(day), next_working_day(day)
        self.assertTrue(before <= day <= after)
        self.assertTrue(is_working_day(before) and is_working_day(after))
        between = (before + timedelta(days=n) for n in range(1, (after - before).days))
        self.assertFalse(any(map(is_working_day, between)))
        self.assertEqual(before == after, is_working_day(day))

    @QUICK
    @given(DAYS, st.integers(0, 60))
    def test_months_keep_the_day_or_end_the_month(self, day, months):
        end = add_months(day, months)
        self.assertEqual(
            (end.year - day.year) * 12 + end.month - day.month, months, "month number"
        )
        if end.day != day.day:
            self.assertLess(end.day, day.day)
            self.assertEqual((end + timedelta(days=1)).day, 1)

    @QUICK
    @given(DAYS)
    def test_semesters_are_contiguous(self, day):
        self.assertTrue(semester_start(day) <= day <= semester_end(day))
        self.assertEqual(semester_of(semester_start(day)), semester_of(day))
        self.assertEqual(semester_of(semester_end(day)), semester_of(day))
        following = next_semester_start(day)
        self.assertEqual(following, semester_end(day) + timedelta(days=1))
        self.assertNotEqual(semester_of(following), semester_of(day))

    def test_semester_bounds_and_name(self):
        """R1.4: 1 January and 1 July."""
        self.assertEqual(semester_start(date(2026, 6, 30)), date(2026, 1, 1))
        self.assertEqual(semester_start(date(2026, 7, 1)), date(2026, 7, 1))
        self.assertEqual(semester_end(date(2026, 7, 1)), date(2026, 12, 31))
        self.assertEqual(semester_label(date(2026, 12, 31)), "2026 S2")

    def test_a_letter_prints_a_working_day(self):
        """R5.13: date of the letter + post + days, moved to a working day."""
        letter = date(2026, 11, 23)
        self.assertEqual(letter_deadline(letter, 8), date(2026, 12, 1))
        self.assertEqual(letter_deadline(letter, 8, postal_days=5), date(2026, 12, 7))

    def test_term_of_a_public_buyer(self):
        """Example 7, R3.2; suspended days do not run (R3.4)."""
        start = date(2026, 5, 4)
        self.assertEqual(public_term_end(start, 30), date(2026, 6, 3))
        ten_days = (date(2026, 5, 20), date(2026, 5, 29))
        self.assertEqual(public_term_end(start, 30, [ten_days]), date(2026, 6, 13))
        inside = (date(2026, 5, 22), date(2026, 5, 23))
        self.assertEqual(
            public_term_end(start, 30, [inside, ten_days]), date(2026, 6, 13)
        )
        after_the_end = (date(2026, 6, 14), date(2026, 6, 30))
        self.assertEqual(
            public_term_end(start, 30, [ten_days, after_the_end]), date(2026, 6, 13)
        )
        with self.assertRaisesRegex(ValueError, "before it starts"):
            public_term_end(start, 30, [ten_days[::-1]])

    def test_every_function_refuses_what_is_no_date(self):
        """A datetime would silently compare wrong, a text would not compare."""
        day = date(2026, 11, 22)
        noon = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
        for name, function in {
            "semester_of": semester_of,
            "semester_start": semester_start,
            "semester_end": semester_end,
            "next_semester_start": next_semester_start,
            "semester_label": semester_label,
            "is_working_day": is_working_day,
            "next_working_day": next_working_day,
            "previous_working_day": previous_working_day,
            "add_months": lambda given: add_months(given, 1),
            "limitation_last_day": lambda given: limitation_last_day(given, 1),
            "public_limitation_last_day": public_limitation_last_day,
            "first_day_not_barred": lambda given: first_day_not_barred(given, 1),
            "procedural_deadline": procedural_deadline,
            "letter_deadline": lambda given: letter_deadline(given, 1),
            "public_term_end": lambda given: public_term_end(given, 30),
            "suspension from": lambda given: public_term_end(day, 30, [(given, day)]),
            "suspension to": lambda given: public_term_end(day, 30, [(day, given)]),
        }.items():
            for given_day in (noon, "2026-11-22", None, 20261122):
                with (
                    self.subTest(name, day=given_day),
                    self.assertRaisesRegex(TypeError, "a date is expected"),
                ):
                    function(given_day)

    def test_every_length_is_a_whole_number_of_days_or_months(self):
        day = date(2026, 11, 22)
        for name, function in {
            "months": lambda length: add_months(day, length),
            "years": lambda length: limitation_last_day(day, length),
            "public years": lambda length: public_limitation_last_day(day, length),
            "procedural months": lambda length: procedural_deadline(day, length),
            "procedural days": lambda length: procedural_deadline(day, days=length),
            "letter": lambda length: letter_deadline(day, length),
            "post": lambda length: letter_deadline(day, 8, length),
            "term": lambda length: public_term_end(day, length),
            "not barred": lambda length: first_day_not_barred(day, length),
        }.items():
            for length in (1.0, True, "1", None):
                with (
                    self.subTest(name, length=length),
                    self.assertRaisesRegex(TypeError, "a whole number is expected"),
                ):
                    function(length)
            with (
                self.subTest(name, length=-1),
                self.assertRaisesRegex(ValueError, "cannot be negative: -1"),
            ):
                function(-1)

    def test_easter_agrees_with_another_computation(self):
        """Every year of the Gregorian calendar that matters, and some more."""
        for year in range(1583, 5000):
            self.assertEqual(easter(year), easter_by_another_method(year))

    @settings(QUICK, max_examples=150)
    @given(
        st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.integers(0, 60),
        st.lists(st.tuples(st.integers(-20, 90), st.integers(0, 30)), max_size=4),
    )
    def test_public_term_counts_the_days_that_run(self, start, days, spans):
        """R3.4: day by day, a suspended day does not run."""
        spans = [
            (start + timedelta(days=first), start + timedelta(days=first + length))
            for first, length in spans
        ]
        day, left = start, days
        while left:
            day += timedelta(days=1)
            if not any(first <= day <= last for first, last in spans):
                left -= 1
        self.assertEqual(public_term_end(start, days, spans), day)

    def test_impossible_arguments_are_refused(self):
        with self.assertRaisesRegex(TypeError, "a date is expected"):
            procedural_deadline(datetime(2026, 11, 22, tzinfo=timezone.utc), months=1)
        with self.assertRaisesRegex(TypeError, "a date is expected"):
            public_limitation_last_day("2026-11-22")
        with self.assertRaisesRegex(TypeError, "whole number"):
            limitation_last_day(date(2026, 11, 22), 1.5)
        with self.assertRaisesRegex(ValueError, "negative"):
            procedural_deadline(date(2026, 11, 22), days=-1)


@tagged("post_install", "-at_install")
class TestToolsAlone(BaseCase):
    """`tools/` is plain Python: outside tests and scripts import it without Odoo."""

    folder = Path(deadlines.__file__).parent

    def test_doctests(self):
        for module in (deadlines, limitation, rates, interest, transfers):
            with self.subTest(module=module.__name__):
                result = doctest.testmod(module)
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)

    def test_imports_without_odoo(self):
        code = (
            "import sys; sys.path.insert(0, sys.argv[1]); "
            "import tools.deadlines, tools.interest; "
            "sys.exit('odoo' in sys.modules)"
        )
        subprocess.run(
            [sys.executable, "-I", "-c", code, str(self.folder.parent)], check=True
        )

    def test_only_the_standard_library(self):
        for path in self.folder.glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                else:
                    continue
                for name in names:
                    self.assertIn(name.split(".")[0], sys.stdlib_module_names, path)
