"""Steps of ``test_stated_rate.py``: beside a stand-in of ``l10n_fr_pdp_invoice``.

The add-on is an open pull request of Odoo (odoo/odoo#279765) and cannot be installed.
What stands in for it is written here, holds its fields alone, and mirrors two states of
it: ``table``, as reviewed in August 2026, where a model of its own keeps the rates and
the entry computes them, and ``columns``, a later one, where the entry stores the rate;
``columns`` has the half-year too, ``bare`` has not, as in the pull request.

``python process_stated.py STEP DATABASE STATE FOLDER`` prints one line of JSON.
"""

import json
import sys
from pathlib import Path
from textwrap import dedent

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bin"))
import _newdb

from odoo import fields
from odoo.tools import config

MARK = "ANSWER "
ADDON = "l10n_fr_pdp_invoice"
NAME = "l10n_fr_pdp_late_payment_penalties"
MANIFEST = {"name": "Stand-in", "depends": ["account"], "license": "LGPL-3"}
COLUMNS = f"""
    from odoo import fields, models

    class AccountMove(models.Model):
        _inherit = "account.move"

        {NAME}_rate = fields.Float(default=10.0, digits=(16, 2), copy=False)
"""
PERIOD = f"""
        {NAME}_period = fields.Date(copy=False)
"""
TABLE = f"""
    from odoo import api, fields, models

    class Snapshot(models.Model):
        _name = "l10n_fr_pdp.invoice.snapshot"
        _description = "Rate kept"

        move_id = fields.Many2one("account.move", required=True, ondelete="cascade")
        late_payment_penalties_rate = fields.Float(digits=(16, 2), required=True)
        late_payment_penalties_period = fields.Date()

    class AccountMove(models.Model):
        _inherit = "account.move"

        l10n_fr_pdp_invoice_snapshot_ids = fields.One2many(
            "l10n_fr_pdp.invoice.snapshot", "move_id", groups="base.group_system"
        )
        {NAME}_rate = fields.Float(compute="_compute_kept", compute_sudo=True)
        {NAME}_period = fields.Date(compute="_compute_kept", compute_sudo=True)

        @api.depends("l10n_fr_pdp_invoice_snapshot_ids")
        def _compute_kept(self):
            for move in self:
                kept = move.l10n_fr_pdp_invoice_snapshot_ids[:1]
                move.{NAME}_rate = kept.late_payment_penalties_rate if kept else 10.0
                move.{NAME}_period = kept.late_payment_penalties_period
"""
SOURCES = {"columns": COLUMNS + PERIOD, "bare": COLUMNS, "table": TABLE}
DUE, DAY, S1, S2 = "2026-06-20", "2026-11-22", "2026-01-01", "2026-07-01"


def write_addon(state, folder):
    """Write the stand-in into ``folder``, and let Odoo find it there."""
    addon = Path(folder) / ADDON
    addon.mkdir(parents=True, exist_ok=True)
    (addon / "__manifest__.py").write_text(repr(MANIFEST))
    (addon / "__init__.py").write_text(dedent(SOURCES[state]))
    config["addons_path"] = [*config["addons_path"], folder]
    # pylint: disable-next=import-outside-toplevel
    from odoo.modules.module import initialize_sys_path

    initialize_sys_path()


def customer(env, name, kind="professional", **values):
    return env["res.partner"].create(
        {
            "name": name,
            "is_company": kind != "consumer",
            "debtor_kind": kind,
            "country_id": env.ref("base.fr").id,
            **values,
        }
    )


def invoice(env, partner, post=True, **values):
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2026-06-01",
            "invoice_date_due": DUE,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                (0, 0, {"name": "Prestation", "price_unit": 10000, "tax_ids": False})
            ],
            **values,
        }
    )
    if post:
        move.action_post()
    return move


def keep(env, move, rate, period=None):
    """Keep a rate, as the add-on does once an invoice is posted."""
    snapshots = "l10n_fr_pdp.invoice.snapshot"
    if snapshots in env:
        values = {"late_payment_penalties_rate": rate}
        values["late_payment_penalties_period"] = period
        env[snapshots].create({"move_id": move.id, **values})
        return
    move[f"{NAME}_rate"] = rate
    if f"{NAME}_period" in move._fields:
        move[f"{NAME}_period"] = period


def tell(move):
    """Return what the claim, the sheet and the mention say of an invoice."""
    claim = move.get_late_payment_claim(DAY)
    sheet = move._dunning_calculation_sheet(fields.Date.to_date(DAY), lang="en_US")
    [item] = sheet[0]["invoices"][0]["items"]
    return {
        "rates": sorted({segment["rate"] for segment in claim["segments"]}),
        "interest": claim["interest"],
        "sources": list(
            dict.fromkeys(
                row["source"] for row in item["rows"] if row["type"] == "segment"
            )
        ),
        "reasons": item["reasons"],
        "warnings": claim["warnings"],
        "mention": move._dunning_legal_mention(),
    }


