from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.deadlines import semester_of
from ..tools.interest import (
    MissingRate,
    RateTable,
    Terms,
    from_minor,
    late_interest,
    round_half_up,
    segments,
    to_minor,
)

# law-fr.md, section 9
ROWS = [
    ("2023-01-01", 2.5, 2.06, 4.47),
    ("2023-07-01", 4.0, 4.22, 6.82),
    ("2024-01-01", 4.5, 5.07, 8.01),
    ("2024-07-01", 4.25, 4.92, 8.16),
    ("2025-01-01", 3.15, 3.71, 7.21),
    ("2025-07-01", 2.15, 2.76, 6.65),
    ("2026-01-01", 2.15, 2.62, 6.67),
    ("2026-07-01", 2.40, 2.75, 6.84),
]
TABLE = RateTable(ROWS)
PRO = Terms.professional(10, 3)
PUBLIC = Terms.public(8)
LEGAL = Terms.legal()
QUICK = settings(max_examples=80, deadline=None, database=None, derandomize=True)


def claim(amount, due, as_of, paid=(), terms=PRO, **options):
    """Claim of an amount in euros; ``paid`` holds (day, euros) pairs."""
    events = [(day, to_minor(euros), *rest) for day, euros, *rest in paid]
    return late_interest(TABLE, terms, to_minor(amount), due, as_of, events, **options)


def euros(found):
    return from_minor(found.interest)


