"""Time every filter, grouping and list of the add-on's screens, as the browser asks.

Runs inside Odoo's shell: ``env`` is given, the rest comes from the environment
(BENCH_ITEMS, BENCH_ROUNDS). Half of the debtors have been reminded. The filters are
those of the search views, the columns those of the lists, the calls those of the web
client, by an accountant with the add-on's manager rights.
"""

import os
import statistics
import sys
import time
from datetime import date

from lxml import etree

from odoo.tools.safe_eval import safe_eval

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from fill import fill, settle

DAY = date(2026, 11, 20)
LIMIT = 80
NUMBERS = ("integer", "float", "monetary")
INVOICES = [("move_type", "in", ("out_invoice", "out_refund"))]
# Model, its list (the usual one if none is named), what the names of its filters begin
# with, what the menu always asks for, and a grouping of Odoo's own
SCREENS = (
    ("dunning.debtor", None, ("",), [], None),
    ("dunning.notice", None, ("",), [], None),
    (
        "account.move",
        "account.view_out_invoice_tree",
        ("dunning", "limitation"),
        INVOICES,
        "invoice_date_due",
    ),
    ("res.partner", None, ("dunning",), [], "country_id"),
)
# Columns that the add-on adds to Odoo's lists
OWN = ("debtor_kind", "dunning_", "limitation_")


def remind_half(env):
    """Send level 1 to every second debtor, in SQL, and commit."""
    run = env["dunning.run"].create({"date": DAY, "company_id": env.company.id})
    run.action_prepare()
    env.flush_all()
    env.cr.execute(
        "UPDATE dunning_notice SET state = 'sent', sent_date = date WHERE id % 2 = 0"
    )
    env.invalidate_all()
    env["dunning.item"]._refresh()
    env.cr.commit()
    settle(env.cr)


def columns(env, model, view):
    """Return the specification of the list's columns, as the web client asks."""
    view_id = env.ref(view).id if view else None
    arch = etree.fromstring(env[model].get_view(view_id, "list")["arch"])
    specification = {}
    for node in arch.iterchildren("field"):
        kind = env[model]._fields[node.get("name")].type
        inner = {"fields": {"display_name": {}}} if kind == "many2one" else {}
        specification[node.get("name")] = inner
    return specification, arch.get("default_order")


def filters(env, model, prefixes):
    """Yield (name, domain, grouping) of the filters that are the add-on's."""
    arch = etree.fromstring(env[model].get_view(view_type="search")["arch"])
    for node in arch.iter("filter"):
        name = node.get("name")
        context = safe_eval(node.get("context") or "{}")
        group = context.get("group_by")
        if not name.removeprefix("group_by_").startswith(prefixes):
            continue
        if node.get("domain") or group:
            known = {"uid": env.uid, "context_today": lambda: DAY}
            yield name, safe_eval(node.get("domain") or "[]", known), group


def timed(env, rounds, call):
    """Return the median of ``call`` in milliseconds, with cold caches."""
    found = []
    for _ in range(rounds):
        env.invalidate_all()
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return statistics.median(found) * 1e3


def listed(env, model, domain, group, specification, order):
    """Call what the web client calls for a list, grouped or not."""
    if group:
        # every column, shown or not: the web client asks for the sum of them all
        known = env[model].fields_get(list(specification), ["aggregator", "type"])
        sums = [
            f"{name}:{field['aggregator']}"
            for name, field in known.items()
            if field.get("aggregator") and field["type"] in NUMBERS
        ]
        field = env[model]._fields[group.partition(":")[0]]
        if field.type in ("date", "datetime") and ":" not in group:
            group += ":month"
        return env[model].web_read_group(
            domain, [group], [*sums, "__count"], limit=LIMIT, order=order
        )
    return env[model].web_search_read(
        domain, specification, limit=LIMIT, order=order, count_limit=10001
    )


def main(env):
    """Fill, remind, and print one line a filter or grouping, the slowest last."""
    items, rounds = int(os.environ["BENCH_ITEMS"]), int(os.environ["BENCH_ROUNDS"])
    fill(env, items)
    remind_half(env)
    env = env(user=env.ref("base.user_admin"))
    rows = []
    for model, view, prefixes, base, grouping in SCREENS:
        shown, order = columns(env, model, view)
        odoo = {name: one for name, one in shown.items() if not name.startswith(OWN)}
        asked = [("(all)", [], None), *filters(env, model, prefixes)]
        if grouping:  # a list of Odoo's, with columns and filters added to it
            asked.append(("(Odoo's own columns)", [], None))
            asked.append(("(Odoo's own grouping)", [], grouping))
        for name, domain, group in asked:
            specification = odoo if name.startswith("(Odoo") else shown
            arguments = (model, [*base, *domain], group, specification, order)
            took = timed(env, rounds, lambda a=arguments: listed(env, *a))
            rows.append((took, model, name))
    for took, model, name in sorted(rows):
        print(f"{took:7.0f} ms  {model:<16} {name}")
    print(f"lists: {items} open items, {len(rows)} lists, median of {rounds}")


main(env)  # noqa: F821 - given by the shell
