"""Ledgers made to mislead the claims, through Odoo's own entries."""

from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from .test_claim_rules import ClaimRulesCommon

DUE, AS_OF = "2026-07-31", "2026-09-15"  # example 1: 46 days at 12.40 %


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestClaimAttacks(ClaimRulesCommon):
    def _spans(self, invoice, as_of=AS_OF):
        claim = invoice.get_late_payment_claim(as_of)
        return [(s["base"], s["days"]) for s in claim["segments"]]

    def _receipt(self, amount, day, **values):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.pro.id,
                "amount": amount,
                "date": day,
                "journal_id": self.company_data["default_journal_bank"].id,
                **values,
            }
        )
        payment.action_post()
        return payment.move_id

    def test_one_receipt_for_two_invoices(self):
        """Each gets its own part, on the day of the receipt."""
        first, second = self._invoice(600, DUE), self._invoice(400, "2026-08-15")
        self._match(first, second, self._receipt(900, "2026-08-20"))
        self.assertEqual(self._spans(first), [(600.0, 20)])
        self.assertEqual(self._spans(second), [(400.0, 5), (100.0, 26)])

    def test_paid_before_it_was_invoiced(self):
        invoice = self._invoice(1000, DUE, invoice_date="2026-07-01")
        self._match(invoice, self._receipt(400, "2026-05-01"))
        self.assertEqual(self._spans(invoice), [(600.0, 46)])
        before = invoice.get_late_payment_claim("2026-04-30")
        self.assertEqual((before["principal"], before["indemnity"]), (1000.0, 0.0))

    def test_asked_for_a_day_before_the_due_date(self):
        invoice = self._invoice(1000, DUE, invoice_date="2026-07-01")
        for as_of in ("2020-01-01", "2026-07-30", DUE):
            self.assertClaim(invoice, as_of, 0.0, 0.0, 1000.0)

    def test_the_29th_of_february(self):
        """Due on it, paid a year later: 366 days of 2024 and 2025, divisor 365."""
        invoice = self._invoice(10000, "2024-02-29")
        self._pay(invoice, 10000, "2025-02-28")
        claim = invoice.get_late_payment_claim("2026-11-22")
        self.assertEqual(
            [(s["date_from"], s["days"], s["rate"]) for s in claim["segments"]],
            [
                (date(2024, 3, 1), 122, 14.5),
                (date(2024, 7, 1), 184, 14.25),
                (date(2025, 1, 1), 59, 13.15),
            ],
        )

    def test_currencies_without_and_with_three_decimals(self):
        """Rounded to the currency's own unit, the 40 € converted to it."""
        for name, rate, amount, interest, fee in (
            ("JPY", 160, 1_000_000, 15627.0, 6400.0),
            ("KWD", 0.3, 1234.567, 19.293, 12.0),
        ):
            with self.subTest(name):
                currency = self.setup_other_currency(name, rates=[("2016-01-01", rate)])
                invoice = self._invoice(amount, DUE, currency_id=currency.id)
                claim = self.assertClaim(invoice, AS_OF, interest, fee, amount)
                self.assertEqual(claim["currency"], name)

    def test_an_exchange_difference_reduces_nothing(self):
        """Paid in dollars at another rate: the claim is in dollars."""
        dollar = self.setup_other_currency(
            "USD", rates=[("2016-01-01", 2.0), ("2026-08-20", 1.6)]
        )
        invoice = self._invoice(1000, DUE, currency_id=dollar.id)
        receipt = self._receipt(400, "2026-08-20", currency_id=dollar.id)
        self._match(invoice, receipt)
        partials = self._items(invoice).matched_credit_ids
        self.assertTrue(partials.exchange_move_id or len(partials) > 1)
        self.assertEqual(self._spans(invoice), [(1000.0, 20), (600.0, 26)])
        self._match(invoice, self._receipt(600, AS_OF, currency_id=dollar.id))
        self.assertEqual(invoice.amount_residual, 0)
        claim = invoice.get_late_payment_claim("2026-11-22")
        self.assertEqual(claim["principal"], 0.0)
        self.assertEqual(
            self._spans(invoice, "2026-11-22"), [(1000.0, 20), (600.0, 26)]
        )

    def test_an_invoice_in_dollars_paid_in_euros(self):
        dollar = self.setup_other_currency("USD", rates=[("2016-01-01", 2.0)])
        invoice = self._invoice(1000, DUE, currency_id=dollar.id)
        self._match(invoice, self._receipt(250, "2026-08-20"))
        self.assertEqual(self._spans(invoice), [(1000.0, 20), (500.0, 26)])

    def test_a_credit_note_taken_back(self):
        invoice = self._invoice(10000, DUE)
        refund = self._refund(invoice, 4000, "2026-08-20")
        self._match(invoice, refund)
        self.assertEqual(self._spans(invoice), [(6000.0, 46)])
        refund.button_draft()
        refund.button_cancel()
        self.assertEqual(self._spans(invoice), [(10000.0, 46)])

    def test_a_credit_note_paid_back_to_the_customer(self):
        """It is no money of the debtor's any more."""
        invoice = self._invoice(10000, DUE)
        refund = self._refund(invoice, 4000, "2026-08-20")
        refund.line_ids.remove_move_reconcile()
        self._pay(refund, 4000, "2026-08-25")
        self.assertEqual(refund.amount_residual, 0)
        self.assertEqual(self._spans(invoice), [(10000.0, 46)])

    def test_a_payment_bounced_and_made_again(self):
        invoice = self._invoice(10000, DUE)
        first = self._receipt(10000, "2026-08-10")
        self._match(invoice, first)
        bank = self.company_data["default_journal_bank"]
        first.line_ids.remove_move_reconcile()
        back = self._entry(
            "2026-08-12",
            (self.receivable, 10000),
            (bank.default_account_id, -10000),
        )
        self._match(first, back)
        self._match(invoice, self._receipt(10000, "2026-08-31"))
        self.assertEqual(self._spans(invoice), [(10000.0, 31)])

    def test_a_due_date_put_off_and_back(self):
        invoice = self._invoice(10000, DUE, invoice_date="2026-07-01")
        whole = invoice.get_late_payment_claim(AS_OF)
        item = self._items(invoice)
        item.date_maturity = "2026-08-31"
        self.assertEqual(self._spans(invoice), [(10000.0, 15)])
        item.date_maturity = DUE
        self.assertEqual(invoice.get_late_payment_claim(AS_OF), whole)

    def test_nothing_to_pay(self):
        invoice = self._invoice(0, DUE)
        self.assertClaim(invoice, AS_OF, 0.0, 0.0, 0.0)

    def test_lines_of_other_accounts_and_documents_are_left_out(self):
        invoice = self._invoice(1000, DUE)
        refund = self._refund(invoice, 100, DUE)
        lines = (invoice | refund).line_ids
        found = self.env["dunning.claim"]._for_lines(lines.ids, date(2026, 9, 15))
        self.assertEqual(set(found), set(self._items(invoice).ids))

    def test_judgment_served_before_an_instalment_falls_due(self):
        """The indemnity of the invoice stays, the later part bears legal interest."""
        term = self.env["account.payment.term"].create(
            {
                "name": "30/60",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (30, 60)
                ],
            }
        )
        invoice = self._invoice(
            2000,
            False,
            invoice_date="2026-07-01",
            invoice_payment_term_id=term.id,
            dunning_judgment_served="2026-08-15",
        )
        claim = invoice.get_late_payment_claim(AS_OF)
        self.assertEqual(claim["indemnity"], 40.0)
        self.assertEqual(
            [(s["date_from"], s["rate"]) for s in claim["segments"]],
            [
                (date(2026, 8, 1), 12.4),
                (date(2026, 8, 16), 2.75),
                (date(2026, 8, 31), 2.75),
            ],
        )

    def test_a_branch_reads_its_own_books(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.cr.precommit.run()  # load the chart of the branch
        self.env.user.company_ids |= branch
        journal = self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(branch)]
            + [("type", "=", "sale")],
            limit=1,
        )
        invoice = self._invoice(10000, DUE, company_id=branch.id, journal_id=journal.id)
        self._receipt(10000, "2026-08-10")  # to the head office, not matched
        self.assertEqual(invoice.company_id, branch)
        self.assertClaim(invoice, AS_OF, 156.27, 40.0, 10000.0)

    def test_suspended_interest_covers_the_whole_delay(self):
        """A pause longer than the delay: nothing runs, the indemnity is due."""
        invoice = self._invoice(10000, DUE)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "plan",
                "date_from": "2026-07-01",
                "date_to": "2026-12-31",
                "suspends_interest": True,
            }
        )
        self.assertClaim(invoice, AS_OF, 0.0, 40.0, 10000.0)
