import io
import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..tools.pdf_text import shown_text

_logger = logging.getLogger(__name__)

REPORT = "dunning_fr.report_dunning_notice"
# The unpatched engine prints every page this much smaller (measured, constant).
UNPATCHED_ZOOM = 1.3009


class DunningLetterPdfMixin(models.AbstractModel):
    """Letters as PDF: all in one call where the engine can, else one by one.

    Nothing here raises because of one letter: each gets its PDF or a reason.
    """

    _name = "dunning.letter.pdf.mixin"
    _description = "PDF of letters"
    _letter_report = REPORT

    def _render_letters(self):
        """Return {notice id: (PDF, None) or (None, reason in the user's words)}."""
        if not self:
            return {}
        problem = self._letter_engine_problem()
        if problem:
            return {
                notice.id: (None, notice._letter_failure(problem)) for notice in self
            }
        together = len(self) > 1 and _wkhtml().is_patched_qt
        pdfs = self._render_together() if together else {}
        return {
            notice.id: (pdfs[notice.id], None)
            if notice.id in pdfs
            else notice._render_alone()
            for notice in self
        }

    def _letter_engine_problem(self):
        """Return why this server makes no PDF at all, or nothing."""
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        if state == "install":
            return self.env._("the PDF engine wkhtmltopdf is not installed")
        if state in ("broken", "upgrade"):
            return self.env._("the PDF engine wkhtmltopdf does not work or is too old")
        return None

    def _letter_failure(self, problem):
        return self.env._(
            "The letter of %(notice)s cannot be made: %(problem)s. Have your "
            "administrator check wkhtmltopdf (0.12.6 with patched Qt), then send "
            "again.",
            notice=self.name,
            problem=problem,
        )

    def _letter_disk_failure(self, error):
        return self.env._(
            "The letter of %(notice)s cannot be written: %(problem)s. Have your "
            "administrator check the disk of the server, then send again.",
            notice=self.name,
            problem=error.strerror or error,
        )

    def _render_together(self):
        """Return {notice id: PDF} of the letters that came out right."""
        try:
            streams = self._letter_streams()
        except Exception:
            # Whatever the engine or the pages do: each letter is then tried alone
            _logger.warning("Letters not rendered together", exc_info=True)
            return {}
        if set(streams) != set(self.ids):
            return {}
        return {
            notice.id: streams[notice.id]
            for notice in self
            if not notice._letter_pdf_problem(streams[notice.id])
        }

    def _render_alone(self):
        """Return (PDF, None) or (None, reason) of one letter."""
        self.ensure_one()
        try:
            pdf = self._letter_streams().get(self.id)
        except OSError as error:
            _logger.warning("Letter of %s not written", self.name, exc_info=True)
            return None, self._letter_disk_failure(error)
        except Exception as error:
            _logger.warning("Letter of %s not rendered", self.name, exc_info=True)
            cause = (
                error.args[0] if isinstance(error, UserError) else type(error).__name__
            )
            return None, self._letter_failure(cause)
        problem = self._letter_pdf_problem(pdf)
        if problem:
            _logger.warning("Letter of %s: %s", self.name, problem)
            return None, self._letter_failure(problem)
        return pdf, None

    def _letter_streams(self):
        """Return {notice id: bytes} in one call of the engine."""
        streams = self.env["ir.actions.report"]._render_qweb_pdf_prepare_streams(
            self._letter_report, {}, res_ids=self.ids
        )
        return {
            notice_id: stream["stream"].getvalue() if stream["stream"] else b""
            for notice_id, stream in streams.items()
        }

    def _letter_pdf_problem(self, pdf):
        """Return what is wrong with a PDF: empty, broken, or another's letter."""
        if not pdf:
            return self.env._("the PDF engine returned nothing")
        try:
            page = PdfFileReader(io.BytesIO(pdf)).getPage(0)
            reference = "".join(self.name.split())
            shown = reference in _shown_text(page) or reference in _extracted(page)
        except Exception:
            # pypdf raises anything on a broken file
            _logger.info("Unreadable PDF of %s", self.name, exc_info=True)
            return self.env._("the PDF engine returned a broken file")
        if not shown:
            return self.env._("the PDF does not show the letter's own reference")
        return None

    def _letter_zoom(self):
        """Return by how much the page must be enlarged on this engine."""
        return 1 if _wkhtml().is_patched_qt else UNPATCHED_ZOOM


def _shown_text(page):
    """Return the text of a page that this engine has made, "" where unknown."""
    if not hasattr(page, "get_contents"):  # PyPDF2 before 2.0
        return ""
    content = page.get_contents()
    if content is None or "/Font" not in page["/Resources"]:
        return ""
    fonts, maps = page["/Resources"]["/Font"], {}
    for name in fonts:
        if "/ToUnicode" in fonts[name]:
            maps[name] = fonts[name]["/ToUnicode"].get_data()
    return "".join(shown_text(content.get_data(), maps).split())


def _extracted(page):
    """Return the text of any page: a hundred times slower."""
    text = getattr(page, "extract_text", None) or page.extractText
    return "".join(text().split())
