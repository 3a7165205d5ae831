from datetime import timedelta

from odoo import models

from .dunning_letter_placeholder import block, condition, text

PROCEEDINGS_WORDS = {
    "safeguard": "sauvegarde",
    "reorganisation": "redressement judiciaire",
    "liquidation": "liquidation judiciaire",
}


class DunningDocumentInsolvencyMixin(models.AbstractModel):
    """What a declaration of claim states, as on the day of the judgment (R6.36)."""

    _name = "dunning.document.insolvency.mixin"
    _description = "Insolvency in documents"
    _inherit = ["dunning.letter.format.mixin"]

    judgment_text = text("Date of the judgment", "_compute_document_judgment")
    before_judgment_text = text("Day before the judgment", "_compute_document_judgment")
    publication_text = text("Date of publication", "_compute_document_judgment")
    proceedings_text = text("Kind of proceedings", "_compute_document_judgment")
    judgment_court_to = text("Court of the judgment", "_compute_document_judgment")
    rank_text = text("Rank of the claim (text)", "_compute_document_judgment")
    pending_text = text("Lawsuit pending (text)", "_compute_document_judgment")
    is_retention = condition("Goods under retention", "_compute_document_judgment")
    declared_table = block("Sums declared", "_compute_document_declared")
    declared_due_text = text("Declared as due", "_compute_document_declared")
    declared_not_due_text = text("Declared as not due", "_compute_document_declared")
    has_not_due = condition("Sums fall due later", "_compute_document_declared")
    conversion_text = text("Conversion into euros", "_compute_document_declared")

    def _document_insolvency(self):
        """Return the insolvency of the debtor that covers the case; the last one."""
        # sudo: the judgment acts whoever entered it
        holds = self.env["dunning.hold"].sudo()
        found = holds.search(
            [
                ("debtor_id", "=", self.case_id.debtor_id.id),
                ("kind", "=", "insolvency"),
                ("state", "=", "active"),
            ],
            order="judgment_date desc, id desc",
        )
        dated = found.filtered("judgment_date") or found
        return dated[:1]

    def _document_born_later(self):
        """Return the invoices of debts born since the judgment: not declared (R6.39).

        The day of delivery decides; that of the invoice where no other is known.
        """
        # sudo: a case is claimed as a whole, whoever looks at it (as its amounts)
        moves = self.case_id.sudo().move_ids
        day = self._document_insolvency().judgment_date
        if not day or self.kind_id.amounts_at != "judgment":
            return moves.browse()
        return moves.filtered(lambda move: _born(move) >= day)

    def _compute_document_judgment(self):
        for draft in self:
            hold, case = draft._document_insolvency(), draft.case_id
            day = hold.judgment_date
            draft.judgment_text = draft._letter_date(day)
            draft.before_judgment_text = draft._letter_date(
                day and day - timedelta(days=1)
            )
            draft.publication_text = draft._letter_date(hold.publication_date)
            draft.proceedings_text = PROCEEDINGS_WORDS.get(hold.proceedings, "")
            draft.judgment_court_to = draft._document_court(hold.court_name, 2)
            draft.rank_text = case.claim_rank or "chirographaire"
            draft.pending_text = case.pending_case or "néant"
            draft.is_retention = bool(
                hold.goods_to_reclaim and draft.company_id.dunning_retention_clause
            )

    def _compute_document_declared(self):
        for draft in self:
            day = draft._document_insolvency().judgment_date
            if not day:
                draft.update(
                    dict.fromkeys(
                        (
                            "declared_table",
                            "declared_due_text",
                            "declared_not_due_text",
                            "conversion_text",
                        ),
                        "",
                    )
                )
                draft.has_not_due = False
                continue
            rows, sums = draft._document_amounts(by_item=True)
            due = [row for row in rows if row["due_date"] <= day]
            later = [row for row in rows if row["due_date"] > day]
            rounded = draft.currency_id.round
            is_due = rounded(sum(row["principal"] for row in due))
            not_due = rounded(sum(row["principal"] for row in later))
            beside = ("interest", "indemnity", "costs", "awarded")
            declared = is_due + sum(sums[name] for name in beside) - sums["refused"]
            declared = rounded(declared)
            draft.declared_due_text = draft._letter_amount(declared)
            draft.declared_not_due_text = draft._letter_amount(not_due)
            draft.has_not_due = bool(later)
            draft.conversion_text = draft._document_conversion(declared + not_due, day)
            draft.declared_table = draft._document_block(
                "document_declared_table",
                due=due,
                later=later,
                not_due=not_due,
                sums=sums,
                declared=declared,
                count=draft._document_indemnities(rows),
            )

    def _document_conversion(self, amount, day):
        """Return the sum in euros at the rate of the judgment (L622-25), or ""."""
        euro = self.env.ref("base.EUR")
        if self.currency_id == euro:
            return ""
        converted = self.currency_id._convert(amount, euro, self.company_id, day)
        return self._letter_amount(converted, euro)


def _born(move):
    """Return the day on which the debt of an invoice was born, as far as known."""
    delivered = move.dunning_completion_date or move.delivery_date
    return delivered or move.invoice_date or move.date
