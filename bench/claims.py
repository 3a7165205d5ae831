"""Time the late-payment claims of many invoices: medians, queries, peak memory.

Runs inside Odoo's shell: ``env`` is given, the number of items and of rounds come
from the environment (BENCH_ITEMS, BENCH_ROUNDS). Timed is all of it: reading the
ledger, the customers and the rates, the arithmetic, the amounts.
"""

import os
import resource
import statistics
import sys
import time
from datetime import date

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from fill import fill

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


def one_round(env, line_ids):
    """Claim once, with cold caches; return seconds, queries, claims, total."""
    env.invalidate_all()
    queries, begun = env.cr.sql_log_count, time.perf_counter()
    count, total = 0, 0
    for claims in env["dunning.claim"]._by_batch(line_ids, DAY):
        count += len(claims)
        total += sum(claim.interest + claim.indemnity for claim in claims.values())
    seconds = time.perf_counter() - begun
    return seconds, env.cr.sql_log_count - queries, count, total


def main(env):
    """Fill the database and print one line of figures."""
    items, rounds = int(os.environ["BENCH_ITEMS"]), int(os.environ["BENCH_ROUNDS"])
    fill(env, items)
    line_ids = invoice_lines(env)
    one_round(env, line_ids)  # caches and query plans
    found = [one_round(env, line_ids) for _ in range(rounds)]
    seconds = statistics.median(row[0] for row in found)
    _, queries, count, total = found[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"claims: {count} items, {total:,.2f} in all, median of {rounds}: "
        f"{seconds:.2f} s, {seconds / max(1, count) * 1e6:.1f} µs an item, "
        f"{queries} queries, peak memory {memory} MB"
    )


main(env)  # noqa: F821 - given by the shell
