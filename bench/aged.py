"""Time the aged balance: on screen, then the data of the sheet.

Runs inside Odoo's shell: ``env`` is given, the number of items and of rounds come
from the environment (BENCH_ITEMS, BENCH_ROUNDS). "On screen" is what the server does
between the button and the list: the balance stored, then the very call the web
client makes for the grouped list.
"""

import os
import statistics
import sys

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from measure import filled, timed

DAY = "2026-11-22"
COLUMNS = ("not_due", "bucket_1", "bucket_2", "bucket_3", "bucket_over")


def show(env, with_detail):
    """Open one balance; return the total on screen and its number of rows."""
    balance = env["dunning.aged.balance"].create(
        {"date": DAY, "with_detail": with_detail}
    )
    action = balance.action_show()
    model = env[action["res_model"]].with_context(**action["context"])
    columns = (*COLUMNS, "unmatched", "total")
    aggregates = [f"{name}:sum" for name in columns]
    aggregates += ["currency_id:array_agg_distinct", "__count"]
    groups = model.web_read_group(
        action["domain"],
        action["context"]["group_by"],
        aggregates,
        auto_unfold=True,
        unfold_read_specification={name: {} for name in columns},
        unfold_read_default_limit=80,
    )["groups"]
    return groups[0]["total:sum"], model.search_count(action["domain"])


def one_round(env, action):
    """Return ``timed`` of ``action``; roll back."""
    found = timed(env, action)
    env.cr.rollback()
    return found


def trial_balance(env):
    """Return the balance of the receivable accounts at ``DAY``."""
    domain = [
        ("account_id.account_type", "=", "asset_receivable"),
        ("company_id", "=", env.company.id),
        ("parent_state", "=", "posted"),
        ("date", "<=", DAY),
    ]
    [[total]] = env["account.move.line"]._read_group(domain, [], ["balance:sum"])
    return total


def main(env):
    """Fill the database and print one line of figures for each way to look."""
    items, rounds = filled(env)
    expected = trial_balance(env)
    for label, with_detail in (("debtors", False), ("every item", True)):
        found = [
            one_round(env, lambda detail=with_detail: show(env, detail))
            for _ in range(rounds)
        ]
        seconds = statistics.median(row[0] for row in found)
        total, rows = found[0][2]
        if env.company.currency_id.compare_amounts(total, expected):
            sys.exit(f"aged: {total} on screen, {expected} in the trial balance")
        print(
            f"aged: {items} items, {label} on screen ({rows} rows), median of "
            f"{rounds}: {seconds:.2f} s, {found[-1][1]} queries"
        )
    balance = env["dunning.aged.balance"].create({"date": DAY})
    env.cr.commit()
    sheet = one_round(env, lambda: len(balance.xlsx_file))
    print(f"aged: XLSX {sheet[0]:.2f} s, {sheet[2] * 3 // 4 // 1024} KB")


main(env)  # noqa: F821 - given by the shell
