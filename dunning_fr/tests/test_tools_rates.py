"""What a contract or the law makes of published rates, semester by semester."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.interest import late_interest
from ..tools.rates import MissingRate, RateTable, Terms

# law-fr.md, section 9: (first day, ECB, legal, legal of an individual creditor)
ROWS = [
    (date(2023, 7, 1), "4.00", "4.22", "6.82"),
    (date(2024, 1, 1), "4.50", "5.07", "8.01"),
    (date(2024, 7, 1), "4.25", "4.92", "8.16"),
    (date(2025, 1, 1), "3.15", "3.71", "7.21"),
    (date(2025, 7, 1), "2.15", "2.76", "6.65"),
    (date(2026, 1, 1), "2.15", "2.62", "6.67"),
    (date(2026, 7, 1), "2.40", "2.75", "6.84"),
]
TABLE = RateTable(ROWS)
PRO = Terms.professional(10, 3)
FROZEN = "frozen_at_due_date"
LAST = date(2026, 12, 31)


def segments(terms, due, as_of, **options):
    """Return [(first day, last day, rate)] of a debt of 1,000.00."""
    found = late_interest(TABLE, terms, 100_000, due, as_of, **options)
    return [(s.date_from, s.date_to, str(s.rate)) for s in found.segments]


def cautions(terms, due, as_of):
    found = late_interest(TABLE, terms, 100_000, due, as_of)
    return [(caution.code, caution.date_from) for caution in found.cautions]


@tagged("post_install", "-at_install")
class TestTermsOfADebt(BaseCase):
    def test_terms_are_plain_values(self):
        """Equal terms are one key of the cache, so they must compare equal."""
        self.assertEqual(Terms.legal(), Terms("legal_plus", 0))
        self.assertEqual(
            tuple(Terms.legal()),
            ("legal_plus", 0, 0, 0, "ignore", False, False, ""),
        )
        self.assertEqual(
            tuple(Terms.public(8)),
            ("ecb_plus", 80_000, 0, 0, "ignore", False, False, "start"),
        )
        self.assertEqual(
            tuple(PRO),
            ("ecb_plus", 100_000, 100_000, 30_000, "ignore", False, False, ""),
        )
        self.assertIs(
            TABLE.schedule(PRO), TABLE.schedule(Terms.professional("10.0", 3.0))
        )
        self.assertIsNot(TABLE.schedule(PRO), TABLE.schedule(PRO, day_basis="actual"))

    def test_options_are_named_when_refused(self):
        for name, arguments in (
            ("below_floor", {"below_floor": "x"}),
            ("rate_mode", {"rate_mode": "x"}),
            ("rate type", {"contract": ("x", 1)}),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValueError, f"^{name} must"),
            ):
                Terms.professional(10, 3, **arguments)

    def test_four_decimals_and_not_below_zero(self):
        for value, is_fine in (
            ("0.0001", True),
            (0, True),
            ("0.00001", False),
            ("-0.0001", False),
        ):
            with self.subTest(value):
                if is_fine:
                    found = TABLE.rate(Terms.professional(value, 0), LAST)
                    self.assertEqual(found, Decimal("2.4") + Decimal(value))
                    continue
                with self.assertRaises(ValueError):
                    Terms.professional(value, 0)

    def test_rates_print_without_useless_zeros(self):
        """As a letter states them: 12.4, 10, 9.625; never 1E+1 nor 12.40."""
        for terms, printed in (
            (PRO, "12.4"),
            (Terms.professional(10, 0, ("fixed", "10.00")), "10"),
            (Terms.professional(10, 0, ("fixed", 100)), "100"),
            (Terms.professional(10, 0, ("fixed", 0)), "0"),
            (Terms.professional(10, 0, ("legal_multiple", "3.5")), "9.625"),
        ):
            with self.subTest(printed):
                self.assertEqual(str(TABLE.rate(terms, LAST)), printed)

    def test_rate_that_starts_on_a_day(self):
        """R1.4, R3.6: frozen at the due date, or on the first day of interest."""
        frozen = Terms.professional(10, 3, rate_mode=FROZEN)
        first = date(2026, 7, 1)
        for name, terms, day, due, expected in (
            ("floating", PRO, first, None, "12.4"),
            ("floating, old debt", PRO, first, date(2024, 1, 1), "12.4"),
            ("frozen, due the eve", frozen, first, None, "12.15"),
            ("frozen, due that day", frozen, date(2026, 7, 2), None, "12.4"),
            ("frozen, old debt", frozen, first, date(2024, 2, 1), "14.5"),
            ("public, starts that day", Terms.public(8), first, None, "10.4"),
            ("public, old debt", Terms.public(8), first, date(2026, 6, 29), "10.15"),
        ):
            with self.subTest(name):
                self.assertEqual(TABLE.rate(terms, day, due), Decimal(expected))


@tagged("post_install", "-at_install")
class TestFloor(BaseCase):
    """R1.5 to R1.8."""

    def test_a_low_clause_gives_the_statutory_rate_not_the_floor(self):
        """S1 2024: the default, 14.50, is itself under the floor of 15.21."""
        day = date(2024, 3, 1)
        low = ("fixed", 5)
        for name, options, expected in (
            ("ignored", {}, "14.5"),
            ("ignored, default floored", {"default_respects_floor": True}, "15.21"),
            ("raised", {"below_floor": "raise"}, "15.21"),
        ):
            with self.subTest(name):
                terms = Terms.professional(10, 3, low, **options)
                self.assertEqual(TABLE.rate(terms, day), Decimal(expected))

    def test_at_the_floor_is_not_below(self):
        for value, expected in (("8.25", []), ("8.2499", ["rate_below_floor_ignored"])):
            terms = Terms.professional(10, 3, ("fixed", value))
            with self.subTest(value):
                found = cautions(terms, date(2026, 7, 10), date(2026, 7, 31))
                self.assertEqual([code for code, _day in found], expected)

    def test_only_a_contract_is_warned_of(self):
        floored = Terms.professional(10, 3, default_respects_floor=True)
        due, as_of = date(2024, 1, 31), date(2024, 2, 29)
        self.assertEqual(cautions(floored, due, as_of), [])
        self.assertEqual(cautions(PRO, due, as_of), [])

    def test_no_floor_at_all(self):
        terms = Terms.professional(10, 0, ("fixed", 0))
        due, as_of = date(2026, 7, 10), date(2026, 7, 31)
        self.assertEqual(cautions(terms, due, as_of), [])
        self.assertEqual(segments(terms, due, as_of)[0][2], "0")

    def test_each_semester_below_is_named_once(self):
        """A clause of 14.50 fails in 2024, holds in 2025: the rate is the same."""
        terms = Terms.professional(10, 3, ("fixed", "14.5"), rate_mode=FROZEN)
        found = cautions(terms, date(2024, 1, 31), date(2025, 3, 31))
        self.assertEqual(
            found,
            [
                ("rate_below_floor_ignored", date(2024, 1, 1)),
                ("rate_below_floor_ignored", date(2024, 7, 1)),
            ],
        )

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(
        st.sampled_from(ROWS),
        st.sampled_from(["fixed", "ecb_plus", "legal_multiple"]),
        st.integers(0, 200_000).map(lambda units: Decimal(units) / 10_000),
        st.sampled_from(["ignore", "raise"]),
        st.booleans(),
    )
    def test_rule_book_in_decimal(self, row, rate_type, value, below, floored):
        day, ecb, legal = row[0], Decimal(row[1]), Decimal(row[2])
        agreed = {
            "fixed": value,
            "ecb_plus": ecb + value,
            "legal_multiple": value * legal,
        }[rate_type]
        default = max(ecb + 10, 3 * legal) if floored else ecb + 10
        expected = agreed
        if agreed < 3 * legal:
            expected = 3 * legal if below == "raise" else default
        terms = Terms.professional(10, 3, (rate_type, value), below, floored)
        self.assertEqual(TABLE.rate(terms, day), expected)


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    def test_each_semester_has_its_own_line(self):
        """R1.4: the same rate twice is still stated for each semester."""
        found = segments(PRO, date(2025, 12, 1), date(2026, 1, 31))
        self.assertEqual(
            found,
            [
                (date(2025, 12, 2), date(2025, 12, 31), "12.15"),
                (date(2026, 1, 1), date(2026, 1, 31), "12.15"),
            ],
        )

    def test_a_frozen_rate_has_one_line(self):
        terms = Terms.professional(10, 3, rate_mode=FROZEN)
        self.assertEqual(
            segments(terms, date(2024, 2, 1), LAST), [(date(2024, 2, 2), LAST, "14.5")]
        )

    def test_a_frozen_rate_without_floor_outlives_the_table(self):
        """R9.2 asks for the rates that are needed, and no others."""
        due, later = date(2026, 12, 1), date(2028, 6, 30)
        for name, terms, rate in (
            ("statutory", Terms.professional(10, 3, rate_mode=FROZEN), "12.4"),
            (
                "contract without floor",
                Terms.professional(10, 0, ("fixed", 9), rate_mode=FROZEN),
                "9",
            ),
            ("public", Terms.public(8), "10.4"),
        ):
            with self.subTest(name):
                self.assertEqual(
                    segments(terms, due, later), [(due + timedelta(1), later, rate)]
                )
        floored = Terms.professional(10, 3, ("fixed", 9), rate_mode=FROZEN)
        with self.assertRaises(MissingRate) as caught:
            segments(floored, due, later)
        self.assertEqual(caught.exception.semester, "2027 S1")

    def test_a_missing_semester_is_named_by_its_days(self):
        for day, semester, first in (
            (date(2027, 1, 1), "2027 S1", date(2027, 1, 1)),
            (date(2027, 12, 31), "2027 S2", date(2027, 7, 1)),
            (date(2023, 6, 30), "2023 S1", date(2023, 1, 1)),
        ):
            for name, ask in (("at", TABLE.at), ("rate", lambda d: TABLE.rate(PRO, d))):
                with self.subTest(name, day=day):
                    with self.assertRaises(MissingRate) as caught:
                        ask(day)
                    self.assertEqual(caught.exception.semester, semester)
                    self.assertEqual(caught.exception.date_from, first)
                    self.assertEqual(str(caught.exception), f"no rates for {semester}")

    def test_rows_in_any_order_and_as_text(self):
        texts = [(str(day), *rates) for day, *rates in reversed(ROWS)]
        table = RateTable(texts)
        for day, ecb, legal, individual in ROWS:
            with self.subTest(day):
                self.assertEqual(
                    table.at(day),
                    (day, Decimal(ecb), Decimal(legal), Decimal(individual)),
                )
                self.assertEqual(table.at(day), TABLE.at(day + timedelta(days=180)))
        self.assertEqual((table.first_day, table.last_day), (ROWS[0][0], LAST))

    def test_gaps_are_those_inside(self):
        kept = [ROWS[0], ROWS[3], ROWS[4], ROWS[6]]
        self.assertEqual(RateTable(kept).gaps, ("2024 S1", "2024 S2", "2026 S1"))
        self.assertEqual(RateTable(ROWS[:1]).gaps, ())