@tagged("post_install", "-at_install")
class TestWorkedExamples(BaseCase):
    """Section 11 of the rule book, with the wrong answers it warns of."""

    def assertInterest(self, found, expected, *wrong):
        self.assertEqual(euros(found), Decimal(expected))
        for answer in wrong:
            self.assertNotEqual(euros(found), Decimal(answer))

    def test_example_1_one_semester(self):
        paid = date(2026, 9, 15)
        found = claim(10000, date(2026, 7, 31), paid, [(paid, 10000)])
        self.assertInterest(found, "156.27")
        self.assertTrue(found.late)
        (segment,) = found.segments
        self.assertEqual(segment.days, 46)
        self.assertEqual(segment.rate, Decimal("12.4"))
        self.assertEqual(segment.amount, Fraction(1_000_000 * 124 * 46, 365_000))

    def test_example_2_two_semesters(self):
        due, paid = date(2026, 5, 31), date(2026, 9, 30)
        found = claim(12000, due, date(2026, 11, 22), [(paid, 12000)])
        self.assertInterest(found, "494.89", "487.33", "497.36", "494.90")
        self.assertEqual(
            [(s.date_from, s.date_to, s.days) for s in found.segments],
            [
                (date(2026, 6, 1), date(2026, 6, 30), 30),
                (date(2026, 7, 1), date(2026, 9, 30), 92),
            ],
        )
        self.assertEqual(found.principal, 0)

    def test_example_2_frozen_at_the_due_date(self):
        """R1.4: the option for users whose adviser prefers it."""
        due, paid = date(2026, 5, 31), date(2026, 9, 30)
        terms = Terms.professional(10, 3, rate_mode="frozen_at_due_date")
        found = claim(12000, due, paid, [(paid, 12000)], terms)
        self.assertInterest(found, "487.33", "494.89")
        self.assertEqual(len(found.segments), 1)

    def test_a_last_cent_bears_interest_too(self):
        """R1.28: on what remains unpaid, however little it is."""
        part = [(date(2026, 9, 30), Decimal("99.99"))]
        found = claim(100, date(2026, 8, 31), date(2026, 10, 31), part)
        self.assertEqual([s.base for s in found.segments], [10_000, 1])

    def test_frozen_rate_is_that_of_the_due_date_itself(self):
        """Due on 30 June, late from 1 July: frozen at the rate of S1."""
        terms = Terms.professional(10, 3, rate_mode="frozen_at_due_date")
        found = claim(1000, date(2026, 6, 30), date(2026, 7, 31), terms=terms)
        self.assertEqual(found.segments[0].rate, Decimal("12.15"))

    def test_example_3_principal_first(self):
        part = [(date(2026, 9, 30), 2500)]
        found = claim(6000, date(2026, 8, 31), date(2026, 10, 31), part)
        self.assertInterest(found, "98.01")
        self.assertEqual([s.base for s in found.segments], [600_000, 350_000])
        self.assertEqual([s.days for s in found.segments], [30, 31])
        self.assertEqual(found.principal + found.interest + 4000, 363_801)

    def test_example_3_interest_first(self):
        """R1.29: interest is rounded at each imputation."""
        part = [(date(2026, 9, 30), 2500)]
        found = claim(
            6000,
            date(2026, 8, 31),
            date(2026, 10, 31),
            part,
            imputation="interest_first",
        )
        self.assertInterest(found, "98.65", "98.01")
        self.assertEqual([s.base for s in found.segments], [600_000, 356_115])
        # principal stays the ledger's: 3,500.00 + 98.65 + 40.00
        self.assertEqual(found.principal + found.interest + 4000, 363_865)

    def test_example_5_contract_rate_below_the_floor(self):
        due, paid = date(2026, 7, 10), date(2026, 8, 9)
        ignored = Terms.professional(10, 3, ("fixed", 5))
        found = claim(5000, due, paid, [(paid, 5000)], ignored)
        self.assertInterest(found, "50.96", "20.55")
        self.assertEqual(
            found.cautions, (("rate_below_floor_ignored", date(2026, 7, 1)),)
        )
        raised = Terms.professional(10, 3, ("fixed", 5), below_floor="raise")
        found = claim(5000, due, paid, [(paid, 5000)], raised)
        self.assertInterest(found, "33.90", "20.55")
        self.assertEqual(found.cautions[0].code, "rate_below_floor_raised")

    def test_example_7_public_buyer(self):
        """R3.6: the rate of the first day holds for the whole delay."""
        due, paid = date(2026, 6, 3), date(2026, 8, 20)
        found = claim(25000, due, paid, [(paid, 25000)], PUBLIC)
        self.assertInterest(found, "542.26", "550.99")
        (segment,) = found.segments
        self.assertEqual((segment.days, segment.rate), (78, Decimal("10.15")))

    def test_public_rate_of_the_day_interest_starts(self):
        """R3.6: term ends 30 June, interest starts 1 July: rate of S2."""
        found = claim(1000, date(2026, 6, 30), date(2026, 8, 1), terms=PUBLIC)
        self.assertEqual(found.segments[0].rate, Decimal("10.4"))

    def test_example_9_consumer(self):
        """R2.4: the low column; R2.6: from the day after the presentation."""
        due, paid = date(2026, 6, 30), date(2026, 10, 15)
        found = claim(1200, due, paid, [(paid, 1200)], LEGAL, start=date(2026, 9, 2))
        self.assertInterest(found, "3.98", "9.89", "43.62")
        self.assertEqual(found.segments[0].days, 44)

    def test_example_9_without_formal_notice(self):
        due, paid = date(2026, 6, 30), date(2026, 10, 15)
        found = claim(1200, due, paid, [(paid, 1200)], None)
        self.assertInterest(found, "0")
        self.assertEqual(found.segments, [])
        self.assertEqual(found.unrounded, 0)

    def test_example_10_insolvency(self):
        """R6.41: the day before the judgment is the last one, for ever."""
        judgment = date(2026, 10, 1)
        for as_of in (date(2026, 10, 31), date(2026, 12, 31)):
            found = claim(9000, date(2026, 8, 31), as_of, stop=judgment)
            self.assertInterest(found, "91.73")
            self.assertTrue(found.late)
        found = claim(4000, date(2026, 10, 15), date(2026, 12, 31), stop=judgment)
        self.assertInterest(found, "0")
        self.assertFalse(found.late, "R1.26: due on or after the judgment")
        eve = claim(4000, date(2026, 9, 30), date(2026, 12, 31), stop=judgment)
        self.assertTrue(eve.late)
        self.assertInterest(eve, "0")

    def test_paid_on_the_due_date(self):
        due = date(2026, 9, 30)
        found = claim(100, due, date(2026, 10, 31), [(due, 100)])
        self.assertInterest(found, "0")
        self.assertFalse(found.late)

    def test_one_day_late(self):
        due, paid = date(2026, 9, 30), date(2026, 10, 1)
        found = claim(100, due, date(2026, 10, 31), [(paid, 100)])
        self.assertInterest(found, "0.03")
        self.assertTrue(found.late)
        self.assertEqual(found.segments[0].days, 1)

    def test_due_today_is_not_late(self):
        due = date(2026, 9, 30)
        self.assertFalse(claim(100, due, due).late)
        self.assertTrue(claim(100, due, due + timedelta(days=1)).late)

    def test_missing_semester_fails_and_is_named(self):
        """R9.2: never the last known rate."""
        with self.assertRaises(MissingRate) as caught:
            claim(100, date(2026, 9, 30), date(2027, 1, 1))
        self.assertEqual(caught.exception.semester, "2027 S1")
        self.assertEqual(caught.exception.date_from, date(2027, 1, 1))
        with self.assertRaises(MissingRate) as caught:
            claim(100, date(2022, 6, 30), date(2023, 1, 31))
        self.assertEqual(caught.exception.semester, "2022 S2")

    def test_missing_semester_after_the_payment_is_no_error(self):
        paid = date(2026, 12, 31)
        found = claim(100, date(2026, 9, 30), date(2027, 3, 1), [(paid, 100)])
        self.assertInterest(found, "3.13")

    def test_frozen_rate_needs_no_later_semester(self):
        found = claim(1000, date(2026, 12, 1), date(2027, 3, 1), terms=PUBLIC)
        self.assertEqual(found.segments[0].rate, Decimal("10.4"))
        with self.assertRaises(MissingRate):
            claim(1000, date(2026, 12, 31), date(2027, 3, 1), terms=PUBLIC)


