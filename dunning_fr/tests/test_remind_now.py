from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_send import DAY, DUE, SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRemindNow(SendCommon):
    """The next notices of chosen debtors: same rules and guards as any run's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-03-16 10:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.partners = {}
        for name in ("Alpha", "Beta", "Gamma"):
            cls.partners[name] = cls._customer(name, "professional")
            cls._invoice(1000, DUE, cls.partners[name])
        ids = cls.env["dunning.debtor"]._ensure(
            cls.company, [partner.id for partner in cls.partners.values()]
        )
        cls.debtors = cls._of_collector(list(ids.values()))
        cls.alpha = cls._of_collector(ids[cls.partners["Alpha"].id])
        cls.beta = cls._of_collector(ids[cls.partners["Beta"].id])

    @classmethod
    def _of_collector(cls, ids):
        debtors = cls.env["dunning.debtor"].with_user(cls.collector)
        return debtors.with_company(cls.company).browse(ids)

    def _wizard(self, debtors):
        action = debtors.action_remind_now()
        wizard = self.env[action["res_model"]].with_user(self.collector)
        return wizard.with_company(self.company).browse(action["res_id"])

    def _reasons(self, debtor):
        [row] = self._wizard(debtor).content[0]["rows"]
        return row["cells"][3]

    def _opened(self):
        """Let the company have sent something, so that it is no first activation."""
        sent = self._debtor("Sent", "letter")
        notice = self._queue(sent)
        self._letter(notice)
        notice.sudo()._proof_unlocked().write({"state": "sent", "sent_date": DAY})
        drafts = [("state", "=", "draft"), ("company_id", "=", self.company.id)]
        self.env["dunning.notice"].search(drafts).action_cancel()

    def test_only_those_chosen_are_drafted(self):
        self._opened()
        wizard = self._wizard(self.alpha + self.beta)
        self.assertTrue(wizard.can_prepare)
        self.assertIn("2 debtors would be reminded", wizard.headline)
        action = wizard.action_prepare()
        run = self.env["dunning.run"].browse(action["res_id"])
        self.assertEqual((run.state, str(run.date)), ("prepared", DAY))
        self.assertEqual(run.notice_ids.debtor_id, (self.alpha + self.beta).sudo())
        self.assertEqual(set(run.notice_ids.mapped("level_id.sequence")), {1})
        self.assertIn("2 debtors chosen", run.name)
        self.assertEqual(run.create_uid, self.collector)

    def test_one_debtor_opens_its_draft(self):
        self._opened()
        action = self._wizard(self.alpha).action_prepare()
        notice = self.env["dunning.notice"].browse(action["res_id"])
        self.assertEqual(notice.debtor_id, self.alpha.sudo())
        self.assertEqual(notice.state, "draft", "nothing has left")

    def test_who_gets_nothing_and_why(self):
        self.env["dunning.hold"].create(
            {"debtor_id": self.beta.id, "kind": "dispute", "reason": "Wrong goods"}
        )
        wizard = self._wizard(self.alpha + self.beta)
        first, second = wizard.content[0]["rows"]
        self.assertEqual(first["cells"][:2], ["Beta", "Nothing"])
        self.assertIn("Disputed", first["cells"][3])
        self.assertIn("Wrong goods", first["cells"][3])
        self.assertEqual(second["cells"][:2], ["Alpha", "Level 1"])
        self.assertIn("1,000.00", second["cells"][2])
        wizard = self._wizard(self.beta)
        self.assertFalse(wizard.can_prepare)
        with self.assertRaisesRegex(UserError, "Nobody of them"):
            wizard.action_prepare()
        self.assertFalse(
            self.env["dunning.run"].search([("debtor_ids", "in", self.beta.ids)])
        )

    def test_no_level_is_skipped_and_none_comes_twice(self):
        self._opened()
        old = self._invoice(500, "2025-06-02", self.partners["Alpha"])
        self._wizard(self.alpha).action_prepare()
        lines = self.alpha.notice_ids.line_ids
        self.assertEqual(set(lines.mapped("level_id.sequence")), {1}, "however late")
        self.assertIn(old, lines.move_line_id.move_id)
        self.assertFalse(self._wizard(self.alpha).can_prepare)
        self.assertIn("Already in notice", self._reasons(self.alpha))
        notice = self.alpha.notice_ids
        notice.action_send()
        self.assertIn(
            "Already in", self._wizard(self.alpha).content[0]["rows"][0]["cells"][3]
        )

    def test_the_interval_is_kept(self):
        self._opened()
        self._wizard(self.alpha).action_prepare()
        notice = self.alpha.notice_ids
        notice.action_send()
        notice.sudo()._proof_unlocked().write({"state": "sent", "sent_date": DAY})
        self.assertFalse(self._wizard(self.alpha).can_prepare)
        self.assertRegex(self._reasons(self.alpha), "too recent|end of its delay")

    def test_the_first_activation_asks_as_ever(self):
        action = self._wizard(self.alpha).action_prepare()
        self.assertEqual(action["res_model"], "dunning.opening.wizard")
        run = self.env["dunning.run"].browse(action["context"]["default_run_id"])
        self.assertEqual((run.state, run.debtor_ids.ids), ("draft", self.alpha.ids))
        opening = self.env["dunning.opening.wizard"].create({"run_id": run.id})
        self.assertIn("1 debtor", opening.headline)
        opening.action_prepare()
        self.assertEqual(run.notice_ids.debtor_id.ids, self.alpha.ids)
        send = self.env["dunning.send.wizard"].browse(run.action_open_send()["res_id"])
        self.assertTrue(send.must_type, "the first sending wants the number")
        with self.assertRaisesRegex(UserError, "Write"):
            send.action_confirm()

    def test_prepared_again_it_stays_with_its_debtors(self):
        self._opened()
        run = self.alpha._remind_now()
        for _time in range(2):
            run.action_prepare()
            self.assertEqual(run.notice_ids.debtor_id.ids, self.alpha.ids)
        with self.assertRaises(UserError):
            run.write({"debtor_ids": [Command.clear()]})
        table = run.debtors_table[0]["rows"]
        self.assertEqual(table[0]["cells"][:2], ["Alpha", "Level 1"])

    def test_an_archived_debtor_makes_no_run_of_everybody(self):
        self._opened()
        run = self.alpha._remind_now()
        self.alpha.sudo().active = False
        self.env.invalidate_all()
        run.action_prepare()
        self.assertEqual(run.debtor_ids, self.alpha.sudo())
        self.assertFalse(run.notice_ids, "neither Alpha, set aside, nor anybody else")
        self.assertIn("1 debtor chosen", run.name)

    def test_reminders_of_a_few_are_no_first_activation_of_all(self):
        self._wizard(self.alpha).action_prepare()
        run = self.env["dunning.run"].search([("debtor_ids", "in", self.alpha.ids)])
        run.action_prepare()
        notice = run.notice_ids
        notice.sudo()._proof_unlocked().write({"state": "sent", "sent_date": DAY})
        every = self.env["dunning.run"].create(
            {"company_id": self.company.id, "date": DAY}
        )
        question = every.action_open_prepare()
        self.assertEqual(question["res_model"], "dunning.opening.wizard")
        opening = self.env["dunning.opening.wizard"].create({"run_id": every.id})
        self.assertIn("has reminded chosen debtors only", opening.headline)
        # the next few are not asked about again
        action = self._wizard(self.beta).action_prepare()
        self.assertEqual(action["res_model"], "dunning.notice")
        opening.action_prepare()
        names = every.notice_ids.mapped("partner_id.name")
        self.assertNotIn("Alpha", names)
        self.assertIn("Gamma", names)
        every.notice_ids.sudo()._proof_unlocked().write(
            {"state": "sent", "sent_date": DAY}
        )
        self.assertFalse(every._is_first_activation())

    def test_opening_levels_say_for_whom_they_are(self):
        action = self._wizard(self.alpha).action_prepare()
        opening = self.env["dunning.opening.wizard"].create(
            {
                "run_id": action["context"]["default_run_id"],
                "set_levels": True,
                "days_level_1": 1,
                "days_level_2": 0,
                "reason": "Reminded by hand",
            }
        )
        levels = self.env["dunning.opening.level"]
        own = [("company_id", "=", self.company.id)]
        told = opening.effect
        opening.action_prepare()
        count = levels.search_count(own)
        self.assertGreaterEqual(count, 3)
        self.assertIn(f"once: {count};", told)
        self.assertIn("Of the whole company", told)

    def test_a_run_of_all_comes_after(self):
        self._opened()
        self._wizard(self.alpha).action_prepare()
        run = self._run(DAY)
        self.assertFalse(run.debtor_ids)
        self.assertEqual(
            set(run.notice_ids.mapped("partner_id.name")), {"Beta", "Gamma"}
        )
        codes = {group["code"] for group in run.left_out}
        self.assertIn("pending", codes)

    def test_who_may_not_remind(self):
        reader = new_test_user(
            self.env, "reader", groups="account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            self.alpha.with_user(reader).action_remind_now()
        other = self.setup_other_company(name="Beta SAS")["company"]
        far = self.env["dunning.debtor"].create(
            {"partner_id": self.partners["Alpha"].id, "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            (self.alpha + far).action_remind_now()
        both = (self.alpha + far).sudo(False).with_user(self.env.user)
        with self.assertRaisesRegex(UserError, "one company"):
            both.with_context(
                allowed_company_ids=(self.company + other).ids
            ).action_remind_now()
        with self.assertRaisesRegex(UserError, "Choose the debtors"):
            self.alpha.browse().action_remind_now()
        with self.assertRaises(ValidationError):
            self.env["dunning.run"].create(
                {"company_id": self.company.id, "date": DAY, "debtor_ids": far.ids}
            )
        wizard = self._wizard(self.alpha)
        wizard.sudo().debtor_ids = far
        with self.assertRaises(UserError):
            wizard.action_prepare()

    def test_many_cost_no_query_each(self):
        for number in range(6):
            partner = self._customer(f"Many {number}", "professional")
            self._invoice(10, DUE, partner)
            ids = self.env["dunning.debtor"]._ensure(self.company, partner.ids)
            self.debtors |= self._of_collector(list(ids.values()))
        counts = []
        for chosen in (self.debtors, self.debtors[:2], self.debtors):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            chosen._remind_table()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
