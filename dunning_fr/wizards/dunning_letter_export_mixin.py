import base64
import io
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader, merge_pdf

from ..tools.csv_table import write_table
from ..tools.postal import LINES, window_lines


class DunningLetterExportMixin(models.AbstractModel):
    """Letters for any postal provider: one PDF each and a CSV of addresses.

    Addresses are those of the window: six lines of 38 signs, town and country in
    capitals (NF Z10-011). Exporting is not posting: what was handed over is noted, so
    that nothing is handed over twice by mistake.
    """

    _name = "dunning.letter.export.mixin"
    _description = "Export of letters for a postal provider"
    _inherit = ["dunning.download.mixin"]

    exported_ids = fields.Many2many(
        "dunning.notice", compute="_compute_exported", string="Handed over before"
    )
    export_again = fields.Boolean(
        string="Export these again",
        help="The provider may then print and post them a second time.",
    )
    export_file = fields.Binary(
        string="Letters for a provider (ZIP)", readonly=True, attachment=False
    )

    @api.depends("notice_ids")
    def _compute_exported(self):
        for wizard in self:
            wizard.exported_ids = wizard.notice_ids.filtered(
                lambda n: any(n._postal().mapped("exported_on"))
            )

    def action_export(self):
        """Make the ZIP of the letters that wait to be posted, note it, download it."""
        self.ensure_one()
        self.env["dunning.notice"]._check_sender()
        notices = self._chosen()._unsent()
        if not self.export_again:
            notices -= self.exported_ids
        if not notices:
            raise UserError(
                self.env._(
                    "No letter is left to export: they are posted, or were handed over "
                    "before. Tick “Export these again” if that is what you want."
                )
            )
        self.export_file = base64.b64encode(self._export_zip(notices))
        notices._postal().filtered(lambda d: d.state == "ready")._register_export()
        return self._download_action("export_file", self.env._("letters.zip"))

    def _export_zip(self, notices):
        rows, buffer = [], io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for notice in notices:
                pdf = merge_pdf(self._parts(notice)[0])
                name = f"{notice.name.replace('/', '-')}.pdf"
                archive.writestr(name, pdf)
                pages = len(PdfFileReader(io.BytesIO(pdf)).pages)
                rows.append(self._export_row(notice, name, pages))
            content = write_table(self._export_headings(), rows)
            archive.writestr(self.env._("letters.csv"), content)
        return buffer.getvalue()

    def _export_headings(self):
        """Return the columns: the words of our own import of tracking data."""
        sender = [f"expediteur_{i + 1}" for i in range(LINES)]
        recipient = [f"destinataire_{i + 1}" for i in range(LINES)]
        return ["reference", "type", "fichier", "pages", *sender, *recipient, "pays"]

    def _export_row(self, notice, file_name, pages):
        """Return the values of one letter (hook)."""
        kind = "recommande_ar" if notice.is_registered else "simple"
        window = window_lines(*notice._letter_addressee())
        country = notice.recipient_partner_id.country_id or notice.partner_id.country_id
        return [
            notice.name,
            kind,
            file_name,
            pages,
            *self._six(notice.company_id._dunning_sender_lines()),
            *self._six(window),
            country.code or "FR",
        ]

    @staticmethod
    def _six(lines):
        return [*lines, *[""] * (LINES - len(lines))]
