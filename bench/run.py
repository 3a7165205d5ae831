"""Time the preparation of a run beside the closest peer's, in one process.

Runs inside Odoo's shell: ``env`` is given, the rest comes from the environment:
BENCH_ITEMS, BENCH_ROUNDS, BENCH_CUSTOMERS (0 = a tenth of the items). Where the peer
(OCA's ``account_credit_control``) is installed both take turns; for this add-on
interest and indemnity of every item are part of what is timed, the peer computes
neither.
"""

import os
import resource
import statistics
import sys
import time
from datetime import date, timedelta

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from fill import fill

DAY = date(2026, 11, 20)
NEW = 200  # one notice in so many is left for the day after
TABLES = (
    "dunning.notice.line",
    "dunning.notice",
    "dunning.debtor",
    "dunning.item",
    "credit.control.line",
)


def timed(env, action):
    """Return seconds, queries and result of ``action`` with cold caches."""
    env.flush_all()
    env.invalidate_all()
    queries, begun = env.cr.sql_log_count, time.perf_counter()
    result = action()
    env.flush_all()
    return time.perf_counter() - begun, env.cr.sql_log_count - queries, result


def undo(env):
    """Roll back, and clear what that leaves behind, as autovacuum would."""
    env.cr.rollback()
    connection = env.cr._cnx
    connection.autocommit = True
    for model in TABLES:
        if model in env:
            env.cr.execute(f"VACUUM {env[model]._table}")
    connection.autocommit = False


def prepare(env, day):
    """Prepare a run of ``day``; return seconds, queries, run."""
    run = env["dunning.run"].create({"date": day, "company_id": env.company.id})
    seconds, queries, _ = timed(env, run.action_prepare)
    return seconds, queries, run


def own_round(env):
    """Prepare a run and the one of the day after; roll back.

    Return the seconds and queries of both, and the lines of the first.
    """
    seconds, queries, run = prepare(env, DAY)
    notices = run.notice_ids.sorted("id")
    lines = env["dunning.notice.line"].search_count([("notice_id", "in", notices.ids)])
    left = notices[::NEW]
    env.cr.execute("DELETE FROM dunning_notice WHERE id = ANY(%s)", [left.ids])
    env.cr.execute(
        "UPDATE dunning_notice SET state = 'sent', sent_date = date WHERE run_id = %s",
        [run.id],
    )
    env.invalidate_all()
    env["dunning.item"]._refresh()
    env.cr.execute("ANALYZE dunning_item")
    later, later_queries, run = prepare(env, DAY + timedelta(days=1))
    assert len(run.notice_ids) == len(left), "the day after reminds what was left"
    undo(env)
    return seconds, queries, lines, later, later_queries


def peer_round(env):
    """Generate the peer's lines, roll back; return seconds, queries, lines."""
    policy = env.ref("account_credit_control.credit_control_3_time")
    receivable = [
        ("account_type", "=", "asset_receivable"),
        ("company_ids", "in", env.company.ids),
    ]
    policy.account_ids = env["account.account"].search(receivable)
    env.company.credit_policy_id = policy
    run = env["credit.control.run"].create({"date": DAY, "policy_ids": policy.ids})
    seconds, queries, _ = timed(env, run.generate_credit_lines)
    lines = len(run.line_ids)
    undo(env)
    return seconds, queries, lines


def summary(name, seconds, lines, queries, rounds):
    """Return one row of the table."""
    return (
        f"{name:<28} {lines:>7} lines  {seconds:>7.2f} s  "
        f"{seconds / max(1, lines) * 1e6:>6.0f} µs a line  {queries:>6} queries  "
        f"(median of {rounds})"
    )


def main(env):
    """Fill the database and print the table."""
    items, rounds = int(os.environ["BENCH_ITEMS"]), int(os.environ["BENCH_ROUNDS"])
    customers = int(os.environ.get("BENCH_CUSTOMERS") or 0) or max(1, items // 10)
    with_peer = "credit.control.run" in env
    fill(env, items, customers)
    own_round(env)  # caches and query plans
    own, peer = [], []
    for _ in range(rounds):
        own.append(own_round(env))
        if with_peer:
            peer.append(peer_round(env))
    name = f"dunning_fr, {customers} debtors"
    seconds, later = (statistics.median(row[at] for row in own) for at in (0, 3))
    _, queries, lines, _, later_queries = own[0]
    print(summary(name, seconds, lines, queries, rounds))
    print(
        summary("  the day after", later, lines // NEW, later_queries, rounds)
        + f", {later / seconds:.3f} of the first"
    )
    if with_peer:
        took = statistics.median(row[0] for row in peer)
        _, queries, count = peer[0]
        print(summary("account_credit_control", took, count, queries, rounds))
        print(f"{took / count / (seconds / lines):.1f} × faster a line")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {memory} MB" + (", the peer's included" if with_peer else ""))


main(env)  # noqa: F821 - given by the shell
