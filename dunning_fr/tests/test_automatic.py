"""The daily run: sends by itself only what a switch lets go, asks for the rest."""

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from .common_send import DAY, DUE, SendCommon

LOG = "odoo.addons.dunning_fr.models.dunning_run_automatic"


class AutomaticCommon(SendCommon):
    """A company that has sent before, whose bank is up to date, on 16 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{DAY} 05:00:00"))
        cls.manager = cls._person("auto_manager", "dunning_fr.group_dunning_manager")
        cls.owner = cls._person("auto_owner", "dunning_fr.group_dunning_user")
        cls._pay(cls._invoice(10, DAY), 10, DAY)
        cls.company.write(
            {"dunning_auto_user_id": cls.manager.id, "dunning_auto_run": True}
        )
        before = cls._customer("Before SARL", "professional")
        cls._invoice(500, DUE, before)
        cls._run("2026-03-15").notice_ids.action_send()
        cls.level = cls.policies["professional"].level_ids[0]

    @classmethod
    def _person(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            groups=group,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _day(self):
        """Let the scheduled action come by; return today's automatic run."""
        self.env["dunning.run"]._cron_automatic()
        return self.env["dunning.run"].search(
            [
                ("is_automatic", "=", True),
                ("company_id", "=", self.company.id),
                ("date", "=", self.company._dunning_today()),
            ]
        )

    def _owing(self, name, *codes, auto=True, formal=False, alone=False, **values):
        """Return a customer whose only level may leave by itself, or not."""
        partner = self._debtor(name, *(codes or ["email"]), formal=formal)
        partner.write(values)
        level = partner.with_company(self.company).dunning_policy_id.level_ids
        level.write({"auto_send": auto, "auto_send_formal": alone})
        return partner

    def _notice(self, run, partner):
        return run.notice_ids.filtered(lambda notice: notice.partner_id == partner)

    def _activities(self, run, user):
        return run._activities().filtered(lambda a: a.user_id == user)


class TestAutomatic(AutomaticCommon):
    def test_off_by_default(self):
        self.assertFalse(self.env["res.company"].new({}).dunning_auto_run)
        levels = self.env["dunning.level"].search([])
        self.assertFalse(any(levels.mapped("auto_send_formal")))
        self.company.dunning_auto_run = False
        self._owing("Alpha")
        self.assertFalse(self._day())

    def test_only_levels_that_say_so_leave(self):
        alone, person = self._owing("Alpha"), self._owing("Beta", auto=False)
        run = self._day()
        sent, kept = self._notice(run, alone), self._notice(run, person)
        self.assertEqual((sent.state, kept.state), ("queued", "draft"))
        self.assertEqual(sent.approved_by, self.manager)
        self.assertTrue(sent.is_automatic)
        self.assertFalse(kept.is_automatic)
        self.assertEqual(run.state, "prepared")
        self.assertFalse(run.held_back)
        self._process()
        self.assertEqual((sent.state, kept.state), ("sent", "draft"))
        kept.with_user(self.collector).action_send()
        self.assertFalse(kept.is_automatic)

    def test_one_run_a_day_and_no_second_notice(self):
        partner = self._owing("Alpha")
        run = self._day()
        self.assertEqual(self._day(), run)
        notices = self.env["dunning.notice"].search([("partner_id", "=", partner.id)])
        self.assertEqual(len(notices), 1)

    def test_every_level_on_the_notice_must_say_so(self):
        """An item at a level kept for a person is not taken along by a higher one."""
        policy = self._policy("email")
        partner = self._customer("Alpha", "professional")
        partner.with_company(self.company).dunning_policy_id = policy
        policy.level_ids.copy({"sequence": 2, "delay_days": 30, "auto_send": True})
        self._invoice(1000, "2026-01-02", partner)
        with freeze_time("2026-02-01"):
            self._run("2026-02-01").notice_ids.filtered(
                lambda notice: notice.partner_id == partner
            ).action_send()
            self._process()
        self._invoice(1000, DUE, partner)
        notice = self._notice(self._day(), partner)
        self.assertEqual(notice.level_id.sequence, 2)
        self.assertEqual(notice.state, "draft")
        policy.level_ids[0].auto_send = True
        self.assertTrue(notice._may_leave_alone())

    def test_open_credits_need_a_person(self):
        partner = self._owing("Alpha")
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": partner.id,
                "invoice_date": DUE,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 100, "tax_ids": []})
                ],
            }
        )
        refund.action_post()
        self.assertEqual(self._notice(self._day(), partner).state, "draft")

    def test_yesterdays_run_makes_way(self):
        """Its drafts come again; what had been queued stays, with its history."""
        alone, person = self._owing("Alpha"), self._owing("Beta", auto=False)
        run = self._day()
        draft = self._notice(run, person)
        queued = self._notice(run, alone).sudo()._proof_unlocked()
        queued.dispatch_ids._cancel("changed")
        queued._back_to_draft("changed")
        with freeze_time("2026-03-17 05:00:00"):
            new = self._day()
        self.assertNotEqual(new, run)
        self.assertFalse(draft.exists())
        self.assertEqual((run.state, queued.state), ("done", "cancelled"))
        self.assertEqual(self._notice(new, person).state, "draft")
        self.assertEqual(self._notice(new, alone).state, "queued")
        with freeze_time("2026-03-18 05:00:00"):
            self._day()
        self.assertTrue(new.exists())

    def test_not_on_a_day_when_nothing_leaves(self):
        self.company.dunning_window = True
        self._owing("Alpha")
        with freeze_time("2026-03-22 05:00:00"):  # a Sunday
            self.assertFalse(self._day())
        with freeze_time("2026-03-23 05:00:00"):
            self.assertTrue(self._day())


