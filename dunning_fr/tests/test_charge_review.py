from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_charge import ChargeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeReview(ChargeCommon):
    """What is claimed twice, billed to somebody else, or forged by a client."""

    def _user(self, login, groups):
        return new_test_user(
            self.env,
            login=login,
            groups=groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _sum(self, moves):
        return round(sum(self._own(moves).mapped("amount")), 2)

    def _late(self):
        return self._invoice(12000, "2026-05-31")

    def _set_state(self, notice, state):
        notice.sudo()._proof_unlocked().write({"state": state})

    def _redate(self, move, due="2026-06-30"):
        move.button_draft()
        move.invoice_date_due = due
        move.action_post()

    def _loose_credit(self, amount):
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.pro.id,
                "invoice_date": "2026-11-20",
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        credit.action_post()
        return credit

    # ----------------------------------------------------- claimed once (invariant 2)

    def test_a_letter_posted_after_its_charges_were_billed(self):
        """Claimed + billed = the claim; posting a printed letter is not refused."""
        for act in (
            lambda late: self._bill(late, "2026-09-30"),
            lambda late: self._claim(late, "2026-09-30")._waive("A favour"),
        ):
            late = self._late()
            notice = self._send(late, "2026-09-30")
            self._set_state(notice, "failed")
            act(late)
            before = self._own(late)
            self._set_state(notice, "sent")
            self.assertEqual(self._own(late), before)
            self.assertEqual(self._sum(late), 534.89)

    def test_claimed_again_under_a_new_due_date(self):
        """What was claimed of the due date that is no more gives way."""
        late = self._late()
        self._send(late, "2026-09-30")
        self._redate(late)
        self._claim(late, "2026-09-30")
        claim = late.get_late_payment_claim("2026-09-30")
        self.assertEqual(self._sum(late), claim["interest"] + 40)

    def test_an_indemnity_an_instalment_and_a_new_due_date(self):
        self.company.dunning_fee_per = "instalment"
        late = self._late()
        self._bill(late, "2026-09-30")
        self._redate(late)
        self._claim(late, "2026-09-30")
        kinds = self._own(late).mapped("kind")
        self.assertEqual(kinds.count("indemnity"), 1)

    def test_a_notice_of_two_invoices_comes_back(self):
        """One is billed: what an earlier notice claimed of the other stays claimed."""
        billed, other = self._late(), self._late()
        self._send(billed + other, "2026-09-30")
        self._own(billed)._bill()
        second = self._send(billed + other, "2026-10-31", 4)
        self._set_state(second, "failed")
        for late in (billed, other):
            self.assertEqual(self._sum(late), 534.89)

    # ------------------------------------------------- what a note is (invariant 7)

    def test_a_draft_note_is_changed_before_it_is_posted(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        tax = self.company_data["default_tax_sale"]
        other = self._customer("Martin SAS", "professional")

        def taxed(note):
            line = note.invoice_line_ids[0]
            line.write({"tax_ids": tax.ids, "price_unit": line.price_unit / 1.2})

        def in_dollars(note):
            prices = note.invoice_line_ids.mapped("price_unit")
            note.currency_id = dollar
            for line, price in zip(note.invoice_line_ids, prices, strict=True):
                line.price_unit = price

        for name, change in (
            ("debtor", lambda note: note.write({"partner_id": other.id})),
            ("currency", in_dollars),
            ("tax", taxed),
            ("type", lambda note: note.action_switch_move_type()),
        ):
            note = self._bill(self._late(), "2026-09-30", post=False)
            change(note)
            with self.subTest(name), self.assertRaisesRegex(UserError, "bills charges"):
                note.action_post()

    def test_a_set_off_pays_a_note(self):
        """A credit note of goods matched with it is used up: it undoes no charge."""
        late = self._example_2()
        note = self._bill(late)
        credit = self._loose_credit(534.89)
        (self._items(note) + self._items(credit)).reconcile()
        self.assertEqual(self._own(late).mapped("state"), ["settled"] * 2)
        self.assertFalse(self._claim(late))

    def test_a_credit_note_of_a_note_is_one_of_its_kind(self):
        """However it was made: it is no turnover either."""
        note = self._bill(self._example_2())
        made = self._loose_credit(534.89)
        made.reversed_entry_id = note
        copied = self.env["account.move"].create(
            {"move_type": "out_refund", "reversed_entry_id": note.id}
        )
        reverse = note._reverse_moves()
        for credit in (made, copied, reverse):
            self.assertTrue(credit.dunning_is_debit_note)

    def test_a_credit_note_is_no_receipt(self):
        """It may equal the charges by chance; it still reduces the next invoice."""
        self._send(self._late(), "2026-09-30")
        self._loose_credit(534.89)
        self.assertFalse(self._debtor(self.pro).charge_receipt)

    # ------------------------------------------------------------- forged by a client

    def test_nobody_forges_a_note_by_defaults(self):
        user = self._user("forger", "account.group_account_invoice")
        moves = self.env["account.move"].with_user(user)
        made = moves.with_context(default_dunning_is_debit_note=True).create(
            {"move_type": "out_refund", "partner_id": self.pro.id}
        )
        self.assertFalse(made.dunning_is_debit_note)

    def test_nobody_sends_another_file_as_the_sheet(self):
        """What is in the field leaves by e-mail, whatever its rights."""
        secret = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        user = self._user("sender", "account.group_account_invoice")
        late = self._late().with_user(user)
        with self.assertRaisesRegex(UserError, "Billing alone"):
            late.dunning_sheet_id = secret.id
        copied = late.copy({"dunning_sheet_id": secret.id})
        self.assertFalse(copied.dunning_sheet_id)

    def test_items_of_another_company(self):
        """The wizard bills its own company's items, whatever a client put there."""
        other = self.env["res.company"].create({"name": "Autre"})
        wizard = (
            self.env["dunning.bill.wizard"]
            .with_context(allowed_company_ids=[other.id, self.company.id])
            .create({"item_ids": [Command.set(self._items(self._example_2()).ids)]})
        )
        self.assertEqual(wizard.company_id, other)
        self.assertFalse(wizard.line_ids)

    def test_a_collector_waives_no_interest_by_suspending_it(self):
        """R1.33, R1.34: what never runs is waived, a manager decides."""
        late = self._late()
        values = {
            "debtor_id": self._debtor(self.pro).id,
            "kind": "plan",
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
        }
        holds = self.env["dunning.hold"]
        own = holds.with_user(self._user("collects", "dunning_fr.group_dunning_user"))
        plan = own.create(values)
        decided = holds.create({**values, "suspends_interest": True})
        for attempt in (
            lambda: own.create({**values, "suspends_interest": True}),
            lambda: plan.write({"suspends_interest": True}),
            lambda: decided.with_env(own.env).write({"date_to": "2030-12-31"}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        decided.with_env(own.env).action_release()
        [log] = decided.debtor_id.message_ids.filtered(
            lambda message: "Interest suspended" in (message.body or "")
        )
        self.assertIn("no reason given", log.body)
        decided.suspends_interest = False
        self.assertTrue(
            decided.debtor_id.message_ids.filtered(
                lambda message: "runs again" in (message.body or "")
            )
        )
        self.assertEqual(late.get_late_payment_claim("2026-09-30")["interest"], 494.89)

    # ---------------------------------------------------------------- wizard and tasks

    def _wizard(self, moves, **values):
        wizard = self.env["dunning.bill.wizard"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        return wizard.create(values)

    def test_interest_has_to_run_before_it_is_billed(self):
        late = self._late()
        with self.assertRaisesRegex(UserError, "up to today"):
            self._wizard(late, date="2026-12-31").action_bill()
        self.assertFalse(self._wizard(late).left_out)

    def test_on_payment_a_credited_note_is_not_billed_again(self):
        """A person's decision: the daily task does not undo it."""
        self.company.dunning_penalty_posting = "on_payment"
        late = self._late()
        self._send(late, "2026-09-30")
        self._pay(late, 12000, "2026-10-05")
        self.charges._cron_bill_paid()
        note = self._own(late).charge_move_id
        note._reverse_moves(cancel=True)
        self.assertEqual(self._own(late).mapped("state"), ["claimed"] * 2)
        self.charges._cron_bill_paid()
        self.assertEqual(self._own(late).charge_move_id, note)

    def test_on_payment_bills_no_more_than_is_owed_by_then(self):
        """R1.27: half of the invoice was corrected after the notice."""
        self.company.dunning_penalty_posting = "on_payment"
        late = self._late()
        self._send(late, "2026-09-30")
        credit = late._reverse_moves([{"invoice_date": "2026-10-01"}])
        credit.invoice_line_ids.price_unit /= 2
        credit.action_post()
        if not self._items(credit).reconciled:
            (self._items(late) + self._items(credit)).reconcile()
        self._pay(late, 6000, "2026-10-05")
        self.charges._cron_bill_paid()
        note = self._own(late).charge_move_id
        # 494.89 / 2, 40, and five days up to the payment
        claim = late.get_late_payment_claim()
        self.assertEqual(note.amount_total, claim["interest"] + 40)
        self.assertLess(note.amount_total, 300)

    def test_on_payment_a_claim_corrected_away_stops_no_other(self):
        self.company.dunning_penalty_posting = "on_payment"
        gone, late = self._late(), self._late()
        for move in gone + late:
            self._send(move, "2026-09-30")
            self._pay(move, 12000, "2026-10-05")
        gone.dunning_no_claim = True
        self.charges._cron_bill_paid()
        self.assertEqual(set(self._own(late).mapped("state")), {"invoiced"})
        self.assertFalse(self._own(gone).charge_move_id)

    def test_a_sheet_that_cannot_be_made_is_not_tried_for_ever(self):
        late = self._example_2()
        note = self._bill(late)
        note.sudo().dunning_sheet_id.unlink()
        self._own(late).sudo().write({"move_id": False})
        crons, told = self.env["ir.cron"], []
        self.patch(
            type(crons),
            "_commit_progress",
            lambda _self, processed=0, *, remaining=None: told.append(
                (processed, remaining)
            ),
        )
        self.env["account.move"]._cron_attach_sheets()
        self.assertEqual(told, [(0, 0)])
