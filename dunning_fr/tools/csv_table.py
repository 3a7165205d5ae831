"""Reading the CSV files people really have, and writing ones that do no harm.

A file comes from Excel, from a provider or from another program: semicolons, commas
or tabs, UTF-8 or Windows-1252, French or ISO dates, headings in either language.
Nothing here raises: what is wrong is a ``Problem`` with its line and a code, which
the caller puts into the user's words.
"""

import csv
import io
import re
import unicodedata
from datetime import date
from typing import NamedTuple

SEPARATORS = (";", ",", "\t", "|")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MAX_LINES = 50_000
# What a spreadsheet or a scanned document begins with
BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
FRENCH_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
NUMBER_SIGN = re.compile("n[°º]", re.IGNORECASE)
TIME = re.compile(r"[ T]\d{1,2}[:h]\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")


class Column(NamedTuple):
    """One value of a line: its name, the headings it may have, how it is read."""

    name: str
    headings: tuple
    kind: str = "text"  # text, date, number
    required: bool = False


class Problem(NamedTuple):
    """What is wrong with a line (0 = with the whole file)."""

    line: int
    code: str
    detail: str = ""
    value: str = ""


class Row(NamedTuple):
    """One line that could be read."""

    line: int
    values: dict


class Table(NamedTuple):
    """A file: the lines that could be read and what is wrong with the others."""

    rows: list
    problems: list
    names: tuple = ()  # of the columns that were found
    lines: int = 0  # that hold anything, below the headings


def read_table(content, columns, max_lines=MAX_LINES):
    """Return the ``Table`` of a file's bytes.

    >>> columns = [Column("ref", ("référence", "reference"), required=True),
    ...            Column("on", ("date",), "date")]
    >>> table = read_table("Référence;Date\\nA1;31/12/2025\\n;x\\n".encode("cp1252"),
    ...                    columns)
    >>> table.rows
    [Row(line=2, values={'ref': 'A1', 'on': datetime.date(2025, 12, 31)})]
    >>> [problem[:3] for problem in table.problems]
    [(3, 'missing_value', 'ref'), (3, 'bad_date', 'on')]
    """
    text = decode(content)
    if text is None:
        return Table([], [Problem(0, "not_csv")])
    text = text.lstrip("\ufeff")
    head = next((line for line in _stream(text) if line.strip()), "")
    if not head:
        return Table([], [Problem(0, "empty")])
    separator = find_separator(head, columns)
    reader = csv.reader(_stream(text), delimiter=separator, strict=True)
    try:
        names = _headings(_first(reader), columns)
    except csv.Error as error:
        return Table([], [Problem(1, "broken", str(error))])
    problems = _problems_of_headings(names, columns)
    if problems:
        return Table([], problems)
    return _read_lines(reader, names, columns, max_lines)


def unknown_headings(content, columns):
    """Return the headings of a file's bytes that no column answers to.

    What stands below them is not read: a person is to know.

    >>> columns = [Column("ref", ("référence",))]
    >>> unknown_headings("Référence;Posté un jour; ;Prix".encode(), columns)
    ('Posté un jour', 'Prix')
    >>> unknown_headings(b"", columns), unknown_headings(b"PK\\x03\\x04", columns)
    ((), ())
    """
    text = (decode(content) or "").lstrip("\ufeff")
    head = next((line for line in _stream(text) if line.strip()), "")
    if not head:
        return ()
    reader = csv.reader(_stream(text), delimiter=find_separator(head, columns))
    cells = _first(reader)
    pairs = zip(cells, _headings(cells, columns), strict=True)
    return tuple(cell.strip() for cell, name in pairs if cell.strip() and not name)


def decode(content):
    """Return the text of a file's bytes, or None where it is no text.

    >>> decode("Déposé".encode("cp1252")), decode("Déposé".encode())
    ('Déposé', 'Déposé')
    >>> decode(b"PK\\x03\\x04...") is None
    True
    """
    if content.startswith(BINARY):
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def find_separator(head, columns):
    """Return the separator under which the headings say the most.

    >>> columns = [Column("a", ("a",)), Column("b", ("b, c",))]
    >>> find_separator("a;b, c", columns)
    ';'
    """

    def known(separator):
        try:
            cells = next(csv.reader([head], delimiter=separator), [])
        except csv.Error:
            cells = []
        found = [name for name in _headings(cells, columns) if name]
        return len(found), head.count(separator)

    return max(SEPARATORS, key=known)


