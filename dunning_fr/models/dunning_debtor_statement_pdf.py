import logging

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..tools.file_names import safe_name

_logger = logging.getLogger(__name__)

REPORT = "dunning_fr.report_dunning_statement"


class DunningDebtor(models.Model):
    """Statements of account as PDF."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def _statement_pdfs(self, day, **options):
        """Return {debtor id: PDF} of the statements of a day.

        All in one call where the engine can, else one by one: a page is never
        another's.

        :param options: as of ``_statement_pages``
        :raise UserError: naming the debtor, where the engine makes nothing
        """
        self._check_statement()
        data = {"day": fields.Date.to_string(day), **options}
        found = {}
        if len(self) > 1 and _wkhtml().is_patched_qt:
            found = self._statements_together(data)
        for debtor in self - self.browse(found):
            found |= debtor._statement_streams(data)
            if not found.get(debtor.id):
                raise UserError(
                    self.env._(
                        "The statement of %s cannot be made. Have your administrator "
                        "check wkhtmltopdf (0.12.6 with patched Qt).",
                        debtor.display_name,
                    )
                )
        return found

    def _statements_together(self, data):
        """Return {debtor id: PDF}; nothing where they came out other than asked."""
        try:
            found = self._statement_streams(data)
        except Exception:
            # Whatever the engine does with many: each is then made alone
            _logger.warning("Statements not rendered together", exc_info=True)
            return {}
        return found if set(found) == set(self.ids) and all(found.values()) else {}

    def _statement_streams(self, data):
        streams = self.env["ir.actions.report"]._render_qweb_pdf_prepare_streams(
            REPORT, dict(data), res_ids=self.ids
        )
        if len(self) == 1 and len(streams) == 1:  # whatever its key
            streams = {self.id: next(iter(streams.values()))}
        return {
            debtor_id: stream["stream"].getvalue() if stream["stream"] else b""
            for debtor_id, stream in streams.items()
        }

    def _statement_file_name(self, day):
        """Return the name of the PDF, in the language of the environment."""
        name = self.env._(
            "Statement %(debtor)s %(day)s",
            debtor=self.partner_id.name or self.id,
            day=day,
        )
        return f"{safe_name(name)}.pdf"
