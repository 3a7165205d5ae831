"""Pages made for a court file: pictures, e-mails, facts, the list of exhibits.

Drawn directly, without a browser engine: what an e-mail contains is text here, nothing
in it is run or fetched.
"""

import io
import unicodedata
from xml.sax.saxutils import escape

from PIL import Image, ImageOps, ImageSequence
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from .exhibit_file import PAGE_LIMIT

MARGIN = 20 * mm
DOTS = 200 / 72  # of a picture for each point: 200 dpi
LETTERS = 300_000  # of an e-mail that are printed: about 100 pages
LINE_LETTERS = 2000  # of a paragraph: the engine's time grows with its square
FACT_LETTERS = 1500  # of a title or a fact: it has to fit on one page
GREY = HexColor("#6C757D")
LINE = HexColor("#CED4DA")
TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=10, leading=14)
SMALL = ParagraphStyle("small", TEXT, fontSize=9, leading=12)
BOLD = ParagraphStyle("bold", SMALL, fontName="Helvetica-Bold")
LABEL = ParagraphStyle("label", SMALL, textColor=GREY)
RIGHT = ParagraphStyle("right", SMALL, alignment=2)
TITLE = ParagraphStyle(
    "title", TEXT, fontName="Helvetica-Bold", fontSize=15, leading=19
)


def printable(text):
    """Return a text in the letters that every PDF reader has (Windows-1252).

    >>> printable("Gœrg\u0119 \u2013 25\u202f000 €")
    'Gœrge – 25\\xa0000 €'
    """
    return "".join(map(_printable, text))


def _printable(letter):
    if letter in "\n\t":
        return letter
    if letter in "\u202f\u2009":
        return "\xa0"
    if _is_drawn(letter):
        return letter
    plain = unicodedata.normalize("NFKD", letter)
    return "".join(sign for sign in plain if _is_drawn(sign)) or "?"


def _is_drawn(letter):
    if ord(letter) < 32:
        return False
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _paragraph(text, style=TEXT):
    return Paragraph(escape(printable(text or "")), style)


def text_pages(title, facts, body=""):
    """Return a PDF: a title, (label, value) pairs, then a text; all plain text."""
    rows = [
        (_paragraph(label, LABEL), _paragraph(_cut(value), SMALL))
        for label, value in facts
    ]
    story = [_paragraph(_cut(title), TITLE), Spacer(0, 4 * mm)]
    if rows:
        table = Table(rows, colWidths=(38 * mm, None), hAlign="LEFT")
        table.setStyle(
            TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LINEBELOW", (0, -1), (-1, -1), 0.5, LINE),
                    ("LEFTPADDING", (0, 0), (0, -1), 0),
                ]
            )
        )
        story += [table, Spacer(0, 4 * mm)]
    for line in body[:LETTERS].splitlines():
        if not line.strip():
            story.append(Spacer(0, 2 * mm))
        story.extend(map(_paragraph, _pieces(line)))
    return _built(story, title)


def _cut(text):
    """Return a text that fits on a page: nobody reads a thousand recipients."""
    text = text or ""
    return text if len(text) <= FACT_LETTERS else f"{text[:FACT_LETTERS]} (…)"


def _pieces(line):
    """Return a line in pieces that are drawn fast, cut between words where it can.

    >>> [len(piece) for piece in _pieces("ab " * 1000)]
    [1998, 1001]
    >>> [len(piece) for piece in _pieces("x" * 2500)], _pieces(" ")
    ([2000, 500], [])
    """
    pieces, line = [], line.strip()
    while len(line) > LINE_LETTERS:
        end = line.rfind(" ", 1, LINE_LETTERS) + 1 or LINE_LETTERS
        pieces.append(line[:end])
        line = line[end:].lstrip()
    return [*pieces, line] if line else pieces


def list_pages(title, subtitle, heads, rows, total, closing):
    """Return a PDF with the list of exhibits.

    :param heads: titles of the four columns: number, title, date, pages
    :param rows: texts of these columns each
    :param total: (label, text) of the last line
    :param closing: lines under the table
    """
    table = [[_paragraph(head, BOLD) for head in heads]]
    for number, name, day, pages in rows:
        cells = [_paragraph(text, SMALL) for text in (number, name, day)]
        table.append([*cells, _paragraph(pages, RIGHT)])
    label, text = total
    last = ParagraphStyle("sum", BOLD, alignment=2)
    table.append(["", _paragraph(label, BOLD), "", _paragraph(text, last)])
    grid = Table(table, colWidths=(16 * mm, None, 26 * mm, 16 * mm), repeatRows=1)
    grid.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
                ("BACKGROUND", (0, 0), (-1, 0), HexColor("#E9ECEF")),
            ]
        )
    )
    story = [_paragraph(title, TITLE), _paragraph(subtitle, SMALL), Spacer(0, 6 * mm)]
    story += [grid, Spacer(0, 8 * mm), *(_paragraph(line) for line in closing)]
    return _built(story, title)


def _built(story, title):
    target = io.BytesIO()
    # room at the top for the number of the exhibit, at the foot for that of the page
    paper = SimpleDocTemplate(
        target, pagesize=A4, title=printable(title), leftMargin=MARGIN,
        rightMargin=MARGIN, topMargin=24 * mm, bottomMargin=22 * mm,
    )  # fmt: skip
    paper.build(story)
    return target.getvalue()


def picture_pages(content):
    """Return a PDF with a picture on each page, upright, as large as A4 takes it."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    with Image.open(io.BytesIO(content)) as picture:
        for number, frame in enumerate(ImageSequence.Iterator(picture)):
            if number >= PAGE_LIMIT or (number and picture.format != "TIFF"):
                break
            _draw(canvas, ImageOps.exif_transpose(frame.convert("RGBA")))
            canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw(canvas, picture):
    paper = A4[::-1] if picture.width > picture.height else A4
    canvas.setPageSize(paper)
    # room for the stamps
    width, height = paper[0] - 2 * 12 * mm, paper[1] - 2 * 16 * mm
    picture.thumbnail((int(width * DOTS), int(height * DOTS)))
    flat = Image.new("RGB", picture.size, "white")  # what is transparent is paper
    flat.paste(picture, mask=picture.getchannel("A"))
    # a small picture is not blown up beyond 96 dpi
    scale = min(width / flat.width, height / flat.height, 72 / 96)
    size = flat.width * scale, flat.height * scale
    place = (paper[0] - size[0]) / 2, (paper[1] - size[1]) / 2
    packed = io.BytesIO()
    flat.save(packed, format="JPEG", quality=85)
    canvas.drawImage(ImageReader(packed), *place, *size)
