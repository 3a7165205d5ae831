from odoo import fields
from odoo.tests import tagged

from .common_send import SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFallback(SendCommon):
    """An address that reaches nobody: the policy's next channel, or a task."""

    def _order(self, partner, *codes):
        policy = partner.with_company(self.company).dunning_policy_id
        policy.fallback_ids.unlink()
        policy.fallback_ids = [
            (0, 0, {"sequence": rank, "channel_id": self.channels[code].id})
            for rank, code in enumerate(codes)
        ]

    def _sent(self, name="Alpha", *codes, **values):
        notice = self._queue(self._debtor(name, *codes, **values))
        self._process()
        self.assertEqual(notice.state, "sent")
        return notice

    def _bounce(self, notice, reason="User unknown"):
        dispatch = notice.dispatch_ids.filtered(lambda d: d.channel_code == "email")
        dispatch.sudo()._register_bounce(reason)

    def _tasks(self, notice):
        return notice.debtor_id.activity_ids.mapped("summary")

    # ---------------------------------------------------------- before it leaves

    def test_a_new_policy_falls_back_on_a_letter(self):
        policy = self.env["dunning.policy"].create({"name": "New"})
        self.assertEqual(policy.fallback_ids.channel_id, self.channels["letter"])
        self.assertEqual(
            self.policies["consumer"].fallback_ids.channel_id, self.channels["letter"]
        )
        copied = policy.copy().fallback_ids
        self.assertEqual(len(copied), 1)

    def test_without_e_mail_the_first_of_the_order_that_can_reach(self):
        partner = self._debtor("Alpha", email=False)
        self._order(partner, "email", "registered_letter", "letter")
        notice = self._queue(partner)
        self.assertEqual(self._states(notice), {"registered_letter": "queued"})
        self.assertFalse(self._tasks(notice))

    def test_a_blacklisted_address_is_not_written_to(self):
        self.env["mail.blacklist"].create({"email": "alpha@client.example"})
        notice = self._queue(self._debtor("Alpha"))
        self.assertEqual(self._states(notice), {"letter": "queued"})
        self.assertFalse(notice.recipient_email)

    def test_one_of_two_addresses_is_enough(self):
        self.env["mail.blacklist"].create({"email": "alpha@client.example"})
        notice = self._queue(
            self._debtor("Alpha", email="alpha@client.example, b@client.example")
        )
        self.assertEqual(notice.dispatch_ids.recipient, "b@client.example")

    def test_nothing_can_reach_the_collector_is_asked(self):
        self.env["mail.blacklist"].create({"email": "alpha@client.example"})
        partner = self._debtor("Alpha", street=False)
        notice = self._draft(partner)
        notice.debtor_id.user_id = self.collector
        notice.action_send()
        notice.action_send()
        self.assertEqual(notice.state, "draft")
        self.assertIn("blacklisted", notice.failure_reason)
        task = notice.debtor_id.activity_ids
        self.assertEqual(task.summary, "Find an address", "asked once")
        self.assertEqual(task.user_id, self.collector)
        self.assertIn("blacklisted", str(task.note))

    def test_without_an_order_nothing_takes_its_place(self):
        partner = self._debtor("Alpha", email=False)
        self._order(partner)
        notice = self._draft(partner)
        notice.action_send()
        self.assertEqual(notice.state, "draft")
        self.assertEqual(self._tasks(notice), ["Find an address"])

    # ------------------------------------------------------------ after it left

    def test_a_bounce_sends_the_same_notice_by_letter_once(self):
        notice = self._sent()
        frozen = (notice.body, notice.amount_total, notice.recipient_address)
        self._bounce(notice)
        self.assertEqual(self._states(notice), {"email": "failed", "letter": "queued"})
        self.assertEqual(notice.state, "queued")
        self._bounce(notice)
        self.assertEqual(len(notice.dispatch_ids), 2, "once")
        email, letter = notice.dispatch_ids
        self.assertEqual(letter.fallback_of_id, email)
        self.assertTrue(email.unreachable)
        self.assertEqual(
            frozen, (notice.body, notice.amount_total, notice.recipient_address)
        )
        self.assertTrue(notice._is_untampered())
        [task] = notice.debtor_id.activity_ids
        self.assertIn("alpha@client.example", task.summary)
        self.assertIn("User unknown", str(task.note))
        self.assertIn("Letter takes its place", str(task.note))

    def test_the_level_counts_once_the_letter_is_posted(self):
        notice = self._sent()
        line = notice.line_ids.move_line_id
        self._bounce(notice)
        self.assertFalse(line.move_id.dunning_level)
        self._letter(notice)
        self.assertEqual(notice.state, "queued")
        notice.posted_date = "2026-03-17"
        self.assertEqual(notice.state, "sent")
        line.move_id.invalidate_recordset()
        self.assertEqual(line.move_id.dunning_level, 1)

    def _letter(self, notice):  # pylint: disable=method-required-super  # another way
        """Store the letter of the letter dispatch alone."""
        trusted = notice.sudo()._proof_unlocked()
        trusted.attachment_id = trusted.env["ir.attachment"].create(
            trusted._prepare_letter_values(b"%PDF-1.4 letter")
        )
        trusted.content_hash = trusted._content_digest()
        trusted._queued()._move("ready")

    def test_paid_before_the_letter_is_made_it_stays(self):
        notice = self._sent()
        self._bounce(notice)
        self._pay(notice.line_ids.move_line_id.move_id, 1000, "2026-03-16")
        self._process()
        self.assertEqual(self._states(notice)["letter"], "cancelled")
        self.assertNotEqual(notice.state, "sent")

    def test_a_letter_on_its_way_needs_no_other(self):
        notice = self._queue(self._debtor("Alpha", "email", "registered_letter"))
        self._all_ready(notice)
        self._process()
        self._bounce(notice)
        self.assertEqual(
            self._states(notice), {"email": "failed", "registered_letter": "ready"}
        )
        self.assertIn("another way", str(notice.debtor_id.activity_ids.note))

    def _all_ready(self, notice):
        SendCommon._letter(self, notice)
        trusted = notice.sudo()._proof_unlocked().dispatch_ids
        trusted.filtered(lambda d: d.provider == "email")._make_ready_through_email()

    def test_a_bounce_with_nothing_left_is_a_task(self):
        notice = self._sent(street=False)
        self._bounce(notice)
        self.assertEqual(notice.state, "failed")
        self.assertIn("Nothing else", str(notice.debtor_id.activity_ids.note))

    def test_a_letter_needs_its_signatory(self):
        notice = self._sent()
        self.company.dunning_signatory_name = False
        self._bounce(notice)
        self.assertEqual(notice.state, "failed")

    def test_a_reminder_before_the_due_date_is_not_posted(self):
        notice = self._sent()
        trusted = notice.sudo()._proof_unlocked()
        trusted.is_pre_reminder = True
        self.assertFalse(notice._next_channel())

    def test_a_server_in_trouble_is_no_wrong_address(self):
        notice = self._queue(self._debtor("Alpha"))
        dispatch = notice.sudo().dispatch_ids
        dispatch._move("failed", failure_reason="the mail server cannot be reached")
        self.assertEqual(self._states(notice), {"email": "failed"})
        self.assertFalse(self._tasks(notice))

    def test_a_retry_forgets_that_it_was_lost(self):
        notice = self._sent(street=False)
        self._bounce(notice)
        notice.action_retry()
        self.assertFalse(notice.dispatch_ids.unreachable)
        self.assertEqual(notice.state, "queued")

    def test_an_address_that_came_back_is_left_out_for_half_a_year(self):
        notice = self._sent()
        self._bounce(notice)
        debtor = notice.debtor_id
        recipient = debtor._recipient_values()[debtor.id]
        self.assertFalse(recipient["email"])
        self.assertIn("came back", recipient["lost_email"])
        trusted = notice.dispatch_ids.sudo()._proof_unlocked()
        trusted[0].bounced_on = fields.Datetime.subtract(
            trusted[0].bounced_on, days=200
        )
        recipient = debtor._recipient_values()[debtor.id]
        self.assertEqual(recipient["email"], "alpha@client.example")
        debtor.partner_id.sudo().email = "other@client.example"
        recipient = debtor._recipient_values()[debtor.id]
        self.assertEqual(recipient["email"], "other@client.example")
