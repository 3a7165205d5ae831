"""What the benchmarks of screens share: what the web client asks, and what it costs.

The calls are those of the web client, with the fields of the views, by an accountant
with the add-on's manager rights. Runs inside Odoo's shell.
"""

import os
import statistics
import time
from collections import namedtuple
from datetime import date

from fill import settle
from lxml import etree

DAY = date(2026, 11, 20)
LIMIT = 80
LINES = 40  # of a table within a form
NUMBERS = ("integer", "float", "monetary")
TABLES = ("one2many", "many2many")

# Milliseconds of the wall clock, of this process and of PostgreSQL's own (its parallel
# workers are not counted; None on another machine), and queries
Cost = namedtuple("Cost", "wall python sql queries")


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


def screen(env, model, kind, view=None):
    """Return (fields, order) of a view, as the web client asks for its records.

    :param kind: ``list``, ``kanban`` or ``form``
    :param view: its reference; the usual one if none is named
    """
    view_id = env.ref(view).id if view else None
    arch = etree.fromstring(env[model].get_view(view_id, kind)["arch"])
    return _specification(env[model], arch), arch.get("default_order")


def _specification(model, arch):
    found = {}
    for node in _fields(arch):
        field = model._fields[node.get("name")]
        inner = {}
        if field.type == "many2one":
            inner = {"fields": {"display_name": {}}}
        elif field.type in TABLES:
            tables = [child for child in node if child.tag in ("list", "kanban")]
            if tables:
                known = _specification(model.env[field.comodel_name], tables[0])
                inner = {"fields": known, "limit": LINES}
                if tables[0].get("default_order"):
                    inner["order"] = tables[0].get("default_order")
            elif "tags" in node.get("widget", ""):
                inner = {"fields": {"display_name": {}}}
        found[field.name] = inner
    return found


def _fields(node):
    """Yield the fields below ``node``, not those of tables within."""
    for child in node:
        if child.tag == "field":
            yield child
        elif child.tag != "groupby":
            yield from _fields(child)


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


def costs(env, rounds, call):
    """Return the medians of ``call``, with cold caches, after a first time."""
    call()
    env.cr.execute("SELECT pg_backend_pid()")
    server = env.cr.fetchone()[0]
    found = []
    for _ in range(rounds):
        env.invalidate_all()
        queries, sql = env.cr.sql_log_count, _server_time(server)
        python, begun = time.process_time(), time.perf_counter()
        call()
        wall = time.perf_counter() - begun
        python = time.process_time() - python
        queries = env.cr.sql_log_count - queries
        sql = None if sql is None else _server_time(server) - sql
        found.append(Cost(wall * 1e3, python * 1e3, sql, queries))
    return Cost(*(_median(column) for column in zip(*found, strict=True)))


def _median(column):
    return None if None in column else statistics.median(column)


def _server_time(process):
    """Return the milliseconds a process of this machine has computed; else None."""
    try:
        with open(f"/proc/{process}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e6
    except (OSError, ValueError):
        return None


def printed(cost):
    """Return one line of figures."""
    sql = "   ?" if cost.sql is None else f"{cost.sql:4.0f}"
    return (
        f"{cost.wall:7.0f} ms  (Python {cost.python:4.0f}, PostgreSQL {sql},"
        f" {cost.queries:3.0f} queries)"
    )


def target(rows, limit, what):
    """Print which of {name: Cost} took longer than ``limit`` milliseconds, if any."""
    late = [name for name, cost in rows.items() if cost.wall > limit]
    if late:
        print(f"{what}: {len(late)} of {len(rows)} over {limit} ms: {', '.join(late)}")
    else:
        print(f"{what}: all {len(rows)} under {limit} ms")


def asked():
    """Return the numbers of items and of rounds asked for."""
    return int(os.environ["BENCH_ITEMS"]), int(os.environ["BENCH_ROUNDS"])
