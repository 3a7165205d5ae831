"""Holds entered at the same moment: real transactions, side by side."""

import time
from pathlib import Path

from .process_case import ProcessCase

TWO_USERS = """
from contextlib import ExitStack
from psycopg2.errors import LockNotAvailable, SerializationFailure
from odoo import api
from odoo.exceptions import UserError

partner = customer("Dupont")
move = invoice(partner)
debtor_id = env["dunning.debtor"]._ensure(env.company, partner.ids)[partner.id]
BEFORE
env.cr.commit()

def enter(other):
    with other.cr.savepoint():
        other.cr.execute("SET LOCAL lock_timeout = '300ms'")
        other["dunning.hold"].create({"debtor_id": debtor_id, **VALUES})
        other.flush_all()

told = []
with ExitStack() as stack:
    first, second = (
        api.Environment(stack.enter_context(env.registry.cursor()), 1, {})
        for _ in range(2)
    )
    second.cr.execute("SELECT count(*) FROM dunning_hold")  # sees what is there now
    enter(first)
    for finish in (lambda: None, first.cr.commit, second.cr.rollback):
        finish()  # the first one is not done; then it is; then the second starts anew
        second.invalidate_all()
        try:
            enter(second)
            told.append("entered")
        except (LockNotAvailable, SerializationFailure) as error:
            told.append(type(error).__name__)
        except UserError as error:
            told.append(str(error))
    second.cr.commit()
env.cr.rollback()
env.invalidate_all()
holds = env["dunning.hold"].search([("debtor_id", "=", debtor_id)])
told.append(sorted(holds.mapped("state")))
result(told)
"""
PLAN = """
VALUES = {
    "kind": "plan", "date_from": "2026-03-16", "move_ids": [(6, 0, move.ids)],
    "instalment_ids": [(0, 0, {"due_date": "2026-04-30", "amount": 1000})],
}
"""
CORRECTION = """
promise = {
    "kind": "promise", "date_from": "2026-03-16", "date_to": "2026-12-30",
    "move_ids": [(6, 0, move.ids)],
}
old = env["dunning.hold"].create({"debtor_id": debtor_id, **promise})
VALUES = {**promise, "date_to": "2026-12-31", "replaces_id": old.id}
"""
ERASURE = """
partner = customer("Durand")
move = invoice(partner)
pay(move)
company = env.company
company.write({"dunning_retention": True, "dunning_retention_notes_months": 1})
debtor_id = env["dunning.debtor"]._ensure(company, partner.ids)[partner.id]
hold = env["dunning.hold"].create({
    "debtor_id": debtor_id, "kind": "dispute", "date_from": "2026-03-10",
    "date_to": "2026-03-11", "reason": "Says that he is ill",
})
hold.action_release()
env.flush_all()
for table in ("dunning_hold", "account_partial_reconcile", "mail_message"):
    env.cr.execute(f"UPDATE {table} SET create_date = '2026-03-12'")
env.cr.execute("UPDATE dunning_hold SET settled_on = NULL, ended_on = '2026-03-12'")
env.invalidate_all()
purges, day = env["dunning.purge"], company._dunning_today()
count = purges._overview(company, day)["count"]
purges._start(company, day, count)
result([hold.id, count])
"""
HOLDING = """
import time
from pathlib import Path
old = env["dunning.hold"].browse({hold_id})
env["dunning.hold"].create({{
    "debtor_id": old.debtor_id.id, "kind": "other", "date_from": "2026-03-16",
}})
env.flush_all()
Path({there!r}).touch()
end = time.monotonic() + 20
while not Path({go_on!r}).exists() and time.monotonic() < end:
    time.sleep(0.05)
"""


class TestHoldProcess(ProcessCase):
    """What is entered at once is entered once; what is erased was free to go."""

    def test_two_users_grant_a_plan_at_once(self):
        told = self.main.run(TWO_USERS.replace("BEFORE", PLAN))
        self.assertEqual(told[:2], ["LockNotAvailable", "SerializationFailure"])
        self.assertIn("covers", told[2])
        self.assertEqual(told[3], ["active"])

    def test_two_users_correct_a_promise_at_once(self):
        told = self.main.run(TWO_USERS.replace("BEFORE", CORRECTION))
        self.assertEqual(told[:2], ["LockNotAvailable", "SerializationFailure"])
        self.assertIn("corrected already", told[2])
        self.assertEqual(told[3], ["active", "released"])

    def test_a_hold_of_the_same_moment_keeps_data_from_erasure(self):
        """R10.8: what is held is kept, though it was held a moment ago."""
        hold_id, count = self.main.run(ERASURE)
        self.assertTrue(count)
        there, go_on = (Path(self.folder, name) for name in ("there", "go_on"))
        self.main.send(
            HOLDING.format(hold_id=hold_id, there=str(there), go_on=str(go_on))
        )
        worker = self.actor()
        worker.run("result(Notice._name)")  # it is up
        self.wait_for(there.exists)
        worker.send("env['dunning.purge']._process_queue()")
        time.sleep(3)  # it is at work, or waits
        go_on.touch()
        self.main.receive()
        worker.receive()
        reason, states = self.main.run(
            f"hold = env['dunning.hold'].browse({hold_id})\n"
            "lines = env['dunning.purge.line'].search([])\n"
            "result([hold.reason, sorted(set(lines.mapped('reason')))])"
        )
        self.assertEqual(reason, "Says that he is ill")
        self.assertEqual(states, ["hold"])
