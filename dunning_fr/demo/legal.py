"""What went to court in the demo: an order to pay, asked for a week ago."""

import base64

from odoo import fields

from ..reports.court_page import text_pages
from .ledger import styles_served

CASE = (-6, "altimax")  # days from the last run, customer
COURT = "Tribunal des activités économiques de Lyon"
REGISTER = "bodacc.fr, extrait Kbis"
FIRST_STEP = "request"
# kind, title, days before the case, lines
PROOFS = (
    (
        "creditor_identity",
        "Extrait Kbis du créancier",
        20,
        "Extrait d’immatriculation au registre du commerce et des sociétés\n"
        "(exemple de démonstration)",
    ),
    (
        "debtor_identity",
        "Extrait Kbis du débiteur",
        20,
        "Extrait d’immatriculation au registre du commerce et des sociétés\n"
        "(exemple de démonstration)",
    ),
    (
        "order",
        "Bon de commande signé",
        150,
        "Bon pour accord\n\nFabrication et pose sur mesure, selon devis accepté.\n"
        "Signé : le gérant",
    ),
    (
        "terms",
        "Conditions générales de vente acceptées",
        150,
        "Paiement à 30 jours. Pénalités de retard : taux de la BCE + 10 points.\n"
        "Indemnité forfaitaire de recouvrement : 40 €.",
    ),
    (
        "delivery",
        "Procès-verbal de réception sans réserve",
        120,
        "Les travaux sont reçus sans réserve.\nSigné : le client",
    ),
)


def open_case(env, debtor, day):
    """Open a case of ``debtor`` on ``day`` through the wizard, and file its request."""
    debtor.write({"register_checked_on": day, "register_source": REGISTER})
    wizard = env["dunning.legal.wizard"].create({"debtor_id": debtor.id, "date": day})
    wizard._read_items()
    wizard._choose(env.ref("dunning_fr.dunning_procedure_injonction"))
    wizard.write({"court_kind": "economic", "court_name": COURT})
    case = env["dunning.case"].browse(wizard.action_create_case()["res_id"])
    case.step_ids.filtered(lambda step: step.code == FIRST_STEP).date = day
    return case


def build_file(env, case):
    """Give the case its exhibits, and build its file for the court."""
    for kind, title, days, text in PROOFS:
        env["dunning.exhibit"].create(
            {
                "debtor_id": case.debtor_id.id,
                "kind": kind,
                "name": title,
                "date": fields.Date.subtract(case.date, days=days),
                "file": base64.b64encode(text_pages(title, [], text)),
                "file_name": f"{title}.pdf",
            }
        )
    case.action_find_exhibits()
    case.action_build_file()
    with styles_served(env):  # of the invoice
        env["dunning.court.file"]._process_queue()
