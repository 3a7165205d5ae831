"""A customer who paid late: penalties billed, paid and reconciled; the entries."""

from odoo.tools import formatLang

from .summary import _aligned, _short

# (days from the last run, customer): the manager bills, then the bank receives
BILLED = (-20, "tassin")
PAID = (-15, "tassin")

WORDS = {
    "en": {
        "title": "Paid late, penalties billed and paid: {name}",
        "head": ("Journal", "Date", "Account", "Label", "Debit", "Credit", "Matched"),
    },
    "fr": {
        "title": "Payé en retard, pénalités facturées et encaissées : {name}",
        "head": ("Journal", "Date", "Compte", "Libellé", "Débit", "Crédit", "Lettrage"),
    },
}


def bill(env, partner):
    """Bill what ``partner`` paid late, as the manager does from the list; return it."""
    late = env["account.move"].search(
        [("partner_id", "=", partner.id), ("dunning_unclaimed", ">", 0)]
    )
    wizard = env["dunning.bill.wizard"].with_context(
        active_model="account.move", active_ids=late.ids
    )
    shown = wizard.create({}).action_bill()
    return env["account.move"].browse(shown["res_id"])


def notes(env):
    """Return the notes de débit of the demo."""
    return env["account.move"].search([("dunning_is_debit_note", "=", True)])


def table(env, language="en"):
    """Return the journal entries of the notes and of their receipts, for a terminal."""
    words, parts = WORDS[language], []
    for note in notes(env):
        matched = note.line_ids.matched_credit_ids.credit_move_id.move_id
        rows = [
            row
            for move in (note, *matched)
            for row in _entry(move.with_context(**env.context))
        ]
        title = words["title"].format(name=note.commercial_partner_id.name)
        parts += [title, _aligned([words["head"], *rows], right={4, 5})]
    return "\n\n".join([*parts, ""])


def _entry(move):
    return [
        (
            move.journal_id.code,
            str(line.date),
            line.account_id.code,
            _short(line.name, 46),
            _amount(line, line.debit),
            _amount(line, line.credit),
            line.matching_number or "",
        )
        for line in move.line_ids.sorted(lambda line: (line.credit > 0, line.id))
    ]


def _amount(line, amount):
    text = formatLang(line.env, amount, currency_obj=line.company_currency_id)
    return " ".join(text.split()) if amount else ""
