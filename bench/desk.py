"""Time the collector's screens: debtors, one debtor's page, the desk, morning checks.

Runs inside Odoo's shell: ``env`` is given, the rest comes from the environment
(BENCH_ITEMS, BENCH_ROUNDS). 5,000 debtors share the items, one of them has 400; half
of them have been reminded. The calls are the web client's, with the fields of the
views; those of the desk are without the filter "Mine", which makes them shorter.
"""

import os
import sys

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from fill import fill, settle
from screens import asked, costs, listed, printed, remind_half, screen, target

TARGET = 500  # milliseconds, at 5,000 debtors and 200,000 open items
DEBTORS = 5_000
BIG = 400  # items of the largest debtor
DEBTOR = "dunning.debtor"
VIEW = "dunning_fr.dunning_debtor_view_"
LATE = [("amount_overdue", ">", 0)]
TO_DO = [
    ("is_snoozed", "=", False),
    ("desk_reason", "not in", ["waiting", "running", False]),
]

# The invoices of some customers become those of one
ENLARGE = """
WITH ranked AS (SELECT id, row_number() OVER (ORDER BY id) AS rank
                  FROM res_partner WHERE name LIKE 'Bench %%'),
     other AS (SELECT id FROM ranked WHERE rank BETWEEN 2 AND %(customers)s),
     moves AS (UPDATE account_move SET partner_id = ranked.id,
                      commercial_partner_id = ranked.id
                 FROM ranked
                WHERE rank = 1 AND partner_id IN (SELECT id FROM other))
UPDATE account_move_line SET partner_id = ranked.id
  FROM ranked
 WHERE rank = 1 AND partner_id IN (SELECT id FROM other)
RETURNING ranked.id
"""


def enlarge(env, items):
    """Give one customer ``BIG`` items; return it."""
    customers = max(2, BIG * DEBTORS // items)
    env.cr.execute(ENLARGE, {"customers": customers})
    partner = env["res.partner"].browse(env.cr.fetchone()[0])
    env.invalidate_all()
    env.cr.commit()
    settle(env.cr)
    return partner


def lists(env):
    """Yield (name, call) of the lists and kanbans."""
    for name, kind, view, domain in (
        ("debtors, list", "list", "list", LATE),
        ("debtors, kanban", "kanban", "kanban", LATE),
        ("to do today, list", "list", "list_desk", TO_DO),
        ("to do today, kanban", "kanban", "kanban_desk", TO_DO),
    ):
        shown, order = screen(env, DEBTOR, kind, VIEW + view)
        arguments = (env, DEBTOR, domain, None, shown, order)
        yield name, lambda given=arguments: listed(*given)
        if kind == "list":
            for group in ("user_id", "payment_profile"):
                given = (env, DEBTOR, domain, group, shown, order)
                yield f"{name} by {group}", lambda given=given: listed(*given)
    shown, order = screen(env, DEBTOR, "list", VIEW + "list_desk")
    arguments = (env, DEBTOR, TO_DO, "desk_reason", shown, order)
    yield "to do today by reason", lambda: listed(*arguments)


def pages(env, partner):
    """Yield (name, call) of the pages of a usual debtor and of the largest one."""
    debtors = env[DEBTOR].search([], order="id", limit=2)
    big = env[DEBTOR].search([("partner_id", "=", partner.id)])
    usual = debtors.filtered(lambda debtor: debtor != big)[:1]
    for words, debtor in (("debtor's page", usual), (f"page of {BIG} items", big)):
        shown, _order = screen(env, DEBTOR, "form", VIEW + "form")
        yield words, lambda one=debtor, shown=shown: one.web_read(shown)
        contact, _order = screen(env, "res.partner", "form")
        customer = debtor.partner_id
        yield (
            words.replace("debtor's", "customer's").replace("page of", "customer of"),
            lambda one=customer, shown=contact: one.web_read(shown),
        )


def morning(env):
    """Yield (name, call) of the morning checks."""
    shown, _order = screen(env, "dunning.desk", "form")
    desk = env["dunning.desk"].browse(env.company.id)
    yield "morning checks", lambda: desk.web_read(shown)


def main(env):
    """Fill, remind, print one line a screen, and which took longer than the target."""
    items, rounds = asked()
    fill(env, items, DEBTORS)
    partner = enlarge(env, items)
    remind_half(env)
    env = env(user=env.ref("base.user_admin"))
    rows = {}
    partner = partner.with_env(env)
    for name, call in (*lists(env), *pages(env, partner), *morning(env)):
        rows[name] = costs(env, rounds, call)
        print(f"{printed(rows[name])}  {name}")
    number = env[DEBTOR].search_count([])
    print(f"desk: {number} debtors, {items} open items, medians of {rounds}")
    target(rows, TARGET, "desk")


main(env)  # noqa: F821 - given by the shell
