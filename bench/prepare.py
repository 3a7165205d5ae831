"""Time the preparation of a run: medians, queries, peak memory.

Runs inside Odoo's shell: ``env`` is given, the number of items and of rounds come
from the environment (BENCH_ITEMS, BENCH_ROUNDS).
"""

import os
import sys

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from measure import filled, measure, timed

DAY = "2026-11-22"


def one_round(env):
    """Prepare one run, roll back; return seconds, queries, (lines, words)."""
    run = env["dunning.run"].create({"date": DAY, "company_id": env.company.id})
    seconds, queries, _ = timed(env, run.action_prepare)
    notices = run.notice_ids
    lines = env["dunning.notice.line"].search_count([("notice_id", "in", notices.ids)])
    result = lines, f"on {len(notices)} notices"
    env.cr.rollback()
    sweep(env)
    return seconds, queries, result


def sweep(env):
    """Clear what the round rolled back, as autovacuum would: not the run's own cost."""
    connection = env.cr._cnx
    connection.autocommit = True
    for model in ("dunning.notice.line", "dunning.notice", "dunning.debtor"):
        env.cr.execute(f"VACUUM {env[model]._table}")
    connection.autocommit = False


def main(env):
    """Fill the database and print one line of figures."""
    _items, rounds = filled(env)
    measure("prepare", rounds, lambda: one_round(env), "line", "a line")


main(env)  # noqa: F821 - given by the shell
