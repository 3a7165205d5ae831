"""The demo company: what ``bin/newdb`` gave it, and what a firm at work has besides."""

import base64
from datetime import timedelta
from pathlib import Path

from odoo import Command

FOLDER = Path(__file__).parent

MEDIATOR = {
    "dunning_mediator_name": "Médiation Artisanat et Consommation (organisme fictif)",
    "dunning_mediator_address": "1 place des Médiateurs, 69000 Lyon",
    "dunning_mediator_website": "https://www.mediation-artisanat.example",
    "dunning_complaint_address": "reclamations@atelier-verdon.example",
    "dunning_privacy_contact": "donnees@atelier-verdon.example",
}

# login, password, name, mailbox, phone
MANAGER = ("admin", "admin", "Camille Verdon", "camille.verdon", "+33 4 99 99 01 02")
COLLECTOR = ("compta", "compta", "Nadia Ferrand", "nadia.ferrand", "+33 4 99 99 01 07")
# Bank statements need a group of their own, which no administrator starts with.
MANAGER_GROUPS = ("account.group_account_manager", "account.group_account_basic")
COLLECTOR_GROUPS = (
    "dunning_fr.group_dunning_user",
    "account.group_account_invoice",
    "base.group_partner_manager",
)

# name, share of the amount of an invoice that has several lines
PRODUCTS = (
    "Agencement sur mesure",
    "Pose et finitions",
    "Fourniture de menuiseries",
    "Entretien annuel",
    "Étude et plans",
    "Réparation",
)

# invented, but of the right size: units of the currency for one euro
RATES = {"GBP": (0.84, 0.86, 0.85, 0.87), "CHF": (0.95, 0.93, 0.94, 0.92)}

# They would call the outside world from a database that belongs to nobody.
CRONS_OFF = ("mail.ir_cron_module_update_notification",)


def complete(env, first_day):
    """Complete the company of ``env``; return the collector."""
    company = env.company
    fields = company._fields
    company.write({key: value for key, value in MEDIATOR.items() if key in fields})
    company.write(
        {
            "logo": _image("logo.png"),
            # chosen, so that Odoo does not ask at the first invoice sent
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
            "dunning_signature": _image("signature.png"),
            "tax_calculation_rounding_method": "round_per_line",
            "dunning_employees": 14,
            "dunning_representative": "Mme Camille Verdon, gérante",
        }
    )
    company.partner_id.write({"tz": "Europe/Paris", "dunning_trade": "merchant"})
    # letters abroad are in English, with the day first
    env["res.lang"]._activate_lang("en_US").date_format = "%d/%m/%Y"
    _quiet(env)
    _currencies(env, first_day)
    _products(env)
    _manager(env)
    return _collector(env)


def _image(name):
    return base64.b64encode((FOLDER / name).read_bytes())


def _quiet(env):
    for name in CRONS_OFF:
        cron = env.ref(name, raise_if_not_found=False)
        if cron:
            cron.active = False


def _currencies(env, first_day):
    """Rates twice a year, from before the first invoice."""
    for name, values in RATES.items():
        currency = env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", name)])
        currency.active = True
        env["res.currency.rate"].create(
            [
                {
                    "name": first_day + timedelta(days=182 * index - 60),
                    "currency_id": currency.id,
                    "company_id": env.company.id,
                    "rate": rate,
                }
                for index, rate in enumerate(values)
            ]
        )


def _products(env):
    env["product.product"].create(
        [{"name": name, "type": "service", "default_code": f"AV{index:02d}"}
         for index, name in enumerate(PRODUCTS, start=1)]
    )  # fmt: skip


def _manager(env):
    login, _password, name, mailbox, phone = MANAGER
    user = env["res.users"].search([("login", "=", login)])
    user.group_ids = [Command.link(env.ref(group).id) for group in MANAGER_GROUPS]
    user.partner_id.write(_person(name, mailbox, phone))


def _collector(env):
    login, password, name, mailbox, phone = COLLECTOR
    groups = [env.ref(group).id for group in COLLECTOR_GROUPS]
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "login": login,
                "password": password,
                "name": name,
                "lang": "fr_FR",
                "group_ids": [Command.link(group) for group in groups],
            }
        )
    )
    user.partner_id.write(_person(name, mailbox, phone))
    return user


def _person(name, mailbox, phone):
    return {
        "name": name,
        "email": f"{mailbox}@atelier-verdon.example",
        "phone": phone,
        "tz": "Europe/Paris",
        "lang": "fr_FR",
    }
