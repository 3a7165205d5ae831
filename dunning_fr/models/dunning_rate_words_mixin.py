from datetime import timedelta
from decimal import Decimal

from odoo import api, models

from ..tools.deadlines import semester_of, semester_start
from ..tools.words import listed

MOST_RATES = 3  # more different rates than that are read in the calculation


class DunningRateWordsMixin(models.AbstractModel):
    """The rate of a claim in words; of records with ``company_id`` and ``date``."""

    _name = "dunning.rate.words.mixin"
    _description = "Rates in words"
    _inherit = ["dunning.letter.format.mixin"]

    @api.model
    def _letter_semester(self, day):
        year, half = semester_of(day)
        if half == 1:
            return self.env._("first half of %s", year)
        return self.env._("second half of %s", year)

    def _letter_join_rates(self, words):
        different = list(dict.fromkeys(words))
        if len(different) > MOST_RATES:
            return self.env._("the rates stated in the calculation attached")
        return listed(self.env, different)

    def _letter_rate_words(self, claim):
        """Say the rate that an item bears on the last day of its claim."""
        rate = claim.segments[-1].rate
        first = claim.term_end + timedelta(days=1)
        if claim.debt.kind == "public":
            return self._letter_public_rate(rate, first)
        if claim.debt.kind != "professional":
            return self._letter_agreed_rate("legal_multiple", 1, rate, self.date, False)
        frozen = self.company_id.dunning_rate_mode == "frozen_at_due_date"
        day = claim.term_end if frozen else self.date
        return self._letter_agreed_rate(
            *self._letter_agreement(claim, day), rate, day, frozen
        )

    def _letter_agreement(self, claim, day):
        """Return (type, value) of the rate used: agreed, statutory or the floor."""
        figure = self.env["dunning.parameter"]._find
        first = claim.term_end + timedelta(days=1)
        statutory = ("ecb_plus", figure("fr.b2b_margin", first))
        floor = ("legal_multiple", figure("fr.floor_multiplier", first))
        cautions = {caution.date_from: caution.code for caution in claim.cautions}
        caution = cautions.get(semester_start(day))
        if caution:  # R1.8
            return floor if caution == "rate_below_floor_raised" else statutory
        published = self.env["dunning.rate"]._rate_table().at(day)
        if not claim.debt.contract:
            # R1.7: the company may have chosen to raise the statutory rate too
            plain = (
                published.ecb + Decimal(str(statutory[1])) == claim.segments[-1].rate
            )
            return statutory if plain else floor
        if claim.debt.stated:
            return "stated", claim.debt.stated.rate
        return claim.debt.contract

    def _letter_public_rate(self, rate, first):
        """Say the one rate of a public buyer's whole delay (R3.6)."""
        margin = self.env["dunning.parameter"]._find("fr.public_margin", first)
        return self.env._(
            "ECB refinancing rate on %(day)s plus %(points)s points, i.e. %(rate)s",
            day=self._letter_date(semester_start(first)),
            points=self._letter_number(margin),
            rate=self._letter_percent(rate),
        )

    def _letter_agreed_rate(self, rate_type, value, rate, day, frozen):
        values = {
            "value": self._letter_number(value),
            "rate": self._letter_percent(rate),
            "semester": self._letter_semester(day),
        }
        if rate_type == "fixed":
            return self.env._("%(rate)s a year, as agreed", **values)
        if rate_type == "stated":
            return self.env._("%(rate)s a year, as the invoice states", **values)
        if rate_type == "legal_multiple" and value == 1:
            return self.env._(
                "legal interest rate, i.e. %(rate)s for the %(semester)s", **values
            )
        if rate_type == "legal_multiple":
            return self.env._(
                "%(value)s times the legal interest rate, i.e. %(rate)s for the "
                "%(semester)s",
                **values,
            )
        if frozen:
            return self.env._(
                "ECB refinancing rate plus %(value)s points, i.e. %(rate)s, the rate "
                "of the %(semester)s",
                **values,
            )
        return self.env._(
            "ECB refinancing rate plus %(value)s points, revised every half-year, i.e. "
            "%(rate)s for the %(semester)s",
            **values,
        )
