from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_send import DAY, DUE, SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCall(SendCommon):
    """A call is a task with a script; its outcome decides what the notice is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-03-16 10:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.company.phone = "+33 4 99 99 01 02"

    def _to_call(self, name="Alpha", *codes, **values):
        partner = self._debtor(name, *(codes or ["phone"]), phone="01 02", **values)
        notice = self._queue(partner)
        self._process()
        return notice

    def _call(self, notice, outcome, **values):
        action = notice.action_record_call()
        call = self.env[action["res_model"]].with_user(self.collector)
        call = call.browse(action["res_id"])
        call.write({"outcome": outcome, **values})
        call.action_save()
        return notice.dispatch_ids.filtered(lambda d: d.provider == "phone")

    def test_the_call_is_on_the_collectors_list_with_its_script(self):
        notice = self._to_call()
        dispatch = notice.dispatch_ids
        self.assertEqual((notice.state, dispatch.state), ("queued", "ready"))
        self.assertTrue(notice.waits_for_call)
        task = notice.debtor_id.activity_ids
        self.assertEqual(task, dispatch.activity_id)
        self.assertEqual(task.user_id, self.collector, "who approved it")
        self.assertIn("01 02", task.summary)
        script = str(dispatch.text)
        self.assertIn(notice.name, script)
        self.assertIn("1,000.00", script.replace("\u202f", ","))
        self.assertIn("March", script, "the oldest due date")
        self.assertNotIn("Consumer", script)
        self.assertIn(notice.name, str(task.note))

    def test_nothing_counts_before_the_outcome(self):
        notice = self._to_call()
        line = notice.line_ids.move_line_id
        self.assertFalse(line.move_id.dunning_level)
        self._call(notice, "reached", note="Will look at it")
        line.move_id.invalidate_recordset()
        self.assertEqual(line.move_id.dunning_level, 1)

    def test_reached(self):
        notice = self._to_call()
        dispatch = self._call(notice, "reached", note="Will look at it")
        self.assertRecordValues(
            dispatch,
            [
                {
                    "state": "sent",
                    "outcome": "reached",
                    "outcome_note": "Will look at it",
                }
            ],
        )
        self.assertEqual(str(notice.sent_date), DAY)
        self.assertFalse(notice.debtor_id.activity_ids, "nothing left to do")
        self.assertIn("Reached", str(notice.debtor_id.message_ids[0].body))
        move = notice.line_ids.move_line_id.move_id
        self.assertIn(notice.name, str(move.message_ids[0].body))

    def test_a_promise_holds_the_invoices_up_to_its_day(self):
        notice = self._to_call()
        with self.assertRaisesRegex(UserError, "day the debtor promised"):
            self._call(notice, "promise")
        self._call(notice, "promise", date_to="2026-03-25", amount=400)
        hold = notice.debtor_id.hold_ids
        self.assertRecordValues(
            hold, [{"kind": "promise", "amount": 400.0, "state": "active"}]
        )
        self.assertEqual(str(hold.date_to), "2026-03-25")
        self.assertEqual(hold.move_ids, notice.line_ids.move_line_id.move_id)
        self.assertEqual(notice.state, "sent")

    def test_a_dispute_holds_without_end(self):
        notice = self._to_call()
        self._call(notice, "dispute", note="Wrong goods")
        hold = notice.debtor_id.hold_ids
        self.assertRecordValues(
            hold, [{"kind": "dispute", "date_to": False, "reason": "Wrong goods"}]
        )

    def test_a_plan_asked_for_is_a_task(self):
        notice = self._to_call()
        self._call(notice, "plan", note="Three months")
        task = notice.debtor_id.activity_ids
        self.assertIn("payment plan", task.summary)
        self.assertEqual(notice.state, "sent")

    def test_no_answer_is_another_day(self):
        notice = self._to_call()
        for attempt, day in ((1, "2026-03-17"), (2, "2026-03-18")):
            dispatch = self._call(notice, "no_answer")
            self.assertEqual((dispatch.state, dispatch.attempts), ("ready", attempt))
            task = notice.debtor_id.activity_ids
            self.assertEqual(str(task.date_deadline), day)
        self.assertEqual(notice.state, "queued")
        with self.assertRaisesRegex(UserError, "No more than 3 calls"):
            self._call(notice, "message_left", again_on="2026-03-20")
        self._call(notice, "message_left", again_on="2026-03-23")
        task = notice.debtor_id.activity_ids
        self.assertEqual(str(task.date_deadline), "2026-03-23")

    def test_a_wrong_number_falls_back(self):
        notice = self._to_call()
        self._call(notice, "wrong_number")
        self.assertEqual(self._states(notice), {"phone": "failed", "letter": "queued"})
        self.assertIn("01 02", notice.debtor_id.activity_ids.summary)
        self.assertTrue(notice._is_untampered())

    def test_given_up_falls_back(self):
        notice = self._to_call()
        self._call(notice, "given_up")
        self.assertEqual(self._states(notice)["letter"], "queued")
        self.assertIn("Nobody answers", notice.debtor_id.activity_ids.summary)

    def test_paid_meanwhile_nobody_is_called(self):
        notice = self._to_call()
        self._pay(notice.line_ids.move_line_id.move_id, 1000, DAY)
        action = notice.action_record_call()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("Do not call", action["params"]["message"])
        self.assertFalse(notice.debtor_id.activity_ids)
        self.assertNotEqual(notice.state, "sent")
        with self.assertRaisesRegex(UserError, "no call"):
            notice.action_record_call()

    def test_only_collectors_record_calls(self):
        notice = self._to_call()
        reader = self.env.ref("base.user_admin").copy(
            {
                "login": "reader",
                "group_ids": [(6, 0, [self.env.ref("base.group_user").id])],
            }
        )
        with self.assertRaises(AccessError):
            notice.with_user(reader).action_record_call()

    def test_without_a_number_another_channel(self):
        notice = self._queue(self._debtor("Alpha", "phone"))
        self.assertEqual(self._states(notice), {"letter": "queued"})

    def test_the_script_is_frozen_and_sealed(self):
        notice = self._to_call()
        self.env.ref("dunning_fr.mail_template_call").body_html = "<p>other</p>"
        self.assertIn("Identify", str(notice.dispatch_ids.text))
        self.assertTrue(notice._is_untampered())
        with self.assertRaises(UserError):
            notice.dispatch_ids.sudo().text = "x"
        notice.dispatch_ids.sudo()._proof_unlocked().text = "x"
        self.assertFalse(notice._is_untampered())

    def test_each_currency_has_its_call(self):
        """One notice, one script and one outcome for each currency."""
        partner = self._debtor("Alpha", "phone", phone="01 02")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self._invoice(500, DUE, partner, currency_id=dollar.id)
        notices = self._queue(partner)
        self._process()
        by_currency = notices.grouped("currency_id")
        self.assertEqual(len(notices.debtor_id.activity_ids), 2)
        in_dollars = by_currency[dollar]
        self.assertIn("500.00", str(in_dollars.dispatch_ids.text))
        self.assertNotIn("1,000.00", str(in_dollars.dispatch_ids.text))
        self._call(in_dollars, "reached")
        self.assertEqual(in_dollars.state, "sent")
        self.assertEqual((notices - in_dollars).state, "queued")
        self.assertEqual(len(notices.debtor_id.activity_ids), 1)

    def test_consumers_and_public_buyers_have_their_own_rules(self):
        for kind, word in (("consumer", "8 p.m."), ("public", "payment order")):
            partner = self._customer(kind.title(), kind, phone="01 02")
            policy = self._policy("phone")
            partner.with_company(self.company).dunning_policy_id = policy
            self._invoice(1000, "2026-01-02", partner)
            notice = self._queue(partner)
            self.assertIn(word, str(notice.dispatch_ids.text), kind)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCallFollows(SendCommon):
    """A call some days after another message, above an amount."""

    def _sent(self, name="Alpha", amount=1000, **level):
        self.company.phone = "+33 4 99 99 01 02"
        partner = self._debtor(name, "email", phone="01 02")
        policy = partner.with_company(self.company).dunning_policy_id
        policy.level_ids.write({"call_follows": True, **level})
        notice = self._queue(partner)
        self._process()
        self.assertEqual(notice.state, "sent")
        return notice

    def _plan(self):
        self.env["dunning.notice"]._cron_plan_calls()
        self._process()

    def _calls(self, notice):
        return notice.dispatch_ids.filtered(lambda d: d.provider == "phone")

    def test_after_its_days_and_once(self):
        with freeze_time("2026-03-16 10:00:00"):
            notice = self._sent()
        with freeze_time("2026-03-20 10:00:00"):
            self._plan()
            self.assertFalse(self._calls(notice), "four days only")
        for day in ("2026-03-21", "2026-03-22"):
            with freeze_time(f"{day} 10:00:00"):
                self._plan()
        call = self._calls(notice)
        self.assertEqual((len(call), call.state, notice.state), (1, "ready", "sent"))
        self.assertTrue(notice._is_untampered())
        self.assertTrue(notice.debtor_id.activity_ids)

    def test_under_the_amount_nobody_is_called(self):
        with freeze_time("2026-03-16 10:00:00"):
            notice = self._sent(call_min_amount=1000.01)
            level = notice.level_id
        with freeze_time("2026-03-23 10:00:00"):
            self._plan()
            self.assertFalse(self._calls(notice))
            level.sudo().call_min_amount = 1000
            self._plan()
            self.assertTrue(self._calls(notice))

    def test_paid_meanwhile_or_long_ago_nobody_is_called(self):
        with freeze_time("2026-03-16 10:00:00"):
            paid, old = self._sent(), self._sent("Beta")
        self._pay(paid.line_ids.move_line_id.move_id, 1000, "2026-03-18")
        with freeze_time("2026-03-21 10:00:00"):
            paid_call = paid._add_dispatch(self.channels["phone"])
            self._process()
        self.assertEqual(self._calls(paid).state, "cancelled", paid_call)
        self.assertEqual(paid.state, "sent")
        with freeze_time("2026-06-21 10:00:00"):
            self._plan()
        self.assertFalse(self._calls(old))

    def test_without_a_number_nobody_is_called(self):
        with freeze_time("2026-03-16 10:00:00"):
            notice = self._sent()
            notice.sudo()._proof_unlocked().recipient_phone = False
        with freeze_time("2026-03-21 10:00:00"):
            self._plan()
        self.assertFalse(self._calls(notice))
