from datetime import timedelta

from odoo import models

from ..tools.deadlines import next_working_day
from .dunning_letter_placeholder import condition, text
from .dunning_letter_public_mixin import CHORUS_FIELDS


class DunningDocumentPublicMixin(models.AbstractModel):
    """What public buyers and prefects are told (R3.2, R3.13, R3.18)."""

    _name = "dunning.document.public.mixin"
    _description = "Public buyers in documents"
    _inherit = ["dunning.letter.format.mixin"]

    contract_number = text("Public contract", "_compute_document_public")
    contract_object = text("Object of the contract", "_compute_document_public")
    is_with_ccag = condition("Refers to a CCAG", "_compute_document_public")
    ccag_name = text("CCAG", "_compute_document_public")
    ccag_article = text("Article of the CCAG", "_compute_document_public")
    dispute_date_text = text("Dispute arose on (text)", "_compute_document_public")
    dispute_event = text("What opened the dispute (text)", "_compute_document_public")
    reasons_text = text("Own reasons", "_compute_document_public")
    term_days_text = text("Days of the payment term", "_compute_document_public")
    term_end_text = text("End of the payment term", "_compute_document_public")
    answer_by_text = text("Answer expected by", "_compute_document_public")
    principal_paid_text = text("Principal paid on", "_compute_document_paid")
    charge_limit_text = text("Interest to be ordered by", "_compute_document_paid")

    def _compute_document_public(self):
        for draft in self:
            case = draft.case_id
            moves = case.move_ids.sudo()  # sudo: the references of the case's invoices
            cells = [draft._document_public_cells(move) for move in moves]
            draft.contract_number = _only(cell["contract"] for cell in cells)
            draft.contract_object = _only(moves.mapped("dunning_market_object"))
            draft.is_with_ccag = "yes" in moves.mapped("dunning_ccag")
            draft.ccag_name = case.ccag_name or ""
            draft.ccag_article = case.ccag_article or ""
            draft.dispute_date_text = draft._letter_date(case.dispute_date)
            draft.dispute_event = case.dispute_event or ""
            draft.reasons_text = case.claim_reasons or ""
            figure = self.env["dunning.parameter"]._find
            kind = draft.partner_id.public_buyer_type
            days = kind and figure(f"fr.public_term_days.{kind}", draft.date)
            draft.term_days_text = str(int(days)) if days else ""
            rows, _sums = draft._document_amounts()
            ends = [row["due_date"] for row in rows]
            draft.term_end_text = draft._letter_date(max(ends, default=None))
            days = figure("fr.default_deadline_days.public", draft.date) or 0
            answer = draft.date + timedelta(days=int(days))
            draft.answer_by_text = draft._letter_date(next_working_day(answer))

    def _document_public_cells(self, move):
        """Return the references by which the buyer finds an invoice; some empty."""
        known = {name: move[name] for name in CHORUS_FIELDS if name in move._fields}
        contract = move.dunning_market_number or known.get("contract_reference")
        return {
            "available": self._letter_short_date(move.dunning_term_start),
            "commitment": known.get("purchase_order_reference") or move.ref or "",
            "service": known.get("buyer_reference") or "",
            "contract": contract or "",
        }

    def _compute_document_paid(self):
        """Say when the principal was paid, and what the buyer had then to order."""
        for draft in self:
            rows, sums = draft._document_amounts()
            paid = draft._document_paid_on(rows) if sums["principal"] <= 0 else None
            figure = self.env["dunning.parameter"]._find
            days = figure("fr.mandatement_charge_days", paid or draft.date)
            limit = paid and days and paid + timedelta(days=int(days))
            draft.principal_paid_text = draft._letter_date(paid)
            draft.charge_limit_text = draft._letter_date(limit)

    def _document_paid_on(self, rows):
        """Return the day on which the last of the principal was paid, or None."""
        # sudo: when the invoices of the case were paid, whoever reads it
        moves = self.env["account.move"].sudo()
        moves = moves.browse([row["move"].id for row in rows])
        return max(moves.line_ids.matched_credit_ids.mapped("max_date"), default=None)


def _only(values):
    """Return the value that all share, or ""."""
    found = set(values)
    return (len(found) == 1 and found.pop()) or ""
