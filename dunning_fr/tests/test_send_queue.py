from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.modules.neutralize import neutralize_database
from odoo.tools import mute_logger

from ..models import dunning_smtp_mixin
from ..tools.smtp_line import SmtpLine
from .common_send import DAY, SendCommon


class TestQueue(SendCommon):
    """The worker's decisions; that nothing leaves here is Odoo's own test mode."""

    def test_an_email_is_sent_and_found(self):
        partner = self._debtor("Alpha")
        notice = self._queue(partner)
        self._process()
        dispatch = notice.dispatch_ids
        self.assertEqual((notice.state, dispatch.state), ("sent", "sent"))
        self.assertTrue(dispatch.message_id and dispatch.done_on)
        message = notice.debtor_id.message_ids.filtered(
            lambda m: m.message_type == "email_outgoing"
        )
        self.assertEqual(message, dispatch.mail_message_id)
        self.assertEqual(message.subject, notice.subject)
        invoice = notice.line_ids.move_line_id.move_id
        self.assertIn(notice.name, str(invoice.message_ids[:1].body))

    def test_the_scheduled_action_serves_the_queue(self):
        notice = self._queue(self._debtor("Alpha"))
        with self.enter_registry_test_mode():
            self.env.ref("dunning_fr.ir_cron_send_1").method_direct_trigger()
        self.assertEqual(notice.state, "sent")

    def test_one_that_breaks_does_not_stop_the_others(self):
        broken = self._queue(self._debtor("Alpha"))
        fine = self._queue(self._debtor("Beta"))
        self.env.flush_all()
        self.cr.execute(
            "UPDATE dunning_notice SET lang = 'not a language' WHERE id = %s",
            [broken.id],
        )
        self.env.invalidate_all()
        with mute_logger("odoo.addons.dunning_fr.models.dunning_email_mixin"):
            self._process()
        self.assertEqual((broken.state, fine.state), ("failed", "sent"))

    def _ready(self, number):
        """Return the ready dispatches of so many new debtors."""
        notices = self._queue(
            *(self._debtor(f"Debtor {number} {i}") for i in range(number))
        )
        trusted = notices.sudo()._proof_unlocked()
        trusted._prepare_to_send()
        return trusted.dispatch_ids

    def _built_ahead(self, dispatches):
        """Return (what is built ahead, queries)."""
        line = SmtpLine(connect=None)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        dispatches._build_ahead(line)
        return line.built, self.env.cr.sql_log_count - before

    @staticmethod
    def _contents(message):
        return [
            part.get_content() for part in message.walk() if not part.is_multipart()
        ]

    def test_messages_of_a_round_are_built_together(self):
        self._built_ahead(self._ready(1))  # caches
        few, spent = self._built_ahead(self._ready(2))
        dispatches = self._ready(7)
        many, spent_on_many = self._built_ahead(dispatches)
        self.assertEqual((len(few), len(many)), (2, 7))
        self.assertLessEqual(spent_on_many, spent + 1)
        for dispatch in dispatches:
            _server, ahead = many[dispatch.id]
            _server, alone = dispatch._build_through_email(SmtpLine(connect=None))
            for header in ("From", "To", "Subject", "Message-Id", "Reply-To"):
                self.assertEqual(ahead[header], alone[header])
            texts = [
                [
                    part.get_content()
                    for part in message.walk()
                    if not part.is_multipart()
                ]
                for message in (ahead, alone)
            ]
            self.assertEqual(*texts)
            self.assertIn(dispatch.recipient, ahead["To"])
            self.assertEqual(ahead["Message-Id"], dispatch.message_id)

    def test_large_messages_are_not_kept_together(self):
        dispatches = self._ready(2)
        file = self.env["ir.attachment"].create({"name": "a", "raw": b"x" * 100})
        dispatches[0].mail_message_id.sudo().attachment_ids = file
        self.assertEqual(len(self._built_ahead(dispatches)[0]), 2)
        with patch.object(dunning_smtp_mixin, "AHEAD_BYTES", 99):
            self.assertEqual(self._built_ahead(dispatches)[0], {})

    def test_one_that_cannot_be_built_fails_alone(self):
        dispatches = self._ready(3)
        self.env.flush_all()
        self.cr.execute(
            "UPDATE mail_mail SET email_to = 'else@client.example'"
            " WHERE mail_message_id = %s",
            [dispatches[1].mail_message_id.id],
        )
        self.cr.execute(
            "DELETE FROM mail_mail WHERE mail_message_id = %s",
            [dispatches[2].mail_message_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._built_ahead(dispatches)[0], {})
        with mute_logger("odoo.addons.dunning_fr.models.dunning_provider_mixin"):
            self._process()
        self.assertEqual(dispatches.mapped("state"), ["sent", "failed", "failed"])
        self.assertIn("else@client.example", dispatches[1].failure_reason)

    def test_several_addresses_are_one_mail(self):
        partner = self._debtor("Alpha", email="a@client.example, B@client.example")
        notice = self._queue(partner)
        self._process()
        mail = self.env["mail.mail"].search(
            [("mail_message_id", "=", notice.dispatch_ids.mail_message_id.id)]
        )
        self.assertEqual(len(mail), 1)
        self.assertIn("a@client.example", mail.email_to)
        self.assertIn("b@client.example", mail.email_to)

    def test_replies_go_to_the_collector(self):
        notice = self._draft(self._debtor("Alpha"))
        self.collector.email = "collector@atelier.example"
        notice.debtor_id.sudo().user_id = self.collector
        notice.action_send()
        self._process()
        self.assertIn(
            "collector@atelier.example", notice.dispatch_ids.mail_message_id.reply_to
        )

    def test_odoos_own_queue_leaves_the_mail_alone(self):
        notice = self._queue(self._debtor("Alpha"))
        self._process()
        mail = self.env["mail.mail"].search(
            [("mail_message_id", "=", notice.dispatch_ids.mail_message_id.id)]
        )
        self.assertFalse(mail.auto_delete)
        mail.mark_outgoing()
        mail.send()
        self.assertEqual(
            mail.state, "cancel", "a retry in the technical menu is refused"
        )

    def test_paid_in_between_is_a_draft_again_with_the_reason(self):
        partner = self._debtor("Alpha")
        notice = self._queue(partner)
        self._pay(notice.line_ids.move_line_id.move_id, 1000, DAY)
        self._process()
        self.assertEqual(notice.state, "draft")
        self.assertTrue(notice.failure_reason)
        self.assertEqual(self._states(notice), {"email": "cancelled"})
        self.assertFalse(notice.content_hash or notice.approved_by)
        notice.action_send()
        self.assertEqual(notice.state, "cancelled", "nothing is left to ask for")

    def test_a_withdrawn_mail_leaves_no_message(self):
        notice = self._queue(self._debtor("Alpha"))
        trusted = notice.sudo()._proof_unlocked()
        trusted.dispatch_ids._make_ready_through_email()
        trusted.dispatch_ids._move("ready")
        message = trusted.dispatch_ids.mail_message_id
        self._pay(notice.line_ids.move_line_id.move_id, 1000, DAY)
        self._process()
        self.assertEqual(notice.state, "draft")
        self.assertFalse(message.exists())

    def test_the_state_of_a_notice_follows_its_dispatches(self):
        """design.md: sent as soon as one is; else unknown; else queued; else failed."""
        notice = self._queue(self._debtor("Alpha", "email", "letter"))
        email, letter = notice.dispatch_ids.sudo().sorted("channel_code")
        steps = [
            (email, "ready", "queued"),
            (email, "sending", "queued"),
            (email, "unknown", "unknown"),
            (letter, "ready", "unknown"),
            (email, "failed", "queued"),
            (letter, "failed", "failed"),
            (letter, "queued", "queued"),
            (letter, "ready", "queued"),
            (letter, "sent", "sent"),
        ]
        for dispatch, state, expected in steps:
            dispatch._move(state)
            self.assertEqual(notice.state, expected, f"{dispatch.channel_code} {state}")

    def test_the_machine_never_leaves_unknown(self):
        notice = self._queue(self._debtor("Alpha"))
        dispatch = notice.dispatch_ids.sudo()
        for state in ("ready", "sending", "unknown"):
            dispatch._move(state)
        self._process()
        self.assertEqual(dispatch.state, "unknown")
        for state in ("queued", "ready", "sending", "cancelled"):
            with self.assertRaises(UserError):
                dispatch._move(state)
        with self.assertRaises(UserError):
            notice.action_retry()
        with self.assertRaises(UserError):
            notice.action_cancel()

    def test_a_person_resolves_unknown(self):
        for found, state in (("sent", "sent"), ("not_sent", "failed")):
            notice = self._queue(self._debtor(f"Alpha {found}"))
            dispatch = notice.dispatch_ids.sudo()
            for step in ("ready", "sending", "unknown"):
                dispatch._move(step)
            getattr(notice, f"action_resolve_{found}")()
            self.assertEqual(notice.state, state)
            log = str(notice.debtor_id.sudo().message_ids[:1].body)
            self.assertIn(notice.name, log)
            with self.assertRaises(UserError):
                notice.action_resolve_sent()
        notice.action_retry()
        self.assertEqual(notice.state, "queued")

    def test_a_sender_that_died_leaves_unknown(self):
        notice = self._queue(self._debtor("Alpha"))
        dispatch = notice.dispatch_ids.sudo()
        dispatch._move("ready")
        dispatch._move("sending", sending_since="2026-03-16 10:00:00")
        self._process()
        self.assertEqual((notice.state, dispatch.state), ("unknown", "unknown"))
        self.assertTrue(notice.failure_reason)

    def test_two_live_dispatches_of_one_channel_cannot_be(self):
        notice = self._queue(self._debtor("Alpha")).sudo()
        values = notice._prepare_dispatch_values(self.channels["email"])
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.env["dunning.dispatch"].sudo()._proof_unlocked().create(values)
        self.assertIn("dunning_dispatch_one_live", str(caught.exception))

    def test_what_kills_workers_is_served_alone_then_given_up(self):
        victim = self._queue(self._debtor("Victim"))
        self._queue(self._debtor("Alpha"))
        victim.dispatch_ids.sudo()._proof_unlocked().attempts = 1
        rounds = self.env["dunning.notice"]._rounds()
        self.assertEqual(rounds[-1], victim.debtor_id.ids)
        self.assertNotIn(victim.debtor_id.id, rounds[0])
        victim.dispatch_ids.sudo()._proof_unlocked().attempts = 3
        self._process()
        self.assertEqual(victim.state, "failed")

    def test_a_copied_database_sends_nothing(self):
        """Invariant 9."""
        waiting = self._queue(self._debtor("Alpha", "email"))
        letter = self._queue(self._debtor("Beta", "email", "letter"))
        self._letter(letter)
        letter.posted_date = "2026-03-17"
        failed = self._queue(self._debtor("Gamma", "email", "letter"))
        failed.dispatch_ids[0].sudo()._move("failed")
        self.policies["professional"].level_ids.auto_send = True
        self.env.flush_all()
        neutralize_database(self.cr)
        self.env.invalidate_all()
        self.assertEqual(waiting.state, "cancelled")
        self.assertEqual(self._states(waiting), {"email": "cancelled"})
        self.assertIn("Copy", waiting.failure_reason)
        self.assertEqual(letter.state, "sent")
        self.assertEqual(self._states(letter), {"email": "cancelled", "letter": "sent"})
        self.assertEqual(failed.state, "failed")
        self.assertFalse(self.env["dunning.notice"]._rounds())
        self.assertFalse(
            any(self.policies["professional"].level_ids.mapped("auto_send"))
        )
        crons = self.env["ir.cron"].search([("cron_name", "like", "Dunning: send")])
        self.assertFalse(crons, "the worker's scheduled actions are off")
