from datetime import date

from odoo import Command, fields
from odoo.tests import Form, freeze_time, tagged

from ..models.account_account import (
    EXCLUDED_CODES,
    LOSS_PREFIXES,
    TRANSFER_PREFIXES,
)
from .common_ledger import LedgerCommon


class ClaimRulesCommon(LedgerCommon):
    def assertClaim(self, invoice, as_of, interest, indemnity, principal):
        claim = invoice.get_late_payment_claim(as_of)
        self.assertEqual(
            (claim["interest"], claim["indemnity"], claim["principal"]),
            (interest, indemnity, principal),
        )
        return claim

    def _entry(self, day, *lines):
        """Post a general entry of (account, debit - credit[, due date])."""
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.pro.id,
                            "debit": max(amount, 0),
                            "credit": max(-amount, 0),
                        }
                    )
                    for account, amount in lines
                ],
            }
        )
        entry.action_post()
        return entry

    def _account(self, code, name, account_type, **values):
        return self.env["account.account"].create(
            {"code": code, "name": name, "account_type": account_type, **values}
        )

    def _match(self, *moves, account=None):
        """Reconcile the lines of one account of these entries."""
        account = account or self.receivable
        lines = self.env["account.move.line"]
        for move in moves:
            lines |= move.line_ids
        lines.filtered(lambda line: line.account_id == account).reconcile()

    @property
    def receivable(self):
        return self.company_data["default_account_receivable"]

    def _refund(self, invoice, amount, day, **values):
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "invoice_date": day,
                "invoice_date_due": day,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Avoir", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **values,
            }
        )
        refund.action_post()
        return refund


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestReductions(ClaimRulesCommon):
    """What each reconciliation is, seen from the claim (R1.27, R1.28, R1.12)."""

    # 10,000.00 due 31/07/2026 at 12.40 %: one day is 3.397260
    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(10000, "2026-07-31")

    def test_r1_27_credit_note_corrects_from_the_first_day(self):
        self._match(self.invoice, self._refund(self.invoice, 4000, "2026-08-20"))
        # 6,000 x 12.40 % x 46 / 365
        self.assertClaim(self.invoice, "2026-09-15", 93.76, 40.0, 6000.0)

    def test_r1_27_gesture_counts_from_its_own_date(self):
        refund = self._refund(
            self.invoice, 4000, "2026-08-20", dunning_credit_kind="gesture"
        )
        self._match(self.invoice, refund)
        # 20 days on 10,000 = 67.945205 and 26 days on 6,000 = 52.997260
        self.assertClaim(self.invoice, "2026-09-15", 120.94, 40.0, 6000.0)
        refund.dunning_credit_kind = "correction"
        self.assertClaim(self.invoice, "2026-09-15", 93.76, 40.0, 6000.0)

    def test_r1_29_gesture_never_pays_interest(self):
        """Interest first: a payment pays interest, a gesture reduces principal."""
        self.company.dunning_imputation = "interest_first"
        refund = self._refund(
            self.invoice, 4000, "2026-08-20", dunning_credit_kind="gesture"
        )
        self._match(self.invoice, refund)
        self.assertClaim(self.invoice, "2026-09-15", 120.94, 40.0, 6000.0)

    def test_refund_larger_than_the_invoice(self):
        """What is left of the credit note touches no other claim twice."""
        other = self._invoice(1000, "2026-08-31")
        refund = self._refund(
            self.invoice, 10500, "2026-08-20", dunning_credit_kind="gesture"
        )
        self._match(self.invoice, refund)
        # 20 days, then nothing is owed: the indemnity was due by then
        self.assertClaim(self.invoice, "2026-11-22", 67.95, 40.0, 0.0)
        # 500 of 1,000 are covered since before the due date: 15 days on 500
        self.assertClaim(other, "2026-09-15", 2.55, 40.0, 1000.0)

    def test_r1_12_receipt_not_matched_counts_from_its_date(self):
        """The first debts first, and the ledger's principal stays."""
        later = self._invoice(2000, "2026-08-15")
        receipt = self._account_payment(11000, "2026-09-05")
        # 36 days on 10,000 = 122.301370
        self.assertClaim(self.invoice, "2026-10-31", 122.30, 40.0, 10000.0)
        # 21 days on 2,000 = 14.268493 and 56 days on 1,000 = 19.024658
        self.assertClaim(later, "2026-10-31", 33.29, 40.0, 2000.0)
        self._match(later, receipt.move_id)
        # a person says it paid the later one: 2,000 of it; 9,000 stay for the first
        self.assertClaim(later, "2026-10-31", 14.27, 40.0, 0.0)
        # 36 days on 10,000 and 56 days on 1,000
        self.assertClaim(self.invoice, "2026-10-31", 141.33, 40.0, 10000.0)

    def test_receipts_pay_debts_of_their_own_company_alone(self):
        """One customer, two companies in one reading: no money crosses over."""
        self._account_payment(4000, "2026-09-05")
        lines = self.env["account.move.line"]
        items = lines._dunning_items(self.company, partner_ids=self.pro.ids)
        factors = dict.fromkeys({item.currency_id for item in items}, 100)
        of_items = self.env["dunning.unallocated"]._of_open_items
        [debt] = [item for item in items if item.residual > 0]
        paid = {debt.id: [(date(2026, 9, 5), 400000, True)]}
        self.assertEqual(of_items(items, {}, factors), paid)
        other = self.env["res.company"].create({"name": "Autre"})
        moved = [
            item._replace(company_id=other.id) if item == debt else item
            for item in items
        ]
        self.assertEqual(of_items(moved, {}, factors), {})
        twin = debt._replace(id=-1, company_id=other.id)
        self.assertEqual(of_items([twin, *items], {}, factors), paid)
        self.assertEqual(of_items([], {}, factors), {})

    def _account_payment(self, amount, day):
        receipt = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.pro.id,
                "amount": amount,
                "date": day,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        receipt.action_post()
        return receipt

    def test_credit_note_not_matched_counts_for_its_own_invoice(self):
        self._invoice(5000, "2026-07-15")
        refund = self._refund(
            self.invoice, 4000, "2026-08-20", reversed_entry_id=self.invoice.id
        )
        refund.line_ids.remove_move_reconcile()
        # not the first debt of the customer, but the one it reverses (R1.27)
        self.assertClaim(self.invoice, "2026-09-15", 93.76, 40.0, 10000.0)
        refund.dunning_credit_kind = "gesture"
        self.assertClaim(self.invoice, "2026-09-15", 120.94, 40.0, 10000.0)

    def test_payment_without_entry_counts_from_its_date(self):
        payment = self._pay(self.invoice, 4000, "2026-08-20")
        entry = payment.move_id
        self.assertClaim(self.invoice, "2026-09-15", 120.94, 40.0, 6000.0)
        self.env.cr.execute(
            "UPDATE account_payment SET state = 'in_process', move_id = NULL,"
            " outstanding_account_id = NULL WHERE id = %s",
            payment.ids,
        )
        self.env.invalidate_all()
        entry.line_ids.remove_move_reconcile()
        entry.button_draft()
        self.assertClaim(self.invoice, "2026-09-15", 120.94, 40.0, 10000.0)

    def test_cancelled_payment_counts_no_more(self):
        payment = self._pay(self.invoice, 4000, "2026-08-20")
        self.assertClaim(self.invoice, "2026-09-15", 120.94, 40.0, 6000.0)
        payment.action_draft()
        self.assertClaim(self.invoice, "2026-09-15", 156.27, 40.0, 10000.0)

    def test_set_off_is_a_payment(self):
        payable = self.company_data["default_account_payable"]
        entry = self._entry("2026-08-20", (self.receivable, -4000), (payable, 4000))
        self._match(self.invoice, entry)
        self.assertClaim(self.invoice, "2026-09-15", 120.94, 40.0, 6000.0)

    def test_early_payment_discount_settles_the_invoice(self):
        """The discount belongs to the payment: nothing stays owed, nothing is late."""
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % à 10 jours",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        invoice = self._invoice(
            1000, False, invoice_date="2026-09-01", invoice_payment_term_id=term.id
        )
        wizard = Form.from_action(self.env, invoice.action_register_payment())
        wizard.payment_date = "2026-09-05"
        wizard.save()._create_payments()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertClaim(invoice, "2026-11-22", 0.0, 0.0, 0.0)

    def test_loss_stops_the_count_on_its_day(self):
        loss = self.env["account.chart.template"].ref("pcg_6541")
        entry = self._entry("2026-08-20", (self.receivable, -4000), (loss, 4000))
        self._match(self.invoice, entry)
        self.company.dunning_imputation = "interest_first"  # a loss pays no interest
        self.assertClaim(self.invoice, "2026-09-15", 120.94, 40.0, 6000.0)

    def test_codes_are_those_of_the_chart(self):
        """The French chart has accounts of each meaning we know by its code."""
        chart = self.env["account.chart.template"].with_company(self.company)
        for xmlid, prefixes in (
            ("pcg_416", TRANSFER_PREFIXES),
            ("pcg_413", TRANSFER_PREFIXES),
            ("pcg_413", EXCLUDED_CODES),
            ("pcg_6541", LOSS_PREFIXES),
            ("pcg_6544", LOSS_PREFIXES),
        ):
            with self.subTest(xmlid=xmlid):
                self.assertTrue(chart.ref(xmlid).code.startswith(prefixes))
        retention = self.env["account.account"].search(
            [("code", "=like", "4117%"), ("company_ids", "in", self.company.ids)]
        )
        self.assertTrue(retention.dunning_excluded)
        self.assertTrue(chart.ref("pcg_413").dunning_excluded)

    def test_r1_35_claim_survives_payment(self):
        self._pay(self.invoice, 10000, "2026-09-15")
        self.assertClaim(self.invoice, "2026-11-22", 156.27, 40.0, 0.0)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestTransfers(ClaimRulesCommon):
    """A debt moved to 416 or 413 lives on: interest, payments, principal."""

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(10000, "2026-07-31")
        self.doubtful = self._account(
            "416100", "Clients douteux", "asset_current", reconcile=True
        )
        self.loss = self.env["account.chart.template"].ref("pcg_6541")

    def test_transfer_to_doubtful_customers(self):
        entry = self._entry(
            "2026-08-20", (self.receivable, -10000), (self.doubtful, 10000)
        )
        self._match(self.invoice, entry)
        self.assertEqual(self.invoice.amount_residual, 0)
        self.assertClaim(self.invoice, "2026-09-15", 156.27, 40.0, 10000.0)

    def test_payment_after_the_transfer(self):
        entry = self._entry(
            "2026-08-20", (self.receivable, -10000), (self.doubtful, 10000)
        )
        self._match(self.invoice, entry)
        bank = self.company_data["default_journal_bank"]
        receipt = self._entry(
            "2026-08-30",
            (bank.default_account_id, 4000),
            (self.doubtful, -4000),
        )
        self._match(entry, receipt, account=self.doubtful)
        # 30 days on 10,000 = 101.917808 and 16 days on 6,000 = 32.613699
        self.assertClaim(self.invoice, "2026-09-15", 134.53, 40.0, 6000.0)

    def test_two_invoices_moved_to_one_line(self):
        other = self._invoice(2000, "2026-08-31")
        entry = self._entry(
            "2026-09-01",
            (self.receivable, -10000),
            (self.receivable, -2000),
            (self.doubtful, 12000),
        )
        self._match(self.invoice, other, entry)
        receipt = self._entry(
            "2026-09-15",
            (self.company_data["default_journal_bank"].default_account_id, 11000),
            (self.doubtful, -11000),
        )
        self._match(entry, receipt, account=self.doubtful)
        claims = [
            move.get_late_payment_claim("2026-10-31") for move in (self.invoice, other)
        ]
        self.assertEqual(sum(claim["principal"] for claim in claims), 1000.0)
        # the first debt was paid first: 46 days, as in example 1
        self.assertEqual(claims[0]["interest"], 156.27)
        # 15 days on 2,000 = 10.191781 and 46 days on 1,000 = 15.627397
        self.assertEqual(claims[1]["interest"], 25.82)

    def test_moved_there_and_back(self):
        for day, sign in (("2026-08-20", 1), ("2026-08-25", -1)):
            entry = self._entry(
                day, (self.receivable, -10000 * sign), (self.doubtful, 10000 * sign)
            )
            if sign > 0:
                there = entry
                self._match(self.invoice, entry)
            else:
                self._match(there, entry, account=self.doubtful)
        self.assertClaim(self.invoice, "2026-09-15", 156.27, 40.0, 10000.0)

    def test_credit_of_an_opening_entry_pays(self):
        """Debts and credits side by side move nothing: interest ends (R1.28)."""
        cash = self.company_data["default_journal_bank"].default_account_id
        entry = self._entry(
            "2026-08-20",
            (self.receivable, -10000),
            (self.receivable, 7000),
            (cash, 3000),
        )
        credit = entry.line_ids.filtered(lambda line: line.credit == 10000)
        (self._items(self.invoice) | credit).reconcile()
        # 20 days on 10,000: as in the rule book's example 1, which has 46
        self.assertClaim(self.invoice, "2026-09-15", 67.95, 40.0, 0.0)

    def test_taken_over_by_another_customer(self):
        """Who took the debt over owes it anew; the first customer is free."""
        other = self._customer("Martin SARL", "professional")
        entry = self._entry(
            "2026-08-20", (self.receivable, -10000), (self.receivable, 10000)
        )
        entry.line_ids.filtered("debit").partner_id = other
        (self._items(self.invoice) | entry.line_ids.filtered("credit")).reconcile()
        self.assertClaim(self.invoice, "2026-09-15", 67.95, 40.0, 0.0)

    def test_part_written_off_part_moved(self):
        """The lost part ends on its day and pays no interest, the rest goes on."""
        self.company.dunning_imputation = "interest_first"
        entry = self._written_off_in_part()
        # 20 days on 10,000 = 67.945205 and 26 days on 8,000 = 70.663014
        self.assertClaim(self.invoice, "2026-09-15", 138.61, 40.0, 8000.0)
        self.company.dunning_imputation = "principal_first"
        bank = self.company_data["default_journal_bank"].default_account_id
        receipt = self._entry("2026-08-30", (bank, 8000), (self.doubtful, -8000))
        self._match(entry, receipt, account=self.doubtful)
        # 10 days on 8,000 = 27.178082
        self.assertClaim(self.invoice, "2026-09-15", 95.12, 40.0, 0.0)

    def test_written_off_where_it_was_moved(self):
        entry = self._entry(
            "2026-08-20", (self.receivable, -10000), (self.doubtful, 10000)
        )
        self._match(self.invoice, entry)
        loss = self._entry("2026-08-30", (self.doubtful, -2000), (self.loss, 2000))
        self._match(entry, loss, account=self.doubtful)
        # 30 days on 10,000 = 101.917808 and 16 days on 8,000 = 43.484932
        self.assertClaim(self.invoice, "2026-09-15", 145.40, 40.0, 8000.0)

    def test_part_lost_of_two_debts(self):
        """Nobody says whose: the first debt's (C. civ. 1342-10), nothing twice."""
        other = self._invoice(2000, "2026-08-31")
        entry = self._entry(
            "2026-09-01",
            (self.receivable, -12000),
            (self.doubtful, 9000),
            (self.loss, 3000),
        )
        self._match(self.invoice, other, entry)
        claims = [
            move.get_late_payment_claim("2026-10-31") for move in (self.invoice, other)
        ]
        self.assertEqual([claim["principal"] for claim in claims], [7000, 2000])

    def test_one_debt_lost_another_moved(self):
        other = self._invoice(2000, "2026-08-31")
        entry = self._entry(
            "2026-09-01",
            (self.receivable, -12000),
            (self.doubtful, 10000),
            (self.loss, 2000),
        )
        self._match(self.invoice, other, entry)
        claims = [
            move.get_late_payment_claim("2026-10-31") for move in (self.invoice, other)
        ]
        self.assertEqual([claim["principal"] for claim in claims], [10000, 0])

    def test_retention_and_transfer_in_one_entry(self):
        """Money kept back is out of the base from the first day (R3.8)."""
        retention = self._account(
            "411790", "Retenues", "asset_receivable", dunning_excluded=True
        )
        entry = self._entry(
            "2026-08-20",
            (self.receivable, -10000),
            (self.doubtful, 7500),
            (retention, 500),
            (self.loss, 2000),
        )
        self._match(self.invoice, entry)
        # 20 days on 9,500 = 64.547945 and 26 days on 7,500 = 66.246575
        self.assertClaim(self.invoice, "2026-09-15", 130.79, 40.0, 7500.0)

    def test_partly_matched_transfer_loses_nothing(self):
        """More arrived than was matched yet: nobody knows what the loss is of."""
        entry = self._entry(
            "2026-08-20",
            (self.receivable, -15000),
            (self.doubtful, 14000),
            (self.loss, 1000),
        )
        self._match(self.invoice, entry)
        claim = self.invoice.get_late_payment_claim("2026-09-15")
        self.assertEqual(claim["principal"], 10000)

    def test_the_sheet_shows_the_part_written_off(self):
        entry = self._written_off_in_part()
        [section] = self.env["dunning.calculation"]._sheet(
            self.invoice, fields.Date.to_date("2026-09-15"), "en_US"
        )
        rows = section["invoices"][0]["items"][0]["rows"]
        self.assertEqual(
            [(row["type"], float(row["base"])) for row in rows],
            [("segment", 10000), ("event", 8000), ("segment", 8000)],
        )
        self.assertEqual(rows[1]["text"], f"Written off – {entry.name}")
        self.assertEqual(float(rows[1]["amount"]), 2000)

    def test_as_many_queries_for_many_transfers(self):
        counts = []
        for size in (1, 12):
            invoices = [self._invoice(100 + n, "2026-07-31") for n in range(size)]
            for invoice in invoices:
                amount = invoice.amount_total
                entry = self._entry(
                    "2026-08-20", (self.receivable, -amount), (self.doubtful, amount)
                )
                self._match(invoice, entry)
            lines = self.env["account.move"].union(*invoices).line_ids.ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["dunning.reduction"]._of_lines(lines)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 7)

    def _written_off_in_part(self):
        entry = self._entry(
            "2026-08-20",
            (self.receivable, -10000),
            (self.doubtful, 8000),
            (self.loss, 2000),
        )
        self._match(self.invoice, entry)
        return entry


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestJudgments(ClaimRulesCommon):
    """Insolvency, over-indebtedness, court decisions."""

    def _hold(self, kind, judgment, partner=None, **values):
        partner = partner or self.pro
        return self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(partner).id,
                "kind": kind,
                "date_from": judgment,
                "judgment_date": judgment,
                **values,
            }
        )

    def test_example_10_insolvency(self):
        """R6.41, R1.26: stops the day before; nothing on later due dates."""
        late = self._invoice(9000, "2026-08-31")
        to_come = self._invoice(4000, "2026-10-15", invoice_date="2026-09-15")
        self._hold("insolvency", "2026-10-01", publication_date="2026-10-09")
        for as_of in ("2026-10-01", "2026-11-22", "2026-12-31"):
            self.assertClaim(late, as_of, 91.73, 40.0, 9000.0)
            self.assertClaim(to_come, as_of, 0.0, 0.0, 4000.0)
        self.assertClaim(late, "2026-09-15", 45.86, 40.0, 9000.0)

    def test_insolvency_of_some_invoices_only(self):
        late, other = self._invoice(9000, "2026-08-31"), self._invoice(1, "2026-08-31")
        self._hold("insolvency", "2026-10-01", move_ids=[Command.set(other.ids)])
        # 61 days: 186.509589
        self.assertClaim(late, "2026-10-31", 186.51, 40.0, 9000.0)

    def test_hold_released_or_of_another_kind(self):
        late = self._invoice(9000, "2026-08-31")
        hold = self._hold("insolvency", "2026-10-01")
        self._hold("other", "2026-09-01")
        hold.action_release()
        self.assertClaim(late, "2026-10-31", 186.51, 40.0, 9000.0)

    def test_r2_15_over_indebtedness_freezes_interest(self):
        consumer = self._customer("Anne Petit", "consumer")
        invoice = self._invoice(1200, "2026-06-30", consumer)
        policy = self.policies["consumer"]
        formal = policy.level_ids.filtered("is_formal_notice").sequence
        self._notice(
            self._items(invoice), formal, "2026-08-28", presented_date="2026-09-01"
        )
        self._hold("overindebtedness", "2026-10-16", consumer)
        # 02/09 to 15/10, as in example 9
        self.assertClaim(invoice, "2026-11-22", 3.98, 0.0, 1200.0)

    def test_example_12_judgment(self):
        """R2.7, R1.10: legal rate from the service, + 5 points after two months."""
        invoice = self._invoice(
            10000, "2026-03-02", dunning_judgment_served="2026-03-02"
        )
        self._pay(invoice, 10000, "2026-08-31")
        claim = invoice.get_late_payment_claim("2026-11-22")
        self.assertEqual(claim["interest"], 298.60)
        self.assertEqual(
            [
                (s["date_from"], s["days"], s["rate"], round(s["amount"], 6))
                for s in claim["segments"]
            ],
            [
                (date(2026, 3, 3), 61, 2.62, 43.786301),
                (date(2026, 5, 3), 59, 7.62, 123.172603),
                (date(2026, 7, 1), 62, 7.75, 131.643836),
            ],
        )

    def test_r1_10_no_day_bears_both(self):
        """The rate between professionals up to the service, then the legal one."""
        invoice = self._invoice(
            10000, "2026-01-31", dunning_judgment_served="2026-03-02"
        )
        segments = invoice.get_late_payment_claim("2026-06-30")["segments"]
        self.assertEqual([s["rate"] for s in segments], [12.15, 2.62, 7.62])
        for before, after in zip(segments, segments[1:], strict=False):
            self.assertEqual((after["date_from"] - before["date_to"]).days, 1)
        self.assertEqual(segments[0]["date_from"], date(2026, 2, 1))
        self.assertEqual(segments[-1]["date_to"], date(2026, 6, 30))

    def test_judgment_then_insolvency(self):
        invoice = self._invoice(
            10000, "2026-03-02", dunning_judgment_served="2026-03-02"
        )
        self._hold("insolvency", "2026-06-01")
        segments = invoice.get_late_payment_claim("2026-11-22")["segments"]
        self.assertEqual(
            [(s["days"], s["rate"]) for s in segments], [(61, 2.62), (29, 7.62)]
        )


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestLawAndContract(ClaimRulesCommon):
    """Which law, which rate, how many indemnities."""

    def _abroad(self, country, kind="professional", **values):
        return self._customer(
            f"Client {country}",
            kind,
            country_id=self.env.ref(f"base.{country}").id,
            **values,
        )

    def test_r1_1_law_by_country(self):
        cases = [
            # country, kind, law said, claimed
            ("fr", "professional", False, True),
            ("re", "professional", False, True),
            ("be", "professional", False, True),
            ("be", "professional", "foreign", False),
            ("nc", "professional", False, False),
            ("nc", "professional", "french", True),
            ("mc", "non_professional", False, False),
            ("fr", "professional", "foreign", False),
        ]
        for country, kind, law, claimed in cases:
            with self.subTest(country=country, kind=kind, law=law):
                partner = self._abroad(country, kind, dunning_law=law)
                invoice = self._invoice(10000, "2026-07-31", partner)
                expected = (156.27, 40.0) if claimed else (0.0, 0.0)
                claim = self.assertClaim(invoice, "2026-09-15", *expected, 10000.0)
                self.assertEqual(bool(claim["warnings"]), not claimed)

    def test_r1_1_consumer_abroad(self):
        consumer = self._abroad("be", "consumer")
        invoice = self._invoice(1200, "2026-06-30", consumer)
        formal = self.policies["consumer"].level_ids.filtered("is_formal_notice")
        self._notice(
            self._items(invoice),
            formal.sequence,
            "2026-08-28",
            presented_date="2026-09-01",
        )
        claim = self.assertClaim(invoice, "2026-10-15", 0.0, 0.0, 1200.0)
        self.assertIn("R1.1", claim["warnings"][0])

    def test_professionals_abroad_as_the_company_says(self):
        invoice = self._invoice(10000, "2026-07-31", self._abroad("be"))
        self.company.dunning_foreign_law = "foreign"
        self.assertClaim(invoice, "2026-09-15", 0.0, 0.0, 10000.0)

    def test_customer_without_country_is_at_home(self):
        self.pro.country_id = False
        invoice = self._invoice(10000, "2026-07-31")
        self.assertClaim(invoice, "2026-09-15", 156.27, 40.0, 10000.0)

    def test_r1_21_fee_per_instalment_is_a_choice(self):
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
            2000, False, invoice_date="2026-07-01", invoice_payment_term_id=term.id
        )
        claim = invoice.get_late_payment_claim("2026-09-15")
        self.assertEqual((claim["indemnity"], claim["interest"]), (40.0, 21.06))
        self.company.dunning_fee_per = "instalment"
        claim = invoice.get_late_payment_claim("2026-09-15")
        self.assertEqual((claim["indemnity"], claim["interest"]), (80.0, 21.06))
        self.assertEqual(invoice.get_late_payment_claim("2026-08-15")["indemnity"], 40)

    def test_contract_rate_is_fixed_at_posting(self):
        self.pro.write(
            {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 15}
        )
        invoice = self._invoice(10000, "2026-07-31")
        own = self._invoice(10000, "2026-07-31", dunning_contract_rate_type="statutory")
        self.assertEqual(invoice.dunning_contract_rate_type, "fixed")
        self.assertEqual(own.dunning_contract_rate_type, "statutory")
        self.pro.dunning_contract_rate = 20
        # 10,000 x 15 % x 46 / 365
        self.assertClaim(invoice, "2026-09-15", 189.04, 40.0, 10000.0)
        self.assertClaim(own, "2026-09-15", 156.27, 40.0, 10000.0)

    def test_posting_leaves_other_entries_alone(self):
        self.pro.write(
            {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 15}
        )
        refund = self._refund(self._invoice(10, "2026-07-31"), 5, "2026-08-01")
        self.assertFalse(refund.dunning_contract_rate_type)
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.pro.id,
                "invoice_date": "2026-07-31",
                "invoice_line_ids": [
                    Command.create({"name": "Achat", "price_unit": 10, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        self.assertFalse(bill.dunning_contract_rate_type)
