from datetime import timedelta

from odoo import api, models

from ..tools.claim import INDEMNITY_KINDS, LEGAL_RATE_KINDS
from .dunning_claim import FEES

SIX_DECIMALS = "#,##0.000000"  # as interest is shown before it is rounded


class DunningCalculationWords(models.AbstractModel):
    """The words of a calculation: why, by which rule, on which condition.

    Read by the debtor and by a judge: articles of law, not the house's rule numbers.
    """

    _name = "dunning.calculation.words"
    _description = "Words of a calculation"
    _inherit = ["dunning.letter.format.mixin"]

    @api.model
    def _money(self, amount, currency):
        """Return a Decimal amount as a document writes it."""
        return self._letter_amount(float(amount), currency)

    # -- events ------------------------------------------------------------------
    @api.model
    def _invoice_note(self, day, reference):
        """Say the date of an invoice, and the customer's reference."""
        day = self._letter_short_date(day)
        if reference:
            return self.env._("of %(day)s, %(reference)s", day=day, reference=reference)
        return self.env._("of %s", day)

    @api.model
    def _event_text(self, event, to_interest, currency):
        """Say what reduced a debt, with the name of its entry."""
        text = {
            "payment": self.env._("Payment"),
            "correction": self.env._("Credit note, deducted from the first day"),
            "gesture": self.env._("Credit note, commercial gesture"),
            "loss": self.env._("Written off"),
            "retention": self.env._("Retention money, out of the base"),
            "unmatched": self.env._("Received, not matched yet"),
        }[event.nature]
        if event.name:
            text = f"{text} – {event.name}"
        if to_interest:
            return self.env._(
                "%(payment)s, of which %(amount)s to interest",
                payment=text,
                amount=self._money(to_interest, currency),
            )
        return text

    # -- reasons -----------------------------------------------------------------
    @api.model
    def _reasons(self, line, as_of):
        """Say what a claim leaves out, and why; nothing when nothing is left out."""
        claim = line.claim
        notes = [self._note(code) for code in claim.notes]
        debt = claim.debt
        if not (claim.term_end and debt.kind) or debt.foreign or debt.no_claim:
            return notes
        if debt.barred:
            return notes
        if not claim.segments:
            notes.append(self._no_interest(claim, as_of))
        elif debt.stop and debt.stop <= as_of:
            notes.append(self._stopped(debt.stop))
        if debt.kind != "public":
            notes += [self._paused(*span) for span in debt.pauses if span[0] <= as_of]
        if debt.kind in INDEMNITY_KINDS and claim.segments:
            if not claim.owes_indemnity:
                notes.append(
                    self.env._("No indemnity: the debt was not late before that day.")
                )
            elif not claim.bears_indemnity:
                notes.append(
                    self.env._("The indemnity is counted with another instalment.")
                )
        return list(dict.fromkeys(notes))

    @api.model
    def _note(self, code):
        return {
            "to_qualify": self.env._(
                "The kind of debtor is not established: only the principal is claimed."
            ),
            "no_due_date": self.env._(
                "The item has no due date: only the principal is claimed."
            ),
            "foreign_law": self.env._(
                "French law is not known to rule this debt: only the principal is "
                "claimed."
            ),
            "public_no_term_start": self.env._(
                "The day the payment request was received is not recorded: the due "
                "date is taken as the end of the payment term."
            ),
            "public_no_type": self.env._(
                "The type of public buyer is not recorded: the due date is taken as "
                "the end of the payment term."
            ),
            "old_interest": self.env._(
                "Part of the interest is more than five years old: it is time-barred "
                "day by day unless something interrupted that."
            ),
            "time_barred": self.env._(
                "The limitation against the consumer has passed: nothing is claimed "
                "(C. conso. art. L218-2)."
            ),
            "no_claim": self.env._(
                "Outside the rules on late payment: only the principal is claimed."
            ),
            "contract_rate_unused": self.env._(
                "The contract rate is not used: the law sets the rate for this kind of "
                "debtor."
            ),
            "stated_rate_unused": self.env._(
                "The rate kept on the invoice is not used: the law sets the rate for "
                "this kind of debtor."
            ),
        }[code]

    @api.model
    def _no_interest(self, claim, as_of):
        debt = claim.debt
        if claim.term_end >= as_of:
            return self.env._("Not late on this day: no interest.")
        if debt.stop and debt.stop <= claim.term_end:
            return self.env._(
                "No interest: the debt fell due on or after the judgment of %(day)s.",
                day=self._letter_date(debt.stop),
            )
        if not claim.found.late:
            return self.env._("Paid in time: no interest.")
        if debt.kind in LEGAL_RATE_KINDS and not debt.presented:
            return self.env._(
                "No interest: it runs from a formal notice only, and none was "
                "presented (C. civ. art. 1231-6)."
            )
        if debt.kind in LEGAL_RATE_KINDS and debt.presented >= as_of:
            return self.env._(
                "No interest yet: it runs from the day after the formal notice was "
                "presented, %(day)s (C. civ. art. 1231-6).",
                day=self._letter_date(debt.presented),
            )
        return self.env._("No interest: nothing was owed when it began to run.")

    @api.model
    def _stopped(self, day):
        return self.env._(
            "Interest stops the day before the judgment of %(day)s.",
            day=self._letter_date(day),
        )

    @api.model
    def _paused(self, first, last):
        return self.env._(
            "Interest is suspended from %(first)s to %(last)s, both included.",
            first=self._letter_date(first),
            last=self._letter_date(last),
        )

    # -- results -----------------------------------------------------------------
    @api.model
    def _interest_words(self, total):
        """Name the interest of an invoice, with the sum before it was rounded."""
        if not total:
            return self.env._("Interest")
        number = self._letter_number(total, SIX_DECIMALS)
        return self.env._("Interest: %s, rounded once", number)

    @api.model
    def _indemnity_rule(self, line, as_of, references, fee_per="invoice"):
        """Name the indemnity of a debt with its rule, or why it bears none."""
        debt = line.claim.debt
        if debt.kind in LEGAL_RATE_KINDS:
            return self.env._(
                "No indemnity: due between professionals and by public buyers only"
            )
        if not line.indemnity:
            return self.env._("No indemnity for recovery costs")
        late_from = line.claim.term_end + timedelta(days=1)
        reference = references.figure(FEES[debt.kind], late_from)
        if fee_per == "instalment":
            text = self.env._(
                "Indemnity for recovery costs, one for each late instalment (%s)",
                reference,
            )
        else:
            text = self.env._(
                "Indemnity for recovery costs, one for each invoice paid late (%s)",
                reference,
            )
        euro = self.env["ir.model.data"]._xmlid_to_res_id("base.EUR")
        if line.currency.id == euro:
            return text
        return self.env._(
            "%(indemnity)s, set in euros and converted on %(day)s",
            indemnity=text,
            day=self._letter_short_date(as_of),
        )
