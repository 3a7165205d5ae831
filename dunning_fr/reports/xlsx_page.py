"""What the workbooks have in common: how a sheet looks, on screen and printed."""

from textwrap import wrap

HEADER = {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "text_wrap": True}
# beside wrapped names, everything starts on the same line
CELL = {"valign": "top"}
AFTER = {"indent": 1}  # a text on the right of a figure does not touch it
A4 = 9
LINE = 15  # points


def add_formats(book):
    """Return the formats of titles: over texts, over numbers, and of the page."""
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "text": book.add_format({**HEADER, "valign": "bottom"}),
        "after": book.add_format({**HEADER, "valign": "bottom", **AFTER}),
        "number": book.add_format({**HEADER, "valign": "bottom", "align": "right"}),
    }


def set_page(sheet, company, head, columns):
    """Freeze the titles in row ``head`` and prepare the sheet for paper.

    :param columns: how many columns on the left stay in sight
    """
    sheet.freeze_panes(head + 1, columns)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    name = (company.display_name or "").replace("&", "&&")
    sheet.set_footer(f"&L&8{name}&C&8&A&R&8&P / &N")


def write_titles(sheet, row, titles, formats, numbers, after=()):
    """Write the titles of a table, right-aligned over the columns of ``numbers``.

    :param after: columns of texts whose cells are ``AFTER`` a figure
    """
    for column, text in enumerate(titles):
        kind = "after" if column in after else "text"
        kind = "number" if column in numbers else kind
        sheet.write_string(row, column, text, formats[kind])


def set_height(sheet, row, texts):
    """Make a row high enough for its wrapped texts; some readers never do.

    :param texts: (text, width of its column) each
    """
    lines = max((wrapped_lines(text, width) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, lines * LINE)


def wrapped_lines(text, width):
    """Return how many lines ``text`` takes in a column of ``width`` characters.

    Widths count digits: small letters are narrower, capitals wider.
    """
    width = int(width * (0.85 if text.isupper() else 1.1))
    return 1 if len(text) <= width else len(wrap(text, width))
