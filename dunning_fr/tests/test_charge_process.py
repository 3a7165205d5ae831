from .process_case import ProcessCase

TWO_USERS = """
from contextlib import ExitStack
from datetime import date
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure
from odoo import api
from odoo.exceptions import LockError

DAY = date(2026, 9, 30)
partner = customer("Dupont")
moves = invoice(partner) + invoice(partner)
lines = moves.line_ids.filtered(lambda x: x.account_type == "asset_receivable")
env["dunning.debtor"]._ensure(env.company, partner.ids)
if CLAIMED:
    env["dunning.charge"]._claim_lines(env.company, lines, DAY)
env.cr.commit()

def bill(other):
    charges = other["dunning.charge"]
    own = lines.with_env(other)
    other.cr.execute("SET LOCAL lock_timeout = '10s'")
    charges._claim_lines(other.company, own, DAY)._bill()
    other.flush_all()

told = []
with ExitStack() as stack:
    first, second = (
        api.Environment(stack.enter_context(env.registry.cursor()), 1, {})
        for _ in range(2)
    )
    second.cr.execute("SELECT count(*) FROM dunning_charge")  # sees what is there now
    bill(first)
    try:
        bill(second)
    except LockError:
        told.append("locked")
    first.cr.commit()
    try:
        bill(second)  # the lock is free, what this one sees is old
    except (IntegrityError, SerializationFailure) as error:
        told.append(type(error).__name__)
    second.cr.rollback()
    second.invalidate_all()
    try:
        bill(second)
    except Exception as error:
        told.append(str(error))
    second.cr.rollback()
env.cr.rollback()
env.invalidate_all()
billed = env["dunning.charge"].search([("partner_id", "=", partner.id)])
told.append(len(billed.charge_move_id))
told.append(sorted(billed.mapped("kind")))
result(told)
"""


class TestChargeProcess(ProcessCase):
    """Two people press at once: real transactions, side by side."""

    def test_two_users_bill_at_once(self):
        """Double billing is impossible, claimed before or not (invariant 2)."""
        for claimed, error in ((False, "UniqueViolation"), (True, "Serialization")):
            with self.subTest(claimed=claimed):
                told = self.main.run(f"CLAIMED = {claimed}\n{TWO_USERS}")
                self.assertEqual(told[0], "locked")
                self.assertIn(error, told[1])
                self.assertIn("nothing to bill", told[2])
                self.assertEqual(told[3], 1)
                self.assertEqual(told[4], ["indemnity"] * 2 + ["interest"] * 2)
