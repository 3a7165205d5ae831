import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import format_date

from .common_security import DAY, SecurityCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestNoticeImmutable(SecurityCommon):
    """Invariant 1: what has left the house is changed by nobody, not even by root."""

    people_wanted = ("collector", "manager")

    def setUp(self):
        super().setUp()
        self.notice = self.mine.sudo()
        self.line = self.notice.line_ids
        self.dispatch = self.notice.dispatch_ids

    def _draft(self):
        return self._prepared(self._customer("Gamma", "professional")).sudo()

    # -------------------------------------------------------------- the superuser

    def test_root_changes_nothing_of_a_sent_notice(self):
        for records, values in (
            (self.notice, {"subject": "x"}),
            (self.notice, {"amount_total": 1}),
            (self.notice, {"state": "draft"}),
            (self.notice, {"content_hash": "x"}),
            (self.notice, {"debtor_id": self._draft().debtor_id.id}),
            (self.notice, {"line_ids": [Command.delete(self.line.id)]}),
            (
                self.notice,
                {"line_ids": [Command.update(self.line.id, {"residual": 1})]},
            ),
            (self.notice, {"line_ids": [Command.clear()]}),
            (self.notice, {"dispatch_ids": [Command.clear()]}),
            (self.line, {"residual": 1}),
            (self.line, {"level_sequence": 4}),
            (self.line, {"notice_id": self._draft().id}),
            (self.dispatch, {"state": "failed"}),
            (self.dispatch, {"recipient": "x"}),
            (self.dispatch, {"bounced_on": "2026-03-16 10:00:00"}),
        ):
            with self.subTest(model=records._name, values=values):
                self._refused(records.write, values, errors=UserError)
        self.assertTrue(self.notice._is_untampered())

    def test_root_deletes_and_copies_nothing(self):
        for records in (self.notice, self.line, self.dispatch):
            flagged = records.with_context(_force_unlink=True)
            for attempt in (records.unlink, flagged.unlink, records.copy):
                with self.subTest(model=records._name, method=attempt.__name__):
                    self._refused(attempt, errors=UserError)

    def test_the_guard_begins_with_the_queue(self):
        notice = self._queued(self._customer("Delta", "professional")).sudo()
        self._refused(notice.write, {"subject": "x"}, errors=UserError)
        self._refused(notice.line_ids.unlink, errors=UserError)
        self._refused(notice.dispatch_ids.unlink, errors=UserError)

    def test_a_failed_notice_is_retried_or_cancelled_never_edited(self):
        notice = self._queued(self._customer("Delta", "professional")).sudo()
        notice.dispatch_ids._move("failed", failure_reason="no")
        self.assertEqual(notice.state, "failed")
        self._refused(notice.write, {"subject": "x"}, errors=UserError)
        self._refused(notice.write, {"state": "draft"}, errors=UserError)
        notice.with_user(self.collector).action_retry()
        self.assertEqual(notice.state, "queued")
        notice.with_user(self.collector).action_cancel()
        self.assertEqual(notice.state, "cancelled")
        self._refused(notice.unlink, errors=UserError)

    def test_evidence_is_not_made_by_hand(self):
        draft = self._draft()
        values = {"move_name": "x", "document_key": "x"}
        self._refused(draft.write, {"state": "sent"}, errors=UserError)
        self._refused(draft.write, {"state": "queued"}, errors=UserError)
        for notice in (self.notice, draft):
            lines = [Command.create(values)]
            self._refused(notice.write, {"line_ids": lines}, errors=UserError)
        moved = draft.line_ids[0]
        self._refused(moved.write, {"notice_id": self.notice.id}, errors=UserError)
        linked = {"line_ids": [Command.link(moved.id)]}
        self._refused(self.notice.write, linked, errors=UserError)
        for records in (self.notice, self.line, self.dispatch):
            self._refused(records.browse().create, {}, errors=UserError)

    def test_a_draft_may_be_corrected_by_code(self):
        draft = self._draft()
        draft.failure_reason = "read me"
        self.assertEqual(draft.failure_reason, "read me")

    def test_no_client_can_forge_the_sentinel(self):
        for forged in (True, "PROOF_SENTINEL", {}, [], json.loads('{"a": [1]}')):
            with self.subTest(forged=forged):
                notice = self.notice.with_context(dunning_proof=forged)
                self._refused(notice.write, {"subject": "x"}, errors=UserError)
                self._refused(notice.unlink, errors=UserError)

    # ------------------------------------------------------- the letter, the mail

    def test_the_letter_stays_as_it_is(self):
        letter = self._letter(self.notice).sudo()
        draft = self._draft()
        for values in (
            {"raw": b"x"},
            {"datas": "eA=="},
            {"db_datas": b"x"},
            {"store_fname": "x"},
            {"name": "x"},
            {"mimetype": "text/html"},
            {"raw": letter.raw, "mimetype": "text/html"},
            {"res_id": draft.id},
            {"res_model": "res.partner"},
            {"res_field": "x"},
            {"company_id": self.other.id},
            {"public": True},
            {"type": "url", "url": "https://x.example"},
            {"access_token": "x", "public": True},
        ):
            with self.subTest(values=values):
                self._refused(letter.write, values, errors=UserError)
        self._refused(letter.unlink, errors=UserError)
        flagged = letter.with_context(_force_unlink=True)
        self._refused(flagged.unlink, errors=UserError)
        letter.write({"raw": letter.raw, "mimetype": letter.mimetype})  # the file store
        self.assertTrue(self.notice._is_untampered())

    def test_the_mail_stays_as_it_was_approved(self):
        """A collector may write on a debtor's messages; not on the notice's own."""
        message = self.dispatch.mail_message_id
        own = message.with_user(self.collector)
        for values in (
            {"subject": "x"},
            {"body": "x"},
            {"attachment_ids": [Command.clear()]},
            {"email_from": "x@x.example"},
            {"reply_to": "x@x.example"},
            {"message_id": "x"},
        ):
            with self.subTest(values=values):
                self._refused(own.write, values, errors=UserError)
                self._refused(message.sudo().write, values, errors=UserError)
        self._refused(own.unlink)
        self._refused(message.sudo().unlink, errors=UserError)
        own.toggle_message_starred()
        mail = self.dispatch._mail()
        for values in ({"body_html": "x"}, {"email_to": "x@x.fr"}, {"subject": "x"}):
            with self.subTest(values=values):
                self._refused(mail.write, values, errors=UserError)
        self._refused(mail.unlink, errors=UserError)

    def test_a_debtors_other_messages_are_free(self):
        debtor = self.notice.debtor_id.with_user(self.collector)
        message = debtor.message_post(body="called, promised Friday")
        message.body = "called, promised Monday"
        message.unlink()

    # ------------------------------------------------------------ behind the ORM

    def test_the_hash_shows_what_sql_changed(self):
        self._letter(self.notice)
        for statement in (
            "UPDATE dunning_notice SET amount_total = amount_total + 1 WHERE id = %s",
            "UPDATE dunning_notice SET body = body || ' ' WHERE id = %s",
            "UPDATE dunning_notice SET recipient_name = 'x' WHERE id = %s",
            "UPDATE dunning_notice SET date = date - 1 WHERE id = %s",
            "UPDATE dunning_notice SET attachment_id = NULL WHERE id = %s",
            "UPDATE dunning_notice_line SET residual = 1 WHERE notice_id = %s",
            "UPDATE dunning_notice_line SET claimed = false WHERE notice_id = %s",
            "UPDATE dunning_notice_line SET level_sequence = 4 WHERE notice_id = %s",
            "DELETE FROM dunning_notice_line WHERE notice_id = %s",
        ):
            with self.subTest(statement=statement):
                self.assertTrue(self.notice._is_untampered())
                self._check_tampered(statement)
        self.assertTrue(self.notice._is_untampered())

    def _check_tampered(self, statement):
        savepoint = self.env.cr.savepoint()
        self.env.cr.execute(statement, [self.notice.id])
        self.env.invalidate_all()
        self.assertFalse(self.notice._is_untampered())
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.env.invalidate_all()

    def test_what_was_tampered_with_does_not_leave(self):
        notice = self._queued(self._customer("Delta", "professional"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_notice SET recipient_email = 'x@x.fr' WHERE id = %s",
            [notice.id],
        )
        self.env.invalidate_all()
        self.env["dunning.notice"]._process_queue()
        self.assertEqual(notice.state, "failed")
        self.assertIn("no longer what was approved", notice.failure_reason)

    # ------------------------------------------------------------- delivery facts

    def test_delivery_facts_pass_their_own_method_and_are_logged(self):
        level = self.policies["professional"].level_ids[0]
        level.channel_ids = self.env["dunning.channel"]._by_code()["registered_letter"]
        notice = self._queued(self._customer("Delta", "professional"))
        notice.sudo().dispatch_ids._move("ready")
        before = notice.debtor_id.message_ids
        own = notice.with_user(self.collector).with_context(
            tracking_disable=True, mail_notrack=True, mail_create_nolog=True
        )
        self._refused(own.write, {"posted_date": DAY, "subject": "x"})
        self._refused(notice.sudo().write, {"posted_date": "2020-01-01"})
        own.write({"posted_date": DAY, "tracking_number": "1A 234"})
        self.assertEqual((notice.state, notice.tracking_number), ("sent", "1A 234"))
        self.assertTrue(notice.dispatch_ids.done_on)
        log = (notice.debtor_id.message_ids - before).sorted("id")[:1]
        self.assertIn(format_date(self.env, DAY), log.body)
        self.assertEqual(log.author_id, self.collector.partner_id)
        self.assertTrue(notice._is_untampered())
        self._refused(notice.sudo().dispatch_ids.write, {"state": "ready"})
        # taking a posting back is for managers
        self._refused(own.write, {"posted_date": False})
        notice.with_user(self.manager).write({"posted_date": False})
        self.assertEqual(notice.state, "queued")
