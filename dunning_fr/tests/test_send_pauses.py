from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from ..models.dunning_smtp_mixin import MAX_ATTEMPTS, RETRY_MINUTES
from .common_send import SendCommon


class TestPauses(SendCommon):
    """A mail server that is down is tried again at the planned pauses, not sooner."""

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.to_datetime("2026-03-16 10:00:00")
        self.clock = self.enterContext(freeze_time(self.now))

    def _waiting(self, name):
        """Return the dispatch of an e-mail that the server has just not taken."""
        notice = self._queue(self._debtor(name)).sudo()._proof_unlocked()
        dispatch = notice.dispatch_ids
        dispatch._make_ready_through_email()
        dispatch._move("ready")
        dispatch._wait(OSError("down"))
        return dispatch

    def _cron(self, minutes):
        """Let the cron come by, some minutes after the beginning."""
        self.clock.move_to(self.now + timedelta(minutes=minutes))
        worker = self.env["dunning.notice"].with_context(ir_cron_progress_id=1)
        worker._process_queue()

    def test_another_notice_does_not_shorten_the_pause(self):
        waiting = self._waiting("Alpha")
        other = self._queue(self._debtor("Beta"))
        self._cron(1)
        self.assertEqual(other.state, "sent")
        self.assertEqual((waiting.state, waiting.attempts), ("ready", 1))
        self._cron(RETRY_MINUTES[0])
        self.assertEqual(waiting.state, "sent")
        self.assertFalse(waiting.retry_on)

    def test_each_pause_is_waited_for_and_asked_of_the_cron(self):
        waiting = self._waiting("Alpha")
        for minutes in RETRY_MINUTES[:-1]:
            self.assertEqual(
                waiting.retry_on, fields.Datetime.now() + timedelta(minutes=minutes)
            )
            self.assertTrue(
                self.env["ir.cron.trigger"]
                .sudo()
                .search_count([("call_at", "=", waiting.retry_on)])
            )
            self.clock.move_to(waiting.retry_on)
            waiting._wait(OSError("down"))
        for _attempt in range(MAX_ATTEMPTS - waiting.attempts):
            waiting._wait(OSError("down"))
        self.assertEqual(waiting.state, "failed")

    def test_a_letter_of_the_same_notice_does_not_shorten_the_pause(self):
        waiting = self._waiting("Alpha")
        notice = waiting.notice_id
        values = notice._prepare_dispatch_values(self.channels["letter"])
        self.env["dunning.dispatch"].sudo()._proof_unlocked().create(values)
        self._cron(1)
        self.assertEqual((waiting.state, waiting.attempts), ("ready", 1))

    def test_a_script_tries_at_once(self):
        waiting = self._waiting("Alpha")
        self._process()
        self.assertEqual(waiting.state, "sent")
