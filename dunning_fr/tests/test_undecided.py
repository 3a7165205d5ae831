"""Items nothing reminds any more: past their last level, or too small for the next."""

from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user

from .common_send import DUE, SendCommon


class TestUndecided(SendCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-16 10:00:00"))
        cls.policy = cls.env["dunning.policy"].create(
            {
                "name": "One level",
                "company_id": cls.company.id,
                "level_ids": [
                    Command.create(
                        {
                            "name": "Only",
                            "delay_days": 7,
                            "min_amount": 50,
                            "template_id": cls.policies["professional"]
                            .level_ids[0]
                            .template_id.id,
                            "channel_ids": [cls.channels["email"].id],
                        }
                    )
                ],
            }
        )
        cls.level = cls.policy.level_ids
        cls.pro.with_company(cls.company).dunning_policy_id = cls.policy
        cls.boss = new_test_user(
            cls.env,
            login="escalation",
            groups="dunning_fr.group_dunning_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _found(self, name="dunning_undecided"):
        lines = self.env["account.move.line"].with_user(self.collector)
        found = lines.search([(name, "=", True)])
        self.assertEqual(found, found.filtered(name))
        return found.sudo(False).move_id

    def _passed(self, amount=1000):
        """Return an invoice whose only notice has left, and its deadline passed."""
        invoice = self._invoice(amount, DUE)
        notice = self._run("2026-03-16").notice_ids
        notice.action_send()
        self._process()
        self.assertEqual(notice.state, "sent")
        self.notice = notice
        self.clock = self.enterContext(freeze_time("2026-04-10 10:00:00"))
        return invoice

    def test_only_once_the_deadline_has_passed(self):
        invoice = self._passed()
        deadline = self.notice.deadline_date
        for day, found in ((deadline, False), ("2026-04-10", True)):
            with freeze_time(f"{day} 10:00:00"):
                self.env.invalidate_all()
                self.assertEqual(invoice in self._found(), found, day)

    def test_what_takes_an_item_off_the_list(self):
        invoice = self._passed()
        self.assertEqual(self._found(), invoice)
        hold = self.env["dunning.hold"].create(
            {"debtor_id": self.notice.debtor_id.id, "kind": "plan"}
        )
        self.assertFalse(self._found())
        hold.action_release()
        self.assertEqual(self._found(), invoice)
        self.policy.level_ids.copy({"sequence": 2, "delay_days": 60})
        self.assertFalse(self._found())  # another level is to come
        self.policy.level_ids[1].unlink()
        self._pay(invoice, 1000, "2026-04-09")
        self.assertFalse(self._found())

    def test_a_formal_notice_counts_from_its_presentation(self):
        self.level.is_formal_notice = True
        self.level.channel_ids = self.channels["email"]
        invoice = self._passed()
        trusted = self.notice.sudo()._proof_unlocked()
        trusted.presented_date = "2026-04-08"
        self.assertNotIn(invoice, self._found())
        trusted.presented_date = "2026-03-18"
        self.assertIn(invoice, self._found())

    def test_the_same_as_the_rules_say(self):
        """Every item with the verdict and a passed deadline, and no other."""
        invoice = self._passed()
        self._invoice(10, "2026-03-30")
        self._invoice(100, "2026-04-01", self._customer("Beta", "professional"))
        found = self.env["dunning.engine"]._undecided(self.company)
        self.assertEqual(set(found.values()), {self.level.id})
        self.assertEqual(self.env["account.move.line"].browse(found).move_id, invoice)

    def test_a_weekly_activity_kept_up_to_date(self):
        invoice = self._passed()
        levels = self.env["dunning.level"]
        levels._cron_tell_undecided()
        self.assertFalse(levels._undecided_activities())  # nobody is named
        self.level.escalation_user_id = self.boss
        levels._cron_tell_undecided()
        activity = levels._undecided_activities()
        self.assertEqual(activity.user_id, self.boss)
        self.assertIn("1 items", activity.summary)
        self.assertIn(invoice.name, activity.note)
        levels._cron_tell_undecided()
        self.assertEqual(levels._undecided_activities(), activity)
        self._pay(invoice, 1000, "2026-04-09")
        levels._cron_tell_undecided()
        self.assertFalse(levels._undecided_activities())

    def test_without_escalation_manager_who_answers_is_told(self):
        self._passed()
        self.company.dunning_auto_user_id = self.boss
        self.env["dunning.level"]._cron_tell_undecided()
        activity = self.env["dunning.level"]._undecided_activities()
        self.assertEqual(activity.user_id, self.boss)

    def test_small_balances(self):
        small = self._invoice(30, DUE)
        self._invoice(5000, DUE, self._customer("Beta", "professional"))
        young = self._customer("Gamma", "professional")
        young.with_company(self.company).dunning_policy_id = self.policy
        self._invoice(20, "2026-03-14", young)  # its delay has not passed
        self.assertEqual(self._found("dunning_small"), small)
        self._invoice(30, DUE)  # together they are enough
        self.env.invalidate_all()
        self.assertFalse(self._found("dunning_small"))
        self.level.min_amount = 0
        self.assertFalse(self._found("dunning_small"))
