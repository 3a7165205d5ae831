from odoo import api, models

from .dunning_letter_placeholder import block, condition

PUBLIC_COLUMNS = {"available", "commitment", "service", "contract"}


class DunningLetterTableMixin(models.AbstractModel):
    """Tables of letters: items asked for, items for information, credits.

    The cells are text, escaped by QWeb: a document reference is data, whatever it
    looks like.
    """

    _name = "dunning.letter.table.mixin"
    _description = "Tables of letters"
    _inherit = ["dunning.letter.format.mixin"]

    invoice_table = block("Table of invoices", "_compute_letter_tables")
    invoice_table_public = block("Table of payment requests", "_compute_letter_tables")
    other_invoices_table = block(
        "Invoices listed for information", "_compute_letter_tables"
    )
    credit_lines = block("Credits deducted", "_compute_letter_tables")
    has_copies = condition("Copies of the invoices enclosed", "_compute_letter_copies")

    @api.depends("line_ids", "date", "lang")
    def _compute_letter_tables(self):
        self._letter_fetch_moves()
        for notices in self._letter_by_lang():
            for notice in notices:
                claimed = notice._letter_claimed_lines()
                others = notice.line_ids.filtered(
                    lambda line: not line.claimed and line.residual > 0
                )
                open_credits = notice.line_ids.filtered(lambda line: line.residual < 0)
                table = notice._letter_table(claimed)
                public = notice._letter_table(claimed, public=True)
                summary = notice._letter_is_long() and notice._letter_annex_reference(
                    claimed
                )
                notice.invoice_table = summary or table
                notice.invoice_table_public = summary or public
                notice.other_invoices_table = notice._letter_table(others)
                notice.credit_lines = (
                    notice._letter_block("letter_credits", lines=open_credits)
                    if open_credits
                    else ""
                )

    @api.depends("line_ids")
    def _compute_letter_copies(self):
        # sudo: whether a copy exists, whoever may read the invoice
        trusted = self.sudo()
        moves = trusted.line_ids.move_line_id.move_id
        moves.mapped("invoice_pdf_report_id")  # of all notices in one go
        moves.message_main_attachment_id.fetch(["mimetype"])
        for notice in self:
            copies, missing = notice.sudo()._invoice_copies()
            notice.has_copies = bool(copies and not missing)

    def _follows_formal_notice(self):
        """Return whether a formal notice brought what this letter would repeat."""
        return self.level_id.delay_from == "formal_notice_expiry"

    def _invoice_copies(self):
        """Return (PDFs of the invoices asked for, as sent; invoices without one)."""
        claimed = self.line_ids.filtered("claimed").move_line_id.move_id
        copies, missing = self.env["ir.attachment"], claimed.browse()
        for move in claimed.filtered(lambda move: move.is_sale_document()):
            pdf = move._dunning_sent_pdf()
            copies |= pdf
            missing |= move if not pdf else move.browse()
        return copies, missing

    def _letter_block(self, template, **values):
        """Render a part of a letter in its language."""
        return self.env["ir.qweb"]._render(
            f"dunning_fr.{template}",
            {
                "notice": self,
                "amount": self._letter_amount,
                "short_date": self._letter_short_date,
                **values,
            },
            minimal_qcontext=True,
        )

    def _letter_table(self, lines, public=False):
        """Return the table of ``lines``, without the columns that are all empty."""
        if not lines:
            return ""
        rows = [self._letter_row(line) for line in lines]
        shown = {key for row in rows for key, value in row.items() if value}
        shown -= {"order"} if public else PUBLIC_COLUMNS
        if self.is_pre_reminder and "paid" not in shown:
            shown.remove("residual")  # nothing is owed yet, nothing was paid
        return self._letter_block(
            "letter_invoice_table", rows=rows, shown=shown, lines=lines
        )

    def _letter_row(self, line):
        """Return the cells of an item as text; an empty one has nothing to say."""
        paid = line.amount_original - line.residual
        paid = paid if self.currency_id.compare_amounts(paid, 0) > 0 else 0
        return {
            "number": line.move_name or "",
            "date": self._letter_short_date(line.invoice_date),
            "order": line.order_ref or "",
            "due": self._letter_short_date(line.date_maturity),
            "amount": self._letter_amount(line.amount_original or line.residual),
            "paid": self._letter_amount(paid) if paid else "",
            "residual": self._letter_amount(line.residual),
            "days": str(line.days_late) if line.days_late > 0 else "",
            **self._letter_public_cells(line),
        }
