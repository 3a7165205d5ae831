import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import models
from odoo.exceptions import AccessError, UserError

from ..reports.exhibit_file import Finding

_logger = logging.getLogger(__name__)

# Bytes of one court file: what is merged, and the archive, are held in memory once
MERGED_LIMIT = 128 << 20
WHOLE_LIMIT = 192 << 20


class DunningCourtFileLine(models.Model):
    """How one exhibit of a court file is made, with the rights of who asked for it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.court.file.line"

    def _as_asked(self):
        self.ensure_one()
        return self.file_id._as_asked(self.exhibit_id)

    def _render_invoices(self):
        """Return {invoice id: PDF} of those among the exhibits that have none yet.

        All in one call of the engine; the invoices stay as they are.
        """
        rows = self.exhibit_id.filtered(lambda row: row.origin_model == "account.move")
        rows = rows.filtered(lambda row: row._is_made())
        if not rows:
            return {}
        moves = self.file_id._as_asked(
            self.env["account.move"].browse(rows.mapped("origin_id"))
        )
        try:
            with self.env.cr.savepoint():
                return moves.exists()._filtered_access("read")._dunning_rendered()
        except TransactionRollbackError:
            raise
        except Exception:
            # whatever the engine or one invoice does: each is then tried alone
            _logger.info("Dunning: invoices not rendered together", exc_info=True)
            return {}

    def _make(self, rendered):
        """Make the content of the exhibit and hold it; never raises for its sake."""
        self.ensure_one()
        if not self.exhibit_id:
            self._leave_out("gone")
            return
        try:
            with self.env.cr.savepoint():
                finding, content, name = self._as_asked()._content(
                    rendered, self.file_id.date
                )
                self._keep(self._within_limits(finding, len(content)), content, name)
        except TransactionRollbackError:
            raise
        except AccessError:
            self._leave_out("forbidden")
        except UserError as error:
            self._leave_out("failed", str(error))
        except Exception:
            _logger.warning("Dunning: exhibit %s not made", self.title, exc_info=True)
            self._leave_out("failed")

    def _within_limits(self, finding, size):
        """Return the finding, or that the whole would not fit in memory any more."""
        lines = self.file_id.line_ids._handed_over()
        merged = sum(lines.filtered(lambda line: line.how == "merge").mapped("size"))
        if sum(lines.mapped("size")) + size > WHOLE_LIMIT:
            return Finding("left_out", 0, "full")
        if finding.how == "merge" and merged + size > MERGED_LIMIT:
            return Finding("separate", 1, "crowded")
        return finding

    def _keep(self, finding, content, name):
        if finding.how == "left_out":
            self._leave_out(finding.reason)
            return
        self._hold(content, "application/pdf" if finding.how == "merge" else False)
        extension = name.rpartition(".")[2].lower() if "." in name else "bin"
        self.write(
            {
                "how": finding.how,
                "page_count": finding.pages,
                "problem": self._told(finding.reason),
                "size": len(content),
                "extension": "pdf" if finding.how == "merge" else extension[:10],
            }
        )
        self.exhibit_id._note(finding)
        if self.exhibit_id._is_statement():
            self.exhibit_id.date = self.date

    def _leave_out(self, reason, text=None):
        text = text or self._told(reason)
        self.write({"how": "left_out", "problem": text, "page_count": 0})
        if self.exhibit_id:
            self.exhibit_id._note(Finding("left_out", 0, reason), text)

    def _told(self, reason):
        """Return what is wrong, in the language of who asked for the file."""
        exhibits = self.env["dunning.case.exhibit"]
        lang = self.file_id.user_id.lang
        return exhibits.with_context(lang=lang)._problem_text(reason)