@tagged("post_install", "-at_install")
class TestTerms(BaseCase):
    def rate(self, terms, day, due_date=None):
        return TABLE.rate(terms, day, due_date)

    def test_statutory_may_be_under_the_floor(self):
        """R1.7: 14.50 against 15.21 in S1 2024; the option applies the floor."""
        day = date(2024, 3, 1)
        self.assertEqual(self.rate(PRO, day), Decimal("14.5"))
        floored = Terms.professional(10, 3, default_respects_floor=True)
        self.assertEqual(self.rate(floored, day), Decimal("15.21"))
        self.assertEqual(self.rate(floored, date(2026, 3, 1)), Decimal("12.15"))

    def test_contract_formulas(self):
        """R1.5: fixed or floating, higher or lower than the default."""
        day = date(2026, 9, 1)
        for contract, expected in (
            (("fixed", 15), "15"),
            (("fixed", 8.25), "8.25"),
            (("ecb_plus", 12.5), "14.9"),
            (("legal_multiple", 3), "8.25"),
            (("legal_multiple", 3.5), "9.625"),
            (("legal_multiple", 10), "27.5"),
        ):
            with self.subTest(contract=contract):
                terms = Terms.professional(10, 3, contract)
                self.assertEqual(self.rate(terms, day), Decimal(expected))

    def test_floor_is_tested_semester_by_semester(self):
        """R1.6: 8 % is over 7.86 in S1 2026, under 8.25 in S2."""
        terms = Terms.professional(10, 3, ("fixed", 8))
        found = claim(1000, date(2026, 6, 20), date(2026, 7, 10), terms=terms)
        self.assertEqual(
            [segment.rate for segment in found.segments],
            [Decimal("8"), Decimal("12.4")],
        )
        self.assertEqual(
            found.cautions, (("rate_below_floor_ignored", date(2026, 7, 1)),)
        )
        early = claim(1000, date(2026, 6, 20), date(2026, 6, 30), terms=terms)
        self.assertEqual(early.cautions, ())

    def test_frozen_contract_rate_still_meets_each_floor(self):
        terms = Terms.professional(10, 3, ("fixed", 8), rate_mode="frozen_at_due_date")
        found = claim(1000, date(2026, 6, 20), date(2026, 7, 10), terms=terms)
        self.assertEqual(
            [segment.rate for segment in found.segments],
            [Decimal("8"), Decimal("12.15")],
        )

    def test_ignored_clause_gives_way_to_a_floored_default(self):
        terms = Terms.professional(10, 3, ("fixed", 5), default_respects_floor=True)
        self.assertEqual(self.rate(terms, date(2024, 3, 1)), Decimal("15.21"))

    def test_legal_rate_never_the_individuals_column(self):
        """R2.4"""
        self.assertEqual(self.rate(LEGAL, date(2026, 9, 1)), Decimal("2.75"))
        self.assertEqual(TABLE.at(date(2026, 9, 1)).legal_individual, Decimal("6.84"))

    def test_impossible_terms_are_refused(self):
        for options in (
            {"below_floor": "maybe"},
            {"rate_mode": "yearly"},
            {"contract": ("euribor", 3)},
            {"contract": ("fixed", -1)},
            {"contract": ("fixed", "10.00001")},
        ):
            with self.subTest(**options), self.assertRaises(ValueError):
                Terms.professional(10, 3, **options)


