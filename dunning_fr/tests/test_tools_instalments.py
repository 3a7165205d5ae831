"""Instalments to the cent, their days, and what each payment pays."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.deadlines import is_working_day
from ..tools.instalments import MOST, allocate, due_days, split, status
from ..tools.pledges import Debt, Pledge, Receipt, answer

cents = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)
START = date(2026, 9, 1)


class TestSplit(BaseCase):
    @settings(max_examples=300, deadline=None)
    @given(total=cents, count=st.integers(1, MOST), units=st.sampled_from([0, 2, 3]))
    def test_the_sum_is_exact_and_the_others_alike(self, total, count, units):
        unit = Decimal(10) ** -units
        total = total.quantize(unit)
        if total / count < unit:
            with self.assertRaises(ValueError):
                split(total, count, unit=unit)
            return
        parts = split(total, count, unit=unit)
        self.assertEqual(sum(parts), total)
        self.assertEqual(len(parts), count)
        self.assertEqual(len(set(parts[:-1])), min(1, count - 1))
        self.assertTrue(all(part % unit == 0 and part > 0 for part in parts))
        self.assertLess(parts[-1] - parts[0], count * unit)

    @settings(max_examples=200, deadline=None)
    @given(total=cents, count=st.integers(2, 36), share=st.integers(1, 99))
    def test_a_first_payment(self, total, count, share):
        first = (total * share / 100).quantize(Decimal("0.01"))
        try:
            parts = split(total, count, first)
        except ValueError:
            self.assertLess((total - first) / (count - 1), Decimal("0.01"))
            return
        self.assertEqual((parts[0], sum(parts)), (first, total))

    def test_bad_input(self):
        hundred = Decimal(100)
        for arguments in (
            (hundred, 0),
            (hundred, -1),
            (hundred, MOST + 1),
            (hundred, 1, Decimal(40)),
            (hundred, 3, hundred),
            (hundred, 2, Decimal(101)),
            (Decimal(0), 1),
            (-hundred, 2),
        ):
            with self.subTest(arguments), self.assertRaises(ValueError):
                split(*arguments)

    def test_ten_years_of_instalments_and_no_more(self):
        self.assertEqual(split(Decimal(1200), 120), [Decimal(10)] * 120)
        with self.assertRaises(ValueError):
            split(Decimal(1210), 121)

    def test_one_payment_is_the_whole(self):
        for first in (None, Decimal("99.99")):
            self.assertEqual(split(Decimal("99.99"), 1, first), [Decimal("99.99")])


class TestDays(BaseCase):
    @settings(max_examples=200, deadline=None)
    @given(
        first=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
        count=st.integers(1, 36),
        period=st.sampled_from(["weekly", "monthly", "month_end"]),
        move=st.sampled_from([None, "next", "previous"]),
    )
    def test_days_grow_and_are_worked(self, first, count, period, move):
        days = due_days(first, count, period, move)
        self.assertEqual(len(days), count)
        self.assertEqual(days, sorted(set(days)))
        if move:
            self.assertTrue(all(map(is_working_day, days)))

    def test_the_day_of_the_month_comes_back(self):
        days = due_days(date(2027, 12, 31), 4, "monthly")
        self.assertEqual([day.day for day in days], [31, 31, 29, 31])
        self.assertEqual(days[0].year, 2027)
        self.assertEqual(days[2], date(2028, 2, 29))

    def test_the_end_of_february(self):
        days = due_days(date(2027, 1, 1), 3, "month_end")
        self.assertEqual(days[1], date(2027, 2, 28))

    def test_an_unknown_period(self):
        with self.assertRaises(ValueError):
            due_days(START, 2, "daily")


class TestAllocation(BaseCase):
    @settings(max_examples=300, deadline=None)
    @given(
        amounts=st.lists(cents, min_size=1, max_size=20),
        paid=st.integers(0, 10**11).map(lambda n: Decimal(n) / 100),
        owed=st.none() | cents,
    )
    def test_against_one_cent_after_the_other(self, amounts, paid, owed):
        shares = allocate(amounts, paid, owed)
        total = sum(amounts)
        self.assertEqual(sum(s.paid for s in shares), min(paid, total))
        before = Decimal(0)
        for share, amount in zip(shares, amounts, strict=True):
            wanted = min(max(paid - before, 0), amount)
            self.assertEqual(share.paid, wanted, "the first ones first")
            self.assertGreaterEqual(share.left, 0)
            self.assertLessEqual(share.paid + share.left, amount)
            before += amount
        left = sum(s.left for s in shares)
        rest = total - min(paid, total)
        self.assertEqual(left, rest if owed is None else min(rest, owed))

    def test_a_credit_note_shortens_the_last_ones(self):
        shares = allocate([Decimal(100)] * 3, Decimal(50), Decimal(70))
        self.assertEqual([s.left for s in shares], [50, 20, 0])

    def test_states_on_both_sides_of_the_day(self):
        whole, part = (
            allocate([Decimal(100)], Decimal(0))[0],
            allocate([Decimal(100)], Decimal(99))[0],
        )
        day = timedelta(days=1)
        for share, on, tolerance, expected in (
            (whole, START, 0, "to_come"),
            (whole, START + day, 0, "late"),
            (part, START - day, 0, "partly"),
            (allocate([Decimal(100)], Decimal("0.01"))[0], START, 0, "partly"),
            (part, START + day, 0, "late"),
            (part, START + day, 1, "paid"),
        ):
            with self.subTest(expected, on=on):
                self.assertEqual(status(share, START, on, tolerance), expected)


class TestPledgeBesideItsDebts(BaseCase):
    """Interest and fees of a plan are in no book until they are billed."""

    def _paid(self, owed, received, beside):
        debt = Debt(7, START, START, Decimal(owed))
        amount = Decimal(owed) + Decimal(beside)
        pledge = Pledge(1, START, amount=amount, beside=Decimal(beside))
        receipt = Receipt(START, Decimal(received))
        return answer([pledge], [debt], [receipt])[1]

    def test_what_is_received_beyond_the_debt(self):
        self.assertEqual(self._paid(100, 150, 40).paid, 140)
        self.assertEqual(self._paid(100, 150, 0).paid, 100)
        self.assertEqual(self._paid(100, 60, 40).owed, 40)
        self.assertEqual(self._paid(100, 130, 40).owed, 0)

    def test_the_second_receipt_gets_no_more_room(self):
        debt = Debt(7, START, START, Decimal(100))
        pledge = Pledge(1, START, amount=Decimal(140), beside=Decimal(40))
        receipts = [Receipt(START, Decimal(120)), Receipt(START, Decimal(120))]
        self.assertEqual(answer([pledge], [debt], receipts)[1].paid, 140)
