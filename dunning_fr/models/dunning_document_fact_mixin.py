from itertools import groupby

from odoo import models
from odoo.fields import Domain

from ..tools.typography import NBSP
from .dunning_letter_placeholder import block, condition, text


class DunningDocumentFactMixin(models.AbstractModel):
    """The facts a document tells: contract, delivery, notices, disputes, exhibits."""

    _name = "dunning.document.fact.mixin"
    _description = "Facts of documents"
    _inherit = ["dunning.letter.format.mixin"]

    case_number = text("Case number", "_compute_document_exhibits")
    exhibit_table = block("List of exhibits", "_compute_document_exhibits")
    exhibit_count_text = text("Number of exhibits", "_compute_document_exhibits")
    contract_text = text("Contract or order", "_compute_document_exhibits")
    delivery_text = text("Delivery or performance", "_compute_document_exhibits")
    invoice_exhibits = text("Exhibits: invoices", "_compute_document_exhibits")
    notice_exhibits = text("Exhibits: reminders", "_compute_document_exhibits")
    formal_exhibits = text("Exhibits: formal notice", "_compute_document_exhibits")
    statement_exhibits = text("Exhibits: statement", "_compute_document_exhibits")
    notices_text = text("Dates of the notices", "_compute_document_notices")
    is_single_reminder = condition("One reminder only", "_compute_document_notices")
    formal_date_text = text("Date of the formal notice", "_compute_document_notices")
    formal_presented_text = text(
        "Formal notice presented on", "_compute_document_notices"
    )
    formal_number_text = text("Registered number", "_compute_document_notices")
    has_formal_notice = condition(
        "A formal notice was sent", "_compute_document_notices"
    )
    has_dispute = condition("A dispute was raised", "_compute_document_dispute")
    dispute_text = text("What is said of the dispute", "_compute_document_dispute")
    has_offer = condition("Terms are accepted", "_compute_document_offer")
    instalments_text = text("Instalments accepted (text)", "_compute_document_offer")
    discount_text = text("Discount accepted (text)", "_compute_document_offer")
    retention_text = text("Retention of title", "_compute_document_offer")

    # -- exhibits ----------------------------------------------------------------
    def _compute_document_exhibits(self):
        for draft in self:
            rows = draft._document_exhibits()
            draft.case_number = draft.case_id.name or ""
            draft.exhibit_count_text = str(len(rows)) if rows else ""
            draft.exhibit_table = (
                draft._document_block(
                    "document_exhibit_table",
                    rows=rows,
                    # no total is better than one that a reader finds wrong
                    is_counted=not draft._document_uncounted(),
                    total=sum(row["pages"] for row in rows),
                )
                if rows
                else ""
            )
            # sudo: the orders named by the invoices of the case, whoever reads it
            orders = draft.case_id.sudo().move_ids.filtered("ref").mapped("ref")
            contract = draft._document_proofs("order")
            contract = contract or ", ".join(dict.fromkeys(orders))
            terms = contract and draft._document_proofs("terms")
            draft.contract_text = ", ".join(filter(None, [contract, terms]))
            draft.delivery_text = draft._document_proofs("delivery")
            draft.invoice_exhibits = draft._document_numbers("invoice")
            draft.notice_exhibits = draft._document_numbers("reminder")
            draft.formal_exhibits = draft._document_numbers("formal")
            draft.statement_exhibits = draft._document_numbers("statement")

    def _document_exhibits(self):
        """Return the rows of the list of exhibits: number, title, date, pages."""
        return [
            {
                "number": row.number,
                "title": row.title,
                "date": self._letter_short_date(row.date),
                "pages": row.page_count,
            }
            for row in self.case_id.exhibit_ids._handed_over()
        ]

    def _document_uncounted(self):
        """Return the exhibits whose pages nobody knows before the file is built."""
        rows = self.case_id.exhibit_ids._handed_over()
        return rows.filtered(
            lambda row: not row.page_count and not row.problem and row._is_made()
        )

    def _document_proofs(self, kind):
        """Name the exhibits of ``kind`` with their dates and numbers, or return ""."""
        named = []
        for row in self.case_id.exhibit_ids._handed_over():
            if row.kind == kind:
                day = f" du {self._letter_date(row.date)}" if row.date else ""
                number = f"pièce n°{NBSP}{row.number}"
                named.append(f"{row.title}{day} ({number})")
        return ", ".join(named)

    def _document_numbers(self, *kinds):
        """Return "pièces n° 6.1 à 6.40, 9" of the exhibits of ``kinds``, or ""."""
        rows = self.case_id.exhibit_ids._handed_over()
        runs = []
        # Neighbours only, which Odoo's own groupby would not keep apart
        # pylint: disable-next=bad-builtin-groupby
        for is_own, run in groupby(rows, key=lambda row: row.kind in kinds):
            numbers = [row.number for row in run]
            if is_own:
                ends = [numbers[0], *numbers[1:][-1:]]
                runs.append(" à ".join(ends))
        many = len(runs) > 1 or any(" à " in run for run in runs)
        word = "pièces" if many else "pièce"
        return f"{word} n°{NBSP}{', '.join(runs)}" if runs else ""

    # -- notices -----------------------------------------------------------------
    def _compute_document_notices(self):
        for draft in self:
            notices = draft._document_notices()
            formal = notices.filtered("is_formal_notice")[-1:]
            days = list(dict.fromkeys((notices - formal).mapped("date")))
            draft.notices_text = draft._letter_dates(days) if days else ""
            draft.is_single_reminder = len(days) == 1
            draft.has_formal_notice = bool(formal)
            draft.formal_date_text = draft._letter_date(formal.date)
            draft.formal_presented_text = draft._letter_date(formal.presented_date)
            number = formal.tracking_number
            draft.formal_number_text = f"n°{NBSP}{number}" if number else ""

    def _document_notices(self):
        """Return the notices sent about the invoices until that day, oldest first."""
        own = Domain("state", "=", "sent") & Domain("date", "<=", self.date)
        own &= Domain("debtor_id", "=", self.case_id.debtor_id.id)
        claimed = [
            ("claimed", "=", True),
            ("move_line_id.move_id", "in", self.case_id.move_ids.ids),
        ]
        own &= Domain("line_ids", "any", claimed)
        return self.env["dunning.notice"].search(own, order="date, id")

    # -- disputes and what is accepted --------------------------------------------
    def _compute_document_dispute(self):
        for draft in self:
            draft.has_dispute = bool(
                draft._document_disputes() or draft.case_id.dispute_statement
            )
            draft.dispute_text = draft.case_id.dispute_statement or ""

    def _document_disputes(self):
        """Return the disputes ever entered about these invoices, released ones too."""
        # sudo: a dispute is told whoever entered it
        holds = self.env["dunning.hold"].sudo()
        moves = self.case_id.move_ids
        found = holds.search(
            [
                ("debtor_id", "=", self.case_id.debtor_id.id),
                ("kind", "=", "dispute"),
                ("date_from", "<=", self.date),
            ]
        )
        return found.filtered(lambda hold: not hold.move_ids or hold.move_ids & moves)

    def _compute_document_offer(self):
        for draft in self:
            case = draft.case_id
            many = case.offered_instalments > 1
            draft.instalments_text = str(case.offered_instalments) if many else ""
            draft.discount_text = case.offered_discount or ""
            draft.has_offer = many or bool(case.offered_discount)
            draft.retention_text = draft.company_id.dunning_retention_clause or ""
