from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_case import DAY, DUE, CaseCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCaseAttacks(CaseCommon):
    """A collector with forged contexts and commands: holds, events, cases, steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector, cls.manager = cls.people["user"], cls.people["manager"]
        cls.second = cls.env["res.company"].create({"name": "Voisine SARL"})
        cls.env.user.company_ids += cls.second
        cls.stranger = new_test_user(
            cls.env,
            login="case_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=cls.second.id,
            company_ids=[Command.set(cls.second.ids)],
        )
        debtors = cls.env["dunning.debtor"]
        cls.theirs = debtors.browse(
            debtors._ensure(cls.second, cls.pro.ids)[cls.pro.id]
        )
        cls.env.flush_all()

    def _as(self, user, model, **context):
        return self.env[model].with_user(user).with_context(**context)

    def assertRefused(self, attempt):
        with (
            mute_logger("odoo.addons.base.models.ir_rule", "odoo.sql_db"),
            self.assertRaises(UserError),
            self.env.cr.savepoint(),
        ):
            attempt()
            self.env.flush_all()

    # ------------------------------------------------ default values of a client

    def test_a_client_s_default_day_dates_no_act(self):
        cases = self._as(self.collector, "dunning.case", default_date=DAY)
        case = cases.create(self._values("injonction"))
        self.assertFalse(case.sudo()._all_steps().filtered("date"))
        self.assertEqual(case.state, "prepared")

    def test_a_person_s_own_default_day_dates_no_act(self):
        own = self._as(self.collector, "ir.default")
        own.set("dunning.case.step", "date", DAY, user_id=True)
        case = self._as(self.collector, "dunning.case").create(
            self._values("injonction")
        )
        self.assertFalse(case.sudo()._all_steps().filtered("date"))
        self.assertEqual(case.state, "prepared")

    def test_default_values_do_not_weaken_the_case_s_hold(self):
        forged = {"default_amount": 1, "default_kept_by_manager": True}
        own = self._as(self.collector, "ir.default")
        own.set("dunning.hold", "amount", 1.0, user_id=True)
        cases = self._as(self.collector, "dunning.case", **forged)
        hold = cases.create(self._values("injonction")).hold_id
        self.assertFalse(hold.amount)
        self.assertFalse(hold.kept_by_manager)

    def test_twins_of_an_insolvency_take_no_default_value(self):
        twin = self._twin()
        own = self._as(self.collector, "ir.default")
        own.set("dunning.hold", "amount", 5.0, user_id=True)
        forged = {"default_suspends_interest": True, "default_amount": 5}
        hold = self._as(self.collector, "dunning.hold", **forged).create(
            {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "date_from": DAY,
                "date_to": "2026-12-31",
                "suspends_interest": False,
                "amount": 0,
            }
        )
        followers = hold.sudo().follower_ids
        self.assertEqual(followers.partner_id, twin)
        self.assertFalse(followers.suspends_interest)
        self.assertFalse(followers.amount)

    # ----------------------------------------------------------- other companies

    def test_nothing_is_made_for_another_company_s_debtor(self):
        """The company is the debtor's, whatever a client writes or defaults."""
        document = self._as(self.collector, "ir.attachment").create({"name": "x"})
        theirs = {"debtor_id": self.theirs.id}
        made = {
            "dunning.hold": {**theirs, "kind": "other", "date_from": DAY},
            "dunning.exhibit": {
                **theirs,
                "name": "Order",
                "file": "eA==",
                "file_name": "x",
            },
            "dunning.limitation.event": {
                **theirs,
                "kind": "court_action",
                "date": "2026-01-10",
                "attachment_ids": [Command.set(document.ids)],
            },
            "dunning.case": {**self._values("injonction"), **theirs},
        }
        ours = self.company.id
        for model, values in made.items():
            records = self._as(self.collector, model)
            forged = records.with_context(default_company_id=ours)
            with self.subTest(model):
                self.assertRefused(
                    lambda r=records, v=values: r.create({**v, "company_id": ours})
                )
                self.assertRefused(lambda r=forged, v=values: r.create(v))

    def test_a_record_is_of_its_debtor_s_company(self):
        """Even whoever works in both companies cannot make a hybrid."""
        self.collector.company_ids += self.second
        holds = self._as(self.collector, "dunning.hold")
        values = {"debtor_id": self.theirs.id, "kind": "other", "date_from": DAY}
        forged = holds.with_context(default_company_id=self.company.id)
        held = holds.create({**values, "company_id": self.company.id})
        held += forged.create({**values})
        self.assertEqual(held.mapped("company_id"), self.second)

    def test_a_case_does_not_change_company(self):
        case = self._case()
        seen = case.with_user(self.collector)
        self.assertRefused(lambda: seen.write({"company_id": self.second.id}))
        self.assertRefused(
            lambda: case.with_user(self.manager).write({"company_id": self.second.id})
        )

    def test_a_decision_does_not_change_company(self):
        case = self._date(self._case(), request=DAY)
        decision = self.env["dunning.case.decision"].create(
            {"case_id": case.id, "date": DAY}
        )
        seen = decision.with_user(self.manager)
        self.assertRefused(lambda: seen.write({"company_id": self.second.id}))

    def test_closing_shows_nothing_of_another_company_s_case(self):
        case = self._case()
        wizards = self._as(self.stranger, "dunning.case.close")
        self.assertRefused(
            lambda: wizards.create({"case_id": case.id, "outcome": "lost"}).read(
                ["amount_open", "case_id"]
            )
        )

    # ------------------------------------------------------- holds of a manager

    def _twin(self):
        """Return another customer with an invoice and the same SIREN."""
        self.pro.company_registry = "552100554"
        twin = self._customer("Twin SARL", "professional")
        twin.company_registry = "552100554"
        self._invoice(100, DUE, twin)
        return twin

    def _kept(self, debtor, **values):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": debtor.id,
                "kind": "other",
                "date_from": DAY,
                "kept_by_manager": True,
                **values,
            }
        )

    def test_a_hold_is_not_bound_to_another_s_proceedings(self):
        """What binds twins is written by the program alone: it writes past rights."""
        kept, foreign = self._kept(self.debtor), self._kept(self.theirs)
        holds = self._as(self.collector, "dunning.hold")
        values = {"debtor_id": self.debtor.id, "kind": "insolvency", "date_from": DAY}
        own = holds.create(values)
        for target in (kept, foreign):
            with self.subTest(target.company_id.name):
                self.assertRefused(
                    lambda t=target: (
                        own.write({"leader_id": t.id}),
                        own.action_release(),
                    )
                )
                self.assertRefused(
                    lambda t=target: holds.create({**values, "leader_id": t.id})
                )
        self.assertRefused(lambda: own.write({"follower_ids": [Command.link(kept.id)]}))
        forged = holds.with_context(default_leader_id=foreign.id).create(values)
        forged.action_release()
        self.assertFalse(forged.leader_id)
        self.assertEqual((kept | foreign).mapped("state"), ["active", "active"])

    def test_kept_holds_do_not_tell_which_are_confidential(self):
        """R6.48: a plain kept hold and a confidential one refuse the same things."""
        plain = self._kept(self.debtor)
        secret = self._kept(self.debtor, confidential_kind="conciliation")
        for name, value in {
            "court_name": "Paris",
            "source": "BODACC",
            "trustee_id": self.pro.id,
            "judgment_date": DAY,
            "publication_date": DAY,
        }.items():
            for hold in (plain, secret):
                seen = hold.with_user(self.collector)
                with (
                    self.subTest(name, hold=hold.id),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    seen.write({name: value})
                    self.env.flush_all()

    def test_a_kept_hold_stops_drafts_whether_confidential_or_not(self):
        told = []
        for kind in (False, "mandat_ad_hoc"):
            draft = self._run(DAY).notice_ids
            self.assertEqual(draft.state, "draft")
            hold = self._kept(self.debtor, confidential_kind=kind)
            told.append((draft.state, draft.failure_reason))
            hold.action_release()
        self.assertEqual(told[0][0], "cancelled")
        self.assertEqual(*told)

    def test_a_forged_context_does_not_part_twins(self):
        self._twin()
        leader = self._kept(self.debtor, kind="insolvency", kept_by_manager=False)
        seen = leader.with_user(self.collector).with_context(dunning_twins=True)
        seen.action_release()
        self.assertEqual(leader.follower_ids.state, "released")

    def test_twins_of_a_kept_hold_are_kept_too(self):
        twin = self._twin()
        leader = self._kept(self.debtor, kind="insolvency")
        follower = leader.follower_ids
        self.assertEqual(follower.partner_id, twin)
        self.assertRefused(follower.with_user(self.collector).action_release)
        self.assertEqual(leader.state, "active")
        leader.with_user(self.manager).kept_by_manager = False
        follower.with_user(self.collector).action_release()
        self.assertEqual(leader.state, "released")