class TestHeldBack(AutomaticCommon):
    """What asks for a person is never skipped."""

    def _assert_held(self, words):
        run = self._day()
        self.assertEqual(set(run.notice_ids.mapped("state")), {"draft"})
        self.assertIn(words, run.held_back)
        told = self._activities(run, self.manager)
        self.assertIn(words, "".join(told.mapped("note")))
        return run

    def test_a_number_above_the_companys(self):
        self.company.dunning_auto_max = 2
        for name in ("Alpha", "Beta", "Gamma"):
            self._owing(name)
        run = self._assert_held("more than the 2")
        run.notice_ids.with_user(self.collector).action_send()
        self.assertEqual(set(run.notice_ids.mapped("state")), {"queued"})

    def test_the_very_first_sending(self):
        trusted = self.env["dunning.notice"].search([]).sudo()._proof_unlocked()
        trusted.write({"state": "cancelled"})
        self._owing("Alpha")
        run = self._day()
        self.assertEqual(run.state, "draft")
        self.assertIn("first run needs a person", run.held_back)
        self.assertFalse(run.notice_ids)

    def test_opening_levels_do_not_replace_the_first_sending(self):
        trusted = self.env["dunning.notice"].search([]).sudo()._proof_unlocked()
        trusted.write({"state": "cancelled"})
        self.env["dunning.opening.level"].sudo().create(
            {
                "company_id": self.company.id,
                "move_name": "F1",
                "document_key": "1:2026-01-01",
                "date_maturity": "2026-01-01",
                "date": "2026-01-10",
                "sequence": 1,
                "reason": "Old system",
            }
        )
        self._owing("Alpha")
        self._assert_held("the first sending needs a person")

    def test_a_bank_that_is_not_up_to_date(self):
        """Payments not entered yet would be asked for again."""
        self._owing("Alpha")
        with freeze_time("2026-04-13 05:00:00"):
            self._assert_held("would be asked for again")

    def test_a_company_that_lacks_something(self):
        self.company.company_registry = False
        self._owing("Alpha")
        self._assert_held("SIREN")

    def test_who_is_told_of_drafts(self):
        first, second = (
            self._owing("Alpha", auto=False),
            self._owing("Beta", auto=False),
        )
        level = first.with_company(self.company).dunning_policy_id.level_ids
        level.owner_id = self.owner
        run = self._day()
        self.assertEqual(
            self._activities(run, self.owner).summary, "Notices to approve: 1"
        )
        self.assertTrue(self._activities(run, self.manager))
        self.assertEqual(self._notice(run, second).state, "draft")
        run.with_user(self.collector).action_cancel()
        self.assertFalse(run._activities())

    def test_an_owner_who_may_not_see_runs_is_not_told(self):
        partner = self._owing("Alpha", auto=False)
        level = partner.with_company(self.company).dunning_policy_id.level_ids
        level.owner_id = self._person("plain", "base.group_user")
        run = self._day()
        self.assertEqual(run._activities().user_id, self.manager)

    def test_missing_rates_are_told(self):
        self._owing("Alpha")
        self.env["dunning.rate"].search([("date_from", "=", "2026-01-01")]).unlink()
        run = self._day()
        self.assertFalse(run.notice_ids)
        told = self._activities(run, self.manager)
        self.assertIn("Rates are missing", told.mapped("summary"))

    def test_one_company_does_not_stop_another(self):
        """The first one's manager has left: it is said, and the second has its run."""
        self._owing("Alpha")
        other = self.env["res.company"].create(
            {"name": "Avant tout SARL", "sequence": 0}
        )
        leaver = new_test_user(
            self.env,
            login="auto_leaver",
            groups="dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        left = new_test_user(
            self.env,
            login="auto_left",
            groups="dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        other.write({"dunning_auto_user_id": leaver.id, "dunning_auto_run": True})
        leaver.active = False
        with mute_logger(LOG):
            run = self._day()
        self.assertEqual(run.notice_ids.state, "queued")
        failed = self.env["dunning.run"].search([("company_id", "=", other.id)])
        self.assertEqual((failed.state, failed.is_automatic), ("draft", True))
        self.assertIn("auto_leaver", failed.held_back)
        self.assertIn(left, failed._activities().user_id)
        self.assertNotIn(leaver, failed._activities().user_id)
        self.assertNotIn(self.manager, failed._activities().user_id)

    def test_a_broken_company_leaves_nothing_half_done(self):
        partner = self._owing("Alpha")
        self._invoice(1000, "2024-01-15", partner)  # its limitation is looked up
        self.env["dunning.parameter"].search(
            [("key", "=like", "fr.prescription_years%")]
        ).unlink()
        with mute_logger(LOG):
            run = self._day()
        self.assertEqual(run.state, "draft")
        self.assertIn("KeyError", run.held_back)
        self.assertFalse(self._notice(run, partner))


class TestFormalByItself(AutomaticCommon):
    """Formal notices need a second switch, and never go to public buyers alone."""

    def test_the_second_switch(self):
        one = self._owing("Alpha", "email", "registered_letter", formal=True)
        two = self._owing("Beta", "email", "registered_letter", formal=True, alone=True)
        run = self._day()
        self.assertEqual(self._notice(run, one).state, "draft")
        self.assertEqual(self._notice(run, two).state, "queued")

    def test_never_to_a_public_buyer(self):
        """Whatever the policy: the customer's own one says yes to everything."""
        partner = self._owing("Mairie", "email", "letter", formal=True, alone=True)
        partner.write({"debtor_kind": "public", "public_buyer_type": "local"})
        notice = self._notice(self._day(), partner)
        self.assertTrue(notice.is_formal_notice)
        self.assertEqual(notice.state, "draft")
        trusted = notice.sudo()._proof_unlocked()
        with (
            self.assertRaises(CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            trusted.write({"is_automatic": True})
            trusted.flush_recordset()

    def test_never_to_a_public_invoice_of_another_customer(self):
        partner = self._owing("Alpha", "email", "letter", formal=True, alone=True)
        self.env["account.move"].search(
            [("partner_id", "=", partner.id)]
        ).debtor_kind = "public"
        self.assertEqual(self._notice(self._day(), partner).state, "draft")

    def test_a_customer_found_to_be_public_before_it_leaves(self):
        partner = self._owing("Alpha", "email", "letter", formal=True, alone=True)
        notice = self._notice(self._day(), partner)
        self.assertEqual(notice.state, "queued")
        partner.write({"debtor_kind": "public", "public_buyer_type": "local"})
        self._process()
        self.assertEqual(notice.state, "draft")
        self.assertTrue(notice.failure_reason)

    def test_the_switch_itself(self):
        public = self.policies["public"].level_ids[-1]
        public.write({"is_formal_notice": True, "auto_send": True})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            public.auto_send_formal = True
        private = self._policy("email", formal=True)
        private.level_ids.write({"auto_send": True, "auto_send_formal": True})
        self.policies["public"].active = False
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            private.default_for_kind = "public"

    def test_over_rpc(self):
        """What a client may try: fields, own facts, private methods."""
        partner = self._owing("Mairie", "email", "letter", formal=True, alone=True)
        partner.write({"debtor_kind": "public", "public_buyer_type": "local"})
        notice = self._notice(self._day(), partner)
        public = self.policies["public"].level_ids[-1]
        env = self.env(user=self.manager)
        context = {"context": {"dunning_proof": True, "mail_activity_quick_update": 1}}
        own = {"is_automatic": True, "date": DAY, "company_id": self.company.id}
        attempts = (
            ("dunning.level", "write", [public.ids, {
                "is_formal_notice": True, "auto_send": True, "auto_send_formal": True,
            }]),
            ("dunning.notice", "write", [notice.ids, {"is_automatic": True}]),
            ("dunning.run", "write", [notice.run_id.ids, {"held_back": False}]),
            ("dunning.run", "create", [[own]]),
            ("dunning.run", "_cron_automatic", []),
            ("dunning.run", "_send_automatic", [notice.run_id.ids]),
            ("dunning.notice", "_queue", [notice.ids, {}]),
        )  # fmt: skip
        for model, method, arguments in attempts:
            with (
                self.subTest(model=model, method=method, arguments=arguments),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
                mute_logger("odoo.service.model", "odoo.addons.base.models.ir_model"),
            ):
                call_kw(env[model], method, arguments, dict(context))
                env.flush_all()
        self.assertFalse(notice.is_automatic)
        self.assertEqual(notice.state, "draft")

    def test_a_collector_does_not_switch_it_on(self):
        level = self.level.with_user(self.collector)
        for values in ({"auto_send": True}, {"owner_id": self.collector.id}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                level.write(values)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.company.with_user(self.manager).dunning_auto_run = False

    def test_who_answers_is_a_manager(self):
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.company.dunning_auto_user_id = self.collector
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.company.dunning_auto_user_id = False
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.company.dunning_auto_max = -1
