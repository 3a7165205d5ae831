"""The ledger's claims against a slow count of what the test itself did."""

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo.tests import tagged

from ..models.account_move_line import DunningItem
from .common_facts import Item
from .common_ledger import LedgerCommon

RATES = {  # ECB and legal rate, law-fr.md section 9
    (2025, 1): ("3.15", "3.71"),
    (2025, 2): ("2.15", "2.76"),
    (2026, 1): ("2.15", "2.62"),
    (2026, 2): ("2.40", "2.75"),
}
FIRST, TODAY = date(2025, 1, 2), date(2026, 11, 20)
CENT = Decimal("0.01")
DAY = "2026-09-30"


def slow_claim(kind, amount, due, paid, as_of, presented=None):
    """Return (interest, indemnity, principal) of a debt, one day at a time.

    :param paid: ``[(day, amount, is a correction)]``; a correction counts from the
        first day (R1.27)
    """
    total, day, late = Decimal(0), due + timedelta(days=1), False
    starts = {"consumer": presented, "non_professional": presented}.get(kind, due)
    first_day_rates = RATES[day.year, 1 if day.month < 7 else 2]
    while day <= as_of:
        owed = amount - sum(
            part for when, part, corrects in paid if corrects or when < day
        )
        late = late or owed > 0
        ecb, legal = RATES[day.year, 1 if day.month < 7 else 2]
        rate = {
            "professional": Decimal(ecb) + 10,
            "public": Decimal(first_day_rates[0]) + 8,
            "consumer": Decimal(legal),
            "non_professional": Decimal(legal),
        }.get(kind, 0)
        if owed > 0 and starts and day > starts:
            total += owed * rate / 36500
        day += timedelta(days=1)
    principal = amount - sum(part for when, part, _corrects in paid if when <= as_of)
    indemnity = 40 if late and kind in ("professional", "public") else 0
    return total.quantize(CENT, ROUND_HALF_UP), indemnity, principal


