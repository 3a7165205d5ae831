from calendar import isleap

from odoo import api, models

from ..tools.rates import MissingRate
from .dunning_letter_placeholder import condition, text


class DunningLetterRateMixin(models.AbstractModel):
    """The rates that letters state, in words, with the half-year they hold for."""

    _name = "dunning.letter.rate.mixin"
    _description = "Rates in letters"
    _inherit = ["dunning.rate.words.mixin"]

    rate_text = text("Rate of late-payment interest", "_compute_letter_rates")
    daily_interest_text = text("Interest of one day", "_compute_letter_rates")
    legal_rate_text = text("Legal interest rate", "_compute_letter_legal")
    semester_text = text("Half-year", "_compute_letter_legal")
    is_small_claim = condition("Small claim", "_compute_letter_legal")

    @api.depends("line_ids", "date", "debtor_kind", "lang")
    def _compute_letter_rates(self):
        claims = self._letter_claims()
        for notices in self._letter_by_lang():
            for notice in notices:
                found = notice._letter_own_claims(claims)
                words = [notice._letter_rate_words(claim) for _line, claim in found]
                notice.rate_text = notice._letter_join_rates(words)
                daily = notice._letter_daily_interest(found)
                notice.daily_interest_text = (
                    notice._letter_amount(daily) if found else ""
                )

    @api.depends("date", "amount_total", "debtor_kind", "lang")
    def _compute_letter_legal(self):
        table = self.env["dunning.rate"]._rate_table()
        for notices in self._letter_by_lang():
            for notice in notices:
                try:
                    legal = table.at(notice.date).legal
                except MissingRate:  # empty: the notice does not leave (R9.2)
                    legal = None
                notice.legal_rate_text = notice._letter_percent(legal) if legal else ""
                notice.semester_text = notice._letter_semester(notice.date)
                ceiling = self.env["dunning.parameter"]._find(
                    "fr.small_claims_ceiling", notice.date
                )
                notice.is_small_claim = bool(ceiling) and notice.amount_total <= ceiling

    def _letter_claims(self):
        """Return {(date, receivable line id): claim} of all items, from the ledger."""
        claims = {}
        for date, notices in self.grouped("date").items():
            lines = notices.line_ids.filtered("claimed").move_line_id
            found = self.env["dunning.claim"]._for_lines(lines.ids, date)
            claims.update({(date, line_id): claim for line_id, claim in found.items()})
        return claims

    def _letter_own_claims(self, claims):
        """Return [(line, claim)] of items that bear interest; none if one misses."""
        found = []
        for line in self._letter_claimed_lines():
            claim = claims.get((self.date, line.move_line_id.id))
            if claim and claim.claim.missing:
                return []
            if claim and claim.claim.segments:
                found.append((line, claim.claim))
        return found

    def _letter_daily_interest(self, found):
        leap = self.company_id.dunning_day_basis == "actual" and isleap(self.date.year)
        days = 366 if leap else 365  # R1.14
        return sum(
            line.residual * float(claim.segments[-1].rate) / 100 / days
            for line, claim in found
        )
