"""The calendar of a policy: when an invoice due on a day would be reminded."""

from datetime import date

from odoo.tests import Form, freeze_time, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-09-01")
class TestPolicyPreview(DunningCommon):
    def _days(self, kind, due):
        schedule = self.policies[kind]._schedule(due)
        return [(level.sequence, day, deadline) for level, day, deadline in schedule]

    def test_professionals(self):
        """Delays 7, 15, 30; deadlines on working days (R5.13); level 4 after expiry."""
        policy = self.policies["professional"]
        policy.pre_reminder = False
        self.assertEqual(
            self._days("professional", date(2026, 9, 1)),
            [
                (1, date(2026, 9, 8), date(2026, 9, 16)),
                (2, date(2026, 9, 16), date(2026, 9, 24)),
                (3, date(2026, 10, 1), date(2026, 10, 14)),
                (4, date(2026, 10, 19), date(2026, 10, 27)),
            ],
        )

    def test_the_reminder_before_the_due_date_comes_first(self):
        policy = self.policies["professional"]
        policy.write({"pre_reminder": True, "pre_reminder_days": 5})
        level, day, _deadline = policy._schedule(date(2026, 9, 10))[0]
        self.assertFalse(level)
        self.assertEqual(day, date(2026, 9, 5))

    def test_the_interval_pushes_a_level_back(self):
        levels = self.policies["consumer"].level_ids
        levels[1].min_interval_days = 30
        days = self._days("consumer", date(2026, 9, 1))
        self.assertEqual(days[0][1], date(2026, 9, 11))
        self.assertEqual(days[1][1], date(2026, 10, 11))

    def test_the_run_follows_the_calendar(self):
        """What the calendar announces is what runs do, day after day."""
        self.policies["professional"].pre_reminder = False
        self._invoice(1000, "2026-09-01")
        announced = self._days("professional", date(2026, 9, 1))[:2]
        for sequence, day, deadline in announced:
            with freeze_time(day):
                before = self.env["dunning.run"].create(
                    {
                        "date": date.fromordinal(day.toordinal() - 1),
                        "company_id": self.company.id,
                    }
                )
                before.action_prepare()
                self.assertFalse(before.notice_ids)
                notice = self._run(day).notice_ids
                self.assertEqual(notice.level_id.sequence, sequence)
                self.assertEqual(notice.deadline_date, deadline)
                notice.sudo()._proof_unlocked().write({"state": "sent"})

    def test_it_follows_what_is_typed(self):
        form = Form(self.policies["public"])
        form.preview_due_date = "2026-09-01"
        first = form.preview[0]["rows"][0]["cells"]
        self.assertIn("11", first[1])
        with form.level_ids.edit(0) as level:
            level.delay_days = 12
        self.assertIn("13", form.preview[0]["rows"][0]["cells"][1])
        self.assertIn("drafted by a person", form.preview[0]["rows"][2]["cells"][2])

    def test_levels_without_formal_notice_stop_the_calendar(self):
        policy = self.env["dunning.policy"].new(
            {
                "company_id": self.company.id,
                "level_ids": [
                    (0, 0, {"sequence": 1, "delay_from": "formal_notice_expiry"})
                ],
            }
        )
        self.assertEqual(policy._schedule(date(2026, 9, 1)), [])