@tagged("post_install_l10n", "post_install", "-at_install")
class TestClaimsOfTheLedger(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(18)
        kinds = ("professional", "consumer", "non_professional", "public", None)
        cls.stories = [cls._story(kinds[number % 5]) for number in range(15)]

    @classmethod
    def _day(cls, first, last):
        return first + timedelta(days=cls.dice.randint(0, (last - first).days))

    @classmethod
    def _story(cls, kind):
        """Invoice a new customer, take some payments and a credit note; tell it."""
        dice = cls.dice
        partner = cls._customer(f"Story {dice.random()}", kind)
        due = cls._day(FIRST, TODAY - timedelta(days=30))
        amount = Decimal(dice.randint(10_000, 900_000)) / 100
        invoice = cls._invoice(float(amount), due, partner)
        left, paid, presented = amount, [], None
        for _number in range(dice.randint(0, 2)):
            part = (left * dice.randint(1, 60) / 100).quantize(CENT)
            day = cls._day(due - timedelta(days=20), TODAY)
            cls._pay(invoice, float(part), day)
            paid.append((day, part, False))
            left -= part
        if dice.random() < 0.4:
            part = (left / 3).quantize(CENT)
            day = cls._day(due - timedelta(days=20), TODAY)
            refund = cls._invoice(
                float(part), day, partner, move_type="out_refund", invoice_date=day
            )
            open_items = cls._items(invoice | refund)
            open_items.filtered(lambda line: not line.reconciled).reconcile()
            paid.append((day, part, True))
        if kind != "public" and dice.random() < 0.7:
            presented = cls._day(due, TODAY)
            cls._notice(
                cls._items(invoice), 3, date=presented, presented_date=presented
            )
        return invoice, kind, amount, due, paid, presented

    def test_each_invoice_on_several_days(self):
        """R1.3 to R1.28, R2.3, R3.6 through real entries and reconciliations."""
        for number, (invoice, kind, amount, due, paid, presented) in enumerate(
            self.stories
        ):
            for as_of in (due, due + timedelta(days=1), self._day(due, TODAY), TODAY):
                with self.subTest(story=number, kind=kind, as_of=as_of, paid=paid):
                    known = presented if presented and presented <= as_of else None
                    interest, indemnity, principal = slow_claim(
                        kind, amount, due, paid, as_of, known
                    )
                    found = invoice.get_late_payment_claim(as_of)
                    self.assertEqual(found["interest"], float(interest))
                    self.assertEqual(found["indemnity"], indemnity)
                    if not any(corrects for *_rest, corrects in paid):
                        self.assertAlmostEqual(found["principal"], float(principal), 2)

    def test_many_at_once_are_as_many_one_by_one(self):
        """The run's batch and the invoice's own answer cannot disagree."""
        lines = self.env["account.move.line"]
        for invoice, *_rest in self.stories:
            lines |= self._items(invoice)
        batch = self.env["dunning.claim"]._for_lines(lines.ids, TODAY)
        self.assertEqual(set(batch), set(lines.ids))
        for invoice, *_rest in self.stories:
            own = invoice.get_late_payment_claim(TODAY)
            found = batch[self._items(invoice).id]
            with self.subTest(invoice.name):
                self.assertEqual(
                    (float(found.interest), float(found.indemnity)),
                    (own["interest"], own["indemnity"]),
                )

    def test_nothing_asked_nothing_answered(self):
        self.assertEqual(self.env["dunning.claim"]._for_lines([], TODAY), {})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRulesThroughTheLedger(LedgerCommon):
    def test_facts_of_the_tests_are_those_of_the_ledger(self):
        """The tests without a database judge the very fields the ledger gives."""
        self.assertLessEqual(set(Item._fields), set(DunningItem._fields))

    def _hold(self, amount, **values):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "date_from": "2026-09-01",
                "amount": amount,
                **values,
            }
        )

    def test_two_disputes_of_one_invoice(self):
        """R1.31: 300 and 200 of 1,000 disputed; half is owed and bears interest."""
        invoice = self._invoice(1000, "2026-08-31")
        whole = invoice.get_late_payment_claim(DAY)["interest"]
        self._hold(300)
        self._hold(200)
        line = self._run(DAY).notice_ids.line_ids
        self.assertEqual(line.residual, 500)
        self.assertAlmostEqual(line.interest, whole / 2, delta=0.006)
        self.assertEqual(line.indemnity, 40)

    def test_dispute_is_in_company_currency(self):
        """100 € of 4,000 dollars worth 2,000 €: 3,800 dollars are undisputed."""
        dollar = self.setup_other_currency("USD", rates=[("2016-01-01", 2.0)])
        self._invoice(4000, "2026-08-31", currency_id=dollar.id)
        self._hold(100)
        notice = self._run(DAY).notice_ids
        self.assertEqual(notice.currency_id, dollar)
        self.assertEqual(notice.line_ids.residual, 3800)

    def test_a_formal_notice_is_not_swallowed_by_a_later_plain_level(self):
        policy = self.policies["professional"]
        policy.level_ids[3].write(
            {"delay_from": "due_date", "delay_days": 60, "by_person_only": False}
        )
        policy.level_ids.min_amount = 0
        old, younger = self._invoice(100, "2026-06-01"), self._invoice(50, "2026-08-01")
        self._notice(self._items(old), 3, date="2026-08-01")
        self._notice(self._items(younger), 2, date="2026-09-01")
        notice = self._run(DAY).notice_ids
        self.assertEqual(notice.level_id.sequence, 4)
        claimed = {line.move_name: line.claimed for line in notice.line_ids}
        self.assertEqual(claimed, {old.name: True, younger.name: False})
        self.assertEqual(notice.amount_principal, 100)

    def test_nothing_due_is_a_run_all_the_same(self):
        run = self._run(DAY)
        self.assertEqual((run.state, len(run.notice_ids)), ("prepared", 0))
        self.assertEqual(self._debtor(self.pro).explain(DAY), [])
        run.action_cancel()
        self.assertEqual(run.state, "cancelled")

    def test_many_items_of_one_debtor_are_one_notice(self):
        dues = [date(2026, 8, number) for number in range(1, 16)]
        for number, due in enumerate(dues):
            self._invoice(number + 10, due)
        notice = self._run(DAY).notice_ids
        lines = notice.line_ids.sorted("date_maturity")
        self.assertEqual(lines.mapped("date_maturity"), dues)
        self.assertEqual(lines.mapped("residual"), list(range(10, 25)))
        self.assertEqual(lines.mapped("days_late"), list(range(60, 45, -1)))
        self.assertEqual(notice.amount_principal, sum(range(10, 25)))

    def test_opening_levels_at_the_exact_day(self):
        """An item exactly as old as the threshold counts; a day younger does not."""
        exact = self._invoice(100, "2026-08-31")  # 30 days late
        young = self._invoice(100, "2026-09-01")
        reminded = self._invoice(100, "2026-05-01")
        self._notice(self._items(reminded), 1, date="2026-06-01")
        held = self._invoice(100, "2026-07-01")
        self._hold(0, move_ids=[(6, 0, held.ids)])
        levels = self.env["dunning.opening.level"]
        args = (self.company, date(2026, 9, 30), {1: 30, 2: 90}, date(2026, 9, 20))
        levels._open_by_age(*args, " By hand ")
        found = levels.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {(row.move_name, row.sequence, row.reason) for row in found},
            {(exact.name, 1, "By hand"), (held.name, 2, "By hand")},
        )
        self.assertEqual(young.dunning_level, 0)
        self.assertEqual(exact.dunning_level, 1)
