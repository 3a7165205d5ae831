"""CSV files as people have them: separators, encodings, dates, and no formula."""

import csv
import doctest
import io
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import csv_table
from ..tools.csv_table import (
    FORMULA,
    Column,
    decode,
    read_date,
    read_number,
    read_table,
    safe_cell,
    write_table,
)

QUICK = settings(max_examples=80, deadline=None, database=None, derandomize=True)
COLUMNS = (
    Column("ref", ("référence", "n° de pièce"), required=True),
    Column("note", ("note",)),
    Column("on", ("date",), "date"),
    Column("level", ("niveau",), "number"),
)
HEADINGS = ("Référence", "Note", "Date", "Niveau")
# what Windows-1252 can say, without what ends a line
SIGNS = st.characters(codec="cp1252", exclude_categories=["C"])
TEXTS = st.text(SIGNS, min_size=1, max_size=12).map(str.strip).filter(bool)
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
STYLES = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d 08:15")
ROWS = st.lists(st.tuples(TEXTS, TEXTS, DAYS, st.integers(-99, 99)), max_size=8)


def load_tests(_loader, tests, _pattern):
    tests.addTests(doctest.DocTestSuite(csv_table))
    return tests


def spelt(rows, separator, ending="\n"):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator=ending)
    writer.writerows(rows)
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestReading(BaseCase):
    def codes(self, text, columns=COLUMNS, **options):
        content = text if isinstance(text, bytes) else text.encode()
        table = read_table(content, columns, **options)
        return [(problem.line, problem.code) for problem in table.problems]

    @given(
        ROWS,
        st.sampled_from(csv_table.SEPARATORS),
        st.sampled_from(("utf-8", "utf-8-sig", "cp1252", "utf-16")),
        st.sampled_from(STYLES),
        st.sampled_from(("\n", "\r\n")),
    )
    @QUICK
    def test_every_spelling_of_a_file_says_the_same(
        self, rows, separator, encoding, style, ending
    ):
        lines = [(ref, note, day.strftime(style), n) for ref, note, day, n in rows]
        text = spelt([HEADINGS, *lines], separator, ending)
        table = read_table(text.encode(encoding), COLUMNS)
        self.assertFalse(table.problems)
        read = [tuple(row.values.values()) for row in table.rows]
        expected = [
            (self.undone(ref), self.undone(note), day, n) for ref, note, day, n in rows
        ]
        self.assertEqual(read, expected)
        self.assertEqual(
            [row.line for row in table.rows], list(range(2, 2 + len(rows)))
        )

    def undone(self, text):
        """An apostrophe before a formula is a spreadsheet's guard, not text."""
        return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text

    @given(st.binary(max_size=200))
    @QUICK
    def test_no_file_raises(self, content):
        read_table(content, COLUMNS)

    @given(st.text(max_size=200))
    @QUICK
    def test_no_text_raises_and_each_line_is_read_or_told(self, text):
        table = read_table(("Référence;Date\n" + text).encode(), COLUMNS)
        told = {problem.line for problem in table.problems}
        self.assertFalse(told & {row.line for row in table.rows})
        self.assertLessEqual(len(table.rows), table.lines)

    def test_columns_come_in_any_order_and_others_are_left_alone(self):
        table = read_table(
            b"x,NIVEAU,N\xb0 de piece,Date\n9,2,A,\n\n ,,, \n,3,B,\n", COLUMNS
        )
        self.assertEqual(
            [(row.line, row.values) for row in table.rows],
            [
                (2, {"level": 2, "ref": "A", "on": None}),
                (5, {"level": 3, "ref": "B", "on": None}),
            ],
        )
        self.assertEqual((table.lines, table.names), (2, ("level", "ref", "on")))

    def test_what_is_wrong_is_told_with_its_line(self):
        for name, text, expected in (
            ("nothing", "", [(0, "empty")]),
            ("blank", " \n\n", [(0, "empty")]),
            ("a workbook", b"PK\x03\x04rest", [(0, "not_csv")]),
            ("an old workbook", b"\xd0\xcf\x11\xe0rest", [(0, "not_csv")]),
            ("zeros", b"a\x00b", [(0, "not_csv")]),
            ("no such column", "Note\nx", [(1, "missing_column")]),
            ("twice", "Note;Note;Référence\nx;y;z", [(1, "column_twice")]),
            ("no value", "Note;Référence\nx;", [(2, "missing_value")]),
            ("short line", "Note;Référence\nx", [(2, "missing_value")]),
            ("long line", "Note;Référence\nx;y;z", [(2, "too_many_cells")]),
            ("empty cells more", "Note;Référence\nx;y;;", []),
            ("no date", "Date;Référence\n13/13/2026;y", [(2, "bad_date")]),
            ("no number", "Niveau;Référence\ntwo;y", [(2, "bad_number")]),
            (
                "all of them",
                "Date;Niveau;Référence\nx;x;\n",
                [(2, "bad_date"), (2, "bad_number"), (2, "missing_value")],
            ),
            ("open quote", 'Note;Référence\nx;"y', [(2, "broken")]),
        ):
            with self.subTest(name):
                self.assertEqual(self.codes(text), expected)

    def test_a_cell_of_several_lines_counts_as_they_do(self):
        table = read_table('Référence;Note\nA;"x\ny"\nB;z\n'.encode(), COLUMNS)
        self.assertEqual([row.line for row in table.rows], [2, 4])

    def test_no_more_lines_than_allowed(self):
        text = "Référence\n" + "x\n" * 4
        self.assertEqual(self.codes(text, max_lines=4), [])
        self.assertEqual(self.codes(text, max_lines=3), [(5, "too_many")])

    def test_bytes_that_windows_does_not_know(self):
        self.assertIsNone(decode(b"\x81\x8d"))
        self.assertEqual(decode("é€".encode("cp1252")), "é€")


