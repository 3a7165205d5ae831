"""Working days and hours, a day's number, and who may go beyond (R2.12)."""

import doctest
import unittest
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user

from ..tools import window
from ..tools.window import Window, next_opening
from .common_send import SendCommon

OPEN = "2026-03-16 10:00:00"  # a Monday, 11:00 in Paris
SATURDAY = "2026-03-21 10:00:00"


class TestWindowRules(unittest.TestCase):
    def test_doctests(self):
        self.assertFalse(doctest.testmod(window).failed)

    def test_every_moment_of_a_fortnight(self):
        """The opening is never before now, never closed, never later than needed."""
        office = Window(8, 18)
        start = datetime.fromisoformat("2026-05-01 00:30")  # like 8 May, a holiday
        for hours in range(14 * 24):
            now = start + timedelta(hours=hours)
            found = next_opening(office, now)
            with self.subTest(now=now):
                self.assertGreaterEqual(found, now)
                self.assertEqual(found, next_opening(office, found))
                is_open = now.day in (4, 5, 6, 7, 11, 12, 13) and 8 <= now.hour < 18
                self.assertEqual(found == now, is_open)

    def test_no_opening_on_ascension(self):
        found = next_opening(Window(8, 18), datetime.fromisoformat("2026-05-13 18:00"))
        self.assertEqual(found.isoformat(), "2026-05-15T08:00:00")


