"""Penalties booked and not collected, as a spreadsheet."""

from odoo.tools import format_date

from .table_xlsx import TableBook

AMOUNTS = ("booked", "collected", "credited", "open", "deduct", "add_back")
COLUMNS = ("partner_id", "name", "date", "year", *AMOUNTS)
WIDTHS = {"partner_id": 34, "name": 18, "date": 12, "year": 8}


def penalty_year_xlsx(wizard, rows):
    """Return the bytes of the sheet of ``rows``, totals included."""
    env, company = wizard.env, wizard.company_id
    title = env._(
        "Penalties booked and not collected at %(date)s, in %(currency)s",
        date=format_date(env, wizard.date),
        currency=wizard.currency_id.name,
    )
    words = wizard.line_ids.fields_get(COLUMNS, ["string"])
    partners = env["res.partner"].browse(row["partner_id"] for row in rows)
    names = {partner.id: partner.name or "" for partner in partners}
    book = TableBook(company, title, AMOUNTS, WIDTHS, zeros=AMOUNTS)
    book.table(
        env._("Penalties"),
        {key: words[key]["string"] for key in COLUMNS},
        [{**row, "partner_id": names.get(row["partner_id"], "")} for row in rows],
    )
    return book.content()
