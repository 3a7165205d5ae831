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
            "no_claim": self.env._(
                "Outside the rules on late payment: only the principal is claimed."
            ),
            "contract_rate_unused": self.env._(
                "The contract rate is not used: the law sets the rate for this kind of "
                "debtor."
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

    # -- rules ---------------------------------------------------------------------
    @api.model
    def _rules(self, lines, company, as_of, references):
        """Say the rules of the claims of ``lines``, those that matter alone.

        An article that sets a figure is quoted as the figure itself quotes it.
        """
        kinds = {line.claim.debt.kind for line in lines if line.claim.segments}
        if not kinds:
            return []
        rules = [self._formula_rule(company)]
        if "professional" in kinds:
            article = references.figure("fr.b2b_margin", as_of)
            rules.append(self._professional_rule(company, article))
        if "public" in kinds:
            rules.append(
                self.env._(
                    "Public buyers: interest runs from the day after the payment term "
                    "ends to the day the principal is put into payment, included; the "
                    "rate is that of the half-year in which it begins to run, for the "
                    "whole delay (CCP art. R2192-31 to R2192-33)."
                )
            )
        if kinds.intersection(LEGAL_RATE_KINDS):
            rules.append(
                self.env._(
                    "Legal interest runs from the day after the formal notice was "
                    "first presented to the day of payment, included, at the rate of "
                    "each half-year (C. civ. art. 1231-6 and 1344-1; CMF art. L313-2)."
                )
            )
        rules += self._reduction_rules(company)
        if any(line.claim.debt.served for line in lines):
            rules.append(
                self.env._(
                    "From the day after the decision was served, legal interest alone; "
                    "it is never added to late-payment penalties on the same sum and "
                    "day (C. civ. art. 1231-6; %s).",
                    references.figure("fr.judgment_surcharge", as_of),
                )
            )
        return rules

    @api.model
    def _formula_rule(self, company):
        if company.dunning_day_basis == "actual":
            formula = self.env._(
                "Interest of a period = unpaid amount, VAT included × yearly rate × "
                "days ÷ days of the calendar year (365 or 366)."
            )
        else:
            formula = self.env._(
                "Interest of a period = unpaid amount, VAT included × yearly rate × "
                "days ÷ 365, leap years too."
            )
        rounding = self.env._(
            "Periods are not rounded: their sum is rounded once for each invoice, half "
            "a cent upwards."
        )
        return f"{formula} {rounding}"

    @api.model
    def _professional_rule(self, company, article):
        run = self.env._(
            "Between professionals: interest runs from the day after the due date to "
            "the day of payment, included, without any reminder (%s).",
            article,
        )
        if company.dunning_rate_mode == "frozen_at_due_date":
            rate = self.env._("The rate is that of the half-year of the due date.")
        else:
            rate = self.env._(
                "Each day bears the rate of its half-year, the ECB rate being that of "
                "1 January or 1 July."
            )
        return f"{run} {rate}"

    @api.model
    def _reduction_rules(self, company):
        if company.dunning_imputation == "interest_first":
            imputation = self.env._(
                "A partial payment pays first the interest run up to that day, rounded "
                "on that day, then the principal (C. civ. art. 1343-1)."
            )
        else:
            imputation = self.env._(
                "A partial payment is deducted from the principal first, in favour of "
                "the debtor."
            )
        credit = self.env._(
            "A credit note that corrects the invoice is deducted from the first day; a "
            "commercial gesture from its own date."
        )
        return [imputation, credit]
