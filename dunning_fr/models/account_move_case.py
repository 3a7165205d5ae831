from odoo import fields, models


class AccountMove(models.Model):
    """The legal cases of an invoice."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    dunning_case_ids = fields.Many2many(
        "dunning.case",
        string="Legal cases",
        compute="_compute_dunning_case_ids",
        groups="dunning_fr.group_dunning_user",
    )
    dunning_case_count = fields.Integer(
        compute="_compute_dunning_case_ids", groups="dunning_fr.group_dunning_user"
    )

    def _compute_dunning_case_ids(self):
        cases = self.env["dunning.case"].search([("move_ids", "in", self.ids)])
        for move in self:
            own = cases.filtered(lambda case, id_=move.id: id_ in case.move_ids.ids)
            move.dunning_case_ids = own
            move.dunning_case_count = len(own)

    def _dunning_sent_pdf(self):
        """Return the PDF of the invoice as the customer has received it, if any."""
        main = self.message_main_attachment_id
        return self.invoice_pdf_report_id or main.filtered(
            lambda attachment: attachment.mimetype == "application/pdf"
        )

    def _dunning_sent_pdfs(self):
        """Return the PDFs of all of these, see ``_dunning_sent_pdf``."""
        attachments = self.env["ir.attachment"]
        return attachments.union(*(move._dunning_sent_pdf() for move in self))

    def _dunning_rendered(self):
        """Return {invoice id: PDF} as the report prints them; nothing is stored.

        Without the payments since: as near as can be to what was sent.
        """
        if not self:
            return {}
        streams = self.env["ir.actions.report"]._render_qweb_pdf_prepare_streams(
            "account.account_invoices_without_payment", {}, res_ids=self.ids
        )
        return {
            move_id: stream["stream"].getvalue()
            for move_id, stream in streams.items()
            if move_id in self.ids and stream["stream"]
        }

    def action_open_dunning_cases(self):
        """Open the legal cases of this invoice."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_case"
        )
        return {
            **action,
            "domain": [("move_ids", "in", self.ids)],
            "context": {"create": False},
        }
