from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_charge import ChargeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeSettle(ChargeCommon):
    """A debtor who pays what the notice says: 12,534.89 for an invoice of 12,000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._invoice(12000, "2026-05-31")
        cls.notice = cls._send(cls.late, "2026-09-30")

    def _receive(self, amount, date="2026-10-05", partner=None):
        """Book money in the bank; return its open receivable line."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": date,
                "payment_ref": "VIR",
                "partner_id": (partner or self.pro).id,
                "amount": amount,
                "counterpart_account_id": self.pro.property_account_receivable_id.id,
            }
        )
        return line.move_id.line_ids.filtered(lambda x: x.balance < 0)

    def test_the_notice_claims_its_charges(self):
        own = self._own(self.late)
        self.assertEqual(
            {c.kind: (c.amount, c.state) for c in own},
            {"interest": (494.89, "claimed"), "indemnity": (40, "claimed")},
        )
        self.assertEqual(own.notice_id, self.notice)
        self.assertEqual(own.mapped("document_key"), [f"{self.late.id}:2026-05-31"] * 2)

    def test_bill_and_settle_after_matching(self):
        receipt = self._receive(12534.89)
        (receipt + self._items(self.late)).reconcile()
        self._check_kept(is_matched=True)
        self._settle(receipt)

    def test_bill_and_settle_before_matching(self):
        receipt = self._receive(12534.89)
        self._check_kept(is_matched=False)
        self._settle(receipt)
        self.assertEqual(self.late.payment_state, "paid")

    def _check_kept(self, is_matched):
        """It is never deducted from the next invoice, nor counted as its payment."""
        following = self._invoice(1000, "2026-10-20")
        run = self._run("2026-11-15")
        lines = run.notice_ids.line_ids
        self.assertFalse(lines.filtered(lambda line: line.residual < 0))
        # what is not matched at all still covers the first invoice: no notice yet
        names = [following.name] if is_matched else []
        self.assertEqual(lines.mapped("move_name"), names)
        claim = following.get_late_payment_claim("2026-11-15")
        self.assertEqual(claim["interest"], 8.83)  # 1,000 × 12.40 % × 26 / 365
        run.action_cancel()
        self.assertIn("534.89", self._debtor(self.pro).charge_receipt)

    def _settle(self, receipt):
        debtor = self._debtor(self.pro)
        action = debtor.action_settle_charges()
        note = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(note.amount_total, 534.89)
        self.assertEqual(note.payment_state, "paid")
        self.assertTrue(receipt.reconciled)
        self.assertEqual(set(self._own(self.late).mapped("state")), {"settled"})
        debtor.invalidate_recordset()
        self.assertFalse(debtor.charge_receipt)
        with self.assertRaisesRegex(UserError, "No open receipt"):
            debtor.action_settle_charges()

    def test_from_the_charges(self):
        receipt = self._receive(534.89)
        self._own(self.late).action_settle()
        self.assertTrue(receipt.reconciled)

    def test_other_receipts_are_left_alone(self):
        for amount in (12534.88, 12534.90, 534.88, 12000):
            with self.subTest(amount=amount):
                receipt = self._receive(amount)
                with self.assertRaisesRegex(UserError, "No open receipt"):
                    self._debtor(self.pro).action_settle_charges()
                self.assertFalse(receipt.reconciled)
                receipt.move_id.button_draft()
                receipt.move_id.unlink()

    def test_a_refund_is_no_receipt(self):
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.pro.id,
                "invoice_date": "2026-10-05",
                "reversed_entry_id": self._invoice(534.89, "2026-12-31").id,
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": 534.89, "tax_ids": []})
                ],
            }
        )
        credit.action_post()
        self._items(credit).remove_move_reconcile()
        self.assertFalse(self._debtor(self.pro).charge_receipt)

    # ------------------------------------------------------------------- on payment

    def test_on_payment_the_daily_task_bills(self):
        """R8.3 b): when the late invoice is paid, for what a notice claimed."""
        self.company.dunning_penalty_posting = "on_payment"
        other = self._example_2(self._customer("Never claimed", "professional"))
        cron = self.env["dunning.charge"]
        cron._cron_bill_paid()
        self.assertEqual(set(self._own(self.late).mapped("state")), {"claimed"})
        with self.assertRaisesRegex(UserError, "Select what"):
            self._wizard(self.late).action_bill()
        self._pay(self.late, 12000, "2026-10-05")
        cron._cron_bill_paid()
        self.assertEqual(set(self._own(self.late).mapped("state")), {"invoiced"})
        note = self._own(self.late).charge_move_id
        self.assertEqual(note.state, "posted")
        self.assertFalse(note.is_move_sent)
        # interest ran on from the notice to the payment: 5 days more at 12.40 %
        self.assertEqual(note.amount_total, 555.28)
        self.assertFalse(self._own(other))
        self._receive(12534.89, partner=other.partner_id)
        cron._cron_bill_paid()
        self.assertFalse(self._own(other))

    def test_on_payment_a_transfer_is_no_payment(self):
        """Odoo shows as paid what was moved to 416 (R8.2)."""
        self.company.dunning_penalty_posting = "on_payment"
        receivable = self.late.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        doubtful = self.env["account.chart.template"].ref("pcg_416")
        amounts = ((receivable.account_id, -12000), (doubtful, 12000))
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-10-05",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.late.partner_id.id,
                            "balance": amount,
                        }
                    )
                    for account, amount in amounts
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids.filtered("credit")).reconcile()
        self.assertEqual(self.late.payment_state, "paid")
        self.env["dunning.charge"]._cron_bill_paid()
        self.assertEqual(set(self._own(self.late).mapped("state")), {"claimed"})

    def _wizard(self, moves):
        return (
            self.env["dunning.bill.wizard"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({})
        )

    def test_one_company_lacking_settings_stops_nobody(self):
        self.company.dunning_penalty_posting = "on_payment"
        self.company.dunning_charge_journal_id = False
        self._pay(self.late, 12000, "2026-10-05")
        with mute_logger("odoo.addons.dunning_fr.models.dunning_charge_settle"):
            self.env["dunning.charge"]._cron_bill_paid()
        self.assertEqual(set(self._own(self.late).mapped("state")), {"claimed"})
