"""Time the late-payment claims of many invoices: medians, queries, peak memory.

Runs inside Odoo's shell: ``env`` is given, the number of items and of rounds come
from the environment (BENCH_ITEMS, BENCH_ROUNDS). Timed is all of it: reading the
ledger, the customers and the rates, the arithmetic, the amounts.
"""

import os
import sys
from datetime import date

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from measure import filled, measure, timed

DAY = date(2026, 11, 22)


def invoice_lines(env):
    """Return the ids of the receivable lines that were filled in."""
    env.cr.execute(
        "SELECT line.id FROM account_move_line line"
        " JOIN account_move move ON move.id = line.move_id"
        " WHERE move.name LIKE 'BENCH/%' AND line.display_type = 'payment_term'"
        " ORDER BY line.id"
    )
    return [line_id for (line_id,) in env.cr.fetchall()]


def claim(env, line_ids):
    """Claim once; return the number of claims, and their sum in words."""
    count, total = 0, 0
    for claims in env["dunning.claim"]._by_batch(line_ids, DAY):
        count += len(claims)
        total += sum(claim.interest + claim.indemnity for claim in claims.values())
    return count, f"({total:,.2f} in all)"


def main(env):
    """Fill the database and print one line of figures."""
    _items, rounds = filled(env)
    line_ids = invoice_lines(env)
    measure("claims", rounds, lambda: timed(env, lambda: claim(env, line_ids)))


main(env)  # noqa: F821 - given by the shell