@tagged("post_install", "-at_install")
class TestRateTable(BaseCase):
    def test_self_check(self):
        """R9.3"""
        for rows, message in (
            ([("2026-02-01", 2, 2, 6)], "first day of a semester"),
            ([("2026-01-01", 2, 2, 6), ("2026-01-01", 2, 2, 6)], "2026 S1 comes twice"),
            ([("2026-01-01", -0.5, 2, 6)], "negative"),
            ([("2026-01-01", "2.15001", 2, 6)], "too many decimals"),
        ):
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                RateTable(rows)

    def test_gap_is_named_and_only_hurts_its_own_days(self):
        table = RateTable([ROWS[7], ROWS[5]])
        self.assertEqual(table.gaps, ("2026 S1",))
        self.assertEqual(table.at(date(2025, 12, 31)).ecb, Decimal("2.15"))
        with self.assertRaises(MissingRate) as caught:
            late_interest(table, PRO, 100, date(2025, 12, 1), date(2026, 2, 1))
        self.assertEqual(caught.exception.semester, "2026 S1")
        self.assertEqual(TABLE.gaps, ())

    def test_empty_table(self):
        table = RateTable([])
        self.assertEqual(
            (table.gaps, table.first_day, table.last_day), ((), None, None)
        )
        with self.assertRaises(MissingRate):
            late_interest(table, PRO, 100, date(2026, 7, 1), date(2026, 8, 1))
        with self.assertRaises(MissingRate):
            table.rate(PRO, date(2026, 7, 1))

    def test_days_covered(self):
        self.assertEqual(TABLE.first_day, date(2023, 1, 1))
        self.assertEqual(TABLE.last_day, date(2026, 12, 31))


