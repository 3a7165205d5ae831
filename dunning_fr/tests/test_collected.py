from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import Form, tagged

from .common_ledger import LedgerCommon

TODAY = date(2026, 9, 10)
LATE = "2026-08-20"


@tagged("post_install_l10n", "post_install", "-at_install")
class CollectedCommon(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))

    @classmethod
    def _method(cls, code, payment_type="inbound", **values):
        """Return a payment method on the bank journal, as other add-ons bring them."""
        method = (
            cls.env["account.payment.method"]
            .sudo()
            .create({"name": code, "code": code, "payment_type": payment_type})
        )
        return cls.env["account.payment.method.line"].create(
            {
                "name": f"{code} {payment_type}",
                "payment_method_id": method.id,
                "journal_id": cls.company_data["default_journal_bank"].id,
                **values,
            }
        )

    def _codes(self, run):
        return {group["code"]: group["count"] for group in run.left_out}

    def _told(self, partner=None, day=TODAY):
        return self._debtor(partner or self.pro).explain(day)


class TestCollected(CollectedCommon):
    """Not reminded: what we collect by direct debit or bill, until it is returned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debit = cls._method("sepa_direct_debit")

    def _debited(self, **values):
        self.pro.with_company(
            self.company
        ).property_inbound_payment_method_line_id = self.debit
        invoice = self._invoice(1000, LATE, **values)
        self.assertEqual(invoice.preferred_payment_method_line_id, self.debit)
        return invoice

    def test_methods_known_to_be_collected_are_flagged(self):
        for code, payment_type, flagged in (
            ("sdd", "inbound", True),
            ("fr_lcr", "inbound", True),
            ("sepa_direct_debit", "outbound", False),
            ("check_printing", "inbound", False),
        ):
            with self.subTest(code):
                line = self._method(code, payment_type)
                self.assertEqual(line.dunning_collected, flagged)
        self.assertTrue(self.debit.dunning_collected)
        manual = self.company_data["default_journal_bank"]
        self.assertFalse(
            manual.inbound_payment_method_line_ids.filtered(
                lambda line: line.code == "manual" and line.dunning_collected
            )
        )

    def test_nobody_is_reminded_of_what_we_collect(self):
        invoice = self._debited()
        run = self._run(TODAY)
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._codes(run), {"collected": 1})
        [row] = self._told()
        self.assertEqual((row["code"], row["next_level"]), ("collected", False))
        self.assertIn("direct debit", row["reason"])
        self.assertFalse(invoice.dunning_next_date)
        self.assertFalse(self.pro.dunning_next_date)
        table = run.left_out_table[0]
        self.assertIn("Collected by direct debit or bill", str(table))

    def test_a_rejected_one_is_reminded_like_any_other(self):
        invoice = self._debited()
        self.assertFalse(invoice.dunning_next_date)
        invoice.dunning_rejected_on = "2026-08-25"
        [row] = self._told()
        self.assertEqual((row["code"], row["next_level"]), ("ready", 1))
        self.assertLessEqual(invoice.dunning_next_date, TODAY)
        self.assertEqual(len(self._run(TODAY).notice_ids), 1)

    def test_one_invoice_paid_otherwise_is_reminded(self):
        collected, other = self._debited(), self._debited()
        other.preferred_payment_method_line_id = False
        notice = self._run(TODAY).notice_ids
        self.assertEqual(notice.line_ids.move_name, other.name)
        self.assertFalse(collected.dunning_next_date)
        self.assertTrue(other.dunning_next_date)

    def test_a_method_that_is_not_collected_stops_nothing(self):
        invoice = self._debited()
        self.debit.dunning_collected = False
        self.env.invalidate_all()
        self.assertTrue(invoice.dunning_next_date)
        self.assertEqual(len(self._run(TODAY).notice_ids), 1)

    def test_a_draft_waits_no_more_once_the_invoice_is_collected(self):
        """Switched to direct debit between preparation and sending."""
        invoice = self._invoice(1000, LATE)
        notice = self._run(TODAY).notice_ids
        invoice.preferred_payment_method_line_id = self.debit
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn(invoice.name, notice.failure_reason)

    def test_no_reminder_before_the_due_date_either(self):
        self.policies["professional"].write(
            {"pre_reminder": True, "pre_reminder_days": 5}
        )
        self._debited(invoice_date="2026-08-01")
        self._invoice(
            5000, "2026-09-12", preferred_payment_method_line_id=self.debit.id
        )
        self.assertFalse(self._run(TODAY).notice_ids)

    def test_a_copied_invoice_was_not_returned(self):
        invoice = self._debited()
        invoice.dunning_rejected_on = "2026-08-25"
        self.assertFalse(invoice.copy().dunning_rejected_on)

    def test_the_flag_is_set_on_the_journal(self):
        journal = self.company_data["default_journal_bank"]
        with (
            Form(journal) as form,
            form.inbound_payment_method_line_ids.edit(0) as line,
        ):
            line.dunning_collected = True
        self.assertTrue(journal.inbound_payment_method_line_ids[0].dunning_collected)


class TestPaidOnline(CollectedCommon):
    """An online payment under way stops reminders; one that never comes does not."""

    def _paying(self, invoice, state, days=0, code="none"):
        provider = (
            self.env["payment.provider"]
            .sudo()
            .create({"name": "Shop", "company_id": self.company.id})
        )
        method = self.env.ref("payment.payment_method_unknown")
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "reference": f"{invoice.name}-{state}-{days}-{code}",
                    "amount": invoice.amount_total,
                    "currency_id": invoice.currency_id.id,
                    "partner_id": invoice.partner_id.id,
                    "invoice_ids": [(6, 0, invoice.ids)],
                    "last_state_change": f"{TODAY - timedelta(days=days)} 09:00:00",
                }
            )
        )
        # the states and the code of add-ons that their rule does not need
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_provider SET code = %s WHERE id = %s", [code, provider.id]
        )
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = %s WHERE id = %s",
            [state, transaction.id],
        )
        self.env.invalidate_all()

    def test_what_is_under_way(self):
        for state, days, code, expected in (
            ("pending", 0, "none", "paying_online"),
            ("pending", 15, "none", "paying_online"),
            ("pending", 16, "none", "ready"),
            ("pending", 0, "custom", "ready"),
            ("authorized", 0, "none", "paying_online"),
            ("authorized", 40, "none", "paying_online"),
            ("draft", 0, "none", "ready"),
            ("done", 0, "none", "ready"),
            ("cancel", 0, "none", "ready"),
        ):
            with self.subTest(state, days=days, code=code):
                partner = self._customer(f"{state}{days}{code}", "professional")
                invoice = self._invoice(1000, LATE, partner)
                self._paying(invoice, state, days, code)
                [row] = self._told(partner)
                self.assertEqual(row["code"], expected)
                self.assertEqual(bool(invoice.dunning_next_date), expected == "ready")

    def test_a_transfer_that_never_comes_is_reminded(self):
        invoice = self._invoice(1000, LATE)
        self._paying(invoice, "pending", code="custom")
        notice = self._run(TODAY).notice_ids
        self.assertEqual(notice.line_ids.move_name, invoice.name)

    def test_another_invoice_is_not_concerned(self):
        paid, other = self._invoice(1000, LATE), self._invoice(500, LATE)
        self._paying(paid, "pending")
        notice = self._run(TODAY).notice_ids
        self.assertEqual(notice.line_ids.move_name, other.name)
        self.assertFalse(paid.dunning_next_date)
