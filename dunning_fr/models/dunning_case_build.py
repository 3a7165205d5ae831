import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError

from .dunning_court_file import FILE_STATES, RUNNING

_logger = logging.getLogger(__name__)


class DunningCase(models.Model):
    """The court files of a case: asked for here, built in the background."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    court_file_ids = fields.One2many(
        "dunning.court.file", "case_id", string="Court files"
    )
    court_file_id = fields.Many2one(
        "dunning.court.file", compute="_compute_court_file", string="Latest court file"
    )
    court_file_state = fields.Selection(FILE_STATES, compute="_compute_court_file")
    court_file_progress = fields.Integer(
        compute="_compute_court_file", help="Percent of the court file being built."
    )
    court_file_reason = fields.Text(compute="_compute_court_file")

    @api.depends(
        "court_file_ids.state",
        "court_file_ids.progress",
        "court_file_ids.failure_reason",
        "court_file_ids.problems",
    )
    def _compute_court_file(self):
        for case in self:
            last = case.court_file_ids.sorted("version")[-1:]
            case.court_file_id = last
            case.court_file_state = last.state
            case.court_file_progress = last.progress
            case.court_file_reason = last.failure_reason or last.problems

    def action_build_file(self):
        """Ask for the court file of each case; it is built in the background.

        What Odoo has is proposed first where nobody has looked for exhibits yet. A
        file that is being built is not asked for twice.

        :raise UserError: nothing is chosen to be handed over
        """
        self.check_access("write")
        for case in self:
            if case.court_file_state in RUNNING:
                continue
            if not case.exhibit_ids:
                case._find_exhibits()
            if not case.exhibit_ids._handed_over():
                raise UserError(
                    self.env._(
                        "%s: choose at least one exhibit to hand over.",
                        case.display_name,
                    )
                )
            case._ask_for_file()
        self.env["dunning.court.file"]._trigger_worker()
        return True

    def _ask_for_file(self):
        here = self.with_context(lang=self._file_lang())
        # sudo: nobody writes court files but our own code; the case was checked
        files = self.env["dunning.court.file"].sudo()._proof_unlocked()
        # sudo: a version is the next one whoever may read the others
        version = max(self.sudo().court_file_ids.mapped("version"), default=0) + 1
        files.create(
            {
                "case_id": self.id,
                "version": version,
                "name": here.env._(
                    "%(case)s court file v%(version)s",
                    case=self.name,
                    version=version,
                ),
                "date": self.company_id._dunning_today(),
                "user_id": self.env.uid,
            }
        )
        self.invalidate_recordset(["court_file_ids"])

    def _document_pages(self, kind, day):
        """Return the PDF of a document of the case, made where it is not yet.

        :param kind: code of a ``dunning.document.kind``
        :return: None when the document lacks something, or cannot be made
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                return self._produce_document(kind, day)._raw() or None
        except TransactionRollbackError:
            raise
        except Exception:
            # a missing fact, a text that somebody broke, the PDF engine
            _logger.info("Dunning: no document %s of %s", kind, self.name, exc_info=1)
            return None
