from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common_send import SendCommon


class TestBounce(SendCommon):
    """A mail that came back reached nobody, so it reached no level."""

    def _send(self, *codes):
        # no postal address: no letter takes its place
        notice = self._queue(self._debtor("Alpha", *codes, street=False))
        self._process()
        self.assertEqual(notice.state, "sent")
        return notice

    def _report(
        self,
        notice,
        action="failed",
        kind="delivery-status",
        final="alpha@client.example",
        sender="",
        to="compta@atelier.example",
    ):
        """Return a delivery report as mail servers send it (RFC 3464)."""
        message_id = notice.dispatch_ids.filtered("message_id").message_id
        return (
            f"Return-Path: <{sender}>\n"
            "From: Mail Delivery System <MAILER-DAEMON@mx.example>\n"
            f"To: {to}\n"
            f"Message-Id: <{action}.{kind}@mx.example>\n"
            "Subject: Undelivered Mail\n"
            f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n'
            "MIME-Version: 1.0\n\n"
            "--b\nContent-Type: text/plain\n\nUser unknown\n"
            f"--b\nContent-Type: message/{kind}\n\n"
            "Reporting-MTA: dns; mx.example\n\n"
            f"Final-Recipient: rfc822; {final}\n"
            f"Action: {action}\nStatus: 5.1.1\n"
            "\n--b\nContent-Type: message/rfc822\n\n"
            f"Message-Id: {message_id}\nFrom: compta@atelier.example\n"
            "To: alpha@client.example\nSubject: x\n\nbody\n\n--b--\n"
        )

    def _receive(self, text):
        gateway = self.env["mail.thread"].sudo()
        gateway.message_process("res.partner", text.encode())

    def test_a_bounce_fails_the_notice_and_frees_its_items(self):
        notice = self._send("email")
        self._receive(self._report(notice))
        dispatch = notice.dispatch_ids
        self.assertTrue(dispatch.bounced_on)
        self.assertIn("User unknown", dispatch.bounce_reason)
        self.assertEqual((notice.state, dispatch.state), ("failed", "failed"))
        self.assertIn("User unknown", notice.failure_reason)
        line = notice.line_ids.move_line_id
        explained = notice.debtor_id.explain("2026-03-30")
        self.assertEqual(
            [e["next_level"] for e in explained if e["move_line_id"] == line.id], [1]
        )

    def test_a_letter_of_the_same_notice_still_counts(self):
        notice = self._queue(self._debtor("Alpha", "email", "letter"))
        self._letter(notice)
        trusted = notice.sudo()._proof_unlocked()
        email = trusted.dispatch_ids.filtered(lambda d: d.channel_code == "email")
        email._make_ready_through_email()
        self._process()
        notice.posted_date = "2026-03-17"
        self._receive(self._report(notice))
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self._states(notice), {"email": "failed", "letter": "sent"})
        self.assertIn("User unknown", notice.failure_reason)

    def test_a_copy_that_came_back_is_not_the_debtors(self):
        """The debtor has it: neither a letter nor the same level once more."""
        notice = self._send("email")
        notice.sudo()._proof_unlocked().recipient_cc = "seller@atelier.example"
        self._receive(self._report(notice, final="seller@atelier.example"))
        self.assertEqual(
            (notice.state, notice.dispatch_ids.bounced_on), ("sent", False)
        )
        self._receive(self._report(notice, final="Alpha@client.example"))
        self.assertEqual(notice.state, "failed")

    def test_late_or_read_is_no_bounce(self):
        notice = self._send("email")
        self._receive(self._report(notice, action="delayed"))
        self._receive(self._report(notice, kind="disposition-notification"))
        self.assertEqual(notice.state, "sent")
        self.assertFalse(notice.dispatch_ids.bounced_on)

    def test_a_report_about_another_mail_changes_nothing(self):
        notice = self._send("email")
        text = self._report(notice).replace(
            notice.dispatch_ids.message_id, "<else@client.example>"
        )
        self._receive(text)
        self.assertEqual(notice.state, "sent")

    # ----------------------------------------------------------- forged, or doubtful

    def _doubted(self, notice, why):
        """Check that a report changed nothing but asked the collector."""
        dispatch = notice.dispatch_ids
        self.assertEqual((notice.state, dispatch.state), ("sent", "sent"))
        self.assertFalse(dispatch.bounced_on)
        self.assertFalse(self.env["dunning.lost.address"].search([]))
        self.assertTrue(notice.has_doubt)
        [task] = notice.debtor_id.activity_ids
        self.assertEqual(task.summary, f"Did {notice.name} come back?")
        self.assertIn(why, str(task.note))
        self.assertIn("User unknown", str(task.note))

    def test_a_report_written_by_a_person_only_asks(self):
        """The debtor has read it, knows its Message-Id, and writes a full report."""
        notice = self._send("email")
        forged = self._report(notice, sender="alpha@client.example")
        self._receive(forged)
        self._receive(forged)
        self._doubted(notice, "sent by alpha@client.example")

    def test_a_report_to_another_address_only_asks(self):
        notice = self._send("email")
        self._receive(self._report(notice, to="sales@elsewhere.example"))
        self._doubted(notice, "where mail servers report")

    def test_a_report_to_the_bounce_address_is_a_fact(self):
        self.env["mail.alias.domain"].create(
            {"name": "mails.example", "bounce_alias": "back"}
        )
        notice = self._send("email")
        self._receive(self._report(notice, to="back@mails.example"))
        self.assertEqual(notice.state, "failed")

    def test_a_report_about_somebody_else_only_asks(self):
        notice = self._send("email")
        self._receive(self._report(notice, final="stranger@client.example"))
        self._doubted(notice, "names stranger@client.example")

    def test_a_report_after_a_week_only_asks(self):
        notice = self._send("email")
        left = notice.dispatch_ids.sending_since
        with freeze_time(left + timedelta(days=7, seconds=1)):
            self._receive(self._report(notice))
        self._doubted(notice, "more than 7 days")

    def test_a_report_within_a_week_is_a_fact(self):
        notice = self._send("email")
        left = notice.dispatch_ids.sending_since
        with freeze_time(left + timedelta(days=7)):
            self._receive(self._report(notice))
        self.assertEqual(notice.state, "failed")

    def test_a_report_after_an_answer_only_asks(self):
        notice = self._send("email")
        self.env["mail.message"].sudo().create(
            {
                "model": "dunning.debtor",
                "res_id": notice.debtor_id.id,
                "message_type": "email",
                "email_from": "Alpha <alpha@client.example>",
                "parent_id": notice.sudo().dispatch_ids.mail_message_id.id,
                "body": "We shall pay",
            }
        )
        self._receive(self._report(notice))
        self._doubted(notice, "has been answered")

    def test_of_two_addresses_the_one_that_did_not_answer_may_be_lost(self):
        notice = self._queue(
            self._debtor("Two", email="a@client.example, b@client.example")
        )
        self._process()
        self.env["mail.message"].sudo().create(
            {
                "model": "dunning.debtor",
                "res_id": notice.debtor_id.id,
                "message_type": "email",
                "email_from": "a@client.example",
                "parent_id": notice.sudo().dispatch_ids.mail_message_id.id,
            }
        )
        self._receive(self._report(notice, final="b@client.example"))
        lost = self.env["dunning.lost.address"].search([])
        self.assertEqual(lost.mapped("email"), ["b@client.example"])
        self.assertEqual((notice.state, notice.has_doubt), ("sent", False))

    def test_an_old_server_names_the_lost_address_in_words(self):
        notice = self._queue(
            self._debtor("Two", email="a@client.example, b@client.example")
        )
        self._process()
        report = self._report(notice).replace(
            "Final-Recipient: rfc822; alpha@client.example\n", ""
        )
        report = report.replace("User unknown", "No such user: b@client.example")
        self._receive(report)
        lost = self.env["dunning.lost.address"].search([])
        self.assertEqual(lost.mapped("email"), ["b@client.example"])
        self.assertEqual(notice.state, "sent")

    def test_a_forwarded_address_is_named_as_the_original_one(self):
        notice = self._send("email")
        report = self._report(notice, final="box@provider.example").replace(
            "Action:", "Original-Recipient: rfc822;alpha@client.example\nAction:"
        )
        self._receive(report)
        self.assertEqual(notice.state, "failed")

    def test_a_person_decides_that_it_came_back(self):
        notice = self._send("email")
        self._receive(self._report(notice, sender="relay@client.example"))
        notice.action_came_back()
        self.assertEqual(notice.state, "failed")
        self.assertIn("User unknown", notice.failure_reason)
        self.assertFalse(notice.has_doubt)
        lost = self.env["dunning.lost.address"].search([])
        self.assertEqual(lost.email, "alpha@client.example")
        summaries = notice.debtor_id.activity_ids.mapped("summary")
        self.assertEqual(summaries, ["Correct the address: alpha@client.example"])
        with self.assertRaisesRegex(UserError, "Nothing is said"):
            notice.action_came_back()

    def test_a_person_decides_that_it_did_not(self):
        notice = self._send("email")
        self._receive(self._report(notice, sender="alpha@client.example"))
        reader = new_test_user(self.env, login="reads", groups="base.group_user")
        with self.assertRaises(AccessError):
            notice.with_user(reader).action_did_not_come_back()
        notice.action_did_not_come_back()
        self.assertEqual((notice.state, notice.has_doubt), ("sent", False))
        self.assertFalse(notice.debtor_id.activity_ids)