@tagged("post_install", "-at_install")
class TestValues(BaseCase):
    @given(DAYS, st.sampled_from((*STYLES, "%d/%m/%y")))
    @QUICK
    def test_days_are_read_as_the_french_write_them(self, day, style):
        if style.endswith("%y") and day.year < 2000:
            return
        self.assertEqual(read_date(f" {day.strftime(style)} "), day)

    def test_what_is_no_day(self):
        for text in ("", "1/2", "2026-02-30", "31/02/2026", "12/31/2026", "0/1/2026"):
            with self.subTest(text):
                self.assertIsNone(read_date(text))

    def test_numbers(self):
        for text, number in (("2", 2), ("2.00", 2), ("2,0", 2), (" 2 ", 2), ("-1", -1)):
            self.assertEqual(read_number(text), number)
        for text in ("", "2,5", "1e3", "٢", "²", "9" * 12):
            self.assertIsNone(read_number(text))


@tagged("post_install", "-at_install")
class TestWriting(BaseCase):
    @given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
    @QUICK
    def test_no_cell_is_a_formula(self, cells):
        content = write_table(["a"], [cells])
        for row in csv.reader(
            io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"
        ):
            for cell in row:
                self.assertFalse(cell.lstrip(" \n").startswith(FORMULA), repr(cell))

    @given(TEXTS)
    @QUICK
    def test_what_was_defused_is_read_back(self, text):
        content = write_table(["Référence", "Note"], [[text, "x"]])
        [row] = read_table(content, COLUMNS).rows
        expected = text[1:] if text[0] == "'" and text[1:2] in FORMULA else text
        self.assertEqual(row.values["ref"], expected)

    def test_dangerous_cells(self):
        for text in ("=1+1", "+33 1 23", "-2", "@SUM(A1)", "\t=1", " =1"):
            self.assertEqual(safe_cell(text), f"'{text}")
        self.assertEqual((safe_cell(-2), safe_cell("2-1")), ("-2", "2-1"))
