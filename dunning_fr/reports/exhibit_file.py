"""What a file is, for a court file: pages to merge, a file of its own, or no use.

Nothing here asks the database; a file is judged by its first bytes, not by its name.
"""

import io
from typing import NamedTuple

from PIL import Image, TiffImagePlugin

from odoo.tools.mimetypes import guess_mimetype
from odoo.tools.pdf import PdfFileReader

MEBIBYTE = 1 << 20
# Above this a file goes into the archive as it is: merging holds it in memory
MERGE_LIMIT = 32 * MEBIBYTE
# Above this it is not handed over: the archive is held in memory once
ARCHIVE_LIMIT = 96 * MEBIBYTE
PAGE_LIMIT = 1000
PIXEL_LIMIT = 60_000_000  # a small file may unfold into gigabytes
# Of all pages of a scan: 300 in A4 at 200 dpi
SCAN_LIMIT = 1_200_000_000
PICTURES = ("image/png", "image/jpeg", "image/tiff", "image/gif")
# Odoo keeps Pillow to the commonest kinds: importing its plugin adds scans as TIFF
TIFF = TiffImagePlugin.TiffImageFile.format


class Finding(NamedTuple):
    """What can be done with a file.

    ``how`` is ``merge``, ``separate`` (a file of its own, named on one page) or
    ``left_out``; ``reason`` a code of what is wrong with it, "" when nothing is.
    """

    how: str
    pages: int
    reason: str


def by_size(size):
    """Return the ``Finding`` of a file too small or too large to be looked at.

    :param size: bytes
    :return: None when its content decides
    """
    if not size:
        return Finding("left_out", 0, "empty")
    if size > ARCHIVE_LIMIT:
        return Finding("left_out", 0, "huge")
    if size > MERGE_LIMIT:
        return Finding("separate", 1, "large")
    return None


def examine(content):
    """Return the ``Finding`` of the bytes of a file."""
    found = by_size(len(content))
    if found:
        return found
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return _examine_pdf(content)
    if guess_mimetype(content) in PICTURES:
        return _examine_picture(content)
    return Finding("separate", 1, "kind")


def _examine_pdf(content):
    try:
        reader = open_pdf(content)
        if reader is None:
            return Finding("left_out", 0, "encrypted")
        pages = reader.getNumPages()
        for number in {0, pages - 1}:
            _width = reader.getPage(number).mediaBox.getWidth()
    except Exception:  # pypdf raises anything on a broken file
        return Finding("left_out", 0, "unreadable")
    if pages > PAGE_LIMIT:
        return Finding("separate", 1, "pages")
    return Finding("merge", pages, "")


def open_pdf(content):
    """Return a reader of a PDF; None where it asks for a password."""
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    if reader.isEncrypted and not reader.decrypt(""):
        return None
    return reader


def _examine_picture(content):
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > PIXEL_LIMIT:
                return Finding("separate", 1, "pixels")
            frames = getattr(picture, "n_frames", 1)
            if frames > PAGE_LIMIT:
                return Finding("separate", 1, "pages")
            if picture.format == TIFF and not _pages_fit(picture, frames):
                return Finding("separate", 1, "pixels")
            picture.seek(0)
            picture.load()
    except Exception:  # Pillow raises anything on a broken file
        return Finding("left_out", 0, "unreadable")
    # an animation is one picture; a scan may have many pages
    return Finding("merge", frames if picture.format == TIFF else 1, "")


def _pages_fit(picture, frames):
    """Return whether every page of a scan may be unfolded, and all of them together.

    Read from their headers: a small first page may hide a huge one.
    """
    total = 0
    for number in range(frames):
        picture.seek(number)
        size = picture.width * picture.height
        total += size
        if size > PIXEL_LIMIT or total > SCAN_LIMIT:
            return False
    return True
