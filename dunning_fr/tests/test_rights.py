"""Who may read, write, create and delete: the whole table, then by trying."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DunningCommon

OPERATIONS = ("read", "write", "create", "unlink")
NOTHING, LOOK, KEEP, ALL = "", "r", "rwc", "rwcu"

# model: (who reads or keeps accounts, collector, manager); nobody else has any right
RIGHTS = {
    "dunning.charge": (LOOK, LOOK, LOOK),
    "dunning.bad.debt": (LOOK, LOOK, LOOK),
    "dunning.bad.debt.wizard": (NOTHING, NOTHING, ALL),
    "dunning.bad.debt.wizard.line": (NOTHING, NOTHING, ALL),
    "dunning.bad.debt.reverse": (NOTHING, NOTHING, ALL),
    "dunning.doubtful.year": (ALL, ALL, ALL),
    "dunning.doubtful.year.line": (LOOK, LOOK, LOOK),
    "dunning.loss.event": (LOOK, LOOK, ALL),
    "dunning.bill.wizard": (NOTHING, NOTHING, ALL),
    "dunning.bill.wizard.line": (NOTHING, NOTHING, ALL),
    "dunning.penalty.year": (ALL, ALL, ALL),
    "dunning.penalty.year.line": (LOOK, LOOK, LOOK),
    "dunning.waive.wizard": (NOTHING, NOTHING, ALL),
    "dunning.call": (NOTHING, ALL, ALL),
    "dunning.phone.call": (NOTHING, LOOK, LOOK),
    "dunning.channel": (NOTHING, LOOK, "rw"),
    "dunning.policy": (LOOK, LOOK, ALL),
    "dunning.level": (LOOK, LOOK, ALL),
    "dunning.lost.address": (NOTHING, LOOK, LOOK),
    "dunning.fallback": (LOOK, LOOK, ALL),
    "dunning.rate": (NOTHING, LOOK, ALL),
    "dunning.parameter": (NOTHING, LOOK, ALL),
    "dunning.procedure": (NOTHING, LOOK, ALL),
    "dunning.procedure.condition": (NOTHING, LOOK, ALL),
    "dunning.procedure.cost": (NOTHING, LOOK, ALL),
    "dunning.court": (NOTHING, LOOK, ALL),
    "dunning.exhibit": (NOTHING, KEEP, ALL),
    "dunning.procedure.step": (NOTHING, LOOK, ALL),
    "dunning.case": (NOTHING, KEEP, KEEP),
    "dunning.case.exhibit": (NOTHING, ALL, ALL),
    "dunning.court.file": (NOTHING, LOOK, LOOK),
    "dunning.court.file.line": (NOTHING, LOOK, LOOK),
    "dunning.case.step": (NOTHING, LOOK, ALL),
    "dunning.document": (NOTHING, LOOK, LOOK),
    "dunning.document.kind": (NOTHING, LOOK, ALL),
    "dunning.document.draft": (NOTHING, ALL, ALL),
    "dunning.case.close": (NOTHING, NOTHING, ALL),
    "dunning.case.decision": (NOTHING, LOOK, ALL),
    "dunning.legal.wizard": (NOTHING, ALL, ALL),
    "dunning.legal.item": (NOTHING, ALL, ALL),
    "dunning.legal.check": (NOTHING, ALL, ALL),
    "dunning.legal.option": (NOTHING, ALL, ALL),
    "dunning.debtor": (NOTHING, KEEP, KEEP),
    "dunning.hold": (NOTHING, KEEP, KEEP),
    "dunning.instalment": (NOTHING, ALL, ALL),
    "dunning.hold.document": (NOTHING, "rw", "rw"),
    "dunning.plan.sign": (NOTHING, ALL, ALL),
    "dunning.plan.wizard": (NOTHING, ALL, ALL),
    "dunning.plan.wizard.line": (NOTHING, ALL, ALL),
    "dunning.dispute.category": (NOTHING, LOOK, ALL),
    "dunning.dispute.close": (NOTHING, ALL, ALL),
    "dunning.history": (NOTHING, LOOK, LOOK),
    "dunning.hold.lift": (NOTHING, ALL, ALL),
    "dunning.dispute.entry": (NOTHING, ALL, ALL),
    "dunning.snooze": (NOTHING, LOOK, LOOK),
    "dunning.desk.task": (NOTHING, ALL, ALL),
    "dunning.desk": (NOTHING, LOOK, LOOK),
    "dunning.desk.check": (NOTHING, LOOK, LOOK),
    "dunning.allocate": (NOTHING, ALL, ALL),
    "dunning.allocate.line": (NOTHING, ALL, ALL),
    "dunning.limitation.event": (NOTHING, KEEP, KEEP),
    "dunning.watch": (NOTHING, LOOK, LOOK),
    "dunning.run": (NOTHING, ALL, ALL),
    "dunning.notice": (NOTHING, LOOK, LOOK),
    "dunning.notice.line": (NOTHING, LOOK, LOOK),
    "dunning.dispatch": (NOTHING, LOOK, LOOK),
    "dunning.return": (NOTHING, LOOK, "ru"),
    "dunning.return.wizard": (NOTHING, ALL, ALL),
    "dunning.receipt": (NOTHING, LOOK, LOOK),
    "dunning.purge": (NOTHING, LOOK, LOOK),
    "dunning.purge.line": (NOTHING, LOOK, LOOK),
    "dunning.purge.wizard": (NOTHING, NOTHING, ALL),
    "dunning.item": (NOTHING, LOOK, LOOK),
    "dunning.behaviour": (NOTHING, LOOK, LOOK),
    "dunning.intake": (NOTHING, LOOK, LOOK),
    "dunning.intake.wizard": (NOTHING, NOTHING, ALL),
    "dunning.intake.wizard.line": (NOTHING, NOTHING, ALL),
    "dunning.opening.level": (NOTHING, LOOK, "ru"),
    "dunning.opening.wizard": (NOTHING, ALL, ALL),
    "dunning.remind.wizard": (NOTHING, ALL, ALL),
    "dunning.statement.wizard": (NOTHING, ALL, ALL),
    "dunning.send.wizard": (NOTHING, ALL, ALL),
    "dunning.simulation.wizard": (NOTHING, ALL, ALL),
    "dunning.delivery": (NOTHING, ALL, ALL),
    "dunning.delivery.line": (NOTHING, ALL, ALL),
    "dunning.tracking.import": (NOTHING, ALL, ALL),
    "dunning.history.import": (NOTHING, NOTHING, ALL),
    "dunning.letter.print": (NOTHING, ALL, ALL),
    "dunning.aged.balance": (ALL, ALL, ALL),
    "dunning.calculation.wizard": (ALL, ALL, ALL),
    "dunning.aged.balance.debtor": (LOOK, LOOK, LOOK),
    "dunning.aged.balance.line": (LOOK, LOOK, LOOK),
}
GROUPS = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "internal": "base.group_user",
    "contacts": "base.group_user,base.group_partner_manager",
    "billing": "account.group_account_invoice",
    "reader": "account.group_account_readonly",
    "collector": "dunning_fr.group_dunning_user",
    "manager": "dunning_fr.group_dunning_manager",
}
COLUMN = {"billing": 0, "reader": 0, "collector": 1, "manager": 2}
DAY, DUE = "2026-03-16", "2026-03-02"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRights(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: new_test_user(
                cls.env,
                login=f"rights_{name}",
                groups=group,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name, group in GROUPS.items()
        }

    def _as(self, name, records):
        return records.with_user(self.people[name])

    def test_the_whole_table(self):
        """Each model, each group, each operation; a new model must be entered here."""
        ours = {
            name
            for name, model in self.env.items()
            if name.startswith("dunning.") and not model._abstract
        }
        self.assertEqual(ours, set(RIGHTS))
        for name in GROUPS:
            for model, row in RIGHTS.items():
                rights = row[COLUMN[name]] if name in COLUMN else NOTHING
                records = self._as(name, self.env[model])
                for operation in OPERATIONS:
                    letter = operation[0]
                    with self.subTest(user=name, model=model, operation=operation):
                        self.assertIs(
                            records.has_access(operation),
                            letter in rights,
                        )

    def test_an_accountant_is_a_manager(self):
        """Who configures accounting configures its reminders."""
        accountant = new_test_user(
            self.env, login="rights_chief", groups="account.group_account_manager"
        )
        self.assertTrue(accountant.has_group("dunning_fr.group_dunning_manager"))
        self.assertFalse(
            self.people["billing"].has_group("dunning_fr.group_dunning_user")
        )

    def test_a_collector_at_work(self):
        """What the daily work writes: debtors, holds and runs, and no more."""
        self._invoice(1000, DUE)
        env = self._as("collector", self.env["dunning.run"]).env
        run = env["dunning.run"].create({"date": DAY})
        run.action_prepare()
        debtor = run.notice_ids.debtor_id
        debtor.write({"note": "Called", "user_id": self.people["collector"].id})
        hold = env["dunning.hold"].create({"debtor_id": debtor.id, "date_from": DAY})
        hold.write({"date_to": DAY, "reason": "Promised by phone"})
        hold.action_release()
        run.action_cancel()
        self.assertEqual((run.state, hold.state), ("cancelled", "released"))
        other = env["dunning.run"].create({"date": DAY})
        other.unlink()
        self.assertFalse(other.exists())
        for name, attempt in (
            ("a hold is history", hold.unlink),
            ("a debtor is history", debtor.unlink),
            ("a policy", lambda: debtor.policy_id.write({"name": "x"})),
            ("a level", lambda: debtor.policy_id.level_ids[0].copy({"sequence": 4})),
            ("a rate", env["dunning.rate"].search([], limit=1).unlink),
            ("a figure", env["dunning.parameter"].search([], limit=1).unlink),
        ):
            with (
                self.subTest(name),
                mute_logger("odoo.addons.base.models.ir_access"),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                attempt()

    def test_a_manager_at_the_settings(self):
        env = self._as("manager", self.env["dunning.policy"]).env
        policy = env["dunning.policy"].create({"name": "Friends"})
        level = env["dunning.level"].create(
            {"policy_id": policy.id, "name": "First", "delay_days": 3}
        )
        level.write({"delay_days": 4})
        self.assertEqual(policy.company_id, self.company)
        level.unlink()
        policy.unlink()
        rate = env["dunning.rate"].create(
            {
                "date_from": "2030-01-01",
                "ecb_rate": 2,
                "legal_rate": 2,
                "legal_rate_individual": 6,
            }
        )
        rate.write({"ecb_rate": 3})
        self.assertEqual(rate.public_rate, 11)
        rate.unlink()

    def test_settings_of_customers(self):
        """A kind, a policy or an exclusion is written with the contact's rights."""
        for name, may_write in (("contacts", True), ("collector", False)):
            partner = self._as(name, self.pro)
            with self.subTest(user=name):
                if may_write:
                    partner.write({"dunning_excluded": True})
                    continue
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    partner.write({"dunning_excluded": False})

    def test_who_reads_a_claim(self):
        """The claim of an invoice is for whoever may read the invoice, staff only."""
        invoice = self._invoice(1000, DUE)
        shown = {}
        for name in GROUPS:
            try:
                with self.env.cr.savepoint(), mute_logger("odoo.addons.base.models"):
                    found = self._as(name, invoice).get_late_payment_claim(DAY)
                shown[name] = found["indemnity"]
            except AccessError:
                continue
        self.assertEqual(
            shown, dict.fromkeys(("billing", "reader", "collector", "manager"), 40)
        )
