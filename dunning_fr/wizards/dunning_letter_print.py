import base64
import logging

from odoo import api, fields, models
from odoo.tools.pdf import merge_pdf

_logger = logging.getLogger(__name__)


class DunningLetterPrint(models.TransientModel):
    """The letters to print, as one file."""

    _name = "dunning.letter.print"
    _description = "Letters to print"

    notice_ids = fields.Many2many("dunning.notice", string="Letters")
    withdrawn_ids = fields.Many2many(
        "dunning.notice", "dunning_letter_print_withdrawn_rel", string="Taken back"
    )
    with_copies = fields.Boolean(
        string="Copies of the invoices",
        default=True,
        help="Behind each letter, the PDFs of its invoices as the customer received "
        "them. A last notice goes without: the formal notice brought them.",
    )
    without_copy = fields.Char(compute="_compute_file", string="Invoices without a PDF")
    letter_count = fields.Integer(compute="_compute_letter_count")
    file = fields.Binary(compute="_compute_file", string="Letters (PDF)")
    file_name = fields.Char(compute="_compute_file")

    @api.depends("notice_ids")
    def _compute_letter_count(self):
        for wizard in self:
            wizard.letter_count = len(wizard.notice_ids)

    @api.depends("notice_ids", "with_copies")
    def _compute_file(self):
        # The web client asks for sizes instead of contents
        for wizard in self.with_context(bin_size=False):
            wizard.file_name = self.env._("letters.pdf")
            parts, missing = [], self.env["account.move"]
            for notice in wizard.notice_ids.filtered("attachment_id"):
                parts.append(notice.attachment_id.raw)
                if wizard.with_copies and not notice._follows_formal_notice():
                    copies, lacking = wizard._copies(notice)
                    parts += copies
                    missing |= lacking
            wizard.without_copy = ", ".join(missing.mapped("name"))
            wizard.file = base64.b64encode(merge_pdf(parts)) if parts else False

    @api.model
    def _copies(self, notice):
        """Return (PDFs that can be read, invoices without one)."""
        # sudo: a letter brings its invoices along, whoever prints it
        attachments, missing = notice.sudo()._invoice_copies()
        copies = []
        for attachment in attachments:
            try:
                copies.append(merge_pdf([attachment.raw]))
            except Exception:
                # pypdf raises anything on a broken or encrypted file
                _logger.info("Unreadable: %s", attachment.name, exc_info=True)
                missing |= missing.browse(attachment.res_id)
        return copies, missing

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print letters"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_register_posting(self):
        """Go on with the day these letters were posted."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_posting"
        )
        action["context"] = {
            "active_model": "dunning.notice",
            "active_ids": self.notice_ids.ids,
            "default_stage": "posting",
        }
        return action
