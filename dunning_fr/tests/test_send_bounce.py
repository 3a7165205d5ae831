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
    ):
        """Return a delivery report as mail servers send it (RFC 3464)."""
        message_id = notice.dispatch_ids.filtered("message_id").message_id
        return (
            "Return-Path: <>\n"
            "From: Mail Delivery System <MAILER-DAEMON@mx.example>\n"
            "To: compta@atelier.example\n"
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
