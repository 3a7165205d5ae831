"""A case that has all its documents need, in French, and ways to read them."""

import base64
import io
import re

from lxml import html

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from .common_case import DAY, CaseCommon


class DocumentCommon(CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        cls.env.user.lang = "en_US"
        cls.company.write(
            {"dunning_representative": "M. Paul Martin, président"},
        )
        cls.pro.write({"company_registry": "552100554", "phone": "04 72 00 00 00"})
        cls.court = cls._customer("Greffe du TC", city="Lyon", street="44 rue Bonnel")
        cls.values = {
            "court_name": "Tribunal de commerce de Lyon",
            "court_kind": "commercial",
            "court_partner_id": cls.court.id,
        }

    @classmethod
    def _full_case(cls, code="injonction", **values):
        """Return a case with its exhibits and all that its documents need."""
        case = cls._case(code, **{**cls.values, **values})
        cls._exhibit(case, "order", "Bon de commande n° 12", "2026-03-02", 2)
        cls._exhibit(case, "delivery", "Bon de livraison n° 7", "2026-03-20", 1)
        cls._exhibit(case, "invoice", "Facture INV/1", "2026-06-30", 3)
        return case

    @classmethod
    def _exhibit(cls, case, kind, title, day, pages=1):
        """Add an exhibit of so many pages to the list of a case."""
        return cls.env["dunning.case.exhibit"].create(
            {
                "case_id": case.id,
                "kind": kind,
                "title": title,
                "date": day,
                "file": base64.b64encode(cls._pdf(pages)),
                "file_name": "x.pdf",
                "sequence": 10 * (1 + len(case.exhibit_ids)),
            }
        )

    @staticmethod
    def _pdf(pages):
        writer, stream = PdfFileWriter(), io.BytesIO()
        for _page in range(pages):
            writer.addBlankPage(width=595, height=842)
        writer.write(stream)
        return stream.getvalue()

    @classmethod
    def _draft(cls, case, kind, date=DAY):
        kinds = cls.env["dunning.document.kind"]
        return cls.env["dunning.document.draft"].create(
            {"case_id": case.id, "kind_id": kinds._by_code(kind).id, "date": date}
        )

    @classmethod
    def _text(cls, case, kind, date=DAY):
        """Return (title, text as read, labels of what misses) without a PDF."""
        title, head, body, gaps = cls._draft(case, kind, date)._render_draft()
        return title, cls._words(head + body), [gap.label for gap in gaps]

    @staticmethod
    def _words(body):
        """Return a text as a reader sees it; no-break spaces are kept."""
        text = html.fromstring(f"<div>{body}</div>").text_content()
        return re.sub(r"[ \n\t]+", " ", text).strip()

    @staticmethod
    def _pages(pdf):
        reader = PdfFileReader(io.BytesIO(pdf))
        return [reader.getPage(n).extract_text() for n in range(reader.getNumPages())]
