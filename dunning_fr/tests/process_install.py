"""Steps of ``test_install.py``, each a process of its own, as in real life.

``python process_install.py STEP DATABASE`` prints one line of JSON after the mark.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bin"))
import _newdb

from odoo import fields
from odoo.tools import config

MARK = "ANSWER "
FRENCH = [("country_id.code", "=", "FR")]


def post_invoice(env, days_late):
    customer = env["res.partner"].create(
        {
            "name": "Durand SARL",
            "is_company": True,
            "email": "durand@client.example",
            "street": "1 rue Haute",
            "zip": "69001",
            "city": "Lyon",
            "country_id": env.ref("base.fr").id,
        }
    )
    due = fields.Date.today() - timedelta(days=days_late)
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": due,
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [(0, 0, {"name": "Prestation", "price_unit": 100})],
        }
    )
    move.action_post()
    return move


def before(database):
    """Companies that were there first: French, French without chart, foreign."""
    server = _newdb.Server()
    server.copy(_newdb.template(server, "test"), database)
    with _newdb.environment(database) as env:
        post_invoice(env, 20)
        companies = env["res.company"].create(
            [
                {"name": "Sans plan", "country_id": env.ref("base.fr").id},
                {"name": "Abroad", "country_id": env.ref("base.us").id},
            ]
        )
        env["account.chart.template"].try_loading(
            "generic_coa", company=companies[1], install_demo=False
        )


def install(database):
    """Install; say which company got which policies, and use the add-on once."""
    _newdb.install(database, ["dunning_fr"])
    with _newdb.environment(database) as env:
        company = env.company
        partner = env["res.partner"].search([("name", "=", "Durand SARL")])
        partner.debtor_kind = "professional"
        run = env["dunning.run"].create({})
        run.action_prepare()
        bare = env["res.company"].search([("name", "=", "Sans plan")])
        return {
            "policies": policies(env),
            "notices": len(run.notice_ids),
            "company": company.name,
            "after_chart": load_chart(env, bare),
        }


def policies(env):
    found = env["dunning.policy"].search([])
    return {
        company.name: sorted(
            found.filtered(lambda p, company=company: p.company_id == company).mapped(
                "default_for_kind"
            )
        )
        for company in env["res.company"].search([])
    }


def load_chart(env, company):
    """Give a company its chart after the installation."""
    env["account.chart.template"].try_loading("fr", company=company, install_demo=False)
    accounts = env["account.account"].with_company(company)
    excluded = accounts.search(
        [("company_ids", "in", company.id), ("dunning_excluded", "=", True)]
    )
    count = env["dunning.policy"].search_count([("company_id", "=", company.id)])
    return {"policies": count, "excluded": len(excluded)}


def uninstall(database):
    """Press the button, with notices in the database."""
    with _newdb.environment(database) as env:
        module = env["ir.module.module"].search([("name", "=", "dunning_fr")])
        module.with_user(env.ref("base.user_admin")).button_immediate_uninstall()


def after(database):
    """Work without the add-on; say what it left behind."""
    with _newdb.environment(database) as env:
        move = post_invoice(env, 3)
        for model in ("account.move", "res.partner", "res.config.settings"):
            env[model].get_view(view_type="form")
        env["ir.ui.menu"].load_menus(False)
        env["res.partner"].search([], limit=5).read()
        return {"posted": move.state, "left": leftovers(env)}


def leftovers(env):
    """Return what still bears the add-on's name in the database."""
    queries = {
        "tables": "SELECT tablename FROM pg_tables WHERE tablename LIKE 'dunning%'",
        "columns": "SELECT table_name || '.' || column_name FROM"
        " information_schema.columns WHERE column_name LIKE '%dunning%'"
        " OR column_name IN ('debtor_kind', 'limitation_date')",
        "data": "SELECT name FROM ir_model_data WHERE module = 'dunning_fr'",
        "models": "SELECT model FROM ir_model WHERE model LIKE 'dunning%'",
        "crons": "SELECT cron_name FROM ir_cron WHERE cron_name LIKE 'Dunning%'",
    }
    found = {}
    for name, query in queries.items():
        env.cr.execute(query)
        found[name] = sorted(row[0] for row in env.cr.fetchall())
    return {name: rows for name, rows in found.items() if rows}


def drop(database):
    _newdb.Server().drop(database)


STEPS = {step.__name__: step for step in (before, install, uninstall, after, drop)}


def main():
    step, database = sys.argv[1:]
    config.parse_config(["--log-level=error"], setup_logging=True)
    sys.stdout.write(f"{MARK}{json.dumps(STEPS[step](database))}\n")


if __name__ == "__main__":
    main()
