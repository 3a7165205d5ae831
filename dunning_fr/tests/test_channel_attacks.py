"""What else could be learnt, lost or sent twice through the newer channels."""

import base64

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.res_company_window import DAY_LOCK_CLASS
from .common_security import SecurityCommon
from .common_send import SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestForeignChannels(SecurityCommon):
    """Invariant 8, for calls, exports and scans."""

    people_wanted = ("collector", "manager")

    def _foreign_call(self):
        phone = self.env["dunning.channel"]._by_code()["phone"]
        self.theirs._add_dispatch(phone, recipient="01 02 03 04", text="<p>Say</p>")
        dispatch = self.theirs.dispatch_ids - self.theirs.dispatch_ids[0]
        dispatch.sudo()._proof_unlocked()._move("ready")
        return dispatch

    def test_a_call_of_another_company_tells_nothing(self):
        dispatch = self._foreign_call()
        calls = self.env["dunning.call"].with_user(self.collector)
        self.env.invalidate_all()

        def spy():
            call = calls.create({"dispatch_id": dispatch.id})
            call.flush_recordset()
            call.invalidate_recordset()
            return call.read(["phone", "script", "amount_total", "partner_id"])

        self._refused(spy, errors=AccessError)
        spec = {"phone": {}, "script": {}, "amount_total": {}, "move_ids": {}}
        values = {"dispatch_id": dispatch.id}
        self._refused(calls.onchange, values, ["dispatch_id"], spec, errors=AccessError)

    def test_a_call_of_another_company_is_not_written_down(self):
        dispatch = self._foreign_call()
        calls = self.env["dunning.call"].with_user(self.collector)

        def forge():
            calls.create(
                {"dispatch_id": dispatch.id, "outcome": "reached"}
            ).action_save()

        self._refused(forge, errors=AccessError)
        self.assertEqual(dispatch.state, "ready")

    def test_the_simulation_of_another_company_tells_nothing(self):
        """Not even in a form that is not saved yet."""
        invoice = self._invoice(
            500, "2026-02-02", self.theirs.partner_id, company_id=self.other.id
        )
        policy = self.theirs.policy_id
        wizards = self.env["dunning.simulation.wizard"].with_user(self.collector)
        spec = {"policy_id": {}, "headline": {}, "result": {}, "period": {}, "date": {}}
        values = {"policy_id": policy.id, "period": "day", "date": "2026-12-01"}
        self.env.flush_all()
        self.env.invalidate_all()
        with mute_logger("odoo.addons.base.models.ir_rule"):
            try:
                shown = wizards.onchange(values, list(values), spec)
            except AccessError:
                shown = {}
        self.assertNotIn(invoice.name, str(shown))
        self.assertNotIn(self.theirs.partner_id.name, str(shown))
        self._refused(
            lambda: wizards.create(values).read(["result"]), errors=AccessError
        )

    def test_files_made_by_somebody_else_are_not_read(self):
        for model, values in (
            ("dunning.letter.print", {"export_file": base64.b64encode(b"letters")}),
            ("dunning.letter.print", {}),
            ("dunning.delivery", {}),
            ("dunning.send.wizard", {"company_id": self.other.id}),
        ):
            wizard = self.env[model].with_user(self.stranger).create(values)
            own = wizard.with_user(self.collector).with_context(
                allowed_company_ids=self.company.ids
            )
            with self.subTest(model=model):
                self.assertTrue(wizard.read())
                self._refused(own.read, errors=AccessError)
                self._refused(own.write, {}, errors=AccessError)

    def test_a_scan_entered_by_somebody_else_is_not_read(self):
        scan = base64.b64encode(b"%PDF-1.4")
        delivery = self.env["dunning.delivery"].with_user(self.stranger)
        delivery = delivery.create(
            {
                "stage": "receipt",
                "line_ids": [
                    Command.create({"notice_id": self.theirs.id, "scan": scan})
                ],
            }
        )
        line = delivery.line_ids.with_user(self.collector)
        self._refused(line.read, ["scan", "notice_id"], errors=AccessError)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLeftTheHouse(SendCommon):
    """What has left is not taken back, whatever becomes of the debt."""

    def test_a_letter_handed_to_a_provider_is_not_taken_back(self):
        notice = self._queue(self._debtor("Alpha", "letter"))
        letter = self._letter(notice)
        digest = notice.content_hash
        notice.dispatch_ids._register_export()
        self._pay(notice.line_ids.move_line_id.move_id, 100, "2026-03-16")
        action = notice.action_print_letters()
        wizard = self.env[action["res_model"]].sudo().browse(action["res_id"])
        self.assertFalse(wizard.withdrawn_ids, "it was not taken back")
        self.assertFalse(wizard.notice_ids, "nor is it posted twice")
        self.assertEqual(
            (notice.state, self._states(notice)), ("queued", {"letter": "ready"})
        )
        self.assertTrue(letter.exists())
        self.assertEqual((notice.attachment_id, notice.content_hash), (letter, digest))
        notice.write({"posted_date": "2026-03-16"})
        self.assertEqual(notice.state, "sent")

    def test_what_came_back_is_never_a_draft_again(self):
        notice = self._queue(self._debtor("Alpha", "email"))
        self._process()
        self.assertEqual(notice.state, "sent")
        before = (notice.content_hash, notice.line_ids.mapped("residual"))
        notice.dispatch_ids.sudo()._register_bounce("User unknown")
        self.assertEqual(self._states(notice), {"email": "failed", "letter": "queued"})
        self._pay(notice.line_ids.move_line_id.move_id, 100, "2026-03-16")
        self._process()
        self.assertEqual(notice.state, "failed")
        self.assertEqual(
            self._states(notice), {"email": "failed", "letter": "cancelled"}
        )
        self.assertEqual(
            before, (notice.content_hash, notice.line_ids.mapped("residual"))
        )
        self.assertTrue(notice._is_untampered())
        again = self._run("2026-03-17").notice_ids
        self.assertEqual(again.partner_id, notice.partner_id, "reminded anew")

    def test_an_error_does_not_keep_the_day(self):
        """A lock of the session would stop the company's mails for good."""
        with self.registry.cursor() as cr:
            company = self.company.with_env(self.env(cr=cr))
            company._dunning_lock_day()
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.DivisionByZero),
            ):
                cr.execute("SELECT 1 / 0")
            company._dunning_unlock_day()
            cr.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                " AND classid = %s AND pid = pg_backend_pid()",
                [DAY_LOCK_CLASS],
            )
            self.assertEqual(cr.fetchone()[0], 0)
