from odoo import api, models
from odoo.exceptions import UserError

from ..tools.deadlines import semester_label


class DunningClaim(models.AbstractModel):
    """Claims in words and dictionaries, for people and integrators."""

    _inherit = "dunning.claim"

    @api.model
    def _statement(self, move, as_of):
        """Return the claim of an invoice, as ``get_late_payment_claim`` gives it."""
        lines = self._for_lines(move.line_ids.ids, as_of).values()
        self._check_rates(lines)
        kind = move.debtor_kind or move.commercial_partner_id.sudo().debtor_kind
        segments = [
            self._segment_values(segment, line.currency)
            for line in lines
            for segment in line.claim.segments
        ]
        currency = move.currency_id
        return {
            "as_of": as_of,
            "debtor_kind": kind,
            "currency": currency.name,
            "principal": float(sum(line.principal for line in lines)),
            "interest": float(sum(line.interest for line in lines)),
            "indemnity": float(sum(line.indemnity for line in lines)),
            "warnings": self._warnings([line.claim for line in lines]),
            "segments": sorted(segments, key=lambda segment: segment["date_from"]),
        }

    @api.model
    def _check_rates(self, lines):
        """Fail loudly when a semester is missing (R9.2)."""
        missing = {line.claim.missing for line in lines if line.claim.missing}
        if missing:
            message = self.env["dunning.rate"]._missing_rate_message
            raise UserError(message(", ".join(sorted(missing))))

    @api.model
    def _segment_values(self, segment, currency):
        factor = 10**currency.decimal_places
        return {
            "date_from": segment.date_from,
            "date_to": segment.date_to,
            "days": segment.days,
            "base": segment.base / factor,
            "rate": float(segment.rate),
            "amount": float(segment.amount / factor),
        }

    @api.model
    def _warnings(self, claims):
        """Say once, in the user's language, what a person should know of ``claims``."""
        codes = dict.fromkeys(code for claim in claims for code in claim.notes)
        texts = [self._note_text(code) for code in codes]
        semesters = {}
        for claim in claims:
            for caution in claim.cautions:
                code = caution.code, bool(claim.debt.stated)
                semesters.setdefault(code, set()).add(caution.date_from)
        for code, days in semesters.items():
            names = ", ".join(semester_label(day) for day in sorted(days))
            texts.append(self._caution_text(*code, names))
        return texts

    @api.model
    def _note_text(self, code):
        return {
            "to_qualify": self.env._(
                "The kind of debtor is not known: only the principal is claimed (R1.1)."
            ),
            "no_due_date": self.env._(
                "An item has no due date: only the principal is claimed."
            ),
            "public_no_term_start": self.env._(
                "The day the public buyer's payment term starts is not entered: the "
                "due date is taken as its end (R3.3)."
            ),
            "public_no_type": self.env._(
                "The type of public buyer is not known, nor is its payment term: the "
                "due date is taken as its end (R3.2)."
            ),
            "foreign_law": self.env._(
                "The debt is not known to be under French law: only the principal is "
                "claimed (R1.1)."
            ),
            "old_interest": self.env._(
                "Part of the interest is more than five years old: it is time-barred "
                "day by day unless something interrupted that; to verify (R1.36)."
            ),
            "time_barred": self.env._(
                "The limitation against the consumer has passed: neither interest nor "
                "indemnity is claimed, and the debt no longer is (R7.3)."
            ),
            "no_claim": self.env._(
                "The invoice or its journal is marked as outside the rules on late "
                "payment, like a commercial lease: only the principal is claimed "
                "(R1.1)."
            ),
            "contract_rate_unused": self.env._(
                "The contract rate is not used: the law sets the rate for this kind of "
                "debtor (R2.3, R3.6)."
            ),
            "stated_rate_unused": self.env._(
                "The rate kept on the invoice is not used: the law sets the rate for "
                "this kind of debtor (R2.3, R3.6)."
            ),
        }[code]

    @api.model
    def _caution_text(self, code, is_stated, semesters):
        raised = code == "rate_below_floor_raised"
        if is_stated and raised:
            return self.env._(
                "The rate kept on the invoice is lower than the law allows in "
                "%(semesters)s: it was raised to the floor (R1.8).",
                semesters=semesters,
            )
        if is_stated:
            return self.env._(
                "The rate kept on the invoice is lower than the law allows in "
                "%(semesters)s: it was ignored and the statutory rate used (R1.8).",
                semesters=semesters,
            )
        if raised:
            return self.env._(
                "The contract rate is lower than the law allows in %(semesters)s: it "
                "was raised to the floor (R1.8).",
                semesters=semesters,
            )
        return self.env._(
            "The contract rate is lower than the law allows in %(semesters)s: it was "
            "ignored and the statutory rate used (R1.8).",
            semesters=semesters,
        )
