from datetime import date, timedelta

from lxml import html

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from .common_send import SendCommon

DUE, MADE, DAY = date(2026, 8, 1), date(2026, 9, 10), date(2026, 9, 20)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDispute(SendCommon):
    """A dispute from what the debtor says to the credit note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1000, DUE)
        cls.debtor = cls._debtor_of(cls.pro)
        cls.debtor.user_id = cls.collector
        cls.quality = cls.env.ref("dunning_fr.dunning_dispute_category_quality")

    @classmethod
    def _debtor_of(cls, partner):
        debtors = cls.env["dunning.debtor"]
        return debtors.browse(debtors._ensure(cls.company, [partner.id])[partner.id])

    def _dispute(self, **values):
        return (
            self.env["dunning.hold"]
            .with_user(self.collector)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "kind": "dispute",
                    "date_from": MADE,
                    "move_ids": [(6, 0, self.invoice.ids)],
                    **values,
                }
            )
        )

    def _settle(self, day=DAY):
        self.env["dunning.hold"]._settle_holds(self.company, day)

    def _credit(self, amount, day=DAY, invoice=None):
        """Post a credit note of ``amount`` and match it."""
        invoice = invoice or self.invoice
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    (0, 0, {"name": "Avoir", "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        note.action_post()
        lines = (invoice | note).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        return note

    def _told(self, day=DAY):
        (row,) = self.debtor.explain(day)
        return row

    # ------------------------------------------------------------ Odoo's own block

    def test_a_whole_invoice_is_blocked_and_still_says_disputed(self):
        dispute = self._dispute()
        self.assertEqual(self.invoice.payment_state, "blocked")
        self.assertEqual(self._told()["code"], "hold_dispute")
        dispute.action_release()
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertFalse(self.invoice.dunning_dispute_block)
        self.assertEqual(self._told()["code"], "ready")

    def test_a_part_is_not_blocked_and_the_rest_is_reminded(self):
        dispute = self._dispute(amount=300)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        reason = self._told()["reason"].replace("\xa0", " ")
        self.assertIn("Disputed or promised: 300.00 €; asked for: 700.00 €.", reason)
        notice = self._run(DAY).notice_ids
        self.assertEqual(notice.amount_principal, 700)
        dispute.amount = 1000
        self.assertEqual(self.invoice.payment_state, "blocked", "all of it by now")
        dispute.amount = 999.99
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_a_person_s_block_is_never_undone(self):
        self.invoice.action_toggle_block_payment()
        dispute = self._dispute()
        self.assertFalse(self.invoice.dunning_dispute_block)
        self.assertEqual(self._told()["code"], "blocked")
        dispute.action_release()
        self._settle()
        self.assertEqual(self.invoice.payment_state, "blocked")

    def test_a_person_who_frees_and_blocks_again_has_decided(self):
        dispute = self._dispute()
        self.invoice.action_toggle_block_payment()
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self._settle()
        self.assertEqual(self.invoice.payment_state, "not_paid", "not blocked again")
        self.invoice.action_toggle_block_payment()
        dispute.action_release()
        self.assertEqual(self.invoice.payment_state, "blocked")

    def test_two_disputes_of_one_invoice(self):
        first, second = self._dispute(), self._dispute()
        first.action_release()
        self.assertEqual(self.invoice.payment_state, "blocked")
        second.action_release()
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_free_after_the_last_day(self):
        self._dispute(date_to=DAY)
        today = self.company._dunning_today()
        self.assertGreater(today, DAY)
        self.assertEqual(self.invoice.payment_state, "not_paid", "over already")
        self._dispute(date_to=today)
        self.assertEqual(self.invoice.payment_state, "blocked")
        self._settle(today)
        self.assertEqual(self.invoice.payment_state, "blocked", "the day included")
        self._settle(today + timedelta(days=1))
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_one_that_begins_later_blocks_on_its_day_and_once(self):
        today = self.company._dunning_today()
        first, missed = today + timedelta(days=3), today + timedelta(days=4)
        dispute = self._dispute(date_from=first)
        part = self._dispute(date_from=first, amount=300)
        for day in (today, first - timedelta(days=1)):
            self._settle(day)
            self.assertEqual(self.invoice.payment_state, "not_paid", day)
        with self.assertRaises(UserError):
            dispute.is_to_block = False
        self._settle(missed)
        self.assertEqual(self.invoice.payment_state, "blocked", "a missed day too")
        self.assertFalse((dispute | part).filtered("is_to_block"))
        self.invoice.action_toggle_block_payment()
        self._settle(missed + timedelta(days=1))
        self.assertEqual(self.invoice.payment_state, "not_paid", "a person decided")

    def test_one_that_ends_before_it_begins_blocks_nothing(self):
        later = self.company._dunning_today() + timedelta(days=3)
        dispute = self._dispute(date_from=later)
        dispute.action_release()
        self._settle(later)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        dispute.write({"state": "active", "date_from": MADE})
        self.assertEqual(self.invoice.payment_state, "blocked", "it has begun")
        self.assertFalse(dispute.is_to_block)

    def test_the_whole_debtor_blocks_nothing(self):
        self._dispute(move_ids=False)
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_the_lists_agree_with_the_rules(self):
        today = self.company._dunning_today()
        self._dispute(date_from=today, date_to=today + timedelta(days=9))
        told = self._told(today)
        self.invoice.invalidate_recordset()
        self.assertEqual(told["next_date"], today + timedelta(days=9))
        free = self.invoice.dunning_next_date
        self.assertEqual(free, today + timedelta(days=10), "not lost as blocked")

    # -------------------------------------------------------------- the ledger ends it

    def test_a_payment_ends_it_and_frees_the_invoice(self):
        dispute = self._dispute()
        self._pay(self.invoice, 1000, DAY)
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self._settle()
        self.assertRecordValues(
            dispute,
            [{"state": "released", "resolution": "paid", "settled_on": DAY}],
        )
        self.assertIn("Ended by the ledger", str(dispute.message_ids[0].body))

    def test_a_credit_note_of_the_disputed_part(self):
        for amount, state in ((299.99, "active"), (0.01, "released")):
            dispute = self.env["dunning.hold"].search(
                [("debtor_id", "=", self.debtor.id)]
            ) or self._dispute(amount=300)
            self._credit(amount)
            self._settle()
            self.assertEqual(dispute.state, state)
        self.assertEqual(dispute.resolution, "credit_note")

    def test_paying_the_undisputed_part_ends_nothing(self):
        dispute = self._dispute(amount=300)
        self._pay(self.invoice, 700, DAY)
        self._settle()
        self.assertEqual(dispute.state, "active")
        self.assertEqual(dispute.amount_at_stake, 300)

    def test_an_older_credit_note_ends_nothing(self):
        self._credit(300, MADE - timedelta(days=1))
        dispute = self._dispute(amount=300)
        self._settle()
        self.assertEqual(dispute.state, "active")

    def test_settling_twice_changes_nothing(self):
        dispute = self._dispute()
        self._credit(1000)
        for _again in range(3):
            self._settle()
        ended = dispute.message_ids.filtered(lambda m: "Ended by" in str(m.body))
        self.assertEqual(len(ended), 1)

    def _undo(self, invoice=None):
        (invoice or self.invoice).line_ids.remove_move_reconcile()

    def test_open_again_once_the_credit_note_is_undone(self):
        dispute = self._dispute(amount=300)
        note = self._credit(300)
        self._settle()
        self.assertEqual(dispute.state, "released")
        self._undo()
        for again in range(3):
            self._settle(DAY + timedelta(days=again))
        self.assertRecordValues(
            dispute,
            [
                {
                    "state": "active",
                    "settled_on": False,
                    "resolution": "credit_note",
                    "is_settled_by_ledger": False,
                }
            ],
        )
        told = dispute.message_ids.filtered(lambda m: "Open again" in str(m.body))
        self.assertEqual(len(told), 1)
        self.assertEqual(self._run(DAY).notice_ids.amount_principal, 700 - 300)
        lines = (self.invoice | note).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self._settle()
        self.assertEqual(dispute.state, "released", "matched again")

    def test_open_again_and_blocked_once_a_payment_is_undone(self):
        dispute = self._dispute()
        self._pay(self.invoice, 1000, DAY)
        self._settle()
        self.assertEqual(dispute.resolution, "paid")
        self._undo()
        self._settle()
        self.assertEqual((dispute.state, dispute.resolution), ("active", False))
        self.assertEqual(self.invoice.payment_state, "blocked")
        self.assertIn("hold_dispute", {row["code"] for row in self.debtor.explain(DAY)})

    def _reverse(self, method="reverse_moves", amount=None, **values):
        """Credit the invoice by Odoo's own dialog; return the credit note."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"journal_id": self.invoice.journal_id.id, "date": DAY, **values})
        )
        action = getattr(wizard, method)()
        note = wizard.new_move_ids.filtered(lambda m: m.move_type == "out_refund")
        note = note or self.env["account.move"].browse(action["res_id"])
        if amount:
            note.invoice_line_ids.price_unit = amount
        if note.state == "draft":
            note.action_post()
        return note

    def test_odoo_s_credit_note_of_the_whole_ends_it(self):
        dispute = self._dispute()
        note = self._reverse()
        self.assertTrue(
            note.line_ids.filtered("reconciled"), "Odoo matches it by itself"
        )
        self.assertNotEqual(self.invoice.payment_state, "blocked")
        self._settle()
        self.assertEqual(
            (dispute.state, dispute.resolution), ("released", "credit_note")
        )
        self.assertEqual(self.invoice.payment_state, "reversed")
        self.assertFalse(self.invoice.dunning_dispute_block)

    def test_odoo_s_credit_note_and_new_invoice_end_it(self):
        dispute = self._dispute()
        self._reverse("modify_moves")
        self._settle()
        self.assertEqual(
            (dispute.state, dispute.resolution), ("released", "credit_note")
        )
        self.assertEqual(self.invoice.payment_state, "reversed")

    def test_odoo_s_credit_note_of_a_part(self):
        """Of a dispute about 300: 200 leave it open, the other 100 end it."""
        dispute = self._dispute(amount=300)
        self._reverse(amount=200)
        self._settle()
        self.assertEqual((dispute.state, dispute.resolution), ("active", False))
        self.assertEqual(self.invoice.payment_state, "partial")
        self.assertEqual(dispute.amount_at_stake, 100)
        run = self._run(DAY)
        self.assertEqual(run.notice_ids.amount_principal, 700)
        run.action_cancel()
        self._reverse(amount=100)
        self._settle()
        self.assertEqual(
            (dispute.state, dispute.resolution), ("released", "credit_note")
        )
        self.assertEqual(self._run(DAY).notice_ids.amount_principal, 700)

    def test_a_part_credited_of_what_is_disputed_as_a_whole(self):
        """It stays disputed and blocked: what was conceded is not the whole."""
        dispute = self._dispute()
        self._reverse(amount=200)
        self._settle()
        self.assertEqual(dispute.state, "active")
        self.assertEqual(self.invoice.payment_state, "blocked")
        self.assertEqual(dispute.amount_at_stake, 800)
        self._pay(self.invoice, 800, DAY)
        self._settle()
        self.assertEqual(dispute.state, "released")
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))

    def test_a_part_paid_of_what_is_disputed_as_a_whole(self):
        dispute = self._dispute()
        self._pay(self.invoice, 400, DAY)
        self._settle()
        self.assertEqual(dispute.state, "active")
        self.assertEqual(self.invoice.payment_state, "blocked")
        dispute.action_resolve("rejected")
        self.assertEqual(self.invoice.payment_state, "partial")

    def test_what_is_undone_and_paid_again(self):
        dispute = self._dispute()
        self._reverse()
        self._settle()
        self._undo()
        self.assertNotEqual(self.invoice.payment_state, "reversed")
        self._settle()
        self.assertEqual(
            (dispute.state, dispute.resolution),
            ("active", "credit_note"),
            "what was conceded stands: its credit note is waited for again",
        )
        self.assertEqual(self.invoice.payment_state, "blocked")
        self._pay(self.invoice, 1000, DAY)
        self._settle()
        self.assertEqual((dispute.state, dispute.resolution), ("released", "paid"))
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))

    def test_what_a_person_ended_stays_ended(self):
        ended = self._dispute(amount=300)
        ended.action_resolve("rejected")
        taken = self._dispute(amount=300)
        self._credit(300)
        self._settle()
        taken.write({"state": "active"})
        taken.action_release()
        self._undo()
        self._settle()
        self.assertEqual(set((ended | taken).mapped("state")), {"released"})

    def test_not_opened_again_after_a_year_nor_on_a_draft_invoice(self):
        dispute = self._dispute(amount=300)
        self._credit(300)
        self._settle()
        self._undo()
        self._settle(DAY + timedelta(days=366))
        self.assertEqual(dispute.state, "released")
        self.invoice.button_draft()
        self._settle()
        self.assertEqual(dispute.state, "released", "nothing is asked for")
        self.invoice.action_post()
        self._settle(DAY + timedelta(days=365))
        self.assertEqual(dispute.state, "active")

    # ------------------------------------------------------------------- decisions

    def _close(self, disputes, resolution, **values):
        action = disputes.action_resolve()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"resolution": resolution, **values})
        )
        wizard.action_close()

    def test_rejected_reminders_go_on(self):
        dispute = self._dispute()
        self._close(dispute, "rejected", note="Delivery note signed on 3 August")
        self.assertEqual((dispute.state, dispute.resolution), ("released", "rejected"))
        self.assertIn("signed", str(dispute.message_ids[0].body))
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertTrue(self._run(DAY).notice_ids)

    def test_granted_nothing_is_asked_until_the_credit_note(self):
        dispute = self._dispute()
        self._close(dispute, "settlement", amount=200)
        self.assertEqual(dispute.state, "active")
        self.assertEqual(self.invoice.payment_state, "not_paid", "800 are due")
        notice = self._run(DAY).notice_ids
        self.assertEqual(notice.amount_principal, 800)
        self._credit(200)
        self._settle()
        self.assertEqual(
            (dispute.state, dispute.resolution), ("released", "settlement")
        )

    def test_many_at_once_and_bad_input(self):
        other = self._invoice(500, DUE)
        both = self._dispute() | self._dispute(move_ids=[(6, 0, other.ids)])
        with self.assertRaisesRegex(UserError, "ends by a decision"):
            both.action_resolve("paid")
        with self.assertRaisesRegex(UserError, "ends by a decision"):
            both.action_resolve("nonsense")
        both.action_resolve("rejected", "As agreed")
        self.assertEqual(set(both.mapped("state")), {"released"})
        with self.assertRaisesRegex(UserError, "no dispute in force"):
            both.action_resolve("rejected")

    def test_only_disputes_have_categories_and_offers(self):
        promise = self._dispute(kind="promise")
        with self.assertRaises(ValidationError):
            promise.category_id = self.quality
        with self.assertRaisesRegex(UserError, "no dispute"):
            promise.entry_ids = [(0, 0, {"text": "50 off"})]
        with self.assertRaises(UserError):
            self._dispute().resolution = "rejected"

    # ----------------------------------------------------------------- late answers

    def test_a_task_the_day_after_the_answer_was_due(self):
        owner = new_test_user(
            self.env,
            login="sales",
            groups="dunning_fr.group_dunning_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        dispute = self._dispute(answer_by=DAY, dispute_owner_id=owner.id)
        self._settle(DAY)
        self.assertFalse(dispute.answer_activity_id)
        for _again in range(2):
            self._settle(DAY + timedelta(days=1))
        self.assertEqual(dispute.answer_activity_id.user_id, owner)
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "dunning.hold"), ("res_id", "=", dispute.id)]
        )
        self.assertEqual(len(activities), 1)
        late = self.env["dunning.hold"].search([("is_answer_late", "=", True)])
        self.assertIn(dispute, late)
        self.assertTrue(dispute.is_answer_late)
        activities.action_done()
        self._settle(DAY + timedelta(days=2))
        self.assertFalse(dispute.answer_activity_id.active, "told once")
        dispute.answer_by = DAY + timedelta(days=1)
        self._settle(DAY + timedelta(days=3))
        self.assertTrue(dispute.answer_activity_id.active, "another day")
        dispute.action_release()
        self.assertFalse(dispute.answer_activity_id)

    # -------------------------------------------------------------- acknowledgement

    def _mail_of(self, hold):
        return self.env["mail.mail"].search(
            [("model", "=", "dunning.hold"), ("res_id", "=", hold.id)]
        )

    def test_r1_31_the_acknowledgement(self):
        dispute = self._dispute(
            amount=300,
            answer_by=DAY,
            debtor_says="three boxes <b>missing</b>",
            requested_documents="the delivery note",
        )
        dispute.action_confirm_by_mail()
        body = str(self._mail_of(dispute).body_html)
        for words in (
            "300.00",
            "700.00",
            self.invoice.name,
            "the delivery note",
            "20\xa0September 2026",
            "&lt;b&gt;missing",
        ):
            self.assertIn(words, body)
        for words in ("penalt", "interest", "mediator", "ancillary"):
            self.assertNotIn(words, body)
        self.assertEqual(dispute.confirmed_on, self.company._dunning_today())

    def test_a_consumer_is_told_of_the_mediator(self):
        partner = self._customer("Jeanne Petit", "consumer")
        invoice = self._invoice(200, DUE, partner)
        dispute = self._dispute(
            debtor_id=self._debtor_of(partner).id, move_ids=[(6, 0, invoice.ids)]
        )
        dispute.action_confirm_by_mail()
        body = str(self._mail_of(dispute).body_html)
        self.assertIn("Médiation Conso", body)
        self.assertNotIn("undisputed", body, "all of it is disputed")

    def test_the_list_for_the_sales_meeting(self):
        disputes = self._dispute(category_id=self.quality.id, debtor_says="Too late")
        page, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "dunning_fr.report_dunning_dispute", disputes.ids
        )
        for words in ("Durand SARL", self.invoice.name, "Too late", "Quality", "1,000"):
            self.assertIn(words, page.decode())
        body = html.fromstring(page.decode())
        today = format_date(self.env, self.company._dunning_today())
        self.assertIn(today, body.text_content())
        [total] = body.iter("tfoot")
        self.assertEqual(total.text_content().split()[0], "Total")
        self.assertIn("1,000.00", total.text_content())

    # ----------------------------------------------------------------------- rights

    def test_who_may_not(self):
        dispute = self._dispute()
        dispute.entry_ids = [(0, 0, {"text": "Offers 100", "kind": "offer"})]
        reader = new_test_user(
            self.env,
            login="dispute_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        stranger = new_test_user(
            self.env,
            login="dispute_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=self.env["res.company"].create({"name": "Autre"}).id,
        )
        for user in (reader, stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dispute.with_user(user).action_resolve("rejected")
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dispute.entry_ids.with_user(user).read(["text"])
        other = self._dispute()
        with self.assertRaisesRegex(UserError, "does not change"):
            dispute.entry_ids.with_user(self.collector).hold_id = other

    def test_what_a_manager_keeps(self):
        dispute = self._dispute()
        dispute.sudo().kept_by_manager = True
        dispute = dispute.with_user(self.collector)
        with self.assertRaisesRegex(AccessError, "manager keeps"):
            dispute.entry_ids = [(0, 0, {"text": "x"})]
        with self.assertRaisesRegex(AccessError, "manager keeps"):
            self.env["dunning.dispute.entry"].with_user(self.collector).create(
                {"hold_id": dispute.id, "text": "x"}
            )
        with self.assertRaisesRegex(AccessError, "manager keeps"):
            dispute.action_resolve("rejected")

    # ---------------------------------------------------------------------- queries

    def _queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._settle()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_reading_costs_the_same_for_one_and_for_fifty(self):
        self._dispute()
        self._settle()  # caches
        few = self._queries()
        for number in range(49):
            partner = self._customer(f"Masse{number}", "professional")
            invoice = self._invoice(100, DUE, partner)
            self._dispute(
                debtor_id=self._debtor_of(partner).id, move_ids=[(6, 0, invoice.ids)]
            )
        self.assertEqual(self._queries(), few)
