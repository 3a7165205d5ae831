from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_charge import ChargeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeStates(ChargeCommon):
    """A note is an ordinary invoice; its charges follow Odoo's reconciliation."""

    def setUp(self):
        super().setUp()
        self.invoice = self._example_2()
        self.note = self._bill(self.invoice)
        self.own = self._own(self.invoice)

    def _states(self):
        return set(self.own.mapped("state"))

    def test_paid_in_two_parts_and_undone(self):
        self._pay(self.note, 100, "2026-11-20")
        self.assertEqual(self._states(), {"invoiced"})
        self._pay(self.note, 434.89, "2026-11-21")
        self.assertEqual(self._states(), {"settled"})
        self._items(self.note).remove_move_reconcile()
        self.assertEqual(self._states(), {"invoiced"})

    def _reverse(self, note, **values):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=note.ids
        )
        return wizard.create({"journal_id": note.journal_id.id, **values})

    def test_reversed_and_billed_again(self):
        """A credit note of all of it brings the charges back to claimed."""
        action = self._reverse(self.note).reverse_moves()
        credit = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(self._states(), {"invoiced"}, "a draft changes nothing")
        credit.action_post()  # Odoo matches it with what it reverses
        self.assertEqual(self._states(), {"claimed"})
        again = self._bill(self.invoice)
        self.assertEqual(again.amount_total, 534.89)
        self.assertEqual(self._states(), {"invoiced"})
        self.assertEqual(self.own.charge_move_id, again)
        # the old one does not come back to life beside it
        with self.assertRaisesRegex(UserError, "not the sum"), self.env.cr.savepoint():
            self._items(self.note).remove_move_reconcile()

    def test_no_copy_of_a_note_to_edit(self):
        """Its charges would be billed by an invoice that bears penalties itself."""
        with self.assertRaisesRegex(UserError, "bill its charges again"):
            self._reverse(self.note).modify_moves()

    def test_a_credit_note_of_a_note_is_one_of_its_kind(self):
        action = self._reverse(self.note).reverse_moves()
        credit = self.env["account.move"].browse(action["res_id"])
        self.assertTrue(credit.dunning_is_debit_note)
        credit.action_post()
        self.env.flush_all()
        report = self.env["account.invoice.report"]
        self.assertFalse(report.search([("move_id", "in", (credit + self.note).ids)]))

    def test_reset_to_draft_cancelled_and_deleted(self):
        self.note.button_draft()
        self.assertEqual(self._states(), {"claimed"})
        self.note.action_post()
        self.assertEqual(self._states(), {"invoiced"})
        self.note.button_draft()
        self.note.button_cancel()
        self.assertEqual(self._states(), {"claimed"})
        again = self._bill(self.invoice)
        self.note.button_draft()
        with self.assertRaisesRegex(UserError, "not the sum"), self.env.cr.savepoint():
            self.note.action_post()
        again.button_draft()
        again.with_context(force_delete=True).unlink()
        self.assertEqual(self._states(), {"claimed"})
        self.assertFalse(self.own.charge_move_id)

    def test_lines_of_a_note_are_those_of_its_charges(self):
        """Invariant 7: it always adds up."""
        self.note.button_draft()
        self.note.invoice_line_ids[0].price_unit = 1
        with self.assertRaisesRegex(UserError, "not the sum of the charges"):
            self.note.action_post()

    def test_a_note_keeps_its_journal(self):
        """R8.9: as a draft too, it never gets a number of the invoices."""
        self.note.button_draft()
        own, sales = self.note.journal_id, self.invoice.journal_id
        self.assertNotEqual(own, sales)
        with self.assertRaisesRegex(UserError, "stays in the journal"):
            self.note.journal_id = sales
        self.note.journal_id = own
        self.note.action_post()
        draft = self.invoice.copy()
        draft.journal_id = own  # an invoice may go where it likes
        self.assertEqual(draft.journal_id, own)

    def test_an_invoice_does_not_become_a_note(self):
        for attempt in (
            lambda: self.invoice.write({"dunning_is_debit_note": True}),
            lambda: self.note.write({"dunning_is_debit_note": False}),
        ):
            with self.assertRaisesRegex(UserError, "does not become"):
                attempt()
        made = self.env["account.move"].create(
            {"move_type": "out_invoice", "dunning_is_debit_note": True}
        )
        self.assertFalse(made.dunning_is_debit_note)
        with self.assertRaisesRegex(UserError, "cannot be duplicated"):
            self.note.copy()

    def test_nobody_writes_charges(self):
        """Invariant 2 and 7, over RPC: no right to write, not even a manager."""
        charge = self.own[0].with_user(self.env.user).sudo(False)
        for attempt in (
            lambda: charge.write({"amount": 1}),
            lambda: charge.unlink(),
            lambda: charge.copy(),
            lambda: charge.create({"move_name": "x"}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()

    # ------------------------------------------------------- public buyers (R3.12)

    def test_a_public_note_is_not_credited_away(self):
        """R3.12, invariant 5: by no way of making or matching a credit note."""
        late = self._example_2(self.commune)
        note = self._bill(late)
        credit_values = {
            "move_type": "out_refund",
            "partner_id": self.commune.id,
            "invoice_date": "2026-11-22",
            "invoice_line_ids": [
                Command.create({"name": "x", "price_unit": 447.11, "tax_ids": []})
            ],
        }
        loose = self.env["account.move"].create(credit_values)
        loose.action_post()
        for name, attempt in (
            ("wizard", lambda: self._reverse(note).reverse_moves()),
            ("method", lambda: note._reverse_moves(cancel=True)),
            (
                "create",
                lambda: loose.create({**credit_values, "reversed_entry_id": note.id}),
            ),
            ("write", lambda: loose.write({"reversed_entry_id": note.id})),
            (
                "reconcile",
                lambda: (self._items(note) + self._items(loose)).reconcile(),
            ),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "R3.12"),
                self.env.cr.savepoint(),
            ):
                attempt()
        # an error is corrected: draft, cancelled, billed again
        note.button_draft()
        note.button_cancel()
        self.assertEqual(set(self._own(late).mapped("state")), {"claimed"})
        self.assertEqual(self._bill(late).amount_total, 447.11)

    # --------------------------------------------------------------------- waiving

    def _waive(self, charges, reason="Agreed by phone"):
        self.env["dunning.waive.wizard"].create(
            {"charge_ids": [Command.set(charges.ids)], "reason": reason}
        ).action_waive()

    def test_waived_and_taken_back(self):
        """R1.33, R1.34: a reason, an author, a day; the invoice tells it."""
        late = self._example_2()
        charges = self._claim(late)
        for reason in ("", "  "):
            with self.assertRaisesRegex(UserError, "Say why"):
                charges._waive(reason)
        self._waive(charges)
        self.assertEqual(charges.mapped("state"), ["waived"] * 2)
        self.assertEqual(charges.waived_by, self.env.user)
        self.assertIn("Agreed by phone", late.message_ids[0].body)
        self.assertFalse(self._claim(late), "nothing is left to claim")
        with self.assertRaisesRegex(UserError, "nothing to bill"):
            charges._bill()
        charges.action_unwaive()
        self.assertEqual(charges.mapped("state"), ["claimed"] * 2)
        self.assertIn("taken back", late.message_ids[0].body)
        self.assertEqual(charges._bill().amount_total, 534.89)

    def test_what_cannot_be_waived(self):
        public = self._claim(self._example_2(self.commune))
        with self.assertRaisesRegex(UserError, "R3.12"):
            public._waive("Friends")
        # nor after the customer was called something else
        self.commune.debtor_kind = "professional"
        with self.assertRaisesRegex(UserError, "R3.12"):
            public._waive("Friends")
        with self.assertRaisesRegex(UserError, "billed, settled or waived already"):
            self.own._waive("Too late")
        claimed = self._claim(self._example_2())
        self.company.dunning_waiver_allowed = False
        with self.assertRaisesRegex(UserError, "does not allow waivers"):
            claimed._waive("A favour")
