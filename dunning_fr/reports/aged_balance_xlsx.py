"""The aged balance as a workbook: one sheet of debtors, one of their open items.

Totals are formulas that follow the filters (SUBTOTAL 109), with the value the
server found beside each, so that a reader that does not calculate shows it too.
"""

import io

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from odoo.tools import format_date

from ..wizards.dunning_aged_ledger_mixin import AMOUNTS

HEAD = 3  # rows above the header: company, title, nothing
WIDTHS = {"partner_name": 42, "move_name": 22, "reference": 26}
DATES = ("invoice_date", "date_maturity")


def aged_balance_xlsx(balance):
    """Return the bytes of the workbook of ``balance``."""
    target = io.BytesIO()
    # Rows leave memory one by one: 200,000 items fit in any worker
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = _Sheet(book, balance)
    titles = sheet.titles
    sheet.table(
        balance.env._("Aged balance"),
        {"partner_name": titles["name"], "item_count": titles["item_count"]},
        balance._debtors(),
    )
    words = balance.env["dunning.aged.balance.line"].fields_get(attributes=["string"])
    names = ("move_name", "reference", *DATES, "days_late")
    sheet.table(
        balance.env._("Open items"),
        {"partner_name": titles["name"]} | {n: words[n]["string"] for n in names},
        balance._lines(),
    )
    book.close()
    return target.getvalue()


class _Sheet:
    """Writes one table after the other into a workbook, each on its own sheet."""

    def __init__(self, book, balance):
        self.book, self.balance = book, balance
        self.titles = balance._titles()
        digits = balance.company_id.currency_id.decimal_places
        money = "#,##0" + ("." + "0" * digits if digits else "")
        self.text = book.add_format({"valign": "top"})
        self.number = book.add_format({"num_format": "0"})
        self.money = book.add_format({"num_format": money})
        self.date = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.header = book.add_format(
            {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "text_wrap": True}
        )
        self.sum_text = book.add_format({"bold": True, "top": 1})
        self.sum_money = book.add_format({"bold": True, "top": 1, "num_format": money})

    def table(self, name, columns, rows):
        """Add a sheet: ``columns`` {key: title} before the amounts, then ``rows``."""
        sheet = self.book.add_worksheet(name)
        keys = [*columns, *AMOUNTS]
        for number, key in enumerate(keys):
            sheet.set_column(number, number, WIDTHS.get(key, 14))
        sheet.freeze_panes(HEAD + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD)
        self._write_head(sheet, [columns.get(k) or self.titles[k] for k in keys])
        for number, row in enumerate(rows, HEAD + 1):
            self._write_row(sheet, number, keys, row)
        last = max(HEAD + len(rows), HEAD + 1)
        sheet.autofilter(HEAD, 0, last, len(keys) - 1)
        self._write_total(sheet, last, keys, rows)

    def _write_head(self, sheet, titles):
        balance = self.balance
        sheet.write_string(0, 0, balance.company_id.display_name, self.text)
        when = format_date(balance.env, balance.date)
        unit = balance.company_id.currency_id.name
        title = balance.env._(
            "Aged balance at %(date)s, in %(currency)s", date=when, currency=unit
        )
        sheet.write_string(1, 0, title, self.title)
        for column, text in enumerate(titles):
            sheet.write_string(HEAD, column, text, self.header)

    def _write_row(self, sheet, number, keys, row):
        for column, key in enumerate(keys):
            value = row.get(key)
            if key in AMOUNTS:
                if value or key == "total":
                    sheet.write_number(number, column, float(value), self.money)
            elif value in (None, False, ""):
                continue
            elif key in DATES:
                sheet.write_datetime(number, column, value, self.date)
            elif isinstance(value, int):
                sheet.write_number(number, column, value, self.number)
            else:
                # never a formula: a customer may be called "=1+1"
                sheet.write_string(number, column, value, self.text)

    def _write_total(self, sheet, last, keys, rows):
        """Write the totals two rows under the table, out of the filter's reach."""
        number = last + 2
        sheet.write_string(number, 0, self.balance.env._("Total"), self.sum_text)
        for column, key in enumerate(keys[1:], 1):
            if key not in AMOUNTS:
                sheet.write_blank(number, column, None, self.sum_text)
                continue
            letter = xl_col_to_name(column)
            formula = f"=SUBTOTAL(109,{letter}{HEAD + 2}:{letter}{last + 1})"
            value = float(sum(row[key] for row in rows))
            sheet.write_formula(number, column, formula, self.sum_money, value)
