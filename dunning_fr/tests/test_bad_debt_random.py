import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from ..tools.bad_debt import share, vat_recovery_limit, without
from .common_bad_debt import BadDebtCommon

SETTINGS = settings(max_examples=200, deadline=None)
LEDGERS = 6  # each some ten entries


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadDebtRandom(BadDebtCommon):
    """Whatever the ledger: shares add up, and what is taken back leaves no trace."""

    @SETTINGS
    @given(
        parts=st.lists(st.integers(0, 10**7), max_size=4),
        net=st.integers(0, 10**9),
        cuts=st.lists(st.floats(0, 1), max_size=5),
    )
    def test_shares_add_up(self, parts, net, cuts):
        total = net + sum(parts)
        points = sorted({round(cut * total) for cut in cuts} | {0, total})
        whole = dict(enumerate(parts))
        taken = dict.fromkeys(whole, 0)
        for before, after in zip(points, points[1:], strict=False):
            found = share(whole, total, before, after - before)
            for key, amount in found.items():
                self.assertGreaterEqual(amount, 0)
                taken[key] += amount
        if total:
            self.assertEqual(taken, whole)

    @SETTINGS
    @given(
        parts=st.dictionaries(st.integers(0, 3), st.integers(0, 10**6)),
        net=st.integers(1, 10**7),
        credited=st.lists(
            st.tuples(
                st.dictionaries(st.integers(0, 3), st.integers(0, 10**6)),
                st.integers(0, 10**7),
            ),
            max_size=3,
        ),
    )
    def test_credit_notes_leave_what_can_be(self, parts, net, credited):
        """Never more VAT than there is, nor less than none; else: unclear."""
        total = net + sum(parts.values())
        found = without(parts, total, credited)
        if found is None:
            return
        left, rest = found
        self.assertEqual(rest, total - sum(amount for _own, amount in credited))
        self.assertTrue(all(amount >= 0 for amount in left.values()))
        self.assertLessEqual(sum(left.values()), rest)

    def test_limit_is_a_last_of_december(self):
        for day, years, limit in (
            (date(2026, 1, 1), 2, date(2028, 12, 31)),
            (date(2026, 12, 31), 2, date(2028, 12, 31)),
            (date(2024, 2, 29), 1, date(2025, 12, 31)),
        ):
            self.assertEqual(vat_recovery_limit(day, years), limit)

    def _invoices(self, dice):
        rates = [20, 10, 5.5, None]
        made = self.env["account.move"]
        for _number in range(dice.randint(1, 3)):
            lines = [
                (dice.randint(1, 99999) / 100, dice.choice(rates))
                for _line in range(dice.randint(1, 3))
            ]
            invoice = self._sale(*lines, due="2025-06-30")
            if dice.random() < 0.4:
                paid = round(invoice.amount_total * dice.uniform(0.1, 0.9), 2)
                self._pay(invoice, paid, "2025-09-01")
            made |= invoice
        return made

    def _random_steps(self, dice, invoices):
        """Do some of the steps with some of the invoices; return them in order."""
        steps = self.steps
        for invoice in invoices:
            moved = dice.random() < 0.7
            if moved:
                steps |= self._doubtful(invoice)
            if dice.random() < 0.7:
                percent = dice.randint(1, 100)
                steps |= self._impair(invoice, percent)
            if dice.random() < 0.8:
                left = self.steps._targets(self.company, self._items(invoice).ids)[
                    self._items(invoice).id
                ].item.residual
                part = round(float(left) * dice.uniform(0.2, 0.9), 2) or float(left)
                recover = dice.random() < 0.7
                loss = self._lose(invoice, amount=part, recover_vat=recover)
                steps |= loss
                if dice.random() < 0.5:
                    back = round(loss[0].amount_company * dice.uniform(0.1, 1), 2)
                    if back:
                        steps |= self._recover(loss[0], back)
                if dice.random() < 0.5:
                    steps |= self._lose(invoice, "2026-11-21", recover_vat=recover)
        return steps

    def test_taken_back_on_random_ledgers(self):
        """Entries balance, VAT never exceeds its own, and undoing leaves no trace."""
        for seed in range(LEDGERS):
            with self.subTest(seed=seed), self.cr.savepoint() as savepoint:
                dice = random.Random(seed)
                invoices = self._invoices(dice)
                before = self._trial_balance()
                owed = {one: one.amount_residual for one in invoices}
                steps = self._random_steps(dice, invoices)
                self.assertAlmostEqual(sum(self._trial_balance().values()), 0, 2)
                for step in steps:
                    self.assertAlmostEqual(
                        sum(step.entry_id.line_ids.mapped("balance")), 0
                    )
                for invoice in invoices:
                    own = steps.filtered(lambda s, i=invoice: s.move_id == i)
                    losses = own.filtered(lambda s: s.step == "loss")
                    vat = sum(losses.mapped("amount_vat"))
                    self.assertLessEqual(vat, invoice.amount_tax + 0.001)
                    if not self._owed(invoice) and losses:
                        self.assertEqual(round(own._impaired(), 2), 0)
                for step in steps.sorted("id", reverse=True):
                    if step.state == "posted" and step.step != "reversal":
                        self._take_back(step)
                for step in steps.sorted("id", reverse=True):
                    if step.state == "posted":
                        self._take_back(step)
                self.assertEqual(self._trial_balance(), before)
                self.assertEqual({i: i.amount_residual for i in invoices}, owed)
                self.env.flush_all()
                savepoint.rollback()
            self.env.invalidate_all()

    def _owed(self, invoice):
        found = self.steps._targets(self.company, self._items(invoice).ids)
        return sum(float(target.item.residual) for target in found.values())