@tagged("post_install", "-at_install")
class TestLateInterest(BaseCase):
    def test_leap_year_bases(self):
        """R1.14: /365 even in a leap year, or the days of the calendar year."""
        due, paid = date(2023, 12, 31), date(2024, 12, 31)
        found = claim(36500, due, paid)
        self.assertEqual(sum(s.days for s in found.segments), 366)
        # S1 2024: 182 days at 14.50, S2: 184 days at 14.25
        self.assertEqual(found.interest, 182 * 1450 + 184 * 1425)
        actual = claim(36600, due, paid, day_basis="actual")
        self.assertEqual(actual.interest, 182 * 1450 + 184 * 1425)

    def test_actual_basis_cuts_a_frozen_rate_at_31_december(self):
        due, as_of = date(2023, 12, 1), date(2024, 1, 31)
        found = claim(1000, due, as_of, terms=PUBLIC, day_basis="actual")
        self.assertEqual(
            [(s.date_to, s.days) for s in found.segments],
            [(date(2023, 12, 31), 30), (as_of, 31)],
        )
        self.assertEqual(
            found.unrounded, 12_000 * (Fraction(30, 365) + Fraction(31, 366))
        )
        plain = claim(1000, due, as_of, terms=PUBLIC)
        self.assertEqual(len(plain.segments), 1)

    def test_correction_counts_from_the_first_day(self):
        """R1.27: a correction is given the due date; a gesture its own."""
        due, as_of = date(2026, 8, 31), date(2026, 9, 30)
        corrected = claim(1000, due, as_of, [(due, 400)])
        self.assertEqual(corrected.interest, claim(600, due, as_of).interest)
        gesture = claim(1000, due, as_of, [(date(2026, 9, 15), 400, False)])
        self.assertGreater(gesture.interest, corrected.interest)

    def test_cancelled_by_a_correction_is_never_late(self):
        """R1.25"""
        due = date(2026, 8, 31)
        self.assertFalse(claim(1000, due, date(2026, 9, 30), [(due, 1000)]).late)

    def test_late_survives_full_payment(self):
        """R1.35: claimable after the principal is paid."""
        due, paid = date(2026, 8, 31), date(2026, 9, 10)
        found = claim(1000, due, date(2026, 11, 22), [(paid, 1000)])
        self.assertTrue(found.late)
        self.assertEqual(found.principal, 0)
        self.assertGreater(found.interest, 0)

    def test_paid_in_part_before_the_due_date(self):
        """R1.22, R1.28: interest on the rest, the indemnity in full."""
        due, as_of = date(2026, 8, 31), date(2026, 9, 30)
        found = claim(1000, due, as_of, [(date(2026, 8, 1), 250)])
        self.assertEqual([s.base for s in found.segments], [75_000])
        self.assertTrue(found.late)

    def test_two_payments_on_one_day(self):
        due, paid, as_of = date(2026, 8, 31), date(2026, 9, 10), date(2026, 9, 30)
        twice = claim(1000, due, as_of, [(paid, 100), (paid, 200)])
        self.assertEqual(twice.spans, claim(1000, due, as_of, [(paid, 300)]).spans)
        for imputation in ("principal_first", "interest_first"):
            options = {"imputation": imputation}
            twice = claim(1000, due, as_of, [(paid, 100), (paid, 200)], **options)
            once = claim(1000, due, as_of, [(paid, 300)], **options)
            self.assertEqual(twice.interest, once.interest)

    def test_interest_first_small_payments_leave_interest_unpaid(self):
        """A payment smaller than the interest run up leaves the base alone."""
        due = date(2026, 8, 31)
        found = claim(
            6000,
            due,
            date(2026, 10, 31),
            [(date(2026, 9, 30), 50), (date(2026, 10, 1), 20)],
            imputation="interest_first",
        )
        # 61.15 due on 30/09, 50 paid; 2.04 more on 01/10, 20 paid: 6.81 to principal
        self.assertEqual([s.base for s in found.segments], [600_000, 600_000, 599_319])

    def test_interest_first_gesture_is_no_payment(self):
        due = date(2026, 8, 31)
        gesture = [(date(2026, 9, 30), 2500, False)]
        found = claim(
            6000, due, date(2026, 10, 31), gesture, imputation="interest_first"
        )
        self.assertEqual(euros(found), Decimal("98.01"))

    def test_start_before_the_due_date_waits_for_it(self):
        due = date(2026, 8, 31)
        found = claim(1000, due, date(2026, 9, 30), start=date(2026, 8, 1))
        self.assertEqual(found.segments[0].date_from, date(2026, 9, 1))

    def test_start_after_the_last_day(self):
        found = claim(
            1000, date(2026, 8, 31), date(2026, 9, 30), start=date(2026, 10, 2)
        )
        self.assertEqual((found.interest, found.late), (0, True))

    def test_impossible_events_are_refused(self):
        due, as_of = date(2026, 8, 31), date(2026, 9, 30)
        with self.assertRaisesRegex(ValueError, "negative"):
            claim(1000, due, as_of, [(as_of, -1)])
        with self.assertRaisesRegex(ValueError, "order"):
            claim(1000, due, as_of, [(as_of, 1), (due, 1)])
        with self.assertRaisesRegex(ValueError, "imputation"):
            claim(1000, due, as_of, imputation="oldest_first")
        with self.assertRaisesRegex(ValueError, "day_basis"):
            claim(1000, due, as_of, day_basis="360")

    def test_a_judgment_to_come_stops_nothing_yet(self):
        """R6.41: the day of the claim comes first; paid in time is never late."""
        due, judgment = date(2026, 8, 31), date(2026, 10, 1)
        as_of = date(2026, 9, 10)
        self.assertEqual(
            claim(1000, due, as_of, stop=judgment).spans, claim(1000, due, as_of).spans
        )
        in_time = claim(1000, due, date(2026, 11, 1), [(due, 1000)], stop=judgment)
        self.assertFalse(in_time.late)

    def test_due_on_the_day_of_the_judgment(self):
        """R1.26: late only if due before it."""
        judgment, as_of = date(2026, 10, 1), date(2026, 11, 1)
        for due, late in ((judgment, False), (date(2026, 9, 30), True)):
            with self.subTest(due):
                self.assertIs(claim(1000, due, as_of, stop=judgment).late, late)

    def test_a_debt_not_late_is_owed_all_the_same(self):
        due = date(2026, 9, 30)
        paid = [(date(2026, 9, 1), 400)]
        self.assertEqual(claim(1000, due, due, paid).principal, 60_000)

    def test_paid_too_much_owes_nothing(self):
        """The rest is an open credit of the ledger, no negative debt."""
        due, as_of = date(2026, 8, 31), date(2026, 9, 30)
        for name, when in (("late", date(2026, 9, 10)), ("in time", due)):
            for terms in (PRO, None):
                with self.subTest(name, terms=terms):
                    found = claim(1000, due, as_of, [(when, 1200)], terms)
                    self.assertEqual(found.principal, 0)

    def test_what_is_paid_later_is_still_owed(self):
        due, as_of = date(2026, 8, 31), date(2026, 9, 30)
        later = [(as_of + timedelta(days=1), 400)]
        for imputation in ("principal_first", "interest_first"):
            with self.subTest(imputation):
                found = claim(1000, due, as_of, later, imputation=imputation)
                plain = claim(1000, due, as_of, imputation=imputation)
                self.assertEqual(found.spans, plain.spans)
                self.assertEqual(
                    (found.interest, found.principal), (plain.interest, 100_000)
                )

    def test_paid_on_the_first_late_day(self):
        """R1.12: that day bears interest on the whole, in both orders of payment."""
        due, paid = date(2026, 8, 31), date(2026, 9, 1)
        for imputation in ("principal_first", "interest_first"):
            with self.subTest(imputation):
                found = claim(10000, due, paid, [(paid, 5000)], imputation=imputation)
                # 10,000 x 12.40 % / 365
                self.assertEqual(euros(found), Decimal("3.40"))

    def test_the_smallest_debt_is_late(self):
        """R1.23: no threshold, a cent is enough; nothing paid is no payment."""
        due, as_of = date(2026, 8, 31), date(2026, 9, 30)
        self.assertTrue(claim("0.01", due, as_of).late)
        self.assertTrue(claim("0.01", due, as_of, [(due, 0)]).late)
        self.assertFalse(claim(0, due, as_of).late)

    def test_interest_first_begins_after_the_due_date_too(self):
        """A payment on account before it starts no interest of its own."""
        due, as_of = date(2026, 8, 31), date(2026, 9, 30)
        early = [(date(2026, 8, 10), 400)]
        found = claim(1000, due, as_of, early, imputation="interest_first")
        (segment,) = found.segments
        self.assertEqual((segment.date_from, segment.base), (date(2026, 9, 1), 60_000))

    def test_a_debt_that_is_not_late_needs_no_rates(self):
        """R9.2: nobody is asked for rates of a year to come."""
        due = date(2027, 6, 1)
        for terms in (PRO, PUBLIC, LEGAL):
            with self.subTest(terms):
                found = claim(1000, due, date(2026, 11, 22), terms=terms)
                self.assertEqual((found.late, found.interest), (False, 0))
                self.assertEqual(found.segments, [])

    def test_segments_refuse_impossible_events(self):
        schedule = TABLE.schedule(PRO)
        first, last = date(2026, 9, 1), date(2026, 9, 30)
        for events, message in (
            ([(last, 1), (first, 1)], "order"),
            ([(first, -1)], "negative"),
        ):
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                segments(schedule, 100, first, last, events)

    def test_options_are_named_when_refused(self):
        due, as_of = date(2026, 8, 31), date(2026, 9, 30)
        with self.assertRaisesRegex(
            ValueError, "one of principal_first, interest_first, not 'x'"
        ):
            claim(1000, due, as_of, imputation="x")
        with self.assertRaisesRegex(ValueError, "one of 365, actual, not '360'"):
            claim(1000, due, as_of, day_basis="360")

    def test_rounding_half_up(self):
        """R1.16: 0.005 is a cent, and only the sum is rounded."""
        self.assertEqual(round_half_up(Fraction(1, 2)), 1)
        self.assertEqual(round_half_up(Fraction(3, 2)), 2)
        self.assertEqual(round_half_up(Decimal("2.4999")), 2)
        # 73.00 at 2.5 % for a day: exactly half a cent
        table = RateTable([("2026-07-01", 0, 2.5, 3)])
        due = date(2026, 7, 31)
        found = late_interest(table, LEGAL, 7300, due, due + timedelta(days=1))
        self.assertEqual((found.unrounded, found.interest), (Fraction(1, 2), 1))

    def test_money_conversions(self):
        self.assertEqual(to_minor(1.005), 100)
        self.assertEqual(to_minor(4.35), 435)
        self.assertEqual(to_minor(Decimal("12.345"), places=3), 12345)
        self.assertEqual(from_minor(12345, places=3), Decimal("12.345"))
        with self.assertRaisesRegex(ValueError, "too many decimals"):
            to_minor("12.345")


