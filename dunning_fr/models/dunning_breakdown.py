"""Small tables for the ``dunning_breakdown`` widget: texts, ready to be shown."""

from odoo.tools import format_date, formatLang


class DayTexts(dict):
    """Days as the user of ``env`` reads them, {day: text}; no day is an empty text.

    Hundreds of rows name the same few days: each is put into words once.
    """

    def __init__(self, env):
        super().__init__()
        self.env = env

    def __missing__(self, day):
        self[day] = text = format_date(self.env, day) if day else ""
        return text


def column(label, numeric=False):
    return {"label": label, "numeric": numeric}


def row(*cells, key=False):
    """Return a row of texts; one with a ``key`` can be opened.

    The record that shows the table answers ``action_open_breakdown(key)``.
    """
    return {"cells": list(map(str, cells)), "key": key}


def table(title, columns, rows, empty="", total=None):
    return {
        "title": title,
        "columns": columns,
        "rows": rows,
        "empty": empty,
        "total": list(map(str, total)) if total and rows else False,
    }


def money(env, totals):
    """Return {currency: amount} as text: amounts of two currencies are never added."""
    parts = [
        formatLang(env, amount, currency_obj=currency)
        for currency, amount in sorted(totals.items(), key=lambda pair: pair[0].id)
    ]
    return " + ".join(parts) or formatLang(env, 0, currency_obj=env.company.currency_id)


def notices(env, count):
    """Return the number of notices in words that agree with it."""
    return env._("1 notice") if count == 1 else env._("%s notices", count)


def debtors(env, count):
    """Return how many debtors, in words: French says nought in the singular."""
    if not count:
        return env._("no debtor")
    return env._("1 debtor") if count == 1 else env._("%s debtors", count)


def add_money(totals, currency, amount):
    """Add ``amount`` to ``totals``, a {currency: amount}."""
    totals[currency] = totals.get(currency, 0) + amount


def open_items(env, name, domain):
    """Return the action that shows receivable journal items, for reading."""
    action = env["ir.actions.act_window"]._for_xml_id("dunning_fr.action_dunning_item")
    return {**action, "name": name, "display_name": name, "domain": domain}
