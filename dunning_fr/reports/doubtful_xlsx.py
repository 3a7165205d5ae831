"""Doubtful debts at a year's end, and the VAT claimed back in it, as spreadsheets."""

from odoo.tools import format_date

from .table_xlsx import TableBook

AMOUNTS = (
    "residual", "net", "opening", "charged", "released", "impaired", "lost",
)  # fmt: skip
COLUMNS = (
    "partner_id", "name", "date_maturity", "days_late", "residual", "net", "opening",
    "charged", "released", "impaired", "lost", "facts",
)  # fmt: skip
WIDTHS = {
    "partner_id": 26, "name": 17, "date_maturity": 11, "days_late": 8, "facts": 35,
    "residual": 12, "net": 12, "opening": 13, "charged": 12, "released": 12,
    "impaired": 13, "lost": 12,
}  # fmt: skip
VAT_AMOUNTS = ("net", "vat", "recovered")
VAT_WIDTHS = {
    "partner_id": 24, "step": 12, "name": 17, "invoice_date": 11, "net": 11,
    "rate": 12, "vat": 10, "recovered": 11, "event": 25, "event_date": 13,
    "duplicate": 11, "entry": 17, "date": 11, "limit": 14,
}  # fmt: skip


def doubtful_xlsx(wizard, rows):
    """Return the bytes of the list of doubtful debts, totals included."""
    env = wizard.env
    title = env._(
        "Doubtful and lost debts at %(date)s, in %(currency)s",
        date=format_date(env, wizard.date),
        currency=wizard.currency_id.name,
    )
    words = wizard.line_ids.fields_get(COLUMNS, ["string"])
    partners = env["res.partner"].browse(row["partner_id"] for row in rows)
    names = {partner.id: partner.display_name or "" for partner in partners}
    book = TableBook(wizard.company_id, title, AMOUNTS, WIDTHS, zeros=("residual",))
    book.table(
        env._("Doubtful debts"),
        {key: words[key]["string"] for key in COLUMNS},
        [{**row, "partner_id": names.get(row["partner_id"], "")} for row in rows],
    )
    return book.content()


def vat_recovery_xlsx(wizard, rows):
    """Return the bytes of the file of VAT claimed back, by invoice and rate."""
    env = wizard.env
    title = env._(
        "VAT of lost debts, from %(first)s to %(last)s, in %(currency)s",
        first=format_date(env, wizard.date_from),
        last=format_date(env, wizard.date),
        currency=wizard.currency_id.name,
    )
    columns = {
        "partner_id": env._("Customer"),
        "step": env._("Step"),
        "name": env._("Invoice"),
        "invoice_date": env._("Invoice date"),
        "net": env._("Before VAT"),
        "rate": env._("VAT rate"),
        "vat": env._("VAT unpaid"),
        "recovered": env._("VAT claimed back"),
        "event": env._("Event"),
        "event_date": env._("Date of the event"),
        "duplicate": env._("Duplicate sent on"),
        "entry": env._("Entry"),
        "date": env._("Accounting date"),
        "limit": env._("Claim VAT back by"),
    }
    book = TableBook(wizard.company_id, title, VAT_AMOUNTS, VAT_WIDTHS)
    book.table(env._("VAT"), columns, rows)
    return book.content()
