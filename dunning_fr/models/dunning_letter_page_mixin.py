import base64
import io
import re

from lxml import etree
from lxml import html as lxml_html
from markupsafe import Markup
from PIL import Image
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from odoo import api, models
from odoo.tools.image import image_data_uri

from ..tools.postal import window_lines
from ..tools.typography import NBSP

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SUMS = "o_dunning_sums"
ONE_PIECE = 40  # a shorter text in bold, an amount or a date, is not broken
LONG_LINE = 30  # a longer line of the window is printed smaller
LINE = 105  # characters of a line of text, about
ROW = 1.5  # lines of text as high as a row of a table
ROOMY = 37  # lines that fill a page; a longer text is set closer
SHORT_NOTE = 150  # characters of a note that stands beside the signature


class DunningLetterPageMixin(models.AbstractModel):
    """The frozen text as a page of paper: letterhead, window, closing, annex."""

    _name = "dunning.letter.page.mixin"
    _description = "Page of a letter"

    def _letter_pages(self):
        """Return {notice id: what the report prints around and of the text}."""
        drafts = self.filtered(lambda notice: not notice.body)
        texts = {
            notice.id: text[:2]
            for notice, text in (drafts._render_texts() if drafts else {}).items()
        }
        pages = {}
        for notices in self._letter_by_lang():
            for notice in notices:
                subject, body = texts.get(notice.id, (notice.subject, notice.body))
                pages[notice.id] = notice._letter_page(subject, body)
        return pages

    def _letter_page(self, subject, body):
        """Return the values of one letter, in the language of the environment."""
        self.ensure_one()
        company = self.company_id
        window = window_lines(*self._letter_addressee())
        body, annex = self._letter_print_body(body)
        return {
            "lang": self.env.lang,
            "logo": self._letter_image(
                not company.uses_default_logo and company.partner_id.image_512
            ),
            "sender": [
                row
                for row in (*self._letter_office(), company.phone, company.email)
                if row
            ],
            "references": self._letter_references(),
            "window": window,
            "is_long": max(map(len, window)) > LONG_LINE,
            "is_dense": self._letter_lines(body) > ROOMY,
            "place_and_date": self._letter_place_and_date(),
            "is_draft": self.state == "draft",
            "draft": self.env._("Draft, not sent"),
            "subject": self.env._("Subject: %s", subject or ""),
            "body": body,
            "annex": annex,
            "legal": self._letter_legal_parts(),
        }

    def _letter_addressee(self):
        """Return (name, address): frozen ones, or a draft's as they are today."""
        if self.recipient_name:
            return self.recipient_name, self.recipient_address or ""
        recipient = self._letter_recipient(self.debtor_id._recipient_values())
        return recipient["name"], recipient["address"]

    def _letter_recipient(self, recipients):
        """Return the recipient of this notice, with the address of its letter."""
        recipient = recipients[self.debtor_id.id]
        formal = recipient["formal_address"] if self.is_formal_notice else ""
        return {**recipient, "address": formal or recipient["address"]}

    def _letter_references(self):
        rows = [self.env._("Our reference: %s", self.name)]
        if self.partner_id.ref:
            rows.append(self.env._("Your customer number: %s", self.partner_id.ref))
        return rows

    def _letter_place_and_date(self):
        """Return "Paris, le 1er octobre 2026"."""
        date = self._letter_date(self.date)
        if not self.company_id.city:
            return date
        return self.env._("%(town)s, %(date)s", town=self.company_id.city, date=date)

    def _letter_image(self, source):
        return image_data_uri(source) if source else ""

    # -- the text on paper ---------------------------------------------------------
    def _letter_print_body(self, body):
        """Return (text, annex) as they are printed."""
        root = lxml_html.fragment_fromstring(str(body or ""), create_parent="div")
        for heading in root.iter(*HEADINGS):
            heading.tag = "p"  # the one heading of a letter is its subject
        annexes = root.find_class("o_dunning_annex")
        for annex in annexes:
            annex.drop_tree()
        # a code pays the whole: none beside one of several accounts
        is_shared = bool(root.find_class("o_dunning_factor"))
        for table in root.find_class("o_dunning_payment"):
            self._letter_box_account(table, with_code=not is_shared)
        for table in (*root.find_class("o_dunning_pay"), *root.find_class(SUMS)):
            self._letter_keep_with_words(table)
        for signature in root.find_class("o_dunning_signature"):
            self._letter_add_signature(signature)
            self._letter_closing(signature)
        for strong in root.iter("strong", "b"):
            # Not by a style: the engines print the space before it twice
            if not len(strong) and len(strong.text or "") < ONE_PIECE:
                strong.text = NBSP.join((strong.text or "").split())
        return self._letter_markup(root), Markup().join(
            self._letter_markup(annex) for annex in annexes
        )

    @api.model
    def _letter_lines(self, body):
        """Return about how many lines of a page the text and its tables take."""
        root = lxml_html.fragment_fromstring(str(body), create_parent="div")
        for second in root.find_class("o_dunning_second"):
            second.drop_tree()  # a page of its own
        lines = sum(1 + len(p.text_content()) // LINE for p in root.iter("p"))
        return lines + ROW * sum(1 for _row in root.iter("tr"))

    def _letter_markup(self, element):
        return Markup(etree.tostring(element, method="html", encoding="unicode"))

    def _letter_add_signature(self, block):
        """Put the image of the signature above the name."""
        source = self._letter_image(self.company_id.dunning_signature)
        if source:
            image = etree.Element("img", {"src": source, "alt": ""})
            image.tail, block.text = block.text, None
            block.insert(0, image)

    def _letter_closing(self, signature):
        """Set the last words, the formula, the signature and the contact in one block.

        Neither stands alone on a page, and a page is saved.
        """
        after = signature.getnext()
        notes = [
            note
            for note in signature.itersiblings("p")
            if note.find("small") is not None
        ]
        closing = lxml_html.fragment_fromstring(
            '<div class="o_dunning_closing"><table><tbody><tr><td></td><td></td></tr>'
            "</tbody></table></div>"
        )
        signature.addprevious(closing)
        left, right = closing.iter("td")
        left.append(signature)
        if after is not None and "o_dunning_contact" in after.get("class", ""):
            right.append(after)
        for _words in ("formula", "last paragraph"):
            before = closing.getprevious()
            if before is None or before.tag != "p":
                break
            closing.insert(0, before)
        for note in notes:
            beside = len(note.text_content()) < SHORT_NOTE
            (right if beside else closing).append(note)

    def _letter_keep_with_words(self, table):
        """Keep a small table on the page of the words that announce it."""
        words = table.getprevious()
        if words is not None and words.tag == "p":
            kept = etree.Element("div", {"class": "o_dunning_kept"})
            words.addprevious(kept)
            kept.tail, table.tail = table.tail, None
            kept.extend([words, table])

    def _letter_box_account(self, table, with_code):
        """Set the bank account that is printed apart, its SEPA QR code beside it."""
        box = lxml_html.fragment_fromstring(
            '<table class="o_dunning_pay"><tbody><tr><td class="o_account"></td></tr>'
            "</tbody></table>"
        )
        row = box.find(".//tr")
        table.addprevious(box)
        box.tail, table.tail = table.tail, None
        row[0].append(table)
        cells = [cell.text_content().strip() for cell in table.iter("td")]
        source = with_code and self._letter_qr(cells)
        if source:
            second = any(
                "o_dunning_second" in (outer.get("class") or "")
                for outer in table.iterancestors()
            )
            lang = self._letter_french() if second else self.env.lang
            cell = etree.SubElement(row, "td", {"class": "o_qr"})
            etree.SubElement(cell, "img", {"src": source, "alt": ""})
            words = self.with_context(lang=lang).env._("SEPA payment")
            etree.SubElement(cell, "br").tail = words

    def _letter_qr(self, cells):
        """Return the code that pays to the account and with the reference printed.

        None when the text shows another account than the company's of today, or when
        Odoo knows no SEPA code for this account, currency or amount.
        """
        bank = self.company_id._dunning_bank_account()
        printed = {re.sub(r"\s", "", cell) for cell in cells}
        methods = dict(bank.get_available_qr_methods_in_sequence())
        if (
            not bank
            or self.debtor_kind == "public"  # a public accountant scans nothing
            or bank.sanitized_acc_number not in printed
            or self.amount_total <= 0
            or "sct_qr" not in methods
        ):
            return None
        values = bank._build_qr_code_vals(
            self.currency_id.round(self.amount_total),
            cells[-1],
            "",
            self.currency_id,
            self.partner_id,
            qr_method="sct_qr",
        )
        return values and self._letter_qr_image("\n".join(bank._get_qr_vals(**values)))

    def _letter_qr_image(self, content):
        """Draw a QR code, as Odoo would if every server had reportlab's renderer."""
        code = QRCode(None, QRErrorCorrectLevel.M)
        code.addData(content)
        code.make()
        rows = [[0 if dark else 255 for dark in row] for row in code.modules]
        image = Image.new("L", (len(rows), len(rows)))
        image.putdata([dot for row in rows for dot in row])
        stream = io.BytesIO()
        image.resize((len(rows) * 6, len(rows) * 6), Image.Resampling.NEAREST).save(
            stream, "PNG", optimize=True
        )
        return image_data_uri(base64.b64encode(stream.getvalue()))
