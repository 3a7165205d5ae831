from datetime import timedelta

from odoo import fields

from ..models.dunning_opening_level import Opening
from .common_send import DAY, DUE, SendCommon


class TestSendLater(SendCommon):
    """Days pass between drafting and leaving: the day of leaving decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._dunning_today()
        cls.late = cls.today - timedelta(days=60)

    def _hold(self, partner, **values):
        debtor = partner.with_company(self.company)._dunning_debtor()
        return self.env["dunning.hold"].create({"debtor_id": debtor.id, **values})

    def _old_draft(self, partner, days=3):
        """Return the draft of a run ``days`` ago that nobody has sent yet."""
        run = self._run(self.today - timedelta(days=days))
        return run.notice_ids.filtered(lambda n: n.partner_id == partner)

    # ------------------------------------------------------------------- holds

    def test_a_hold_made_after_the_draft_stops_it(self):
        partner = self._debtor("Alpha")
        notice = self._old_draft(partner)
        self._hold(partner, kind="dispute")  # from today on
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("Dispute", notice.failure_reason)

    def test_a_hold_made_after_queueing_stops_it(self):
        partner = self._debtor("Alpha")
        notice = self._old_draft(partner)
        notice.action_send()
        self.assertEqual(notice.state, "queued")
        self._hold(partner, kind="insolvency")
        self._process()
        self.assertEqual(notice.state, "draft")

    def test_a_back_dated_run_respects_the_holds_of_today(self):
        partner = self._debtor("Alpha")
        self._hold(partner, kind="promise", date_to=self.today + timedelta(days=5))
        run = self._run(self.today - timedelta(days=3))
        self.assertFalse(run.notice_ids)

    def test_a_hold_of_then_or_of_another_day_is_none_of_the_future(self):
        partner = self._debtor("Alpha")
        self._hold(partner, kind="promise", date_to=self.today + timedelta(days=5))
        debtor = partner.with_company(self.company)._dunning_debtor()
        [told] = debtor.explain(self.today + timedelta(days=6))
        self.assertEqual(told["code"], "ready")
        [told] = debtor.explain(self.today + timedelta(days=5))
        self.assertEqual(told["code"], "hold_promise")

    # ---------------------------------------------------------------- deadline

    def test_the_deadline_counts_from_the_day_it_leaves(self):
        partner = self._debtor("Alpha", "letter")
        notice = self._old_draft(partner, days=20)
        given = notice.level_id.deadline_days
        self.assertLess(notice.deadline_date, self.today)
        notice.action_send()
        self.assertEqual(notice.state, "queued", notice.failure_reason)
        self.assertGreaterEqual(
            notice.deadline_date, self.today + timedelta(days=given)
        )

    def test_a_retry_after_the_deadline_is_a_draft_again(self):
        """What was frozen cannot be edited: it must not leave out of date."""
        partner = self._debtor("Alpha")
        notice = self._queue(partner)
        notice.sudo().dispatch_ids._move("failed", failure_reason="no")
        trusted = notice.sudo()._proof_unlocked()
        trusted.deadline_date = self.today - timedelta(days=1)
        trusted.content_hash = trusted._content_digest()
        notice.action_retry()
        self._process()
        self.assertEqual(notice.state, "draft")
        notice.action_send()
        self._process()
        self.assertEqual(notice.state, "sent", notice.failure_reason)
        self.assertGreater(notice.deadline_date, self.today)

    # ---------------------------------------------------------------- interval

    def test_the_interval_counts_from_the_day_it_left(self):
        self._invoice(1000, self.late)
        first = self._run(self.today - timedelta(days=10)).notice_ids
        first.action_send()
        self._process()
        self.assertEqual((first.state, first.level_id.sequence), ("sent", 1))
        run = self._run(self.today)
        self.assertFalse(run.notice_ids)
        self.assertEqual([g["code"] for g in run.left_out], ["wait_interval"])
        [told] = first.debtor_id.explain()
        self.assertEqual(told["next_date"], self.today + timedelta(days=7))
        invoice = first.line_ids.move_line_id.move_id
        self.assertEqual(invoice.dunning_next_date, told["next_date"])

    def test_the_interval_counts_from_the_day_a_letter_was_posted(self):
        partner = self._debtor("Alpha", "letter")
        partner.dunning_policy_id.level_ids = [
            (0, 0, {"name": "2", "sequence": 2, "delay_days": 9,
                    "template_id": partner.dunning_policy_id.level_ids.template_id.id})
        ]  # fmt: skip
        notice = self._queue(partner)
        self._letter(notice)
        notice.posted_date = "2026-03-25"
        debtor = notice.debtor_id
        [told] = debtor.explain("2026-03-31")
        self.assertEqual(
            (told["code"], told["next_date"]),
            ("wait_interval", fields.Date.to_date("2026-04-01")),
        )
        notice.posted_date = "2026-03-20"  # entered wrongly before
        [told] = debtor.explain("2026-03-31")
        self.assertEqual(told["code"], "ready")

    # -------------------------------------------------------------- twice at once

    def test_two_failed_notices_of_one_item_are_not_both_retried(self):
        partner = self._debtor("Alpha")
        first = self._queue(partner)
        first.sudo().dispatch_ids._move("failed", failure_reason="no")
        second = self._queue(partner)
        second.sudo().dispatch_ids._move("failed", failure_reason="no")
        (first + second).action_retry()
        self._process()
        self.assertNotEqual((first + second).mapped("state"), ["sent", "sent"])
        left = (first + second).filtered(lambda n: n.state in ("draft", "sent"))
        self.assertEqual(len(left), 1)

    # ---------------------------------------------------------------- lost ones

    def test_a_reminder_before_the_due_date_takes_the_place_of_a_paid_level(self):
        late = self._invoice(1000, self.late)
        self._invoice(5000, self.today + timedelta(days=2))
        other = self._debtor("Alpha")
        run = self._run(self.today)
        notice = run.notice_ids.filtered(lambda n: n.partner_id == self.pro)
        self.assertEqual(notice.level_id.sequence, 1)
        self._pay(late, 1000, self.today)
        run.action_send()
        self.assertTrue(notice.is_pre_reminder)
        self.assertFalse(notice.level_id)
        self.assertEqual(notice.state, "queued", notice.failure_reason)
        served = run.notice_ids.filtered(lambda n: n.partner_id == other)
        self.assertEqual(served.state, "queued")

    def test_a_level_takes_the_place_of_a_reminder_before_the_due_date(self):
        self._invoice(5000, self.today + timedelta(days=2))
        notice = self._run(self.today).notice_ids
        self.assertTrue(notice.is_pre_reminder)
        self._invoice(1000, self.late)
        notice.action_send()
        self.assertEqual(notice.level_id.sequence, 1)
        self.assertFalse(notice.is_pre_reminder)
        self.assertEqual(notice.state, "queued", notice.failure_reason)

    def test_what_a_forgotten_draft_keeps_back_is_listed(self):
        """A draft that nobody sends must not hide the debtor's later items."""
        partner = self._debtor("Alpha")
        notice = self._draft(partner)
        later = self._invoice(300, "2026-03-10", partner)
        run = self._run("2026-03-30")
        self.assertFalse(run.notice_ids)
        listed = [id_ for group in run.left_out for id_ in group["line_ids"]]
        line = later.line_ids.filtered("date_maturity")
        self.assertIn(line.id, listed)
        self.assertEqual(notice.state, "draft")

    # ------------------------------------------------------------------ letters

    def test_a_paid_letter_is_taken_back_though_its_email_left(self):
        notice = self._queue(self._debtor("Alpha", "email", "letter"))
        self._letter(notice)
        email = notice.sudo()._proof_unlocked().dispatch_ids.filtered(
            lambda d: d.channel_code == "email"
        )  # fmt: skip
        email._make_ready_through_email()
        self._process()
        self.assertEqual(self._states(notice), {"email": "sent", "letter": "ready"})
        self._pay(notice.line_ids.move_line_id.move_id, 1000, DAY)
        wizard_id = notice.action_print_letters()["res_id"]
        wizards = self.env["dunning.letter.print"].with_user(self.collector)
        wizard = wizards.browse(wizard_id)
        self.assertEqual(wizard.withdrawn_ids, notice)
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self._states(notice), {"email": "sent", "letter": "cancelled"})

    # ------------------------------------------------------------------- bounces

    def test_a_bounce_is_seen_in_the_lists(self):
        # no postal address: no letter takes its place
        notice = self._queue(self._debtor("Alpha", street=False))
        self._process()
        invoice = notice.line_ids.move_line_id.move_id
        self.assertEqual(invoice.dunning_level, 1)
        notice.sudo().dispatch_ids._register_bounce("no such user")
        self.assertEqual(notice.state, "failed")
        self.assertEqual(invoice.dunning_level, 0)

    def test_a_posting_taken_back_is_seen_in_the_lists(self):
        notice = self._queue(self._debtor("Alpha", "letter"))
        self._letter(notice)
        notice.posted_date = "2026-03-17"
        invoice = notice.line_ids.move_line_id.move_id
        self.assertEqual(invoice.dunning_level, 1)
        notice.with_user(self.env.user).posted_date = False
        self.assertEqual(invoice.dunning_level, 0)


