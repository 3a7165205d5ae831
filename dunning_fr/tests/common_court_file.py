"""Files of every kind for a court file, good and bad."""

import base64
import io

from PIL import Image
from reportlab.pdfgen import canvas

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from .common_case import CaseCommon


def pdf(*pages, size=(595, 842), password=None, rotate=0):
    """Return a PDF that shows one of the texts ``pages`` on each page."""
    target = io.BytesIO()
    sheet = canvas.Canvas(target, pagesize=size)
    for text in pages or ("page",):
        sheet.drawString(72, size[1] / 2, text)
        sheet.showPage()
    sheet.save()
    if not password and not rotate:
        return target.getvalue()
    writer = PdfFileWriter()
    for page in PdfFileReader(target).pages:
        writer.addPage(page.rotate(rotate) if rotate else page)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind="JPEG", size=(60, 80), **values):
    target = io.BytesIO()
    Image.new("RGB", size, "white").save(target, format=kind, **values)
    return target.getvalue()


class CourtFileCommon(CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.case = cls._case()

    @classmethod
    def _attach(cls, record, name, content, **values):
        return cls.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    @classmethod
    def _sent(cls, invoice, *pages):
        """Give ``invoice`` the PDF that its customer has received."""
        pages = pages or (f"Invoice {invoice.name}",)
        invoice.message_main_attachment_id = cls._attach(
            invoice, f"{invoice.name}.pdf".replace("/", "-"), pdf(*pages)
        )

    @classmethod
    def _add(cls, name, content, case=None, **values):
        """Add a document by hand, as the form does."""
        return cls.env["dunning.case.exhibit"].create(
            {
                "case_id": (case or cls.case).id,
                "title": name.rpartition(".")[0] or name,
                "file_name": name,
                "file": base64.b64encode(content),
                **values,
            }
        )

    def _row(self, record, case=None):
        """Return the exhibit found at ``record``."""
        return (case or self.case).exhibit_ids.filtered(
            lambda row: (row.origin_model, row.origin_id) == (record._name, record.id)
        )