# -- properties ----------------------------------------------------------------
FIRST, LAST = date(2023, 1, 2), date(2026, 12, 31)
TERMS = st.sampled_from(
    [
        PRO,
        PUBLIC,
        LEGAL,
        Terms.professional(10, 3, ("fixed", 9)),
        Terms.professional(10, 3, ("ecb_plus", 5), below_floor="raise"),
        Terms.professional(10, 3, ("legal_multiple", 4)),
        Terms.professional(10, 3, default_respects_floor=True),
        Terms.professional(10, 3, rate_mode="frozen_at_due_date"),
    ]
)
DUES = st.dates(FIRST, LAST)
PAYMENTS = st.lists(
    st.tuples(st.dates(FIRST, LAST), st.integers(1, 400_000)), max_size=5
).map(sorted)
CASES = st.fixed_dictionaries(
    {
        "terms": TERMS,
        "amount": st.integers(1, 1_000_000),
        "due_date": DUES,
        "as_of": DUES,
        "events": PAYMENTS,
        "day_basis": st.sampled_from(["365", "actual"]),
    }
)


def day_by_day(terms, amount, due_date, as_of, events, day_basis):
    """The same interest, counted one day at a time without any segment."""
    total, day = Fraction(0), due_date + timedelta(days=1)
    while day <= as_of:
        base = amount - sum(paid for when, paid in events if when < day)
        days = 365
        if day_basis == "actual":
            days = (date(day.year, 12, 31) - date(day.year - 1, 12, 31)).days
        if base > 0:
            rate = Fraction(TABLE.rate(terms, day, due_date))
            total += base * rate / 100 / days
        day += timedelta(days=1)
    return total


