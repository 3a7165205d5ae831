"""Every action of the desk: for many, for one and over RPC; rights, reasons, traces."""

import json

from odoo import Command
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .test_desk import TODAY, DeskCommon, ago

SOON = "2026-11-27"
# Action of debtors: (arguments, context, whether it is for many)
OPENED = {
    "action_remind_now": ([], {}, True),
    "action_call": ([], {}, True),
    "action_statement": ([], {}, True),
    "action_desk_dialog": ([], {"desk_task": "assign"}, True),
    "action_new_hold": ([], {"default_kind": "dispute"}, True),
    "action_plan": ([], {}, False),
    "action_legal": ([], {}, False),
}
DONE = {
    "action_done_today": ([], {}, True),
    "action_snooze": ([SOON, "Later"], {}, True),
    "action_wake": ([], {}, True),
    "action_record_call": (["reached", "Talked"], {}, False),
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestActions(DeskCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.setup_other_company(name="Autre SAS")["company"]
        cls.people = {
            "reader": ("account.group_account_readonly", cls.company),
            "biller": ("account.group_account_invoice", cls.company),
            "stranger": ("dunning_fr.group_dunning_user", cls.elsewhere),
            "worker": ("dunning_fr.group_dunning_user", cls.company),
        }
        for login, (group, company) in cls.people.items():
            cls.people[login] = new_test_user(
                cls.env,
                login=login,
                password=f"{login}-{login}",
                groups=f"base.group_user,{group}",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
        cls.worker = cls.people["worker"]

    def setUp(self):
        super().setUp()
        self.one = self._owing("Un SARL")
        self.both = self.one | self._owing("Deux SARL")
        self.promise = self._promise(self.one, ago(-5))
        self.dispute = self.env["dunning.hold"].create(
            {"debtor_id": self.both[1].id, "kind": "dispute", "date_from": ago(3)}
        )
        self.holds = self.promise | self.dispute

    def _call(self, login, records, method, arguments=(), context=None):
        self.authenticate(login, f"{login}-{login}")
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{records._name}/{method}",
            {
                "model": records._name,
                "method": method,
                "args": [records.ids, *arguments],
                "kwargs": {"context": context or {}},
            },
        )

    def _reason(self, login, records, method, arguments=(), context=None):
        """Return the words with which a call is refused: those on the screen."""
        self.authenticate(login, f"{login}-{login}")
        params = {
            "model": records._name,
            "method": method,
            "args": [records.ids, *arguments],
            "kwargs": {"context": context or {}},
        }
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{records._name}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        error = answer["error"]["data"]
        self.assertRegex(error["name"], "AccessError|UserError")
        return error["message"]

    def _calls(self):
        """Yield every action as (records, method, arguments, context)."""
        for method, (arguments, context, is_for_many) in {**OPENED, **DONE}.items():
            yield self.one, method, arguments, context
            if is_for_many:
                yield self.both, method, arguments, context
        yield self.promise, "action_correct", [], {}
        yield self.promise, "action_lift", ["Paid"], {}
        yield self.holds, "action_lift", ["Paid"], {}
        yield self.promise, "action_lift", [], {}
        yield self.dispute, "action_resolve", ["rejected", "No"], {}

    def test_who_may_not_is_refused_with_a_reason(self):
        for login in ("reader", "biller", "stranger"):
            for records, method, arguments, context in self._calls():
                with self.subTest(login, action=method, number=len(records)):
                    reason = self._reason(login, records, method, arguments, context)
                    self.assertGreater(len(reason), 20, "words, not a code")
        self.assertEqual(set(self.holds.mapped("state")), {"active"})
        self.assertFalse(self.both.call_ids)
        self.assertFalse(self.env["dunning.snooze"].search([]))

    def test_who_may_gets_a_dialog(self):
        for method, (arguments, context, is_for_many) in OPENED.items():
            for debtors in (self.one, self.both):
                with self.subTest(method, number=len(debtors)):
                    asked = ("worker", debtors, method, arguments, context)
                    if len(debtors) > 1 and not is_for_many:
                        self.assertIn("one debtor at a time", self._reason(*asked))
                        continue
                    self.assertIn("res_model", self._call(*asked))
        for hold, method in (
            (self.promise, "action_correct"),
            (self.holds, "action_lift"),
        ):
            self.assertIn("res_model", self._call("worker", hold, method))

    def _told(self, debtors):
        """Return {debtor: (people, words)} of their discussions."""
        found = {}
        for debtor in debtors:
            messages = debtor.message_ids
            words = " ".join(str(message.body) for message in messages)
            found[debtor] = (messages.author_id, words)
        return found

    def _assert_told(self, debtors, words):
        self.env.invalidate_all()
        for debtor, (authors, told) in self._told(debtors).items():
            with self.subTest(debtor=debtor.display_name, words=words):
                self.assertIn(words, told)
                self.assertIn(self.worker.partner_id, authors)

    def test_what_is_done_at_once_leaves_a_trace(self):
        for method, arguments, words in (
            ("action_done_today", [], "11/21/2026"),
            ("action_snooze", [SOON, "Later"], "11/27/2026. Later"),
            ("action_wake", [], "Back on the desk"),
        ):
            for debtors in (self.one, self.both):
                self._call("worker", debtors, method, arguments)
                self._assert_told(debtors, words)
        snoozes = self.env["dunning.snooze"].search([("debtor_id", "=", self.one.id)])
        self.assertEqual(snoozes.user_id, self.worker)
        self.assertEqual(set(snoozes.mapped("date_from")), {TODAY})
        self._call("worker", self.one, "action_record_call", ["reached", "Talked"])
        self.assertEqual(self.one.call_ids.user_id, self.worker)
        self._assert_told(self.one, "Talked")

    def test_holds_end_and_are_corrected_with_a_trace(self):
        self._call("worker", self.holds, "action_lift", ["Agreed by phone"])
        self._assert_told(self.both, "Agreed by phone")
        self.assertEqual(set(self.holds.mapped("state")), {"released"})
        self.assertEqual(set(self.holds.mapped("ended_on")), {TODAY})
        promise = self._promise(self.one, ago(-5))
        action = self._call("worker", promise, "action_correct")
        holds = self.env["dunning.hold"].with_user(self.worker)
        new = holds.with_context(**action["context"]).create({"date_to": SOON})
        self.assertEqual((promise.state, promise.replaced_by_id), ("released", new))
        self.assertIn("replaces this one", str(promise.message_ids[0].body))

    def _apply(self, task, **values):
        action = self._call(
            "worker", self.both, "action_desk_dialog", (), {"desk_task": task}
        )
        tasks = self.env[action["res_model"]].with_user(self.worker)
        wizard = tasks.with_context(**action["context"]).create(values)
        self.assertEqual((wizard.task, wizard.debtor_ids), (task, self.both))
        self._call("worker", wizard, "action_apply")
        self.env.invalidate_all()

    def test_mass_dialogs_leave_a_trace(self):
        self._apply("assign", user_id=self.worker.id, note="New file")
        self.assertEqual(self.both.user_id, self.worker)
        self._assert_told(self.both, "New file")
        self._apply("call", day=SOON, note="Ask")
        self._assert_told(self.both, "Call planned for 11/27/2026")
        self._apply("snooze", day=SOON, note="Away")
        self._assert_told(self.both, "Away")

    def test_holds_for_many(self):
        for kind, day in (
            ("promise", SOON),
            ("dispute", False),
            ("insurer", False),
            ("document", False),
            ("mediation", False),
            ("other", SOON),
        ):
            before = self.both.hold_ids
            self._apply("hold", hold_kind=kind, day=day, note=f"Told {kind}")
            new = self.both.hold_ids - before
            with self.subTest(kind):
                self.assertEqual(new.debtor_id, self.both)
                self.assertEqual(set(new.mapped("kind")), {kind})
                self.assertEqual(set(new.mapped("date_from")), {TODAY})
                self.assertEqual(new.create_uid, self.worker)
                told = self.env["dunning.history"].search(
                    [("debtor_id", "in", self.both.ids)]
                )
                reasons = [f"{row.summary or ''} {row.detail or ''}" for row in told]
                self.assertEqual(
                    sum(f"Told {kind}" in reason for reason in reasons), 2, reasons
                )
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self._apply("hold", hold_kind="promise")
        dialog = self._call(
            "worker", self.both, "action_new_hold", (), {"default_kind": "promise"}
        )
        self.assertEqual(dialog["context"]["default_hold_kind"], "promise")

    def test_a_dialog_pressed_twice_works_once(self):
        before = self.both.hold_ids
        task = self.env["dunning.desk.task"].with_user(self.worker)
        task = task.create(
            {
                "task": "hold",
                "hold_kind": "promise",
                "day": SOON,
                "debtor_ids": [Command.set(self.both.ids)],
            }
        )
        call = self.env["dunning.call"].with_user(self.worker)
        call = call.create(
            {"debtor_id": self.one.id, "outcome": "promise", "date_to": SOON}
        )
        for wizard, method in ((task, "action_apply"), (call, "action_save")):
            self._call("worker", wizard, method)
            reason = self._reason("worker", wizard, method)
            self.assertEqual(reason, "This is recorded already.")
        self.env.invalidate_all()
        self.assertEqual(len(self.both.hold_ids - before), 3)
        self.assertEqual(len(self.one.call_ids), 1)

    def test_archived_ones_are_not_forgotten(self):
        self.one.active = False
        self._apply("assign", user_id=self.worker.id)
        self.assertEqual(self.one.user_id, self.worker)
        self.holds.action_lift("For the test")
        action = self._call("worker", self.both, "action_remind_now")
        wizard = self.env[action["res_model"]].with_user(self.worker)
        self.assertEqual(len(wizard.browse(action["res_id"])._chosen()), 2)

    def test_a_reminder_of_many_leaves_a_run_of_its_own(self):
        self.holds.action_lift("For the test")
        action = self._call("worker", self.both, "action_remind_now")
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self._call("worker", wizard, "action_prepare")
        run = self.env["dunning.run"].search([("debtor_ids", "in", self.both.ids)])
        self.assertEqual((run.create_uid, run.date), (self.worker, TODAY))
        self.assertEqual(run.debtor_ids, self.both)
