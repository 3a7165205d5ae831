import json
from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_ledger import LedgerCommon


class ClaimCommon(LedgerCommon):
    def assertClaim(self, invoice, as_of, interest, indemnity, principal=None):
        claim = invoice.get_late_payment_claim(as_of)
        self.assertEqual((claim["interest"], claim["indemnity"]), (interest, indemnity))
        if principal is not None:
            self.assertEqual(claim["principal"], principal)
        self.assertAlmostEqual(
            sum(segment["amount"] for segment in claim["segments"]),
            interest,
            delta=0.0051,
        )
        return claim

    def _commune(self, public_type="local"):
        return self._customer("Commune", "public", public_buyer_type=public_type)

    def _credit_note(self, invoice, amount, day):
        """Reduce ``invoice`` by a credit note of ``amount`` dated ``day``."""
        move = self._invoice(
            amount, day, invoice.partner_id, move_type="out_refund", invoice_date=day
        )
        self._items(invoice | move).filtered(
            lambda line: not line.reconciled
        ).reconcile()
        return move

    def _formal_notice(self, invoice, presented):
        return self._notice(
            self._items(invoice),
            sequence=3,
            presented_date=presented,
            date="2026-08-28",
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWorkedExamples(ClaimCommon):
    """Section 11 of the rule book, through real invoices and payments."""

    def test_example_1_one_semester(self):
        invoice = self._invoice(10000, "2026-07-31")
        self._pay(invoice, 10000, "2026-09-15")
        claim = self.assertClaim(invoice, "2026-11-22", 156.27, 40.0, 0.0)
        self.assertEqual(claim["debtor_kind"], "professional")
        self.assertEqual(claim["currency"], "EUR")
        self.assertEqual(claim["warnings"], [])
        (segment,) = claim["segments"]
        self.assertEqual(segment["date_from"], date(2026, 8, 1))
        self.assertEqual(segment["date_to"], date(2026, 9, 15))
        self.assertEqual(
            (segment["days"], segment["base"], segment["rate"]), (46, 10000.0, 12.4)
        )
        self.assertAlmostEqual(segment["amount"], 156.273973, 6)

    def test_example_2_two_semesters(self):
        invoice = self._invoice(12000, "2026-05-31")
        self._pay(invoice, 12000, "2026-09-30")
        claim = self.assertClaim(invoice, "2026-09-30", 494.89, 40.0)
        for wrong in (487.33, 497.36, 494.90):
            self.assertNotEqual(claim["interest"], wrong)
        self.assertEqual(
            [(s["days"], s["rate"], round(s["amount"], 6)) for s in claim["segments"]],
            [(30, 12.15, 119.835616), (92, 12.4, 375.057534)],
        )
        self.company.dunning_rate_mode = "frozen_at_due_date"
        self.assertClaim(invoice, "2026-09-30", 487.33, 40.0)

    def test_example_3_partial_payment(self):
        """R1.29: the option changes the interest, never the principal."""
        invoice = self._invoice(6000, "2026-08-31")
        self._pay(invoice, 2500, "2026-09-30")
        self.assertClaim(invoice, "2026-10-31", 98.01, 40.0, 3500.0)
        self.company.dunning_imputation = "interest_first"
        claim = self.assertClaim(invoice, "2026-10-31", 98.65, 40.0, 3500.0)
        self.assertEqual([s["base"] for s in claim["segments"]], [6000.0, 3561.15])

    def test_example_5_contract_rate_below_the_floor(self):
        self.pro.write(
            {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 5}
        )
        invoice = self._invoice(5000, "2026-07-10")
        self._pay(invoice, 5000, "2026-08-09")
        claim = self.assertClaim(invoice, "2026-08-09", 50.96, 40.0)
        self.assertIn("2026 S2", claim["warnings"][0])
        self.assertIn("ignored", claim["warnings"][0])
        self.company.dunning_rate_below_floor = "raise"
        claim = self.assertClaim(invoice, "2026-08-09", 33.90, 40.0)
        self.assertIn("raised", claim["warnings"][0])

    def test_example_7_public_buyer(self):
        """R3.2, R3.3, R3.6: the term runs from Chorus Pro, the rate is frozen."""
        invoice = self._invoice(
            25000,
            "2026-05-31",
            self._commune(),
            invoice_date="2026-04-30",
            dunning_term_start="2026-05-04",
        )
        self._pay(invoice, 25000, "2026-08-20")
        claim = self.assertClaim(invoice, "2026-11-22", 542.26, 40.0, 0.0)
        self.assertNotEqual(claim["interest"], 550.99)
        self.assertEqual([s["rate"] for s in claim["segments"]], [10.15])
        self.assertEqual(claim["warnings"], [])

    def test_example_9_consumer(self):
        """R2.3 to R2.6: legal rate, low column, from the formal notice."""
        consumer = self._customer("Anne Petit", "consumer")
        invoice = self._invoice(1200, "2026-06-30", consumer)
        self.assertClaim(invoice, "2026-10-15", 0.0, 0.0, 1200.0)
        self._formal_notice(invoice, "2026-09-01")
        self._pay(invoice, 1200, "2026-10-15")
        claim = self.assertClaim(invoice, "2026-11-22", 3.98, 0.0, 0.0)
        for wrong in (9.89, 43.62):
            self.assertNotEqual(claim["interest"], wrong)
        self.assertEqual(claim["segments"][0]["date_from"], date(2026, 9, 2))

    def test_paid_on_the_due_date(self):
        invoice = self._invoice(100, "2026-09-30")
        self._pay(invoice, 100, "2026-09-30")
        self.assertClaim(invoice, "2026-11-22", 0.0, 0.0, 0.0)

    def test_one_day_late(self):
        invoice = self._invoice(100, "2026-09-30")
        self._pay(invoice, 100, "2026-10-01")
        self.assertClaim(invoice, "2026-11-22", 0.03, 40.0)

    def test_three_invoices_three_indemnities(self):
        """R1.21: one for each invoice, however many reminders."""
        invoices = self.env["account.move"].union(
            *[self._invoice(100, "2026-09-30") for _ in range(3)]
        )
        for sequence in (1, 2, 3, 4):
            self._notice(self._items(invoices), sequence=sequence)
        total = sum(
            invoice.get_late_payment_claim("2026-11-22")["indemnity"]
            for invoice in invoices
        )
        self.assertEqual(total, 120.0)

    def test_semester_missing(self):
        """R9.2: an error that names it, no statement."""
        invoice = self._invoice(100, "2026-09-30")
        with self.assertRaisesRegex(UserError, "2027 S1.*Configuration > Rates"):
            invoice.get_late_payment_claim("2027-01-01")
        self.env["dunning.rate"].search([("date_from", "=", "2026-07-01")]).unlink()
        with self.assertRaisesRegex(UserError, "2026 S2"):
            invoice.get_late_payment_claim("2026-11-22")

    def test_due_date_changed_by_the_user(self):
        invoice = self._invoice(100, "2026-08-31", invoice_date="2026-08-01")
        invoice.button_draft()
        invoice.invoice_date_due = "2026-09-30"
        invoice.action_post()
        self._pay(invoice, 100, "2026-10-01")
        self.assertClaim(invoice, "2026-11-22", 0.03, 40.0)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestClaimOfInvoices(ClaimCommon):
    def test_credit_note_counts_from_the_first_day(self):
        """R1.27: whenever it comes, the claim never existed for that part."""
        invoice = self._invoice(1000, "2026-08-31")
        self._credit_note(invoice, 400, "2026-10-20")
        smaller = self._invoice(600, "2026-08-31").get_late_payment_claim("2026-10-31")
        claim = self.assertClaim(
            invoice, "2026-10-31", smaller["interest"], 40.0, 600.0
        )
        self.assertEqual([s["base"] for s in claim["segments"]], [600.0])

    def test_cancelled_by_a_credit_note(self):
        """R1.25"""
        invoice = self._invoice(1000, "2026-08-31")
        self._credit_note(invoice, 1000, "2026-09-20")
        self.assertClaim(invoice, "2026-10-31", 0.0, 0.0, 0.0)

    def test_payment_counts_from_its_own_date(self):
        """R1.12: not from the day somebody reconciled it, in any order."""
        invoice = self._invoice(1000, "2026-08-31")
        self._pay(invoice, 300, "2026-10-10")
        self._pay(invoice, 200, "2026-09-10")
        claim = invoice.get_late_payment_claim("2026-10-31")
        self.assertEqual(
            [(s["base"], s["days"]) for s in claim["segments"]],
            [(1000.0, 10), (800.0, 30), (500.0, 21)],
        )

    def test_payment_reconciled_late(self):
        invoice = self._invoice(1000, "2026-08-31")
        receipt = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.pro.id,
                "amount": 1000,
                "date": "2026-09-10",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        receipt.action_post()
        before = invoice.get_late_payment_claim("2026-10-31")
        lines = (invoice.line_ids | receipt.move_id.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        claim = self.assertClaim(invoice, "2026-10-31", 3.40, 40.0, 0.0)
        self.assertEqual(claim["segments"][0]["days"], 10)
        # the claim knew of the receipt before a person matched it, the ledger did not
        self.assertEqual(before["interest"], claim["interest"])
        self.assertEqual((before["principal"], claim["principal"]), (1000, 0))
        lines.remove_move_reconcile()
        self.assertEqual(invoice.get_late_payment_claim("2026-10-31"), before)

    def test_as_of_in_the_past(self):
        invoice = self._invoice(1000, "2026-08-31")
        self._pay(invoice, 1000, "2026-10-10")
        self.assertClaim(invoice, "2026-08-31", 0.0, 0.0, 1000.0)
        self.assertClaim(invoice, "2026-09-10", 3.40, 40.0, 1000.0)

    def test_instalments_share_one_indemnity(self):
        """R1.21: the earliest late instalment bears it; R1.35: also once paid."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half later",
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
        )
        first, second = self._items(invoice)
        self.assertEqual(
            (first.date_maturity, second.date_maturity),
            (date(2026, 7, 31), date(2026, 8, 30)),
        )

        def indemnities(as_of):
            found = self.env["dunning.claim"]._for_lines((first | second).ids, as_of)
            return [found[line.id].indemnity for line in (first, second)]

        self.assertEqual(indemnities(date(2026, 7, 31)), [0.0, 0.0])
        self.assertEqual(indemnities(date(2026, 8, 15)), [40.0, 0.0])
        self.assertEqual(indemnities(date(2026, 9, 15)), [40.0, 0.0])
        # R1.16: 15.627397 + 5.435616, rounded once for the invoice
        self.assertClaim(invoice, "2026-09-15", 21.06, 40.0, 2000.0)
        found = self.env["dunning.claim"]._for_lines(
            (first | second).ids, date(2026, 9, 15)
        )
        self.assertEqual(
            [found[line.id].interest for line in (first, second)],
            [Decimal("15.63"), Decimal("5.43")],
        )
        # alone, a line still knows of the other one
        alone = self.env["dunning.claim"]._for_lines(second.ids, date(2026, 9, 15))
        self.assertEqual([line.indemnity for line in alone.values()], [0.0])
        self._pay(invoice, 1000, "2026-09-20")
        self.assertTrue(first.reconciled)
        # the one still owed carries it to the next letter
        self.assertEqual(indemnities(date(2026, 10, 1)), [0.0, 40.0])
        self._pay(invoice, 1000, "2026-10-05")
        self.assertEqual(indemnities(date(2026, 10, 6)), [40.0, 0.0])

    def test_debtor_to_qualify(self):
        """R1.1: the principal alone, and it says so."""
        unknown = self._customer("Mystère")
        invoice = self._invoice(1000, "2026-08-31", unknown)
        claim = self.assertClaim(invoice, "2026-10-31", 0.0, 0.0, 1000.0)
        self.assertFalse(claim["debtor_kind"])
        self.assertIn("only the principal", claim["warnings"][0])
        invoice.debtor_kind = "professional"
        claim = invoice.get_late_payment_claim("2026-10-31")
        self.assertEqual(claim["debtor_kind"], "professional")
        self.assertEqual((claim["indemnity"], claim["warnings"]), (40.0, []))

    def test_non_professional_from_the_formal_notice(self):
        """R1.1: an association pays legal interest and no indemnity."""
        club = self._customer("Amicale", "non_professional")
        invoice = self._invoice(1200, "2026-06-30", club)
        self._formal_notice(invoice, "2026-09-01")
        self.assertClaim(invoice, "2026-10-15", 3.98, 0.0)

    def test_only_a_sent_formal_notice_counts(self):
        consumer = self._customer("Anne Petit", "consumer")
        invoice = self._invoice(1200, "2026-06-30", consumer)
        self._notice(self._items(invoice), sequence=2, presented_date="2026-08-01")
        notice = self._notice(
            self._items(invoice),
            sequence=3,
            presented_date="2026-08-01",
            state="failed",
        )
        self.assertTrue(notice.is_formal_notice)
        self.assertClaim(invoice, "2026-10-15", 0.0, 0.0)
        self._formal_notice(invoice, False)
        self.assertClaim(invoice, "2026-10-15", 0.0, 0.0)

    def test_first_presentation_counts(self):
        consumer = self._customer("Anne Petit", "consumer")
        invoice = self._invoice(1200, "2026-06-30", consumer)
        self._formal_notice(invoice, "2026-10-01")
        self._formal_notice(invoice, "2026-09-01")
        self.assertClaim(invoice, "2026-10-15", 3.98, 0.0)

    def test_public_term_unknown(self):
        """R3.3: the due date ends the term, with a warning."""
        invoice = self._invoice(1000, "2026-08-31", self._commune())
        claim = self.assertClaim(invoice, "2026-09-30", 8.55, 40.0)
        self.assertIn("due date", claim["warnings"][0])
        invoice.dunning_term_start = "2026-07-01"
        invoice.partner_id.public_buyer_type = False
        claim = invoice.get_late_payment_claim("2026-09-30")
        self.assertIn("type of public buyer", claim["warnings"][0])

    def test_public_terms_by_type(self):
        """R3.2: 30, 50 or 60 days."""
        for public_type, days in (
            ("state", 30),
            ("local", 30),
            ("health", 50),
            ("undertaking", 60),
            ("private_law", 30),
        ):
            with self.subTest(public_type):
                invoice = self._invoice(
                    1000,
                    "2026-07-31",
                    self._commune(public_type),
                    invoice_date="2026-07-01",
                    dunning_term_start="2026-07-01",
                )
                claim = invoice.get_late_payment_claim("2026-11-22")
                first = claim["segments"][0]["date_from"]
                self.assertEqual((first - date(2026, 7, 1)).days, days + 1)

    def test_public_suspension(self):
        """R3.4: suspended days do not run; while it lasts nothing is late."""
        invoice = self._invoice(
            1000,
            "2026-07-31",
            self._commune(),
            invoice_date="2026-07-01",
            dunning_term_start="2026-07-01",
            dunning_suspension_from="2026-07-11",
        )
        self.assertClaim(invoice, "2026-10-31", 0.0, 0.0, 1000.0)
        invoice.dunning_suspension_to = "2026-07-20"
        claim = invoice.get_late_payment_claim("2026-10-31")
        self.assertEqual(claim["segments"][0]["date_from"], date(2026, 8, 11))

    def test_contract_rate_of_the_invoice_wins(self):
        """R1.5: the invoice's own clause, else the customer's, else the law."""
        self.pro.write(
            {"dunning_contract_rate_type": "ecb_plus", "dunning_contract_rate": 12}
        )
        invoice = self._invoice(1000, "2026-08-31")

        def rate():
            claim = invoice.get_late_payment_claim("2026-09-30")
            self.assertEqual(claim["warnings"], [])
            return claim["segments"][0]["rate"]

        self.assertEqual(rate(), 14.4)
        invoice.write(
            {
                "dunning_contract_rate_type": "legal_multiple",
                "dunning_contract_rate": 10,
            }
        )
        self.assertEqual(rate(), 27.5)
        invoice.write(
            {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 10}
        )
        self.assertEqual(rate(), 10.0)
        invoice.dunning_contract_rate_type = "statutory"
        self.assertEqual(rate(), 12.4)

    def test_contract_rate_means_nothing_to_a_public_buyer(self):
        commune = self._commune()
        commune.write(
            {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 15}
        )
        invoice = self._invoice(1000, "2026-08-31", commune)
        claim = invoice.get_late_payment_claim("2026-09-30")
        self.assertEqual(claim["segments"][0]["rate"], 10.4)
        self.assertIn("contract rate is not used", claim["warnings"][1])

    def test_company_options(self):
        """R1.7, R1.14"""
        invoice = self._invoice(36600, "2023-12-31")
        self.company.dunning_day_basis = "actual"
        claim = invoice.get_late_payment_claim("2024-01-01")
        self.assertEqual(claim["interest"], 14.5)
        self.company.dunning_default_respects_floor = True
        claim = invoice.get_late_payment_claim("2024-01-01")
        self.assertEqual(claim["interest"], 15.21)

    def test_holdback_is_not_late(self):
        """R3.8: retention money on its own account bears nothing."""
        invoice = self._invoice(1000, "2026-08-31")
        self._items(invoice).account_id.dunning_excluded = True
        self.assertClaim(invoice, "2026-10-31", 0.0, 0.0, 0.0)

    def test_foreign_currency(self):
        """Interest in the currency of the item, the 40 € converted (R1.20)."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "rate": 1.25,
                "currency_id": dollar.id,
                "company_id": self.company.id,
            }
        )
        invoice = self._invoice(10000, "2026-07-31", currency_id=dollar.id)
        claim = self.assertClaim(invoice, "2026-09-15", 156.27, 50.0, 10000.0)
        self.assertEqual(claim["currency"], "USD")

    def test_opening_entry_lines_are_documents_of_their_own(self):
        account = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-06-30",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.pro.id,
                            "debit": amount,
                            "date_maturity": "2026-08-31",
                        }
                    )
                    for amount in (100, 200)
                ]
                + [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 300,
                        }
                    )
                ],
            }
        )
        entry.action_post()
        found = self.env["dunning.claim"]._for_lines(
            entry.line_ids.ids, date(2026, 10, 31)
        )
        self.assertEqual([line.indemnity for line in found.values()], [40.0, 40.0])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestClaimInterface(ClaimCommon):
    def test_today_is_the_company_s(self):
        invoice = self._invoice(10000, "2026-07-31")
        with freeze_time("2026-09-14 22:30:00"):  # the 15th in Paris
            claim = invoice.get_late_payment_claim()
        self.assertEqual(claim["as_of"], date(2026, 9, 15))
        self.assertEqual(claim["interest"], 156.27)

    def test_date_or_text(self):
        invoice = self._invoice(10000, "2026-07-31")
        self.assertEqual(
            invoice.get_late_payment_claim("2026-09-15"),
            invoice.get_late_payment_claim(date(2026, 9, 15)),
        )

    def test_values_travel(self):
        """Over RPC: plain numbers and texts once dates are written out."""
        claim = self._invoice(10000, "2026-05-31").get_late_payment_claim("2026-09-15")
        text = json.loads(json.dumps(claim, default=date.isoformat))
        self.assertEqual(text["segments"][1]["date_from"], "2026-07-01")
        self.assertIsInstance(text["segments"][1]["rate"], float)

    def test_one_invoice_at_a_time(self):
        invoices = self._invoice(1, "2026-07-31") | self._invoice(2, "2026-07-31")
        with self.assertRaises(ValueError):
            invoices.get_late_payment_claim()

    def test_draft_has_no_claim(self):
        invoice = self._invoice(1000, "2026-08-31")
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "not posted"):
            invoice.get_late_payment_claim()

    def test_credit_note_has_no_claim(self):
        refund = self._invoice(1000, "2026-08-31", move_type="out_refund")
        self.assertClaim(refund, "2026-10-31", 0.0, 0.0, 0.0)

    def test_read_access_is_enough_and_needed(self):
        invoice = self._invoice(10000, "2026-07-31")
        reader = new_test_user(
            self.env,
            "claim_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        claim = invoice.with_user(reader).get_late_payment_claim("2026-09-15")
        self.assertEqual(claim["interest"], 156.27)
        stranger = new_test_user(self.env, "claim_stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            invoice.with_user(stranger).get_late_payment_claim("2026-09-15")

    def test_a_run_carries_the_claims(self):
        invoice = self._invoice(10000, "2026-07-31")
        run = self._run("2026-09-15")
        line = run.notice_ids.line_ids.filtered(
            lambda line: line.move_line_id in self._items(invoice)
        )
        self.assertEqual((line.interest, line.indemnity), (156.27, 40.0))

    def _invoices(self, count, consumer):
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": (consumer if number % 4 else self.pro).id,
                    "invoice_date": "2026-06-30",
                    "invoice_date_due": "2026-06-30",
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 100, "tax_ids": []})
                    ],
                }
                for number in range(count)
            ]
        )
        moves.action_post()
        return moves

    def test_many_lines_cost_no_more_queries(self):
        """Constant number of queries: 10 lines or 200."""
        consumer = self._customer("Anne Petit", "consumer")
        moves = self._invoices(10, consumer)
        for move in moves[:5]:
            self._pay(move, 50, "2026-08-15")
        moves |= self._invoices(190, consumer)
        lines = self._items(moves)
        claims = self.env["dunning.claim"]
        day = date(2026, 10, 31)
        claims._for_lines(lines.ids, day)  # warm caches
        spent = []
        for count in (10, 200):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = claims._for_lines(lines[:count].ids, day)
            spent.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), count)
        self.assertEqual(spent[0], spent[1])
        self.assertLessEqual(spent[0], 12)
        everything = claims._for_lines(lines.ids, day)
        for move in (moves[0], moves[1], moves[100]):
            claim = move.get_late_payment_claim(day)
            line = everything[self._items(move).id]
            self.assertEqual(float(line.interest), claim["interest"])
            self.assertEqual(float(line.indemnity), claim["indemnity"])