@tagged("post_install", "-at_install")
class TestInterestProperties(BaseCase):
    @QUICK
    @given(CASES)
    def test_segments_tell_the_whole_story(self, case):
        found = late_interest(TABLE, **case)
        self.assertEqual(sum(s.amount for s in found.segments), found.unrounded)
        self.assertEqual(found.interest, round_half_up(found.unrounded))
        previous = case["due_date"]
        for segment in found.segments:
            self.assertEqual(segment.date_from, previous + timedelta(days=1))
            self.assertEqual(
                segment.days, (segment.date_to - segment.date_from).days + 1
            )
            self.assertGreater(segment.base, 0)
            if not case["terms"].frozen:
                self.assertEqual(
                    semester_of(segment.date_from), semester_of(segment.date_to)
                )
            if case["day_basis"] == "actual":  # one divisor in a segment
                self.assertEqual(
                    isleap(segment.date_from.year), isleap(segment.date_to.year)
                )
            previous = segment.date_to
        self.assertTrue(not found.segments or previous <= case["as_of"])

    @settings(QUICK, max_examples=25)
    @given(CASES)
    def test_same_as_counting_day_by_day(self, case):
        self.assertEqual(late_interest(TABLE, **case).unrounded, day_by_day(**case))

    @QUICK
    @given(CASES, DUES)
    def test_cutting_a_period_changes_nothing(self, case, cut):
        first, last = sorted((case["due_date"], case["as_of"]))
        cut = min(max(cut, first), last)
        schedule = TABLE.schedule(case["terms"], first, first, case["day_basis"])

        def total(start, end):
            found = segments(schedule, case["amount"], start, end, case["events"])
            return sum(segment.amount for segment in found)

        whole = total(first, last)
        self.assertEqual(
            whole, total(first, cut) + total(cut + timedelta(days=1), last)
        )

    @QUICK
    @given(CASES, DUES)
    def test_r1_29_what_one_period_leaves_the_next_one_takes_over(self, case, cut):
        """Interest first: a payment pays interest of the period before its own, too."""
        cut = max(cut, case["due_date"] + timedelta(days=1))
        case["imputation"] = "interest_first"
        whole = late_interest(TABLE, **case)
        before = late_interest(TABLE, **case, stop=cut)
        after = late_interest(TABLE, **case, start=cut, carried=before.carried)
        self.assertEqual(whole.unrounded, before.unrounded + after.unrounded)
        self.assertEqual(whole.principal, after.principal)

    @QUICK
    @given(CASES, st.integers(0, 200))
    def test_longer_and_larger_cost_more(self, case, more):
        found = late_interest(TABLE, **case)
        later = min(case["as_of"] + timedelta(days=more), LAST)
        longer = late_interest(TABLE, **{**case, "as_of": later})
        larger = late_interest(TABLE, **{**case, "amount": case["amount"] + more})
        self.assertLessEqual(found.unrounded, longer.unrounded)
        self.assertLessEqual(found.unrounded, larger.unrounded)

    @QUICK
    @given(CASES, st.integers(0, 200))
    def test_paying_later_costs_more(self, case, delay):
        late = sorted(
            (when + timedelta(days=delay), paid) for when, paid in case["events"]
        )
        found = late_interest(TABLE, **case)
        self.assertLessEqual(
            found.unrounded, late_interest(TABLE, **{**case, "events": late}).unrounded
        )

    @QUICK
    @given(CASES)
    def test_interest_first_is_never_cheaper(self, case):
        """Up to the cent gained or lost by rounding at each imputation."""
        found = late_interest(TABLE, **case)
        other = late_interest(TABLE, **case, imputation="interest_first")
        self.assertGreaterEqual(
            other.unrounded - found.unrounded, -Fraction(len(case["events"]), 2)
        )
        self.assertEqual(found.late, other.late)
        self.assertEqual(found.principal, other.principal)
        if not any(when > case["due_date"] for when, _paid in case["events"]):
            self.assertEqual(found.unrounded, other.unrounded)
