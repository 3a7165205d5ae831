"""Time every filter, grouping and list of the add-on's screens, as the browser asks.

Runs inside Odoo's shell: ``env`` is given, the rest comes from the environment
(BENCH_ITEMS, BENCH_ROUNDS). Half of the debtors have been reminded. The filters are
those of the search views, the columns those of the lists.

Our columns and filters stand in Odoo's own lists of invoices and contacts: what those
take without them is printed beside, and what ours add to it.
"""

import os
import sys

from lxml import etree

from odoo.tools.safe_eval import safe_eval

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from fill import fill
from screens import DAY, asked, costs, listed, printed, remind_half, screen, target

TARGET = 300  # milliseconds, at 200,000 open items
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
FLOOR, FLOOR_GROUPED = "(Odoo's own columns)", "(Odoo's own grouping)"


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


def lists(env):
    """Yield (model, name, grouping, arguments of ``listed``) of all that is timed."""
    for model, view, prefixes, base, grouping in SCREENS:
        shown, order = screen(env, model, "list", view)
        odoo = {name: one for name, one in shown.items() if not name.startswith(OWN)}
        wanted = [("(all)", [], None), *filters(env, model, prefixes)]
        if grouping:  # a list of Odoo's, with columns and filters added to it
            wanted += [(FLOOR, [], None), (FLOOR_GROUPED, [], grouping)]
        for name, domain, group in wanted:
            columns = odoo if name in (FLOOR, FLOOR_GROUPED) else shown
            arguments = (model, [*base, *domain], group, columns, order)
            yield model, name, group, arguments


def floors(rows):
    """Print what the same lists take without us, and what ours add at most."""
    for model in ("account.move", "res.partner"):
        for floor, grouped in ((FLOOR, False), (FLOOR_GROUPED, True)):
            bare = next(
                cost
                for (m, name, _), cost in rows.items()
                if (m, name) == (model, floor)
            )
            ours = {
                name: cost.wall - bare.wall
                for (m, name, group), cost in rows.items()
                if m == model and bool(group) == grouped and name != floor
            }
            most = max(ours, key=ours.get)
            print(
                f"lists: {model} {floor}: {bare.wall:.0f} ms without us;"
                f" ours add {ours[most]:.0f} ms at most ({most})"
            )


def main(env):
    """Fill, remind, and print one line a filter or grouping, the slowest last."""
    items, rounds = asked()
    fill(env, items)
    remind_half(env)
    env = env(user=env.ref("base.user_admin"))
    rows = {}
    for model, name, group, arguments in lists(env):
        rows[model, name, group] = costs(
            env, rounds, lambda given=arguments: listed(env, *given)
        )
    for (model, name, _group), cost in sorted(rows.items(), key=lambda row: row[1]):
        print(f"{printed(cost)}  {model:<16} {name}")
    floors(rows)
    print(f"lists: {items} open items, {len(rows)} lists, medians of {rounds}")
    named = {f"{model} {name}": cost for (model, name, _), cost in rows.items()}
    target(named, TARGET, "lists")


main(env)  # noqa: F821 - given by the shell
