"""Time the preparation of a run: medians, queries, peak memory.

Runs inside Odoo's shell: ``env`` is given, the number of items and of rounds come
from the environment (BENCH_ITEMS, BENCH_ROUNDS).
"""

import os
import resource
import statistics
import sys
import time

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from fill import fill

DAY = "2026-11-22"


def one_round(env):
    """Prepare one run, roll back; return seconds, queries, notices, lines."""
    run = env["dunning.run"].create({"date": DAY, "company_id": env.company.id})
    env.flush_all()
    env.invalidate_all()
    queries, begun = env.cr.sql_log_count, time.perf_counter()
    run.action_prepare()
    env.flush_all()
    seconds = time.perf_counter() - begun
    queries = env.cr.sql_log_count - queries
    notices = run.notice_ids
    lines = env["dunning.notice.line"].search_count([("notice_id", "in", notices.ids)])
    result = seconds, queries, len(notices), lines
    env.cr.rollback()
    sweep(env)
    return result


def sweep(env):
    """Clear what the round rolled back, as autovacuum would: not the run's own cost."""
    connection = env.cr._cnx
    connection.autocommit = True
    for model in ("dunning.notice.line", "dunning.notice", "dunning.debtor"):
        env.cr.execute(f"VACUUM {env[model]._table}")
    connection.autocommit = False


def main(env):
    """Fill the database and print one line of figures."""
    items, rounds = int(os.environ["BENCH_ITEMS"]), int(os.environ["BENCH_ROUNDS"])
    fill(env, items)
    one_round(env)  # caches and query plans
    found = [one_round(env) for _ in range(rounds)]
    seconds = statistics.median(row[0] for row in found)
    _, queries, notices, lines = found[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"prepare: {lines} lines on {notices} notices, median of {rounds}: "
        f"{seconds:.2f} s, {seconds / max(1, lines) * 1e6:.0f} µs a line, "
        f"{queries} queries, peak memory {memory} MB"
    )


main(env)  # noqa: F821 - given by the shell
