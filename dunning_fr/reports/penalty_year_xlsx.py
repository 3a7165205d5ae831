"""Penalties booked and not collected, as a spreadsheet."""

import io

import xlsxwriter

from odoo.tools import format_date

AMOUNTS = ("booked", "collected", "credited", "open", "deduct", "add_back")
COLUMNS = ("partner_id", "name", "date", "year", *AMOUNTS)
WIDTHS = {"partner_id": 40, "name": 18, "date": 12, "year": 8}
HEAD = 3  # rows above the table


def penalty_year_xlsx(wizard, rows):
    """Return the bytes of the sheet of ``rows``, totals included."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    header = book.add_format({"bold": True, "bg_color": "#E9ECEF", "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    total = book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    words = wizard.line_ids.fields_get(COLUMNS, ["string"])
    partners = wizard.env["res.partner"].browse(row["partner_id"] for row in rows)
    names = {partner.id: partner.name or "" for partner in partners}
    sheet.write_string(0, 0, wizard.company_id.display_name)
    title = wizard.env._(
        "Penalties booked and not collected at %(date)s, in %(currency)s",
        date=format_date(wizard.env, wizard.date),
        currency=wizard.currency_id.name,
    )
    sheet.write_string(1, 0, title, bold)
    for column, key in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDTHS.get(key, 14))
        sheet.write_string(HEAD, column, words[key]["string"], header)
    for number, row in enumerate(rows, HEAD + 1):
        values = {**row, "partner_id": names.get(row["partner_id"], "")}
        for column, key in enumerate(COLUMNS):
            if key in AMOUNTS:
                sheet.write_number(number, column, values[key], money)
            elif key == "date":
                sheet.write_datetime(number, column, values[key], day)
            else:  # never a formula: a customer may be called "=1+1"
                sheet.write_string(number, column, values[key] or "")
    last = HEAD + max(len(rows), 1)
    sheet.freeze_panes(HEAD + 1, 1)
    sheet.autofilter(HEAD, 0, last, len(COLUMNS) - 1)
    sheet.write_string(last + 2, 0, wizard.env._("Total"), bold)
    for column, key in enumerate(COLUMNS):
        if key in AMOUNTS:
            letter = chr(ord("A") + column)
            formula = f"=SUBTOTAL(109,{letter}{HEAD + 2}:{letter}{last + 1})"
            value = sum(row[key] for row in rows)
            sheet.write_formula(last + 2, column, formula, total, value)
    book.close()
    return target.getvalue()