class TestRealLedger(SendCommon):
    """Ledgers as accountants leave them."""

    def _entry(self, partner, amount, date=DUE, **line):
        """Post a miscellaneous entry on the customer's account (credit if < 0)."""
        account = self.pro.property_account_receivable_id
        counterpart = self.company_data["default_account_revenue"]
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "partner_id": partner.id,
                            "balance": amount, "date_maturity": date, **line}),
                    (0, 0, {"account_id": counterpart.id, "balance": -amount}),
                ],
            }
        )  # fmt: skip
        move.action_post()
        return move

    def test_a_receipt_in_another_currency_stops_a_formal_notice(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        partner = self._debtor("Alpha", "registered_letter", formal=True)
        self._entry(partner, -500, currency_id=dollar.id, amount_currency=-550)
        run = self._run(DAY)
        self.assertFalse(run.notice_ids)
        self.assertEqual([g["code"] for g in run.left_out], ["credit_unallocated"])

    def test_two_disputes_leave_what_neither_covers(self):
        partner = self._customer("Beta", "professional")
        self._invoice(1000, "2026-01-05", partner)
        debtor = partner.with_company(self.company)._dunning_debtor()
        before = self._run(DAY)
        interest = before.notice_ids.line_ids.interest
        before.action_cancel()
        for amount in (500, 250):
            self.env["dunning.hold"].create(
                {"debtor_id": debtor.id, "kind": "dispute", "amount": amount,
                 "date_from": "2026-01-01"}
            )  # fmt: skip
        line = self._run(DAY).notice_ids.line_ids
        self.assertEqual(line.residual, 250)
        self.assertAlmostEqual(line.interest, interest / 4, delta=0.011)

    def test_a_credit_of_an_excluded_account_is_nobodys_money(self):
        partner = self._debtor("Alpha")
        held = self.env["account.account"].create(
            {"name": "Holdback", "code": "411799", "account_type": "asset_receivable",
             "reconcile": True, "dunning_excluded": True}
        )  # fmt: skip
        self._entry(partner, -400, account_id=held.id)
        self.assertEqual(self._run(DAY).notice_ids.mapped("amount_total"), [1000])

    def test_money_received_before_the_due_date_needs_no_reminder(self):
        self._invoice(2000, "2026-03-20")
        self._entry(self.pro, -2000)
        run = self._run(DAY)
        self.assertFalse(run.notice_ids)

    def test_money_received_is_deducted_before_the_due_date_too(self):
        self._invoice(2000, "2026-03-20")
        self._entry(self.pro, -500)
        notice = self._run(DAY).notice_ids
        self.assertTrue(notice.is_pre_reminder)
        self.assertEqual(notice.amount_total, 1500)

    def test_an_opening_level_stays_with_its_customer(self):
        invoice = self._invoice(1000, "2026-01-05")
        line = invoice.line_ids.filtered("date_maturity")
        key = f"{invoice.id}:{line.date_maturity}"
        self.env["dunning.opening.level"]._insert_opening(
            self.company,
            [Opening(i, key, 2, "2026-02-01") for i in self._items(line)],
            "by hand",
        )
        other = self._customer("Beta", "professional")
        invoice.button_draft()
        invoice.partner_id = other
        invoice.action_post()
        notice = self._run(DAY).notice_ids
        self.assertEqual((notice.partner_id, notice.level_id.sequence), (other, 1))
        self.assertEqual(invoice.dunning_level, 0)

    def _items(self, line):
        items = self.env["account.move.line"]._dunning_items(self.company)
        return [item for item in items if item.id == line.id]


class TestAutomaticReply(SendCommon):
    """Not everything that comes back to the bounce address is a bounce."""

    def setUp(self):
        super().setUp()
        self.domain = self.env["mail.alias.domain"].create(
            {"name": "atelier.example", "bounce_alias": "bounce"}
        )
        # no postal address: no letter takes its place
        self.notice = self._queue(self._debtor("Alpha", street=False))
        self._process()

    def _receive(self, headers, sender="Alpha <alpha@client.example>"):
        message_id = self.notice.dispatch_ids.message_id
        text = (
            f"From: {sender}\nTo: bounce@atelier.example\n"
            f"Message-Id: <answer@client.example>\nIn-Reply-To: {message_id}\n"
            f"References: {message_id}\nSubject: Re\n{headers}\n"
            "MIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nI am away\n"
            "--b\nContent-Type: message/rfc822\n\n"
            f"Message-Id: {message_id}\nFrom: compta@atelier.example\n"
            "To: alpha@client.example\nSubject: x\n\nbody\n\n--b--\n"
        )
        gateway = self.env["mail.thread"].sudo()
        gateway.message_process("res.partner", text.encode())

    def test_out_of_office_is_no_bounce(self):
        self._receive("Auto-Submitted: auto-replied")
        self.assertEqual(self.notice.state, "sent")

    def test_a_person_writing_to_the_bounce_address_is_no_bounce(self):
        self._receive("X-Nothing: 1")
        self.assertEqual(self.notice.state, "sent")

    def test_an_old_mail_server_without_report_is_believed(self):
        self._receive("Return-Path: <>", "MAILER-DAEMON@mx.client.example")
        self.assertEqual(self.notice.state, "failed")
