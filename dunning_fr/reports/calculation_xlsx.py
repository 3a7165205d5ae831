"""The calculation sheet as a workbook: periods, payments and a summary.

The periods carry real formulas, days and interest, and the summary adds them up: who
doubts a figure follows it. Beside each formula stands the value the server found, so
that a reader that does not calculate shows it too.
"""

import io
from calendar import isleap
from decimal import ROUND_HALF_UP, Decimal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from .xlsx_page import CELL, add_formats, set_height, set_page, write_titles

HEAD = 3  # rows above the header: company, title, nothing
NO, DEBTOR, INVOICE = 0, 1, 2  # first columns of every sheet
FIRST_WIDTHS = (5, 28, 17)
LONG_WIDTH, REFERENCE_WIDTH = 56, 17
WRAPPED = {"text_wrap": True, **CELL}
CENTERED = {"align": "center", **CELL}


def calculation_xlsx(env, sections):
    """Return the bytes of the workbook of the ``sections`` of a sheet."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    _Book(env, book, sections).write_all()
    book.close()
    return target.getvalue()


class _Book:
    """Writes the three sheets of a calculation."""

    def __init__(self, env, book, sections):
        self.env, self.book, self.sections = env, book, sections
        self.formats = {}
        self.titles = add_formats(book)
        self.invoices = [
            (number, section, invoice)
            for number, (section, invoice) in enumerate(
                (
                    (section, invoice)
                    for section in sections
                    for invoice in section["invoices"]
                ),
                1,
            )
        ]
        self.periods_name = env._("Segments")

    def write_all(self):
        summary = self.book.add_worksheet(self.env._("Summary"))
        last = self._periods(self.book.add_worksheet(self.periods_name))
        self._events(self.book.add_worksheet(self.env._("Payments and credits")))
        self._summary(summary, last)
        summary.activate()

    # -- sheets ------------------------------------------------------------------
    def _periods(self, sheet):
        """Write every segment; return the last row (0-based) that bears one."""
        env = self.env
        titles = [
            *self._first_titles(),
            env._("Due date"),
            env._("From"),
            env._("To"),
            env._("Days"),
            env._("Unpaid, VAT included"),
            env._("Rate a year"),
            env._("Days of the year"),
            env._("Interest, unrounded"),
            env._("Currency"),
            env._("Source of the rate"),
        ]
        widths = [*FIRST_WIDTHS, 11, 11, 11, 7, 14, 9, 9, 15, 8, LONG_WIDTH]
        self._head(sheet, titles, widths, numbers=range(6, 11))
        row = HEAD
        for number, section, invoice in self.invoices:
            for item, segment in _rows(invoice, "segment"):
                row += 1
                self._height(sheet, row, section, (segment["source"], LONG_WIDTH))
                self._first_cells(sheet, row, number, section, invoice)
                self._segment(sheet, row, section, invoice, item, segment)
        self._close(sheet, row, len(titles))
        return row

    def _segment(self, sheet, row, section, invoice, item, segment):
        line = row + 1
        actual = section["company"].dunning_day_basis == "actual"
        leap = actual and isleap(segment["date_from"].year)
        self._date(sheet, row, 3, item["due"])
        self._date(sheet, row, 4, segment["date_from"])
        self._date(sheet, row, 5, segment["date_to"])
        self._formula(sheet, row, 6, f"=F{line}-E{line}+1", segment["days"], "0")
        self._number(sheet, row, 7, segment["base"], _money(invoice))
        self._number(sheet, row, 8, segment["rate"] / 100, "0.00##%")
        self._number(sheet, row, 9, 366 if leap else 365, "0")
        formula = f"=H{line}*I{line}*G{line}/J{line}"
        self._formula(sheet, row, 10, formula, segment["amount"], "#,##0.000000")
        self._text(sheet, row, 11, invoice["currency"].name, CENTERED)
        self._text(sheet, row, 12, segment["source"], WRAPPED)

    def _events(self, sheet):
        env = self.env
        titles = [
            *self._first_titles(),
            env._("Date"),
            env._("What"),
            env._("Amount"),
            env._("Of which to interest"),
            env._("Unpaid after it"),
            env._("Currency"),
        ]
        widths = [*FIRST_WIDTHS, 11, LONG_WIDTH, 14, 14, 14, 8]
        self._head(sheet, titles, widths, numbers=range(5, 8))
        row = HEAD
        for number, section, invoice in self.invoices:
            for _item, event in _rows(invoice, "event"):
                row += 1
                self._height(sheet, row, section, (event["text"], LONG_WIDTH))
                self._first_cells(sheet, row, number, section, invoice)
                self._date(sheet, row, 3, event["date"])
                self._text(sheet, row, 4, event["text"], WRAPPED)
                for column, name in enumerate(("amount", "to_interest", "base"), 5):
                    self._number(sheet, row, column, event[name], _money(invoice))
                self._text(sheet, row, 8, invoice["currency"].name, CENTERED)
        self._close(sheet, row, len(titles))

    def _summary(self, sheet, last):
        env = self.env
        titles = [
            *self._first_titles(),
            env._("Invoice date"),
            env._("Reference"),
            env._("Amount, VAT included"),
            env._("Principal still owed"),
            env._("Interest"),
            env._("Indemnity"),
            env._("Interest and indemnity"),
            env._("Currency"),
            env._("Notes"),
        ]
        widths = [*FIRST_WIDTHS, 11, REFERENCE_WIDTH, 14, 14, 12, 11, 13, 8, LONG_WIDTH]
        self._head(sheet, titles, widths, numbers=range(5, 10))
        row = HEAD
        for row, (number, section, invoice) in enumerate(self.invoices, HEAD + 1):
            reference = (invoice["reference"], REFERENCE_WIDTH)
            notes = (_notes(invoice), LONG_WIDTH)
            self._height(sheet, row, section, reference, notes)
            self._first_cells(sheet, row, number, section, invoice)
            self._invoice(sheet, row, invoice, last)
        self._close(sheet, row, len(titles))
        self._totals(sheet, row)
        self._rules(sheet, row + 4 + len(self._currencies()))

    def _invoice(self, sheet, row, invoice, last):
        money, line = _money(invoice), row + 1
        self._date(sheet, row, 3, invoice["date"])
        self._text(sheet, row, 4, invoice["reference"], WRAPPED)
        self._number(sheet, row, 5, invoice["amount"], money)
        self._number(sheet, row, 6, invoice["principal"], money)
        self._interest(sheet, row, invoice, last)
        self._number(sheet, row, 8, invoice["indemnity"], money)
        formula = f"=H{line}+I{line}"
        self._formula(sheet, row, 9, formula, invoice["total"], money)
        self._text(sheet, row, 10, invoice["currency"].name, CENTERED)
        self._text(sheet, row, 11, _notes(invoice), WRAPPED)

    def _interest(self, sheet, row, invoice, last):
        """Write the interest as the sum of its periods, rounded once (R1.16)."""
        places = invoice["currency"].decimal_places
        rounded = invoice["unrounded"].quantize(
            Decimal(1).scaleb(-places), ROUND_HALF_UP
        )
        if rounded != invoice["interest"] or last == HEAD:
            # interest paid first is rounded at each payment (R1.29)
            self._number(sheet, row, 7, invoice["interest"], _money(invoice))
            return
        first, sheet_name = HEAD + 2, self.periods_name
        formula = (
            f"=ROUND(SUMIFS('{sheet_name}'!$K${first}:$K${last + 1},"
            f"'{sheet_name}'!$A${first}:$A${last + 1},A{row + 1}),{places})"
        )
        self._formula(sheet, row, 7, formula, invoice["interest"], _money(invoice))

    def _totals(self, sheet, last):
        """Write a row of totals for each currency, out of the filter's reach."""
        first, names = HEAD + 2, ("principal", "interest", "indemnity", "total")
        currencies = self._currencies()
        for row, (currency, invoices) in enumerate(currencies.items(), last + 2):
            sheet.write_string(row, 1, self.env._("Total"), self._format(bold=True))
            for column, name in enumerate(names, 6):
                letter = xl_col_to_name(column)
                cells = f"{letter}{first}:{letter}{last + 1}"
                formula = f"=SUBTOTAL(109,{cells})"
                if len(currencies) > 1:
                    formula = f'=SUMIFS({cells},K{first}:K{last + 1},"{currency.name}")'
                value = sum(invoice[name] for invoice in invoices)
                form = self._format(num_format=_money(invoices[0]), bold=True, top=1)
                sheet.write_formula(row, column, formula, form, float(value))
            self._text(sheet, row, 10, currency.name, {**CENTERED, "bold": True})

    def _rules(self, sheet, row):
        rules = [rule for section in self.sections for rule in section["rules"]]
        for number, rule in enumerate(dict.fromkeys(rules), row):
            sheet.write_string(number, 1, rule)

    def _currencies(self):
        found = {}
        for _number, _section, invoice in self.invoices:
            found.setdefault(invoice["currency"], []).append(invoice)
        return found

    # -- cells -------------------------------------------------------------------
    def _first_titles(self):
        return [self.env._("No."), self.env._("Debtor"), self.env._("Invoice")]

    def _height(self, sheet, row, section, *texts):
        name = section["partner"].name or ""
        set_height(sheet, row, [(name, FIRST_WIDTHS[DEBTOR]), *texts])

    def _first_cells(self, sheet, row, number, section, invoice):
        sheet.write_number(row, NO, number, self._format(**CENTERED))
        self._text(sheet, row, DEBTOR, section["partner"].name or "", WRAPPED)
        self._text(sheet, row, INVOICE, invoice["name"], WRAPPED)

    def _head(self, sheet, titles, widths, numbers):
        env, section = self.env, self.sections[0]
        sheet.write_string(0, 0, section["company"].display_name)
        title = env._("Calculation of late-payment interest")
        sheet.write_string(1, 0, f"{title}. {section['until']}", self.titles["title"])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        write_titles(sheet, HEAD, titles, self.titles, numbers)
        set_page(sheet, section["company"], HEAD, INVOICE + 1)

    def _close(self, sheet, last, columns):
        sheet.autofilter(HEAD, 0, max(last, HEAD + 1), columns - 1)

    def _format(self, **properties):
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def _text(self, sheet, row, column, text, properties):
        # never a formula: a customer may be called "=1+1"
        sheet.write_string(row, column, text, self._format(**properties))

    def _date(self, sheet, row, column, day):
        if day:
            form = self._format(num_format="dd/mm/yyyy", align="left", **CELL)
            sheet.write_datetime(row, column, day, form)

    def _number(self, sheet, row, column, value, num_format):
        form = self._format(num_format=num_format, **CELL)
        sheet.write_number(row, column, float(value), form)

    def _formula(self, sheet, row, column, formula, value, num_format):
        form = self._format(num_format=num_format, **CELL)
        sheet.write_formula(row, column, formula, form, float(value))


def _money(invoice):
    digits = invoice["currency"].decimal_places
    return "#,##0" + ("." + "0" * digits if digits else "")


def _notes(invoice):
    notes = [note for item in invoice["items"] for note in item["reasons"]]
    return " ".join([*notes, invoice["indemnity_rule"]])


def _rows(invoice, kind):
    return [
        (item, row)
        for item in invoice["items"]
        for row in item["rows"]
        if row["type"] == kind
    ]
