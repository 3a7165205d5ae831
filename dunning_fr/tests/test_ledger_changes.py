from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLedgerChanges(LedgerCommon):
    """What becomes of an invoice after a notice: the proof stays, levels follow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.invoice = cls._invoice(1000, "2026-09-01", invoice_date="2026-08-01")
        cls.item = cls._items(cls.invoice)
        cls.notice = cls._notice(cls.item, 2, "2026-10-10")
        cls.proof = cls._proof()

    @classmethod
    def _proof(cls):
        cls.env.invalidate_all()
        return cls.notice.line_ids.read(
            ["move_name", "document_key", "date_maturity", "residual", "claimed"]
        )

    def _explained(self, move=None, partner=None):
        """Return what explain() says of the open items of ``move``, by due date."""
        rows = self._debtor(partner or self.pro).explain(TODAY)
        items = self._items(move or self.invoice)
        found = {row["move_line_id"]: row for row in rows}
        return [found[item.id] for item in items if item.id in found]

    def _repost(self, **values):
        self.invoice.button_draft()
        self.invoice.write(values)
        self.invoice.action_post()

    def _term(self, *parts):
        return self.env["account.payment.term"].create(
            {
                "name": "Instalments",
                "line_ids": [
                    Command.create({"value_amount": share, "nb_days": days})
                    for share, days in parts
                ],
            }
        )

    def _assert_proof_stays(self):
        self.assertEqual(self._proof(), self.proof)
        self.assertEqual(self.invoice.dunning_notice_count, 1)

    # ---------------------------------------------------------------- same due date

    def test_reset_and_posted_again_goes_on(self):
        self._repost()
        self.assertEqual(self.invoice.dunning_level, 2)
        (row,) = self._explained()
        self.assertEqual((row["level"], row["next_level"]), (2, 3))
        self._assert_proof_stays()

    def test_while_in_draft_nothing_is_open(self):
        self.invoice.button_draft()
        self.assertEqual(self.invoice.dunning_level, 0)
        self.assertFalse(self.invoice.dunning_next_date)
        self.assertEqual(self._explained(), [])
        self._assert_proof_stays()

    def test_another_amount_goes_on_and_the_proof_keeps_the_old_one(self):
        line = self.invoice.invoice_line_ids
        self._repost(invoice_line_ids=[Command.update(line.id, {"price_unit": 700})])
        (row,) = self._explained()
        self.assertEqual((row["level"], row["next_level"]), (2, 3))
        self.assertEqual(self.notice.line_ids.residual, 1000)
        self._assert_proof_stays()

    def test_a_journal_item_made_anew_with_the_same_date_goes_on(self):
        """The line id changes, the document key does not."""
        old = self.item.id
        self.invoice.button_draft()
        for parts in (
            ((50, 10), (50, 50)),
            ((30, 5), (30, 6), (40, 50)),
            ((100, 20),),
        ):
            self.invoice.invoice_payment_term_id = self._term(*parts)
        self.invoice.write(
            {"invoice_payment_term_id": False, "invoice_date_due": "2026-09-01"}
        )
        self.invoice.action_post()
        new = self._items(self.invoice)
        self.assertNotEqual(new.id, old)
        self.assertEqual(str(new.date_maturity), "2026-09-01")
        self.assertEqual(self.invoice.dunning_level, 2)
        (row,) = self._explained()
        self.assertEqual((row["level"], row["next_level"]), (2, 3))
        self.assertNotIn("starts again", row["reason"])
        self.env.invalidate_all()
        self.assertFalse(self.notice.line_ids.move_line_id)
        self._assert_proof_stays()

    def test_payment_undone_goes_on(self):
        self._pay(self.invoice, 1000, "2026-11-01")
        self.assertEqual(self.invoice.dunning_level, 0)
        self._items(self.invoice).remove_move_reconcile()
        self.assertEqual(self.invoice.dunning_level, 2)

    # ------------------------------------------------------------- another due date

    def test_re_dated_starts_again(self):
        self._repost(invoice_date_due="2026-10-15")
        self.assertEqual(self.invoice.dunning_level, 0)
        self.assertEqual(str(self.invoice.dunning_next_date), "2026-10-22")
        (row,) = self._explained()
        self.assertEqual((row["level"], row["next_level"]), (0, 1))
        self.assertIn(self.notice.name, row["reason"])
        self.assertIn("another due date", row["reason"])
        self._assert_proof_stays()

    def test_back_to_the_old_date_goes_on(self):
        self._repost(invoice_date_due="2026-10-15")
        self._repost(invoice_date_due="2026-09-01")
        self.assertEqual(self.invoice.dunning_level, 2)
        (row,) = self._explained()
        self.assertEqual(row["level"], 2)
        self.assertNotIn("starts again", row["reason"])

    def test_due_date_of_the_posted_item_changed(self):
        self.item.date_maturity = "2026-10-15"
        self.assertEqual(self.invoice.dunning_level, 0)
        (row,) = self._explained()
        self.assertEqual(row["level"], 0)
        self.assertIn("another due date", row["reason"])
        self._assert_proof_stays()

    def test_re_scheduled_in_instalments(self):
        """Three items instead of one; the one due on the old date goes on."""
        term = self._term((40, 10), (30, 31), (30, 61))
        self._repost(invoice_payment_term_id=term.id)
        items = self._items(self.invoice)
        self.assertEqual(
            [str(item.date_maturity) for item in items],
            ["2026-08-11", "2026-09-01", "2026-10-01"],
        )
        rows = self._explained()
        self.assertEqual([row["level"] for row in rows], [0, 2, 0])
        self.assertEqual(self.invoice.dunning_level, 2)
        self.assertEqual(str(self.invoice.dunning_next_date), "2026-08-18")
        self._assert_proof_stays()

    def test_instalments_whose_dates_are_swapped(self):
        """Odoo reuses journal items: each date keeps its own level."""
        invoice = self._invoice(
            1000,
            False,
            invoice_date="2026-08-01",
            invoice_payment_term_id=self._term((60, 10), (40, 31)).id,
        )
        first, second = self._items(invoice)
        self._notice(first, 2, "2026-10-10")
        self._notice(second, 1, "2026-10-10")
        invoice.button_draft()
        first.date_maturity, second.date_maturity = (
            second.date_maturity,
            first.date_maturity,
        )
        invoice.action_post()
        levels = {
            str(item.date_maturity): row["level"]
            for item, row in zip(
                self._items(invoice), self._explained(invoice), strict=True
            )
        }
        self.assertEqual(levels, {"2026-08-11": 2, "2026-09-01": 1})

    # ------------------------------------------------------------- another customer

    def test_addressed_to_another_customer_starts_again(self):
        """Nobody gets a formal notice for what another customer was reminded of."""
        right = self._customer("Right one", "professional")
        self._repost(partner_id=right.id)
        self.assertEqual(self.invoice.dunning_level, 0)
        (row,) = self._explained(partner=right)
        self.assertEqual((row["level"], row["next_level"]), (0, 1))
        self.assertIn("another customer", row["reason"])
        self.assertEqual(self.notice.partner_id, self.pro)
        self._assert_proof_stays()
        self._repost(partner_id=self.pro.id)
        self.assertEqual(self.invoice.dunning_level, 2)

    # ------------------------------------------------------- cancelled and deleted

    def test_cancelled(self):
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.assertEqual(self.invoice.state, "cancel")
        self.assertEqual(self.invoice.dunning_level, 0)
        self.assertEqual(self._explained(), [])
        self._assert_proof_stays()

    def test_reversed_by_a_credit_note(self):
        self._reverse_invoice(self.invoice, is_modify=False, post=True)
        refund = self.invoice.reversal_move_ids
        (self.item | self._items(refund)).filtered(
            lambda line: not line.reconciled
        ).reconcile()
        self.assertEqual(self.invoice.dunning_level, 0)
        self._assert_proof_stays()

    def test_deleted(self):
        move_id = self.invoice.id
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self.assertEqual(self._proof(), self.proof)
        self.assertFalse(self.notice.line_ids.move_line_id)
        items = self.env["dunning.item"].search([("move_id", "=", move_id)])
        self.assertFalse(items)
        self.env["dunning.item"]._refresh()

    # ------------------------------------------------------------------------ drafts

    def _draft(self):
        """Prepare the run of today and return the draft that names the invoice."""
        run = self._run(TODAY)
        draft = run.notice_ids.filtered(
            lambda notice: self.item in notice.line_ids.move_line_id
        )
        self.assertEqual((draft.state, draft.line_ids.level_sequence), ("draft", 3))
        return draft

    def test_a_draft_sees_the_cancellation_at_the_next_read(self):
        draft = self._draft()
        self.invoice.button_draft()
        self.invoice.button_cancel()
        draft._refresh_drafts()
        self.assertEqual(draft.state, "cancelled")
        self.assertIn(self.proof[0]["move_name"], draft.failure_reason)

    def test_a_draft_sees_the_new_date_at_the_next_read(self):
        draft = self._draft()
        self._repost(invoice_date_due="2026-10-15")
        draft._refresh_drafts()
        self.env.invalidate_all()
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.line_ids.level_sequence, 1)
        self.assertEqual(str(draft.line_ids.date_maturity), "2026-10-15")

    def test_a_draft_does_not_hold_the_invoice(self):
        """Accounting goes first: nothing of ours refuses a reset."""
        self._draft()
        self.invoice.button_draft()
        self.assertEqual(self.invoice.state, "draft")
