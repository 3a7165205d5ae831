"""One PDF out of many: bookmarks, the number of the exhibit and of the page on each.

Pages are taken over as they are, their contents are neither unpacked nor drawn anew:
quick, and exact. Only what is on the pages comes along: no scripts, no links, no files
embedded in them.
"""

from reportlab.pdfbase.pdfmetrics import stringWidth

from odoo.tools.pdf import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    PdfFileWriter,
)

from .exhibit_file import open_pdf

# What a page is made of; its actions, its structure and its thumbnail stay behind
KEPT = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents",
    "/Annots", "/Group", "/UserUnit",
}  # fmt: skip
# What an annotation looks like; where it leads stays behind
KEPT_NOTE = ("/Type", "/Subtype", "/Rect", "/AP", "/AS", "/F")
FONT, FONT_NAME = "Helvetica-Bold", "/DunningStamp"
WIDTH = 595  # points of the page that the sizes below are for
EDGE, PAD = 14, 4
LARGE, SMALL = 11, 8


class CourtPdf:
    """Puts PDFs one behind the other and stamps their pages.

    :param title: of the document
    :param footer: returns the text at the foot of a page, counted from 1
    """

    def __init__(self, title, footer):
        self.writer = PdfFileWriter()
        self.footer = footer
        self.count = 0
        self.parents = {}
        self.writer.addMetadata({"/Title": title})
        self.font = self._keep(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject("/" + FONT),
                    NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
                }
            )
        )
        self.before = self._stream(b"q\n")

    def add(self, content, bookmark, stamp="", group=None):
        """Append the pages of a PDF.

        :param content: bytes
        :param bookmark: what the outline calls it
        :param stamp: written on top of each page
        :param group: bookmark above this one, made once
        :return: how many pages it has
        """
        reader = open_pdf(content)
        pages = reader.getNumPages()
        first = self.count
        for number in range(pages):
            self._take(reader.getPage(number), stamp)
        self._mark(bookmark, first, group)
        return pages

    def save(self, target):
        """Write the document into an open file."""
        root = self.writer._root_object
        root[NameObject("/PageMode")] = NameObject("/UseOutlines")
        self.writer.write(target)

    # -------------------------------------------------------------------- pages

    def _take(self, page, stamp):
        for key in set(page) - KEPT:
            del page[key]
        if "/Annots" in page:
            page[NameObject("/Annots")] = _looks(page["/Annots"])
        page = self.writer.addPage(page) or self.writer.getPage(self.count)
        self.count += 1
        self._draw_over(page, _stamps(page, stamp, self.footer(self.count)))

    def _draw_over(self, page, drawing):
        fonts = _sub(_sub(page, "/Resources"), "/Font")
        fonts[NameObject(FONT_NAME)] = self.font
        old = page.raw_get("/Contents") if "/Contents" in page else ArrayObject()
        parts = old.getObject()
        parts = list(parts) if isinstance(parts, list) else [old]
        after = self._stream(b"\nQ\n" + drawing)
        page[NameObject("/Contents")] = ArrayObject([self.before, *parts, after])

    def _stream(self, content):
        stream = DecodedStreamObject()
        stream.setData(content)
        return self._keep(stream)

    def _keep(self, thing):
        return self.writer._addObject(thing)

    # ------------------------------------------------------------------ outline

    def _mark(self, text, page, group):
        if group and group not in self.parents:
            self.parents[group] = self._bookmark(group, page)
        self._bookmark(text, page, self.parents.get(group))

    def _bookmark(self, text, page, parent=None):
        if hasattr(self.writer, "add_outline_item"):
            return self.writer.add_outline_item(
                title=text, page_number=page, parent=parent
            )
        return self.writer.addBookmark(text, page, parent)  # PyPDF2 before 2.0


def _sub(holder, key):
    """Return the dictionary under ``key``, made where there is none."""
    if key not in holder:
        holder[NameObject(key)] = DictionaryObject()
    return holder[key]


def _looks(notes):
    """Return what annotations look like, without what they do or lead to."""
    kept = ArrayObject()
    for note in notes or ():
        note = note.getObject()
        if "/AP" not in note or note.get("/Subtype") in ("/Link", "/Popup"):
            continue
        own = {NameObject(k): note.raw_get(k) for k in KEPT_NOTE if k in note}
        kept.append(DictionaryObject(own))
    return kept


def _stamps(page, stamp, foot):
    """Return the drawing of both stamps, upright however the page is turned."""
    box = page.cropbox if hasattr(page, "cropbox") else page.cropBox
    left, bottom, right, top = map(float, box)
    turn = int(page.get("/Rotate") or 0) % 360
    width, height = right - left, top - bottom
    matrix = {
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }.get(turn, (1, 0, 0, 1, left, bottom))
    if turn in (90, 270):
        width, height = height, width
    # as large to the eye on any paper
    scale = max(min(width, height), 1) / WIDTH
    width, height = width / scale, height / scale
    drawing = [
        "q " + " ".join(f"{number:.4f}" for number in matrix) + " cm",
        f"{scale:.5f} 0 0 {scale:.5f} 0 0 cm",
    ]
    if stamp:
        place = width - EDGE - _wide(stamp, LARGE) - 2 * PAD
        drawing += _label(stamp, LARGE, place, height - EDGE - 18, True)
    middle = (width - _wide(foot, SMALL)) / 2 - PAD
    drawing += _label(foot, SMALL, middle, 8, False)
    return "\n".join([*drawing, "Q"]).encode("cp1252", "replace")


def _wide(text, size):
    return stringWidth(text, FONT, size)


def _label(text, size, left, bottom, framed):
    """Return the drawing of a text on white; its frame where it has one."""
    long, high = _wide(text, size) + 2 * PAD, size + 2 * PAD - 1
    safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    box = f"{left:.2f} {bottom:.2f} {long:.2f} {high:.2f} re"
    return [
        "1 g 0.13 0.23 0.42 RG 0.8 w",
        f"{box} {'B' if framed else 'f'}",
        "0.13 0.23 0.42 rg BT",
        f"{FONT_NAME} {size} Tf {left + PAD:.2f} {bottom + PAD + 0.5:.2f} Td",
        f"({safe}) Tj ET",
    ]
