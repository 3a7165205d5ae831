import base64
import io
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader

_logger = logging.getLogger(__name__)

PREVIEW = "dunning_fr.report_document_preview"


class DunningDocumentDraft(models.TransientModel):
    """A document before it is kept on the screen, and either on paper."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.document.draft"

    gap_list = fields.Html(compute="_compute_preview", sanitize=False)
    problem = fields.Text(compute="_compute_preview")
    warning = fields.Text(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    pdf_file = fields.Binary(compute="_compute_pdf_file", string="Draft (PDF)")

    @api.depends("kind_id", "date", "case_id")
    def _compute_preview(self):
        for draft in self:
            draft.problem, draft.preview, draft.warning = False, False, False
            draft.gap_list = False
            if not draft.kind_id or not draft.case_id:
                continue
            draft.warning = draft._document_warning()
            try:
                title, head, body, gaps = draft._render_draft()
            except UserError as error:
                draft.problem = str(error)
                continue
            draft.preview = Markup("%s<h3>%s</h3>%s") % (head, title, body)
            draft.gap_list = draft._document_gap_html(gaps) if gaps else False

    @api.depends("kind_id", "date", "case_id")
    def _compute_pdf_file(self):
        for draft in self.with_context(bin_size=False):
            draft.pdf_file = base64.b64encode(draft._document_pdf(PREVIEW, draft))

    def action_preview(self):
        """Download the draft as a PDF that says so; nothing is kept."""
        self.ensure_one()
        self._render_draft()  # what stops it is said here, not by a download
        return self._download_action("pdf_file", self.env._("draft.pdf"))

    def action_refresh(self):
        """Look at the draft again, once what missed was filled in."""
        self.ensure_one()
        return {
            **self.case_id.action_make_document(),
            "res_id": self.id,
        }

    def _document_page(self):
        """Return what the shared layout prints of a draft."""
        title, head, body, gaps = self._render_draft()
        words = ", ".join(gap.label for gap in gaps)
        draft = self.env._("Draft, not kept")
        return {
            "reference": self.case_id.name,
            "title": title,
            "head": head,
            "body": body,
            "version": 0,
            "draft": f"{draft} ({words})" if words else draft,
            **self.kind_id._document_calculation(self.case_id, self._document_day()),
        }

    def _document_pdf(self, report, record):
        """Return the bytes of the PDF of a draft or a document.

        :raise UserError: the engine does not work, or gives something else than a PDF
        """
        notices = self.env["dunning.notice"]
        problem = notices._letter_engine_problem()
        pdf = b""
        if not problem:
            lang = self._letter_lang()
            # sudo: whoever makes the document prints it; its text is made by now
            reports = self.env["ir.actions.report"].sudo().with_context(lang=lang)
            streams = reports._render_qweb_pdf_prepare_streams(
                report if isinstance(report, str) else report.report_name,
                {},
                res_ids=record.ids,
            )
            stream = streams.get(record.id, {}).get("stream")
            pdf = stream.getvalue() if stream else b""
            problem = self._document_pdf_problem(pdf)
        if problem:
            raise UserError(
                self.env._(
                    "The PDF cannot be made: %s. Have your administrator check "
                    "wkhtmltopdf (0.12.6 with patched Qt), then make it again.",
                    problem,
                )
            )
        return pdf

    def _document_pdf_problem(self, pdf):
        """Return what is wrong with the engine's answer, or nothing."""
        if not pdf:
            return self.env._("the PDF engine returned nothing")
        try:
            pages = PdfFileReader(io.BytesIO(pdf)).getNumPages()
        except Exception:
            # pypdf raises anything on a broken file
            _logger.info("Unreadable PDF of %s", self.kind_id.code, exc_info=True)
            pages = 0
        return None if pages else self.env._("the PDF engine returned a broken file")
