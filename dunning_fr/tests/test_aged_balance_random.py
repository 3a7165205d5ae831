"""The aged balance of ledgers made by chance against their trial balance."""

import random

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common_aged import AgedCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestAgedBalanceRandomLedgers(AgedCommon):
    """Whatever is booked, matched and undone: the sum is the trial balance's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.setup_other_currency(
            "USD", rates=[("2025-01-01", 2.0), ("2026-02-01", 1.7), ("2026-06-01", 2.3)]
        )
        cls.terms = cls.env["account.payment.term"].create(
            {
                "name": "Three times",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in ((30, 0), (30, 30), (40, 75))
                ],
            }
        )

    def _book_something(self, rng, partners):
        date = self._after("2026-01-01", rng.randrange(300))
        partner = rng.choice(partners)
        amount = rng.randrange(100, 500000) / 100
        kind = rng.choice(("invoice",) * 4 + ("refund", "receipt", "receipt", "entry"))
        if kind == "receipt":
            return self._receipt(amount, date, partner).move_id
        if kind == "entry":
            receivable = self.company_data["default_account_receivable"]
            income = self.company_data["default_account_revenue"]
            partner = rng.choice((partner, self.env["res.partner"]))
            amount *= rng.choice((1, -1))
            return self._entry(
                date, (receivable, amount, partner), (income, -amount, partner)
            )
        values = {"invoice_date": date, "move_type": "out_invoice"}
        if kind == "refund":
            values["move_type"] = "out_refund"
        if rng.random() < 0.3:
            values["currency_id"] = self.dollar.id
        if rng.random() < 0.3:
            values["invoice_payment_term_id"] = self.terms.id
        due = self._after(date, rng.randrange(60))
        return self._invoice(amount, due, partner, **values)

    def _match_something(self, rng, moves):
        """Reconcile a few open lines of one partner; sometimes undo one."""
        lines = self._receivable(moves).filtered(lambda line: not line.reconciled)
        for partner, found in lines.grouped("partner_id").items():
            debits = found.filtered(lambda line: line.balance > 0)
            credits_ = found - debits
            if debits and credits_ and rng.random() < 0.8:
                picked = rng.sample(debits.ids, min(2, len(debits)))
                picked += rng.sample(credits_.ids, min(2, len(credits_)))
                found.browse(picked).reconcile()
            if rng.random() < 0.2:
                matched = self._receivable(moves).filtered(
                    lambda line, p=partner: (
                        line.partner_id == p
                        and (line.matched_debit_ids or line.matched_credit_ids)
                    )
                )
                matched[:1].remove_move_reconcile()

    def test_total_is_the_trial_balance_at_any_date(self):
        rng = random.Random(19)
        partners = [self._customer(f"P{number} SARL") for number in range(5)]
        partners.append(self._customer("Pia", parent_id=partners[0].id))
        moves = self.env["account.move"]
        for number in range(64):
            moves |= self._book_something(rng, partners)
            if number % 8 == 7:
                self._match_something(rng, moves)
        self.assertGreater(len(self._receivable(moves).matched_debit_ids), 10)
        for _ in range(12):
            date = self._after("2026-01-01", rng.randrange(340))
            with self.subTest(date=date):
                self._assert_trial_balance(date)
