import base64

from odoo.exceptions import UserError

from .common_send import DAY, SendCommon


class TestEvidence(SendCommon):
    """Invariant 1: what was queued cannot be changed, nor its letter."""

    def setUp(self):
        super().setUp()
        self.notice = self._queue(
            self._debtor("Alpha", "registered_letter", formal=True)
        )
        self.letter = self._letter(self.notice)
        self.manager = self.env.user

    def test_nobody_writes_deletes_or_copies(self):
        for user in (self.manager, self.collector, self.env.ref("base.user_root")):
            notice = self.notice.with_user(user)
            for attempt in (
                lambda n=notice: n.write({"amount_total": 1}),
                lambda n=notice: n.write({"body": "x", "posted_date": DAY}),
                lambda n=notice: n.line_ids.write({"residual": 1}),
                lambda n=notice: n.line_ids.unlink(),
                lambda n=notice: n.dispatch_ids.write({"state": "sent"}),
                lambda n=notice: n.dispatch_ids.unlink(),
                lambda n=notice: n.copy(),
                lambda n=notice: n.unlink(),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    attempt()

    def test_the_context_of_a_client_opens_nothing(self):
        """RPC carries JSON: any value but the object itself is refused."""
        for forged in (True, 1, "object()", {}):
            notice = self.notice.sudo().with_context(dunning_proof=forged)
            with self.assertRaises(UserError):
                notice.write({"amount_total": 1})

    def test_the_letter_cannot_be_changed_or_deleted(self):
        letter = self.letter.with_context(dunning_proof=None).sudo()
        for attempt in (
            lambda: letter.write({"raw": b"other"}),
            lambda: letter.write({"datas": base64.b64encode(b"other")}),
            lambda: letter.write({"name": "other.pdf"}),
            lambda: letter.write({"res_model": "res.partner", "res_id": 1}),
            letter.unlink,
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertEqual(letter.raw, b"%PDF-1.4 letter")

    def test_moving_the_file_store_is_no_change(self):
        letter = self.letter.with_context(dunning_proof=None).sudo()
        letter.write({"raw": letter.raw, "mimetype": letter.mimetype})
        letter.generate_access_token()

    def test_other_attachments_stay_free(self):
        other = self.env["ir.attachment"].create({"name": "x.pdf", "raw": b"x"})
        other.write({"name": "y.pdf"})
        other.unlink()

    def test_a_form_that_asks_for_sizes_of_files_sees_no_change(self):
        """The web client reads forms with ``bin_size``: sizes in place of files."""
        notice = self.notice.sudo()
        self.assertTrue(notice.attachment_id)
        self.env.invalidate_all()
        [shown] = notice.with_context(bin_size=True).web_read({"is_changed": {}})
        self.assertFalse(shown["is_changed"])

    def test_the_hash_shows_what_sql_changed(self):
        notice = self.notice.sudo()
        self.assertTrue(notice._is_untampered())
        for table, column in (
            ("dunning_notice", "amount_total"),
            ("dunning_notice_line", "residual"),
        ):
            with self.subTest(table), self.cr.savepoint() as savepoint:
                key = "id" if table == "dunning_notice" else "notice_id"
                self.cr.execute(  # pylint: disable=sql-injection
                    f"UPDATE {table} SET {column} = {column} + 1 WHERE {key} = %s",
                    [notice.id],
                )
                self.env.invalidate_all()
                self.assertFalse(notice._is_untampered())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_tampered_text_is_not_sent(self):
        notice = self._queue(self._debtor("Beta"))
        self.env.flush_all()
        self.cr.execute(
            "UPDATE dunning_notice SET body = 'Pay me' WHERE id = %s", [notice.id]
        )
        self.env.invalidate_all()
        self._process()
        self.assertEqual(notice.state, "failed")
        self.assertIn("no longer what was approved", notice.failure_reason)
