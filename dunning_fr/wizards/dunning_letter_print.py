import base64
import logging

from odoo import api, fields, models
from odoo.tools.pdf import merge_pdf

_logger = logging.getLogger(__name__)

LIST_REPORT = "dunning_fr.report_dunning_letter_list"


class DunningLetterPrint(models.TransientModel):
    """The letters to print, as one file, or one by one for a postal provider."""

    _name = "dunning.letter.print"
    _description = "Letters to print"
    _inherit = ["dunning.letter.export.mixin"]

    notice_ids = fields.Many2many("dunning.notice", string="Letters")
    withdrawn_ids = fields.Many2many(
        "dunning.notice", "dunning_letter_print_withdrawn_rel", string="Taken back"
    )
    content = fields.Selection(
        [
            ("all", "All letters, registered ones first"),
            ("registered", "Registered letters"),
            ("plain", "Plain letters"),
        ],
        string="Contents",
        required=True,
        default="all",
    )
    sort_by = fields.Selection(
        [
            ("zip", "Country and postal code"),
            ("name", "Name of the recipient"),
            ("reference", "Reference"),
        ],
        string="Sort by",
        required=True,
        default="reference",
    )
    with_list = fields.Boolean(
        string="Front list",
        help="A first page that lists the letters of the bundle, registered and plain "
        "apart: to tick off, and to note the registered numbers on.",
    )
    with_copies = fields.Boolean(
        string="Copies of the invoices",
        default=True,
        help="Behind each letter, the PDFs of its invoices as the customer received "
        "them. A last notice goes without: the formal notice brought them.",
    )
    without_copy = fields.Char(compute="_compute_file", string="Invoices without a PDF")
    letter_count = fields.Integer(compute="_compute_letter_count")
    registered_count = fields.Integer(
        compute="_compute_letter_count", string="Of which registered"
    )
    file = fields.Binary(compute="_compute_file", string="Letters (PDF)")
    file_name = fields.Char(compute="_compute_file")

    @api.depends("notice_ids", "content")
    def _compute_letter_count(self):
        for wizard in self:
            chosen = wizard._chosen()
            wizard.letter_count = len(chosen)
            wizard.registered_count = len(chosen.filtered("is_registered"))

    @api.depends("notice_ids", "with_copies", "content", "sort_by", "with_list")
    def _compute_file(self):
        # The web client asks for sizes instead of contents
        for wizard in self.with_context(bin_size=False):
            wizard.file_name = self.env._("letters.pdf")
            parts, missing = [], self.env["account.move"]
            for notice in wizard._chosen():
                found, lacking = wizard._parts(notice)
                parts += found
                missing |= lacking
            if parts and wizard.with_list:
                parts = [*wizard._list_pdf(), *parts]
            wizard.without_copy = ", ".join(missing.mapped("name"))
            wizard.file = base64.b64encode(merge_pdf(parts)) if parts else False

    def _chosen(self):
        """Return the letters wanted, in the order of the bundle."""
        notices = self.notice_ids.filtered("attachment_id")
        if self.content == "registered":
            notices = notices.filtered("is_registered")
        elif self.content == "plain":
            notices = notices.filtered(lambda notice: not notice.is_registered)
        return notices.sorted(
            lambda n: (not n.is_registered, *self._sort_key(n), n.name)
        )

    def _sort_key(self, notice):
        if self.sort_by == "name":
            return ((notice.recipient_name or "").casefold(),)
        if self.sort_by == "zip":
            return notice._postal_order()
        return ()

    @api.model
    def _registered_first(self, notices):
        return [
            (title, found)
            for title, found in (
                (self.env._("Registered letters"), notices.filtered("is_registered")),
                (
                    self.env._("Plain letters"),
                    notices.filtered(lambda n: not n.is_registered),
                ),
            )
            if found
        ]

    def _parts(self, notice):
        """Return (PDFs of one letter and its copies, invoices without one)."""
        missing = self.env["account.move"]
        parts = [notice.attachment_id.raw]
        if self.with_copies and not notice._follows_formal_notice():
            copies, missing = self._copies(notice)
            parts += copies
        return parts, missing

    def _list_pdf(self):
        """Return the front list as [PDF]; without it the letters are printed too."""
        try:
            pdf, kind = self.env["ir.actions.report"]._render_qweb_pdf(
                LIST_REPORT, self.ids
            )
        except Exception:
            # Whatever the engine does: the list is a help, the letters are the matter
            _logger.warning("Front list of letters not rendered", exc_info=True)
            return []
        return [pdf] if kind == "pdf" else []

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
        self.with_list = len(self.notice_ids) > 1
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
            "active_ids": self._chosen().ids,
            "default_stage": "posting",
        }
        return action
