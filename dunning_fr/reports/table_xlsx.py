"""Lists with amounts as workbooks: each list on its own sheet, totals under it.

Totals are formulas that follow the filters (SUBTOTAL 109), with the value the
server found beside each, so that a reader that does not calculate shows it too.
"""

import io

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from .xlsx_page import AFTER, CELL, add_formats, set_height, set_page, write_titles

HEAD = 3  # rows above the header: company, title, nothing
WIDTH = 13  # of a column nothing is said about
TEXT = {"text_wrap": True, **CELL}
DATE = {"num_format": "dd/mm/yyyy", "align": "left", **CELL}


class TableBook:
    """Writes one table after the other into a workbook.

    :param company: whose amounts these are, in its currency
    :param title: said above each table
    :param amounts: keys of the columns that are added up
    :param widths: {key: width} of columns that are not 13 wide
    :param zeros: amounts that are written where they are zero too
    """

    def __init__(self, company, title, amounts, widths, zeros=()):
        self.company, self.title_text = company, title
        self.amounts, self.widths, self.zeros = amounts, widths, zeros
        self.target = io.BytesIO()
        # Rows leave memory one by one: 200,000 items fit in any worker
        book = xlsxwriter.Workbook(self.target, {"constant_memory": True})
        self.book = book
        digits = company.currency_id.decimal_places
        money = "#,##0" + ("." + "0" * digits if digits else "")
        self.titles = add_formats(book)
        # beside a text, and right of a figure
        self.texts = [book.add_format({**TEXT, **side}) for side in ({}, AFTER)]
        self.dates = [book.add_format({**DATE, **side}) for side in ({}, AFTER)]
        self.number = book.add_format({"num_format": "0", **CELL})
        self.money = book.add_format({"num_format": money, **CELL})
        self.sum_text = book.add_format({"bold": True, "top": 1})
        self.sum_money = book.add_format({"bold": True, "top": 1, "num_format": money})

    def content(self):
        """Close the workbook and return its bytes."""
        self.book.close()
        return self.target.getvalue()

    def table(self, name, columns, rows):
        """Add a sheet of ``columns`` {key: title} and ``rows``, dicts by key."""
        sheet = self.book.add_worksheet(name)
        keys = list(columns)
        for number, key in enumerate(keys):
            sheet.set_column(number, number, self._width(key))
        set_page(sheet, self.company, HEAD, 1)
        sheet.write_string(0, 0, self.company.display_name)
        sheet.write_string(1, 0, self.title_text, self.titles["title"])
        numbers = self._numbers(keys, rows)
        titles = columns.items()
        set_height(sheet, HEAD, [(text, self._width(key)) for key, text in titles])
        after = {place + 1 for place in numbers}.difference(numbers)
        write_titles(sheet, HEAD, columns.values(), self.titles, numbers, after)
        for number, row in enumerate(rows, HEAD + 1):
            self._write_row(sheet, number, keys, row, after)
        last = max(HEAD + len(rows), HEAD + 1)
        sheet.autofilter(HEAD, 0, last, len(keys) - 1)
        self._write_total(sheet, last, keys, rows)

    def _numbers(self, keys, rows):
        """Return the places of the columns that hold numbers."""
        first = rows[0] if rows else {}
        return [
            place
            for place, key in enumerate(keys)
            if key in self.amounts or _is_number(first.get(key))
        ]

    def _width(self, key):
        return self.widths.get(key, WIDTH)

    def _write_row(self, sheet, number, keys, row, after):
        texts = [(key, row.get(key)) for key in keys if key not in self.amounts]
        set_height(
            sheet,
            number,
            [(text, self._width(key)) for key, text in texts if isinstance(text, str)],
        )
        for column, key in enumerate(keys):
            value, side = row.get(key), column in after
            if key in self.amounts:
                if value or key in self.zeros:
                    sheet.write_number(number, column, float(value), self.money)
            elif value in (None, False, ""):
                continue
            elif hasattr(value, "isoformat"):
                sheet.write_datetime(number, column, value, self.dates[side])
            elif _is_number(value):
                sheet.write_number(number, column, value, self.number)
            else:
                # never a formula: a customer may be called "=1+1"
                sheet.write_string(number, column, value, self.texts[side])

    def _write_total(self, sheet, last, keys, rows):
        """Write the totals two rows under the table, out of the filter's reach."""
        number = last + 2
        total = self.company.env._("Total")
        sheet.write_string(number, 0, total, self.sum_text)
        for column, key in enumerate(keys[1:], 1):
            if key not in self.amounts:
                sheet.write_blank(number, column, None, self.sum_text)
                continue
            letter = xl_col_to_name(column)
            formula = f"=SUBTOTAL(109,{letter}{HEAD + 2}:{letter}{last + 1})"
            value = float(sum(row[key] for row in rows))
            sheet.write_formula(number, column, formula, self.sum_money, value)


def _is_number(value):
    """Whether a cell shows a figure; an empty date is False, which counts as one."""
    return isinstance(value, int) and not isinstance(value, bool)
