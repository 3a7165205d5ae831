from odoo import models
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import formatLang

from ..reports.court_page import picture_pages, text_pages
from ..reports.exhibit_file import examine
from ..reports.mail_text import mail_text
from .dunning_exhibit_sale_finder import REPORTS


class DunningCaseExhibit(models.Model):
    """The pages of an exhibit: its own file, or what Odoo knows, put on paper."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case.exhibit"

    def _content(self, rendered, day):
        """Return (``Finding``, bytes, name of the file) of an exhibit.

        :param rendered: {invoice id: PDF} made for many at once
        :param day: date of the court file, and of its amounts
        """
        self.ensure_one()
        if self._is_made():
            pages, reason = self._made_pages(rendered, day)
            finding = examine(pages)
            if finding.how == "merge":
                finding = finding._replace(reason=reason)
            return finding, pages, "exhibit.pdf"
        finding = self._examine()
        if finding.how == "left_out":
            return finding, b"", ""
        attachment = self._attachment()
        content = attachment.raw
        name = self.file_name or attachment.name or ""
        if finding.how == "merge" and b"%PDF-" not in content[:1024]:
            content = picture_pages(content)
        return finding, content, name

    def _made_pages(self, rendered, day):
        """Return (PDF, code of what to say about it)."""
        origin = self._found_at().exists()
        origin.check_access("read")
        if not origin:
            return b"", ""
        if origin._name == "account.move":
            pages = rendered.get(origin.id) or origin._dunning_rendered().get(origin.id)
            return pages or b"", "reprint"
        if origin._name == "dunning.case":
            return self._sheet_pages(origin, day)
        maker = {
            "mail.message": self._mail_pages,
            "dunning.hold": self._hold_pages,
            "dunning.dispatch": self._posting_pages,
        }.get(origin._name, self._report_pages)
        return maker(origin), ""

    def _sheet_pages(self, case, day):
        """Return the statement of the claim; at least how it is computed."""
        pages = case._document_pages("statement", day)
        if pages:
            return pages, ""
        sheet = case.move_ids._dunning_calculation_sheet_pdf(day, case.partner_id)
        return sheet, "sheet"

    def _report_pages(self, record):
        """Return an order or a delivery note as its own report prints it."""
        _kind, report = REPORTS[record._name]
        # sudo: the customer got this paper; whoever may read the record prints it,
        # though its packages or quotation templates are closed to accountants
        reports = self.env["ir.actions.report"].sudo()
        streams = reports._render_qweb_pdf_prepare_streams(
            report, {}, res_ids=record.ids
        )
        stream = streams.get(record.id, {}).get("stream")
        return stream.getvalue() if stream else b""

    def _mail_pages(self, message):
        """Return an e-mail with its headers; never an internal note (R10.9)."""
        if message.is_internal or message.subtype_id.internal:
            return b""
        people = message.partner_ids | message.notified_partner_ids
        receivers = ", ".join(people.mapped("email_formatted"))
        # sudo: who received it, of a message that may be read
        mails = message.sudo().mail_ids
        receivers = receivers or message.incoming_email_to
        receivers = receivers or ", ".join(filter(None, mails.mapped("email_to")))
        copies = ", ".join(filter(None, mails.mapped("email_cc")))
        files = ", ".join(message.attachment_ids.mapped("name"))
        facts = [
            (self.env._("Sender"), message.email_from),
            (self.env._("Recipients"), receivers),
            (self.env._("Copy to"), message.incoming_email_cc or copies),
            (self.env._("Sent on"), format_datetime(self.env, message.date)),
            (self.env._("Subject"), message.subject),
            (self.env._("Message-Id"), message.message_id),
            (self.env._("Attachments"), files),
        ]
        return text_pages(self.title, _told(facts), mail_text(message.body))

    def _hold_pages(self, hold):
        """Return what a promise or a payment plan says; never what is confidential."""
        if hold.kind not in ("promise", "plan"):
            return b""
        amount = hold.amount and formatLang(
            self.env, hold.amount, currency_obj=hold.company_currency_id
        )
        facts = [
            (self.env._("Debtor"), hold.partner_id.display_name),
            (self.env._("Received on"), format_date(self.env, hold.date_from)),
            (self.env._("Promised day"), format_date(self.env, hold.date_to)),
            (self.env._("Amount"), amount),
            (self.env._("Invoices"), ", ".join(hold.move_ids.mapped("name"))),
            (self.env._("Facts"), hold.reason),
            (self.env._("Outcome"), self._label(hold, "state")),
        ]
        return text_pages(self.title, _told(facts))

    def _posting_pages(self, dispatch):
        """Return what the register says of a registered letter."""
        notice = dispatch.notice_id
        address = (notice.recipient_address or "").replace("\n", ", ")

        def day(value):
            return format_date(self.env, value)

        facts = [
            (self.env._("Letter"), notice.name),
            (self.env._("Addressed to"), notice.recipient_name),
            (self.env._("Address"), address),
            (self.env._("Registered number"), notice.tracking_number),
            (self.env._("Posted on"), day(notice.posted_date)),
            (self.env._("First presented on"), day(notice.presented_date)),
            (self.env._("Handed over on"), day(notice.received_date)),
            (self.env._("Outcome"), self._label(notice, "delivery_outcome")),
        ]
        return text_pages(self.title, _told(facts))

    def _label(self, record, field):
        labels = dict(record._fields[field]._description_selection(self.env))
        return labels.get(record[field], "")


def _told(facts):
    """Return the facts that there are, as texts."""
    return [(label, str(value)) for label, value in facts if value]