def normalise(text):
    """Return a heading without case, accents, marks and spaces.

    >>> normalise(" N° de recommandé "), normalise("tracking_number")
    ('numeroderecommande', 'trackingnumber')
    """
    plain = unicodedata.normalize("NFKD", NUMBER_SIGN.sub("numero", text))
    return "".join(sign for sign in plain.lower() if sign.isalnum())


def read_date(text):
    """Return the day of a French or ISO date, with or without a time; else None.

    >>> read_date("01/02/2026"), read_date("2026-02-01 10:30")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 1))
    >>> read_date("1.2.26"), read_date("02/31/2026"), read_date("soon")
    (datetime.date(2026, 2, 1), None, None)
    """
    text = TIME.sub("", text.strip())
    found = ISO_DATE.fullmatch(text)
    if found:
        year, month, day = map(int, found.groups())
    else:
        found = FRENCH_DATE.fullmatch(text)
        if not found:
            return None
        day, month, year = map(int, found.groups())
        year += 2000 if len(found[3]) == 2 else 0
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_number(text):
    """Return the whole number of a cell; else None.

    >>> read_number("2"), read_number("2,0"), read_number("2.5"), read_number("x")
    (2, 2, None, None)
    """
    found = re.fullmatch(r"(-?\d{1,9})([.,]0+)?", text.strip(), re.ASCII)
    return int(found[1]) if found else None


def write_table(headings, rows):
    """Return the bytes of a file that Excel opens in French, formulas defused.

    >>> write_table(["a"], [["=1+1"], ["x;y"]]).decode("utf-8-sig")
    'a\\r\\n\\'=1+1\\r\\n"x;y"\\r\\n'
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([safe_cell(heading) for heading in headings])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def safe_cell(cell):
    """Return a cell's text that no spreadsheet takes for a formula.

    >>> safe_cell("-2+3"), safe_cell("Durand"), safe_cell(7), safe_cell(None)
    ("'-2+3", 'Durand', '7', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return str(cell)
    text = str(cell)
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA) else text


def _stream(text):
    return io.StringIO(text, newline="")  # any end of line, as csv wants it


def _first(reader):
    return next((cells for cells in reader if any(map(str.strip, cells))), [])


def _headings(cells, columns):
    """Return the name of the column each cell heads, None for the unknown ones."""
    known = {
        normalise(heading): column.name
        for column in columns
        for heading in (column.name, *column.headings)
    }
    return tuple(known.get(normalise(cell)) for cell in cells)


def _problems_of_headings(names, columns):
    problems = [
        Problem(1, "missing_column", column.name)
        for column in columns
        if column.required and column.name not in names
    ]
    twice = {name for name in names if name and names.count(name) > 1}
    problems += [Problem(1, "column_twice", name) for name in sorted(twice)]
    return problems


def _read_lines(reader, names, columns, max_lines):
    by_name = {column.name: column for column in columns}
    rows, problems, lines, begins = [], [], 0, reader.line_num + 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            problems.append(Problem(begins, "broken", str(error)))
            break
        if cells is None:
            break
        line, begins = begins, reader.line_num + 1
        if not any(map(str.strip, cells)):
            continue
        lines += 1
        if lines > max_lines:
            problems.append(Problem(line, "too_many", str(max_lines)))
            break
        values, wrong = _read_cells(line, cells, names, by_name)
        problems += wrong
        if not wrong:
            rows.append(Row(line, values))
    found = tuple(name for name in names if name)
    return Table(rows, problems, found, lines)


def _read_cells(line, cells, names, by_name):
    if len(cells) > len(names) and any(map(str.strip, cells[len(names) :])):
        return {}, [Problem(line, "too_many_cells", str(len(names)))]
    values, wrong = {}, []
    for index, name in enumerate(names):
        if not name:
            continue
        text = cells[index].strip() if index < len(cells) else ""
        value, code = _read_cell(text, by_name[name])
        values[name] = value
        if code:
            wrong.append(Problem(line, code, name, text))
    return values, wrong


def _read_cell(text, column):
    """Return (value, code of what is wrong)."""
    if text.startswith("'") and text[1:].startswith(FORMULA):
        text = text[1:]  # as we, or a spreadsheet, have defused it
    if not text:
        return None, "missing_value" if column.required else None
    if column.kind == "date":
        value = read_date(text)
        return value, None if value else "bad_date"
    if column.kind == "number":
        value = read_number(text)
        return value, None if value is not None else "bad_number"
    return text, None
