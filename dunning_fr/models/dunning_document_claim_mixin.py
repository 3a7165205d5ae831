from odoo import models
from odoo.tools import float_is_zero

from ..tools.claim import LEGAL_RATE_KINDS
from ..tools.typography import NBSP
from .dunning_letter_placeholder import block, condition, text


class DunningDocumentClaimMixin(models.AbstractModel):
    """What a document claims: each invoice and the sums, at its date.

    From the claim engine and the ledger, less what a debit note bills already.
    """

    _name = "dunning.document.claim.mixin"
    _description = "Claims of documents"
    _inherit = ["dunning.rate.words.mixin"]

    statement_date_text = text("Date of the amounts", "_compute_document_dates")
    date_text = text("Date of the document", "_compute_document_dates")
    claim_table = block("Table of invoices", "_compute_document_claim")
    public_table = block("Table of payment requests", "_compute_document_claim")
    sums_table = block("Sums claimed", "_compute_document_claim")
    rate_text = text("Rate of interest", "_compute_document_claim")
    interest_from_text = text("First day of interest", "_compute_document_claim")
    principal_text = text("Principal (text)", "_compute_document_claim")
    interest_text = text("Interest (text)", "_compute_document_claim")
    indemnity_text = text("Indemnity (text)", "_compute_document_claim")
    indemnity_count_text = text("Number of indemnities", "_compute_document_claim")
    costs_text = text("Recovery costs (text)", "_compute_document_claim")
    total_text = text("Total (text)", "_compute_document_claim")
    invoice_numbers_text = text("Invoice numbers", "_compute_document_claim")
    has_interest = condition("Interest is due", "_compute_document_claim")
    has_indemnity = condition("An indemnity is due", "_compute_document_claim")
    has_costs = condition("Costs are claimed", "_compute_document_claim")
    is_single_invoice = condition("One invoice only", "_compute_document_claim")
    is_principal_owed = condition("Principal is owed", "_compute_document_claim")
    is_professional = condition("Between professionals", "_compute_document_claim")
    is_civil = condition("Legal interest rate", "_compute_document_claim")
    has_decision = condition("A decision was given", "_compute_document_claim")
    decision_table = block("Decisions", "_compute_document_claim")

    def _compute_document_dates(self):
        for draft in self:
            draft.date_text = draft._letter_date(draft.date)
            draft.statement_date_text = draft._letter_date(draft._document_day())

    def _document_day(self):
        """Return the last day counted in the amounts."""
        return self.date

    def _compute_document_claim(self):
        for draft in self:
            rows, sums = draft._document_amounts()
            kinds = {line.claim.debt.kind for row in rows for line in row["lines"]}
            bearing = [
                line.claim
                for row in rows
                for line in row["lines"]
                if line.claim.segments and not line.claim.missing
            ]
            words = [draft._letter_rate_words(claim) for claim in bearing]
            starts = [claim.segments[0].date_from for claim in bearing]
            draft.rate_text = draft._letter_join_rates(words)
            draft.interest_from_text = draft._letter_date(min(starts, default=None))
            draft.invoice_numbers_text = ", ".join(row["name"] for row in rows)
            draft.is_single_invoice = len(rows) == 1
            draft.is_professional = "professional" in kinds
            draft.is_civil = bool(kinds & set(LEGAL_RATE_KINDS))
            draft._set_document_sums(rows, sums)
            draft._set_document_tables(rows, sums)

    def _set_document_sums(self, rows, sums):
        count = sum(1 for row in rows if row["indemnity"])
        for name in ("principal", "interest", "indemnity", "costs", "total"):
            self[f"{name}_text"] = self._letter_amount(sums[name])
        self.indemnity_count_text = str(count)
        self.has_interest = not self._document_is_zero(sums["interest"])
        self.has_indemnity = count > 0
        self.has_costs = not self._document_is_zero(sums["costs"])
        self.is_principal_owed = sums["principal"] > 0

    def _document_indemnities(self, rows):
        """Return "3 × 40,00 €": the number of indemnities and what each is."""
        amounts = [row["indemnity"] for row in rows if row["indemnity"]]
        if len(set(amounts)) != 1:  # one was billed or paid in part
            return f"×{NBSP}{len(amounts)}" if amounts else ""
        return f"{len(amounts)}{NBSP}×{NBSP}{self._letter_amount(amounts[0])}"

    def _document_is_zero(self, amount):
        places = self.currency_id.decimal_places
        return float_is_zero(amount, precision_digits=places)

    def _set_document_tables(self, rows, sums):
        claimed = {key for key in ("interest", "indemnity") if sums[key]}
        public = self._document_public_columns(rows)
        self.claim_table = self._document_block(
            "document_claim_table", rows=rows, sums=sums, shown=claimed
        )
        self.public_table = self._document_block(
            "document_claim_table", rows=rows, sums=sums, shown=public
        )
        self.sums_table = self._document_block(
            "document_sums_table", sums=sums, count=self._document_indemnities(rows)
        )
        decisions = self._document_decisions()
        self.has_decision = bool(decisions)
        self.decision_table = (
            self._document_block("document_decision_table", decisions=decisions)
            if decisions
            else ""
        )

    def _document_public_columns(self, rows):
        """Return the references that tell the rows apart; the page is not wider."""
        names = ("available", "commitment", "service", "contract")
        values = {name: {row["public"][name] for row in rows} for name in names}
        if len(values["contract"]) == 1:  # the text names it
            values.pop("contract")
        return {name for name, found in values.items() if found - {""}}

    def _document_decisions(self):
        """Return what was decided until the day of the document, oldest first."""
        decided = self.case_id.decision_ids.filtered(lambda row: row.date <= self.date)
        return decided.sorted(lambda row: (row.date, row.id))

    def _document_amounts(self, by_item=False):
        """Return (rows of invoices, sums) at the day of the document, as floats.

        :param by_item: a row for each instalment, not for each invoice

        A row has the invoice, its texts, ``lines`` (``LineClaim``), ``original``,
        ``paid``, ``principal``, ``interest`` and ``indemnity``.
        """
        case = self.case_id
        claims = case._claims_on(self._document_day())
        net = case._net_claims(claims)
        # sudo: a case is claimed as a whole, whoever looks at it (as its amounts)
        lines = case._lines().filtered(lambda line: line.id in claims)
        later = self._document_born_later()
        lines = lines.filtered(lambda line: line.move_id not in later)
        groups = lines.grouped("id" if by_item else "move_id").values()
        rows = [self._document_row(own, claims, net) for own in groups]
        rows.sort(key=lambda row: (row["due_date"], row["name"]))
        return rows, self._document_sums(rows)

    def _document_sums(self, rows):
        """Return the sums of the rows, what was proved and decided beside them."""
        rounded = self.currency_id.round  # floats add up to 0.30000000000000004
        sums = {
            name: rounded(sum(row[name] for row in rows))
            for name in ("original", "paid", "principal", "interest", "indemnity")
        }
        own = self._document_kinds(rows) & {"professional", "public"}
        sums["costs"] = self.case_id.proved_costs if own else 0
        last = self._document_decisions()[-1:]
        sums["awarded"] = rounded(last.amount_article_700 + last.amount_costs)
        sums["refused"] = last.amount_refused
        claimed = sums["principal"] + sums["interest"] + sums["indemnity"]
        beside = sums["costs"] + sums["awarded"] - sums["refused"]
        sums["total"] = rounded(claimed + beside)
        return sums

    def _document_kinds(self, rows):
        return {line.claim.debt.kind for row in rows for line in row["lines"]}

    def _document_row(self, lines, claims, net):
        move = lines.move_id
        own = [claims[line.id] for line in lines]
        rounded = self.currency_id.round
        original = rounded(sum(lines.mapped("amount_currency")))
        principal = rounded(sum(float(claim.principal) for claim in own))
        dues = [claim.claim.term_end or move.invoice_date_due for claim in own]
        return {
            "move": move,
            "name": move.name,
            "date": self._letter_short_date(move.invoice_date or move.date),
            "due_date": max(filter(None, dues), default=move.date),
            "due": self._letter_short_date(max(filter(None, dues), default=None)),
            "lines": own,
            "original": original,
            "paid": rounded(original - principal),
            "principal": principal,
            "interest": rounded(sum(float(net[line.id][0]) for line in lines)),
            "indemnity": rounded(sum(float(net[line.id][1]) for line in lines)),
            "public": self._document_public_cells(move),
        }
