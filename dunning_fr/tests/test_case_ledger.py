from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common_case import DAY, DUE, CaseCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCaseLedger(CaseCommon):
    """Invoices and customers that change under a case, a hold, an event, an exhibit."""

    def _event(self, **values):
        document = self.env["ir.attachment"].create({"name": "summons.pdf"})
        return self.env["dunning.limitation.event"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "court_action",
                "date": "2026-07-10",
                "attachment_ids": [Command.set(document.ids)],
                **values,
            }
        )

    # ------------------------------------------------------------------ invoices

    def test_an_invoice_that_is_taken_back_was_not_paid(self):
        other = self._invoice(500, DUE)
        case = self._case(moves=self.invoice + other)
        self._pay(other, 200, "2026-09-01")
        self.assertEqual((case.amount_open, case.amount_paid), (6300, 200))
        self.invoice.button_draft()
        self.env.flush_all()
        self.assertEqual((case.amount_open, case.amount_paid), (300, 200))
        self.assertIn("no longer posted", case.message_ids[:1].body)
        self._pay(other, 100, "2026-09-02")
        self.assertIn("100", case.message_ids[:1].body)
        self.assertNotIn("6,000", case.message_ids[:1].body)
        self.invoice.action_post()
        self.assertEqual((case.amount_open, case.amount_paid), (6200, 300))
        self.assertIn("posted again", case.message_ids[:1].body)

    def test_a_cancelled_invoice_neither(self):
        case = self._case()
        self.invoice.button_cancel()
        self.assertEqual((case.amount_open, case.amount_paid), (0, 0))

    def test_the_invoice_of_an_open_case_is_not_deleted(self):
        case = self._case()
        self.invoice.button_draft()
        biller = new_test_user(
            self.env,
            login="case_biller",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaisesRegex(UserError, case.name), self.env.cr.savepoint():
            self.invoice.with_user(biller).unlink()
        case.action_withdraw()
        self.invoice.with_user(biller).unlink()
        self.assertFalse(self.invoice.exists())

    def test_an_event_of_one_invoice_never_becomes_one_of_all(self):
        """An empty list means all that the debtor owes: a deletion must not make it."""
        other = self._invoice(500, DUE)
        event = self._event(move_ids=[Command.set(self.invoice.ids)])
        before = other.limitation_date
        self.invoice.button_draft()
        with self.assertRaisesRegex(UserError, "2026"), self.env.cr.savepoint():
            self.invoice.unlink()
        self.assertEqual(event.move_ids, self.invoice)
        self.env.invalidate_all()
        self.assertEqual(other.limitation_date, before)

    def test_a_hold_and_an_exhibit_of_one_invoice_neither(self):
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "dispute",
                "date_from": DAY,
                "move_ids": [Command.set(self.invoice.ids)],
            }
        )
        exhibit = self.env["dunning.exhibit"].create(
            {
                "debtor_id": self.debtor.id,
                "name": "Order",
                "file": "eA==",
                "file_name": "x.pdf",
                "move_ids": [Command.set(self.invoice.ids)],
            }
        )
        self.invoice.button_draft()
        for record in (hold, exhibit):
            with (
                self.subTest(record._name),
                self.assertRaisesRegex(UserError, record.display_name),
                self.env.cr.savepoint(),
            ):
                self.invoice.unlink()
            if record == hold:
                hold.action_release()
            else:
                exhibit.unlink()
        self.invoice.unlink()
        self.assertFalse(self.invoice.exists())

    def test_one_of_several_invoices_may_go(self):
        other = self._invoice(500, DUE)
        event = self._event(move_ids=[Command.set((self.invoice + other).ids)])
        other.button_draft()
        other.unlink()
        self.assertEqual(event.move_ids, self.invoice)
        event.write({"state": "mistake", "ended_on": DAY, "ended_reason": "wrong"})
        self.invoice.button_draft()
        self.invoice.unlink()

    # ------------------------------------------------------------------- proofs

    def test_the_proof_of_an_event_that_counts_is_not_deleted(self):
        event = self._event()
        document = event.attachment_ids
        seen = document.with_user(self.people["user"])
        refused = self.assertRaisesRegex(UserError, event.display_name)
        with refused, self.env.cr.savepoint():
            seen.unlink()
        event.write({"state": "mistake", "ended_on": DAY, "ended_reason": "wrong"})
        document.unlink()
        self.assertFalse(event.attachment_ids)

    # ---------------------------------------------------------------- customers

    def test_customers_with_cases_are_merged(self):
        twin = self._customer("Durand bis", "professional")
        second = self._invoice(700, DUE, twin)
        cases = self._case() + self._case(moves=second)
        event = self._event()
        other = self._event(debtor_id=self._debtor(twin).id)
        watch = self.env["dunning.watch"]
        watch._watch_limitation(self.company)
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_context(active_model="res.partner", active_ids=(self.pro + twin).ids)
            .create({"dst_partner_id": self.pro.id})
        )
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(cases.debtor_id, self.debtor)
        self.assertEqual(cases.hold_id.debtor_id, self.debtor)
        self.assertEqual((event + other).debtor_id, self.debtor)
        self.assertEqual(cases.mapped("amount_open"), [6000, 700])
        self.assertEqual(cases.mapped("is_closed"), [False, False])
        self._date(cases[1], request=DAY)
        self.assertEqual(cases[1].state, "filed")

    # ----------------------------------------------------------------- payments

    def test_the_follower_of_the_case_has_left(self):
        """Payments and time limits are told to somebody who is still there."""
        left, here = self.people["user"], self.people["manager"]
        case = self._date(self._case(user_id=left.id), request="2026-08-21")
        self.company.dunning_auto_user_id = here
        self.env.cr.execute(
            "UPDATE dunning_case SET create_uid = %s WHERE id = %s", [left.id, case.id]
        )
        case.invalidate_recordset(["create_uid"])
        left.active = False
        self._pay(self.invoice, 1000, "2026-09-01")
        told = case.activity_ids.filtered(lambda a: "Payment" in a.summary)
        self.assertEqual(told.user_id, here)
        step = self._add_own_step(case)
        step._cron_warn(step.raw_deadline)
        self.assertEqual(step.activity_id.user_id, here)

    def _add_own_step(self, case):
        return self.env["dunning.case.step"].create(
            {"case_id": case.id, "name": "Answer", "deadline": "2026-12-15"}
        )

    def test_many_receipts_cost_a_constant_number_of_reads(self):
        moves = [self._invoice(100 + n, DUE) for n in range(6)]
        for move in moves:
            self._case(moves=move)
        self.env.flush_all()
        self.env.invalidate_all()
        cases = self.env["dunning.case"].search([])
        cases[:1].mapped("amount_open")
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            cases.mapped("amount_open")