def queries(env, moves):
    """Return the number of queries that claims of so many invoices take."""
    lines = moves.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )
    day = fields.Date.to_date(DAY)
    env["dunning.claim"]._for_lines(lines.ids, day)  # caches of rates and figures
    before = env.cr.sql_log_count
    env["dunning.claim"]._for_lines(lines.ids, day)
    return env.cr.sql_log_count - before


def batch(env, moves):
    """Return the interest of invoices claimed together, in order."""
    claims = env["dunning.claim"]._for_lines(
        moves.line_ids.ids, fields.Date.to_date(DAY)
    )
    return [float(claims[line].interest) for line in sorted(claims)]


def before(database):
    """An invoice that was posted before the add-on came."""
    server = _newdb.Server()
    _newdb.copy_with_addon(server, database, "test")
    with _newdb.environment(database) as env:
        move = invoice(env, customer(env, "Before"))
        moves = move | invoice(env, move.partner_id) | invoice(env, move.partner_id)
        return {
            "told": tell(move),
            "queries": [queries(env, move), queries(env, moves)],
        }


def install(database):
    _newdb.install(database, [ADDON])
    with _newdb.environment(database) as env:
        partner = env["res.partner"].search([("name", "=", "Before")])
        move = env["account.move"].search([("partner_id", "=", partner.id)], limit=1)
        return {"told": tell(move)}


def claims(database):
    """Return what is said of each invoice, by a name for the case."""
    with _newdb.environment(database) as env:
        env["res.lang"]._activate_lang("en_US")
        pro = customer(env, "Pro")
        commune = customer(env, "Commune", "public", public_buyer_type="local")
        agreed = {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 20}
        law = {"dunning_contract_rate_type": "statutory"}
        found = {
            "kept": (invoice(env, pro), 13, S1),
            "no half-year": (invoice(env, pro), 13, None),
            "zero": (invoice(env, pro), 0, S1),
            "fallback": (invoice(env, pro), 10, None),
            "ten": (invoice(env, pro), 10, S1),
            "at the floors": (invoice(env, pro), 8.25, S1),
            "at one floor": (invoice(env, pro), 7.86, S1),
            "between floors": (invoice(env, pro), 8.24, S1),
            "under the floor": (invoice(env, pro), 7.85, S1),
            "invoice": (invoice(env, pro, **agreed), 13, S1),
            "law": (invoice(env, pro, **law), 13, S1),
            "customer": (invoice(env, customer(env, "Own", **agreed)), 13, S1),
            "consumer": (invoice(env, customer(env, "Lea", "consumer")), 13, S1),
            "commune": (invoice(env, commune), 13, S1),
        }
        later = customer(env, "Later")
        found["customer later"] = (invoice(env, later), 13, S1)
        later.write(agreed)
        found["none, customer later"] = (invoice(env, later), 0, None)
        dollar = env.ref("base.USD")
        dollar.active = True
        found["dollars"] = (invoice(env, pro, currency_id=dollar.id), 13, S1)
        for move, rate, period in found.values():
            keep(env, move, rate, period)
        return {name: tell(move) for name, (move, *_kept) in found.items()}


def modes(database):
    """The company's choices, around the floor; a draft; how many queries."""
    with _newdb.environment(database) as env:
        company, pro = env.company, customer(env, "Modes")
        low, high = invoice(env, pro), invoice(env, pro)
        keep(env, low, 8, S1)
        keep(env, high, 13, S1)
        told = {}
        company.dunning_rate_mode = "frozen_at_due_date"
        told["frozen"] = [tell(low), tell(high)]
        company.dunning_rate_mode = "per_semester"
        company.dunning_rate_below_floor = "raise"
        told["raised"] = [tell(low), tell(high)]
        draft = invoice(env, pro)
        keep(env, draft, 13, S1)
        draft.button_draft()
        told["draft"] = draft._dunning_legal_mention()
        many = invoice(env, pro) | invoice(env, pro) | invoice(env, pro)
        told["batch"] = batch(env, many | high)
        clerk = env["res.users"].create(
            {
                "name": "Clerk",
                "login": "clerk",
                "group_ids": [(6, 0, env.ref("account.group_account_invoice").ids)],
            }
        )
        told["clerk"] = high.with_user(clerk).get_late_payment_claim(DAY)["interest"]
        told["queries"] = [queries(env, high), queries(env, many | high | low)]
        return told


def beside(database, state, folder):
    """Return what is told without the stand-in, then with it, by step."""
    found = {"before": before(database)}
    write_addon(state, folder)
    for step in (install, claims, modes):
        found[step.__name__] = step(database)
    return found


def drop(database, _state, _folder):
    _newdb.Server().drop(database)


STEPS = {step.__name__: step for step in (beside, drop)}


def main():
    step, *rest = sys.argv[1:]
    config.parse_config(["--log-level=error"], setup_logging=True)
    sys.stdout.write(f"{MARK}{json.dumps(STEPS[step](*rest))}\n")


if __name__ == "__main__":
    main()
