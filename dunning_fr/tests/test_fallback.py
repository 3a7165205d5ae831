from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

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

    # ------------------------------------------------------- addresses remembered

    def _lost(self, notice):
        return self.env["dunning.lost.address"].search(
            [("notice_id", "=", notice.id), ("cleared_on", "=", False)]
        )

    def test_a_retry_does_not_write_to_what_came_back(self):
        notice = self._sent(street=False)
        self._bounce(notice)
        with self.assertRaisesRegex(UserError, "alpha@client.example came back"):
            notice.action_retry()
        self.assertEqual(notice.state, "failed")
        lost = self._lost(notice)
        self.assertEqual(lost.email, "alpha@client.example")
        self.assertTrue(lost.since)
        lost.with_user(self.collector).action_clear()
        notice.action_retry()
        dispatch = notice.dispatch_ids
        self.assertFalse(dispatch.unreachable)
        self.assertTrue(dispatch.bounced_on, "it has been out of the house")
        self._process()
        self.assertEqual(notice.state, "sent")

    def test_it_comes_back_once_more(self):
        notice = self._sent(street=False)
        self._bounce(notice)
        self._lost(notice).with_user(self.collector).action_clear()
        notice.action_retry()
        self._process()
        self._bounce(notice, "still nobody")
        self.assertEqual(notice.state, "failed")
        self.assertIn("still nobody", notice.failure_reason)
        self.assertTrue(self._lost(notice))

    def test_paid_before_the_retry_it_is_no_draft_again(self):
        """It was seen outside: what it said stays written."""
        notice = self._sent(street=False)
        self._bounce(notice)
        self._lost(notice).with_user(self.collector).action_clear()
        message = notice.dispatch_ids.mail_message_id
        notice.action_retry()
        self._pay(notice.line_ids.move_line_id.move_id, 1000, "2026-03-16")
        self._process()
        self.assertEqual(
            (notice.state, self._states(notice)["email"]), ("cancelled",) * 2
        )
        self.assertTrue(notice.approved_by)
        self.assertTrue(message.exists())

    def test_an_address_that_came_back_is_left_out_until_it_changes(self):
        notice = self._sent()
        self._bounce(notice)
        debtor = notice.debtor_id
        with freeze_time("2028-03-16"):
            recipient = debtor._recipient_values()[debtor.id]
            self.assertFalse(recipient["email"])
            self.assertIn("came back", recipient["lost_email"])
        debtor.partner_id.sudo().email = "other@client.example"
        recipient = debtor._recipient_values()[debtor.id]
        self.assertEqual(recipient["email"], "other@client.example")

    def test_a_person_clears_an_address(self):
        notice = self._sent()
        self._bounce(notice)
        lost, debtor = self._lost(notice), notice.debtor_id
        reader = new_test_user(self.env, login="nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            lost.with_user(reader).action_clear()
        with self.assertRaises(AccessError):
            lost.with_user(self.collector).cleared_on = "2026-03-17 10:00:00"
        lost.with_user(self.collector).action_clear()
        self.assertEqual(lost.cleared_by, self.collector)
        self.assertIn("written to again", str(debtor.message_ids[0].body))
        recipient = debtor._recipient_values()[debtor.id]
        self.assertEqual(recipient["email"], "alpha@client.example")

    def test_an_address_lost_for_one_company_is_not_for_another(self):
        notice = self._sent()
        self._bounce(notice)
        other = self.env["res.company"].create({"name": "Other"})
        memory = self.env["dunning.lost.address"]
        address = notice.dispatch_ids[0].recipient
        self.assertTrue(memory._live(self.company, [address]))
        self.assertFalse(memory._live(other, [address]))
        stranger = new_test_user(
            self.env,
            login="stranger_lost",
            groups="dunning_fr.group_dunning_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(memory.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self._lost(notice).with_user(stranger).action_clear()

    # ------------------------------------------------------------- two addresses

    def _two(self):
        return self._sent("Two", email="bad@client.example, good@client.example")

    def test_one_of_two_came_back_the_other_is_enough(self):
        notice = self._two()
        notice.sudo().dispatch_ids._register_bounce("gone", ["bad@client.example"])
        self.assertEqual(self._states(notice), {"email": "sent"}, "no letter")
        self.assertEqual(notice.state, "sent")
        [task] = notice.debtor_id.activity_ids
        self.assertEqual(task.summary, "Correct the address: bad@client.example")
        self.assertIn("good@client.example", str(task.note))
        debtor = notice.debtor_id
        recipient = debtor._recipient_values()[debtor.id]
        self.assertEqual(recipient["email"], "good@client.example")

    def test_both_came_back_one_after_the_other(self):
        notice = self._two()
        for address in ("bad@client.example", "good@client.example"):
            notice.sudo().dispatch_ids._register_bounce("gone", [address])
        self.assertEqual(self._states(notice), {"email": "failed", "letter": "queued"})
        self.assertEqual(len(self._lost(notice)), 2)

    def test_one_report_twice_loses_one_address(self):
        notice = self._two()
        for _time in range(2):
            notice.sudo().dispatch_ids._register_bounce("gone", ["bad@client.example"])
        self.assertEqual(notice.state, "sent")
        self.assertEqual(len(self._lost(notice)), 1)

    def test_a_report_that_names_nobody_counts_for_both(self):
        """Which of them is lost nobody knows: neither is put away."""
        notice = self._two()
        notice.sudo().dispatch_ids._register_bounce("gone")
        self.assertEqual(self._states(notice)["email"], "failed")
        self.assertFalse(self._lost(notice))

    def test_a_retry_goes_to_the_good_address_alone(self):
        notice = self._two()
        dispatch = notice.sudo().dispatch_ids
        dispatch._move("failed", failure_reason="the mail server was down")
        self.env["dunning.lost.address"]._remember(
            dispatch, ["bad@client.example"], "gone"
        )
        notice.action_retry()
        self.assertEqual(dispatch.recipient, "good@client.example")
        self.assertIn("good@", dispatch._mail().email_to)
        self.assertNotIn("bad@", dispatch._mail().email_to)
        self._process()
        self.assertEqual(notice.state, "sent")
        self.assertTrue(notice._is_untampered())
