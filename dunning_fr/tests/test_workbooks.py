"""The workbooks as they look: on paper one page wide, titles over their figures."""

import base64
import io
from datetime import date
from math import ceil

from openpyxl import load_workbook

from odoo.tests import tagged

from ..reports.table_xlsx import TableBook
from ..reports.xlsx_page import LINE, wrapped_lines
from .common_charge import ChargeCommon

LONG = "Société des Établissements Réunis de Travaux Publics du Grand Sud-Ouest et Cie"
HEAD = 4  # row of the titles
# Smaller print than this share of the screen's is not read (A4 landscape, 26.9 cm)
SMALLEST = 0.5
CHARACTERS_OF_A_PAGE = 135


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWorkbooks(ChargeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pro.name = LONG
        cls.company.name = "Dupont & Fils"
        cls.move = cls._example_2()
        cls.note = cls._bill(cls.move, date="2026-10-15")
        cls._invoice(300, "2026-09-30")
        calculation = cls.env["dunning.calculation.wizard"].create(
            {"company_id": cls.company.id, "move_ids": cls.move.ids}
        )
        year = cls.env["dunning.penalty.year"].create({"date": "2026-12-31"})
        balance = cls.env["dunning.aged.balance"].create({})
        doubtful = cls.env["dunning.doubtful.year"].create({"date": "2026-12-31"})
        cls.books = {
            record._name: load_workbook(io.BytesIO(base64.b64decode(record.xlsx_file)))
            for record in (calculation, year, balance, doubtful)
        }
        vat = io.BytesIO(base64.b64decode(doubtful.vat_file))
        cls.books["vat"] = load_workbook(vat)

    def _sheets(self):
        for name, book in self.books.items():
            for sheet in book.worksheets:
                with self.subTest(book=name, sheet=sheet.title):
                    yield sheet

    def test_one_page_wide_and_readable(self):
        for sheet in self._sheets():
            self.assertEqual(sheet.page_setup.orientation, "landscape")
            self.assertEqual(sheet.page_setup.paperSize, 9)  # A4
            self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
            self.assertEqual(sheet.page_setup.fitToHeight, 0)
            self.assertEqual(sheet.print_title_rows, f"${HEAD}:${HEAD}")
            self.assertIn("Dupont && Fils", sheet.oddFooter.left.text)
            width = sum(column.width for column in sheet.column_dimensions.values())
            self.assertGreater(CHARACTERS_OF_A_PAGE / width, SMALLEST)

    def test_titles_stand_over_their_figures(self):
        """Numbers are flush right, and so are their titles; texts flush left."""
        checked = 0
        for sheet in self._sheets():
            for cell in sheet[HEAD]:
                below = sheet.cell(HEAD + 1, cell.column)
                is_number = below.data_type in ("n", "f") and below.value is not None
                if is_number and below.alignment.horizontal not in ("left", "center"):
                    self.assertEqual(cell.alignment.horizontal, "right", cell.value)
                    checked += 1
                elif below.data_type == "s":
                    self.assertNotEqual(cell.alignment.horizontal, "right", cell.value)
        self.assertGreater(checked, 20)

    def _table(self, rows):
        book = TableBook(self.company, "Titre", ("sum",), {"name": 10, "limit": 9})
        columns = {"name": "Client", "sum": "Montant", "limit": "À réclamer avant le"}
        book.table("Feuille", columns, rows)
        return load_workbook(io.BytesIO(book.content())).active

    def test_a_text_does_not_touch_the_figure_on_its_left(self):
        for limit in (date(2028, 12, 31), "31 décembre"):
            sheet = self._table([{"name": "A", "sum": 1.0, "limit": limit}])
            for row in (HEAD, HEAD + 1):
                self.assertEqual(sheet.cell(row, 3).alignment.indent, 1, limit)
                self.assertEqual(sheet.cell(row, 1).alignment.indent, 0)

    def test_a_column_without_a_first_date_is_no_column_of_figures(self):
        """An empty date is False, a figure to Python."""
        sheet = self._table([{"name": "A", "sum": 1.0, "limit": False}])
        self.assertNotEqual(sheet.cell(HEAD, 3).alignment.horizontal, "right")
        self.assertIsNone(sheet.cell(HEAD + 1, 3).value)

    def test_a_long_title_is_read_in_full(self):
        sheet = self._table([])
        self.assertEqual(sheet.row_dimensions[HEAD].height, 3 * LINE)

    def test_a_long_name_is_read_in_full(self):
        """Its cell wraps, and its row is high enough in any reader."""
        found = 0
        for sheet in self._sheets():
            for row in sheet.iter_rows(min_row=HEAD + 1):
                for cell in row:
                    if cell.value != LONG:
                        continue
                    found += 1
                    self.assertTrue(cell.alignment.wrap_text)
                    letter = cell.column_letter
                    width = sheet.column_dimensions[letter].width
                    lines = ceil(len(LONG) / (width * 1.1))
                    height = sheet.row_dimensions[cell.row].height
                    self.assertGreaterEqual(height, lines * 15)
        self.assertGreater(found, 5)

    def test_lines_of_a_text(self):
        for text, width, lines in (
            ("", 10, 1),
            ("Amicale", 10, 1),
            ("Amicale des anciens", 10, 2),
            ("AMICALE DES", 12, 2),
            ("Amicale des", 12, 1),
        ):
            with self.subTest(text=text):
                self.assertEqual(wrapped_lines(text, width), lines)

    def test_the_list_of_the_year_opens_its_notes_and_its_sheet(self):
        year = self.env["dunning.penalty.year"].create({"date": "2026-12-31"})
        action = year.action_show()
        lines = self.env[action["res_model"]].with_context(**action["context"])
        row = lines.search(action["domain"])
        self.assertEqual(row.action_open_note()["res_id"], self.note.id)
        # the button of the list gets the ticked rows, or none
        for chosen in (row, lines):
            self.assertIn(f"/{year.id}/", chosen.action_xlsx()["url"])