class TestSendWindow(SendCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="window_manager",
            groups="dunning_fr.group_dunning_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(OPEN))

    def _triggers(self, moment):
        return (
            self.env["ir.cron.trigger"]
            .sudo()
            .search_count(
                [
                    ("cron_id", "=", self.env.ref("dunning_fr.ir_cron_send_1").id),
                    ("call_at", "=", moment),
                ]
            )
        )

    def test_without_a_setting_nothing_waits(self):
        self.clock.move_to("2026-03-22 02:00:00")  # a Sunday night
        notice = self._queue(self._debtor("Alpha"))
        self.assertIs(notice.run_id.waits_text, False, "no banner")
        self._process()
        self.assertEqual(notice.state, "sent")
        self.assertIs(notice.run_id.waits_text, False, "no banner")

    def test_it_waits_for_monday_and_says_so(self):
        self.company.dunning_window = True
        self.clock.move_to(SATURDAY)
        notice = self._queue(self._debtor("Alpha"))
        self._process()
        self.assertEqual((notice.state, self._states(notice)["email"]), ("queued",) * 2)
        self.assertIn("Monday 23 March, 08:00", notice.waits_text)
        self.assertIn("1 notice of this run", notice.run_id.waits_text)
        # 8:00 in Paris is 7:00 UTC; asked for once, however often the cron comes by
        self._process()
        self.assertEqual(self._triggers("2026-03-23 07:00:00"), 1)
        self.clock.move_to("2026-03-23 07:00:00")
        self._process()
        self.assertEqual(notice.state, "sent")
        self.assertFalse(notice.waits_text)

    def test_hours_are_those_of_the_company_not_of_the_server(self):
        """19:30 UTC is 20:30 in Paris, and 15:30 in Martinique."""
        self.company.dunning_window = True
        self.clock.move_to("2026-03-16 19:30:00")
        notice = self._queue(self._debtor("Alpha"))
        self._process()
        self.assertEqual(notice.state, "queued")
        self.company.partner_id.tz = "America/Martinique"
        self._process()
        self.assertEqual(notice.state, "sent")

    def test_a_payment_while_it_waits_stops_it(self):
        self.company.dunning_window = True
        self.clock.move_to(SATURDAY)
        debtor = self._debtor("Alpha")
        notice = self._queue(debtor)
        self._process()
        invoice = notice.line_ids.move_line_id.move_id
        self._pay(invoice, 1000, "2026-03-22")
        self.clock.move_to("2026-03-23 07:00:00")
        self._process()
        self.assertEqual(notice.state, "draft")
        self.assertIn("paid", notice.failure_reason)

    def test_a_letter_does_not_wait(self):
        """It is made ready at any hour: a person posts it."""
        self.company.dunning_window = True
        self.clock.move_to(SATURDAY)
        notice = self._queue(self._debtor("Alpha", "email", "letter"))
        self._letter(notice)
        held = notice.dispatch_ids._held_until(fields.Datetime.now())
        self.assertEqual([d.channel_code for d in held], ["email"])

    def test_a_manager_sends_at_once_a_collector_does_not(self):
        self.company.dunning_window = True
        self.clock.move_to(SATURDAY)
        notice, other = (self._queue(self._debtor(name)) for name in ("Alpha", "Beta"))
        for attempt in (notice, notice.run_id):
            with self.assertRaises(AccessError):
                attempt.with_user(self.collector).action_send_at_once()
        self._process()
        self.assertEqual(notice.state, "queued")
        notice.with_user(self.manager).action_send_at_once()
        self._process()
        self.assertEqual((notice.state, other.state), ("sent", "queued"))

    def test_a_days_number(self):
        self.company.dunning_daily_max = 2
        partners = [self._debtor(name) for name in ("Alpha", "Beta", "Gamma")]
        notices = self._queue(*partners)
        self._process()
        self.assertEqual(sorted(notices.mapped("state")), ["queued", "sent", "sent"])
        late = notices.filtered(lambda notice: notice.state == "queued")
        self.assertIn("Tuesday 17 March, 00:00", late.waits_text)
        self._process()
        self.assertEqual(late.state, "queued")
        self.assertEqual(self._triggers("2026-03-16 23:00:00"), 1)
        self.clock.move_to("2026-03-16 23:00:00")  # midnight in Paris
        self._process()
        self.assertEqual(late.state, "sent")

    def test_a_failed_mail_counts_for_its_day(self):
        """What was tried may have left: the number is never exceeded."""
        self.company.dunning_daily_max = 1
        first, second = (self._queue(self._debtor(name)) for name in ("Alpha", "Beta"))
        self._process()
        first.dispatch_ids._register_bounce("no such user")
        self.assertEqual(self._states(first)["email"], "failed")
        self._process()
        self.assertEqual(second.state, "queued")

    # ------------------------------------------------- what the channel says of it

    def test_what_disturbs_when_it_leaves_keeps_hours(self):
        """A provider's own channel does too, unless it posts letters."""
        said = {code: c.keeps_hours for code, c in self.channels.items() if c}
        self.assertEqual(
            {code: said[code] for code in ("email", "phone", "letter")},
            {"email": True, "phone": True, "letter": False},
        )
        self.assertFalse(said["registered_letter"])
        channels = self.env["dunning.channel"].sudo()
        values = {"name": "X", "code": "x", "provider": "email"}
        self.assertTrue(channels.create(values).keeps_hours)
        quiet = channels.create({**values, "code": "y", "keeps_hours": False})
        self.assertFalse(quiet.keeps_hours)

    def _own_channel(self, **values):
        """Return a channel of another add-on, over Odoo's mail server."""
        values = {"name": "Own", "code": "own", "provider": "email", **values}
        channel = self.env["dunning.channel"].sudo().create(values)
        self.channels = {**self.channels, "own": channel}
        return self._queue(self._debtor("Alpha", "own"))

    def test_another_add_ons_channel_waits_for_the_window(self):
        self.company.dunning_window = True
        self.clock.move_to(SATURDAY)
        notice = self._own_channel()
        self._process()
        self.assertEqual(notice.state, "queued")
        self.assertIn("Monday 23 March, 08:00", notice.waits_text)

    def test_another_add_ons_channel_that_disturbs_nobody_leaves(self):
        self.company.dunning_window = True
        self.clock.move_to(SATURDAY)
        notice = self._own_channel(keeps_hours=False)
        self._process()
        self.assertEqual(notice.state, "sent")

    def test_another_add_ons_channel_counts_for_the_day(self):
        self.company.dunning_daily_max = 1
        own = self._own_channel()
        other = self._queue(self._debtor("Beta"))
        self._process()
        self.assertEqual((own.state, other.state), ("sent", "queued"))

    # -------------------------------------------------------------------- calls

    def _calls(self, *names):
        self.company.phone = "+33 4 99 99 01 02"
        return self._queue(
            *(self._debtor(name, "phone", phone="01 02") for name in names)
        )

    def test_a_call_is_on_no_list_while_the_window_is_closed(self):
        self.company.dunning_window = True
        self.clock.move_to(SATURDAY)
        notice = self._calls("Alpha")
        for _round in range(5):  # more than a worker may die over it
            self._process()
        self.assertEqual(self._states(notice), {"phone": "queued"})
        self.assertFalse(notice.debtor_id.activity_ids)
        self.assertIn("Monday 23 March, 08:00", notice.waits_text)
        self.clock.move_to("2026-03-23 07:00:00")
        self._process()
        self.assertEqual(self._states(notice), {"phone": "ready"})
        task = notice.debtor_id.activity_ids
        self.assertEqual(str(task.date_deadline), "2026-03-23")

    def test_a_call_beside_a_letter_waits_alone(self):
        """The letter is made at any hour; the call is planned when it may be."""
        self.company.dunning_window = True
        self.company.phone = "+33 4 99 99 01 02"
        self.clock.move_to(SATURDAY)
        notice = self._queue(self._debtor("Alpha", "letter", "phone", phone="01 02"))
        for _round in range(5):
            trusted = notice.sudo()._proof_unlocked()
            trusted._queued()._make_ready()
        self.assertEqual(self._states(notice), {"letter": "ready", "phone": "queued"})
        call = notice.dispatch_ids.filtered(lambda d: d.provider == "phone")
        self.assertFalse(call.attempts, "no worker died over it")

    def test_calls_and_mails_share_the_days_number(self):
        self.company.dunning_daily_max = 2
        mail = self._queue(self._debtor("Alpha"))
        calls = self._calls("Beta", "Gamma")
        self._process()
        self.assertEqual(mail.state, "sent")
        states = calls.dispatch_ids.mapped("state")
        self.assertEqual(states, ["ready", "queued"])
        late = calls[1]
        self.assertIn("Tuesday 17 March", late.waits_text)
        waiting = self.env["dunning.notice"].search(
            [("dispatch_ids", "any", [("state", "=", "queued")])]
        )
        self.assertEqual(waiting, late)
        self.clock.move_to("2026-03-16 23:00:00")  # midnight in Paris
        self._process()
        self.assertEqual(late.dispatch_ids.state, "ready")

    def test_a_call_too_many_on_friday_waits_for_monday(self):
        """A person makes it: a working day, even without hours to send in."""
        self.company.dunning_daily_max = 1
        self.clock.move_to("2026-03-20 10:00:00")
        first, second = self._calls("Alpha", "Beta")
        self._process()
        self.assertEqual(first.dispatch_ids.state, "ready")
        self.assertIn("Monday 23 March, 00:00", second.waits_text)

    def test_a_call_called_off_makes_room(self):
        self.company.dunning_daily_max = 1
        first, second = self._calls("Alpha", "Beta")
        self._process()
        first.sudo().dispatch_ids._cancel("paid")
        self._process()
        self.assertEqual(second.dispatch_ids.state, "ready")

    def test_calls_that_follow_keep_to_the_days_number(self):
        """Ten notices of one day are not ten calls of another (“X days later”)."""
        self.company.phone = "+33 4 99 99 01 02"
        partners = [self._debtor(f"D{i}", "email", phone="01 02") for i in range(4)]
        for partner in partners:
            policy = partner.with_company(self.company).dunning_policy_id
            policy.level_ids.call_follows = True
        notices = self._queue(*partners)
        self._process()
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.company.dunning_daily_max = 2
        planned = []
        for day in ("2026-03-23", "2026-03-24", "2026-03-25"):
            self.clock.move_to(f"{day} 10:00:00")
            self.env["dunning.notice"]._cron_plan_calls()
            self._process()
            calls = notices.dispatch_ids.filtered(lambda d: d.provider == "phone")
            planned.append(calls.mapped("state").count("ready"))
        self.assertEqual(planned, [2, 4, 4])

    def test_one_lane_at_a_time_counts(self):
        """The lock that lanes share is taken, and given back."""
        self.company.dunning_daily_max = 1
        with self.registry.cursor() as other:
            key = "SELECT pg_try_advisory_lock(%s, %s)"
            values = (0x64756E64, self.company.id)
            self.company._dunning_lock_day()
            other.execute(key, values)
            self.assertFalse(other.fetchone()[0])
            self.company._dunning_unlock_day()
            other.execute(key, values)
            self.assertTrue(other.fetchone()[0])
            other.execute("SELECT pg_advisory_unlock(%s, %s)", values)

    def test_impossible_hours(self):
        for values in (
            {"dunning_window_from": 20, "dunning_window_to": 8},
            {"dunning_window_to": 24.5},
            {"dunning_window_from": -1},
            {"dunning_daily_max": -1},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.company.write(values)
