"""What is pledged and what is paid, against a slow and plain oracle."""

import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase

from ..tools.pledges import Debt, Pledge, Receipt, answer, covers

START = date(2026, 9, 1)


def on(days):
    return START + timedelta(days=days)


def money(amount):
    return Decimal(amount)


def debt(owed, *payments, move=7, due=0):
    return Debt(
        move, START, on(due), money(owed), tuple((on(d), money(a)) for d, a in payments)
    )


class TestPledges(BaseCase):
    def _one(self, debts, receipts=(), **values):
        values = {"since": START, "due": on(10), "until": on(12), **values}
        return answer([Pledge(1, **values)], debts, list(receipts))[1]

    def test_each_day_of_the_grace(self):
        for day, kept in ((9, True), (10, True), (12, True), (13, False)):
            with self.subTest(day=day):
                found = self._one([debt(0, (day, 100))], amount=money(100))
                self.assertEqual(found.kept, kept)

    def test_a_payment_before_the_promise_keeps_nothing(self):
        found = self._one([debt(100, (-1, 100))], amount=money(100))
        self.assertFalse(found.kept)
        self.assertEqual(found.paid, 0)

    def test_all_of_it_means_nothing_is_left(self):
        self.assertFalse(self._one([debt(1, (5, 99))]).kept)
        self.assertTrue(self._one([debt(0, (5, 100))]).kept)
        self.assertFalse(self._one([debt(0, (13, 100))]).kept, "paid after the grace")

    def test_the_tolerance(self):
        pledge = Pledge(1, START, on(10), on(10), money(100))
        for paid, kept in (("99", True), ("98.99", False)):
            debts = [debt(50, (5, paid))]
            found = answer([pledge], debts, [], money(1))
            self.assertEqual(found[1].kept, kept)

    def test_a_credit_note_that_settles_the_rest_keeps_it(self):
        found = self._one([debt(0, (5, 60))], amount=money(100))
        self.assertTrue(found.kept, "nothing is owed any more")

    def test_money_not_matched_counts_and_a_credit_note_only_lowers_the_debt(self):
        owed = [debt(100)]
        self.assertTrue(self._one(owed, [Receipt(on(3), money(100))]).kept)
        self.assertFalse(self._one(owed, [Receipt(on(13), money(100))]).kept)
        credit = Receipt(on(3), money(40), False)
        found = self._one(owed, [credit], amount=money(40))
        self.assertFalse(found.kept)
        self.assertEqual(found.paid, 0)
        self.assertTrue(self._one([debt(40)], [credit]).kept)

    def test_only_the_named_invoices(self):
        debts = [debt(100), debt(0, (5, 100), move=8)]
        self.assertFalse(self._one(debts, moves=frozenset({7})).kept)
        self.assertTrue(self._one(debts, moves=frozenset({8})).kept)

    def test_later_invoices_were_not_spoken_of(self):
        later = Debt(9, on(5), on(5), money(100))
        due_later = debt(100, due=11)
        self.assertTrue(self._one([later, due_later]).kept)

    def test_no_day_is_never_late(self):
        values = {"due": None, "until": None}
        self.assertTrue(self._one([debt(0, (500, 100))], **values).kept)
        self.assertFalse(self._one([debt(100)], **values).kept)

    def test_all_of_it_takes_what_was_paid(self):
        """What one promise took is not there for the next one."""
        whole = Pledge(1, START, on(10), on(10))
        part = Pledge(2, START, on(20), on(20), money(50))
        found = answer([whole, part], [debt(1, (5, 99))], [])
        self.assertEqual((found[1].paid, found[2].paid), (99, 0))

    def test_a_promise_without_a_day_comes_last(self):
        free = Pledge(1, START, amount=money(60))
        dated = Pledge(2, START, on(10), on(10), money(60))
        found = answer([free, dated], [debt(100, (5, 60))], [])
        self.assertEqual((found[1].paid, found[2].paid), (0, 60))

    def test_a_debt_without_a_due_date_was_spoken_of(self):
        owed = debt(100)._replace(due=None)
        self.assertFalse(self._one([owed]).kept)
        self.assertTrue(covers(Pledge(1, START, on(10)), owed))

    def test_each_receipt_is_looked_at(self):
        """One that does not count hides none of those behind it."""
        late, early = Receipt(on(13), money(500)), Receipt(on(-1), money(500))
        credit = Receipt(on(3), money(500), False)
        good = Receipt(on(4), money(70))
        owed = [debt(1000)]
        for other in (late, early, credit):
            for receipts in ([other, good], [good, other]):
                with self.subTest(receipts=receipts):
                    found = self._one(owed, receipts, amount=money(100))
                    self.assertEqual((found.kept, found.paid), (False, 70))

    def test_what_is_in_no_book_yet_is_paid_once(self):
        """300 pledged: of it 60 are left of invoices, 40 are not invoiced yet."""
        values = {"amount": money(300), "beside": money(40)}
        receipts = [Receipt(on(day), money(80)) for day in (1, 2, 3)]
        for number, paid in ((1, 80), (2, 100), (3, 100)):
            with self.subTest(receipts=number):
                found = self._one([debt(60)], receipts[:number], **values)
                self.assertEqual(found.paid, paid)

    def test_a_plan_of_three_takes_each_at_its_turn(self):
        steps = ((on(4), money(100)), (on(14), money(200)), (on(24), money(290)))
        plan = Pledge(1, START, amount=money(300), steps=steps)
        promises = [
            Pledge(number, START, on(day), on(day), money(100))
            for number, day in ((2, 5), (3, 15), (4, 25))
        ]
        for received, paid, kept in (
            (100, 100, 0),
            (200, 100, 1),
            (300, 200, 1),
            (400, 200, 2),
            (500, 300, 2),
            (590, 300, 2),
            (600, 300, 3),
        ):
            with self.subTest(received=received):
                found = answer([plan, *promises], [debt(5000, (1, received))], [])
                self.assertEqual(found[1].paid, paid)
                self.assertEqual(sum(found[n].kept for n in (2, 3, 4)), kept)

    def test_random_payments_keep_as_many_promises_as_they_pay(self):
        """Promises of parts in order of their days: a day by day oracle."""
        dice = random.Random(20261122)
        for _round in range(300):
            pledges, days = [], sorted(dice.sample(range(1, 40), 3))
            for number, day in enumerate(days):
                amount = money(dice.choice((50, 100, 200)))
                pledges.append(Pledge(number, START, on(day), on(day), amount))
            payments = sorted(
                (dice.randint(0, 45), dice.choice((20, 50, 100, 150)))
                for _ in range(dice.randint(0, 5))
            )
            debts = [debt(1000, *payments)]
            pot, spent = Decimal(0), 0
            wanted = {}
            for pledge in pledges:
                while spent < len(payments) and on(payments[spent][0]) <= pledge.until:
                    pot += payments[spent][1]
                    spent += 1
                paid = min(pot, pledge.amount)
                pot -= paid
                wanted[pledge.id] = paid == pledge.amount, paid
            dice.shuffle(pledges)
            found = answer(pledges, debts, [])
            self.assertEqual(
                {id_: (a.kept, a.paid) for id_, a in found.items()}, wanted, payments
            )

    def test_a_plan_takes_its_money_one_instalment_after_the_other(self):
        """Whenever it is looked at: what a plan was given is not taken back."""
        steps = ((on(4), money(300)), (on(36), money(600)))
        for until, amount, paid, kept in (
            (2, 300, 0, True),  # the promise ends first
            (10, 300, 300, False),  # late for the instalment that was promised
            (20, 300, 300, False),
            (20, 600, 300, True),
            (40, 600, 600, False),
        ):
            promise = Pledge(2, START, on(until), on(until), money(300))
            debts = [debt(2000, (1, amount))]
            for day in (1, 9, 15, 30, 50, None):
                last = None if day is None else on(day)
                plan = Pledge(
                    1, START, until=last, amount=money(600), moves={7}, steps=steps
                )
                with self.subTest(until=until, amount=amount, day=day):
                    found = answer([plan, promise], debts, [])
                    self.assertEqual((found[1].paid, found[2].kept), (paid, kept))
                    self.assertLessEqual(found[1].paid + found[2].paid, amount)
