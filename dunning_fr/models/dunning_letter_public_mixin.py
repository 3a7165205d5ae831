from datetime import timedelta

from odoo import api, models

from .dunning_letter_placeholder import condition, text


class DunningLetterPublicMixin(models.AbstractModel):
    """What a public buyer needs to find a payment request (C. commande publique)."""

    _name = "dunning.letter.public.mixin"
    _description = "Public buyers in letters"
    _inherit = ["dunning.letter.format.mixin"]

    contract_number = text("Public contract", "_compute_letter_public")
    commitment_ref = text("Legal commitment", "_compute_letter_public")
    chorus_date_text = text("Available on Chorus Pro", "_compute_letter_public")
    term_days_text = text("Days of the payment term", "_compute_letter_public")
    term_end_text = text("End of the payment term", "_compute_letter_public")
    contract_object = text("Object of the contract", "_compute_letter_public")
    is_service_done = condition("Service done, not contested", "_compute_letter_public")
    is_without_ccag = condition("No CCAG", "_compute_letter_public")
    is_local_authority = condition("Local authority", "_compute_letter_public")

    @api.depends("line_ids", "date", "partner_id", "lang")
    def _compute_letter_public(self):
        self._letter_fetch_moves()
        for notices in self._letter_by_lang():
            for notice in notices:
                lines = notice._letter_claimed_lines()
                cells = [notice._letter_public_cells(line) for line in lines]
                ends = [notice._letter_term_end(line) for line in lines]
                notice.contract_number = notice._letter_only(cells, "contract")
                notice.commitment_ref = notice._letter_only(cells, "commitment")
                moves = lines.move_line_id.move_id
                notice.contract_object = notice._letter_only(cells, "object")
                done = moves.mapped("dunning_service_done")
                notice.is_service_done = bool(done) and all(done)
                notice.is_without_ccag = set(moves.mapped("dunning_ccag")) == {"no"}
                starts = set(moves.mapped("dunning_term_start"))
                start = starts.pop() if len(starts) == 1 else None
                notice.chorus_date_text = notice._letter_date(start)
                notice.term_days_text = notice._letter_term_days()
                notice.term_end_text = notice._letter_date(
                    max(filter(None, ends), default=None)
                )
                notice.is_local_authority = (
                    notice.partner_id.public_buyer_type == "local"
                )

    def _letter_fetch_moves(self):
        """Read the invoices of all notices in one go."""
        lines = self.line_ids.move_line_id
        lines.fetch(["move_id"])
        lines.move_id.fetch(MOVE_FIELDS)

    def _letter_only(self, cells, key):
        """Return the value that all items share, if they do."""
        values = {cell[key] for cell in cells}
        return values.pop() if len(values) == 1 else ""

    def _letter_term_end(self, line):
        """Return the last day to pay in time (R3.2, R3.3)."""
        if line.days_late > 0:
            return self.date - timedelta(days=line.days_late)
        return line.date_maturity

    def _letter_term_days(self):
        """Return the ceiling of the payment term of this kind of buyer (R3.2)."""
        kind = self.partner_id.public_buyer_type
        days = kind and self.env["dunning.parameter"]._find(
            f"fr.public_term_days.{kind}", self.date
        )
        return str(int(days)) if days else ""

    @api.model
    def _letter_public_cells(self, line):
        """Return the references of the invoice at the buyer's; some may be unknown.

        The last three are fields of Odoo's own Chorus Pro add-on, if installed.
        """
        move = line.move_line_id.move_id
        known = {name: move[name] for name in CHORUS_FIELDS if name in move._fields}
        return {
            "available": self._letter_short_date(move.dunning_term_start),
            "commitment": known.get("purchase_order_reference") or line.order_ref or "",
            "service": known.get("buyer_reference") or "",
            "contract": move.dunning_market_number
            or known.get("contract_reference")
            or "",
            "object": move.dunning_market_object or "",
        }


MOVE_FIELDS = [
    "dunning_ccag",
    "dunning_market_number",
    "dunning_market_object",
    "dunning_service_done",
    "dunning_term_start",
    "payment_reference",
]
CHORUS_FIELDS = ("purchase_order_reference", "buyer_reference", "contract_reference")
