from calendar import isleap
from datetime import timedelta

from odoo import api, models

from ..tools.deadlines import semester_of, semester_start
from ..tools.rates import MissingRate, Terms
from .dunning_letter_placeholder import condition, text

MOST_RATES = 3  # more different rates than that are read in the calculation


class DunningLetterRateMixin(models.AbstractModel):
    """The rates that letters state, in words, with the half-year they hold for."""

    _name = "dunning.letter.rate.mixin"
    _description = "Rates in letters"
    _inherit = ["dunning.letter.format.mixin"]

    rate_text = text("Rate of late-payment interest", "_compute_letter_rates")
    daily_interest_text = text("Interest of one day", "_compute_letter_rates")
    legal_rate_text = text("Legal interest rate", "_compute_letter_legal")
    semester_text = text("Half-year", "_compute_letter_legal")
    is_small_claim = condition("Small claim", "_compute_letter_legal")

    @api.depends("line_ids", "date", "debtor_kind", "lang")
    def _compute_letter_rates(self):
        for notices in self._letter_by_lang():
            for notice in notices:
                try:
                    rates = notice._letter_rates()
                except MissingRate:  # stays empty: the notice does not leave (R9.2)
                    rates = []
                texts = list(dict.fromkeys(rate[0] for rate in rates))
                notice.rate_text = notice._letter_join_rates(texts)
                daily = notice._letter_daily_interest(rates)
                notice.daily_interest_text = notice._letter_amount(daily) if rates else ""

    @api.depends("date", "amount_total", "debtor_kind", "lang")
    def _compute_letter_legal(self):
        table = self.env["dunning.rate"]._rate_table()
        for notices in self._letter_by_lang():
            for notice in notices:
                try:
                    legal = table.at(notice.date).legal
                except MissingRate:
                    legal = None
                notice.legal_rate_text = notice._letter_percent(legal) if legal else ""
                notice.semester_text = notice._letter_semester(notice.date)
                ceiling = self.env["dunning.parameter"]._find(
                    "fr.small_claims_ceiling", notice.date
                )
                notice.is_small_claim = bool(ceiling) and notice.amount_total <= ceiling

    @api.model
    def _letter_semester(self, day):
        year, half = semester_of(day)
        if half == 1:
            return self.env._("first half of %s", year)
        return self.env._("second half of %s", year)

    def _letter_join_rates(self, texts):
        if len(texts) > MOST_RATES:
            return self.env._("the rates stated in the calculation attached")
        return "; ".join(texts)

    def _letter_daily_interest(self, rates):
        leap = self.company_id.dunning_day_basis == "actual" and isleap(self.date.year)
        days = 366 if leap else 365  # R1.14
        return sum(line.residual * float(rate) / 100 / days for _text, rate, line in rates)

    def _letter_rates(self):
        """Return [(rate in words, percent a year, line)] of the items asked for."""
        if self.debtor_kind not in ("professional", "public"):
            return []
        return [
            (*self._letter_rate(line), line) for line in self._letter_claimed_lines()
        ]

    def _letter_rate(self, line):
        """Return (words, percent a year) of the rate that an item bears that day."""
        table = self.env["dunning.rate"]._rate_table()
        figure = self.env["dunning.parameter"]._find
        due = self.date - timedelta(days=max(line.days_late, 0))
        day = max(self.date, due + timedelta(days=1))
        if self.debtor_kind == "public":
            margin = figure("fr.public_margin", day) or 0
            rate = table.rate(Terms.public(margin), day, due)
            return self._letter_public_rate(margin, rate, due + timedelta(days=1)), rate
        margin = figure("fr.b2b_margin", day) or 0
        floor = figure("fr.floor_multiplier", day) or 0
        contract = self._letter_contract_rate(line)
        company = self.company_id
        terms = Terms.professional(
            margin,
            floor,
            contract,
            company.dunning_rate_below_floor,
            company.dunning_default_respects_floor,
            company.dunning_rate_mode,
        )
        unfloored = Terms.professional(
            margin, 0, contract, rate_mode=company.dunning_rate_mode
        )
        rate = table.rate(terms, day, due)
        agreed = contract or ("ecb_plus", margin)
        if rate != table.rate(unfloored, day, due):
            # The clause is under the floor, or the statutory rate itself is raised
            ignored = contract and company.dunning_rate_below_floor == "ignore"
            agreed = ("ecb_plus", margin) if ignored else ("legal_multiple", floor)
        frozen = company.dunning_rate_mode == "frozen_at_due_date"
        since = due + timedelta(days=1) if frozen else day
        return self._letter_rate_words(*agreed, rate, since, frozen), rate

    def _letter_contract_rate(self, line):
        """Return (type, value) agreed on the invoice, else with the customer (R1.5)."""
        partner = self.partner_id.with_company(self.company_id)
        for record in (line.move_line_id.move_id, partner):
            rate_type = record.dunning_contract_rate_type
            if rate_type == "statutory":
                return None
            if rate_type:
                return rate_type, record.dunning_contract_rate
        return None

    def _letter_public_rate(self, margin, rate, start):
        """Say the one rate of a public buyer's whole delay (R3.6)."""
        return self.env._(
            "ECB refinancing rate on %(day)s plus %(points)s points, i.e. %(rate)s",
            day=self._letter_date(semester_start(start)),
            points=self._letter_number(margin),
            rate=self._letter_percent(rate),
        )

    def _letter_rate_words(self, rate_type, value, rate, day, frozen):
        values = {
            "value": self._letter_number(value),
            "rate": self._letter_percent(rate),
            "semester": self._letter_semester(day),
        }
        if rate_type == "fixed":
            return self.env._("%(rate)s a year, as agreed", **values)
        if rate_type == "legal_multiple":
            return self.env._(
                "%(value)s times the legal interest rate, i.e. %(rate)s for the "
                "%(semester)s",
                **values,
            )
        if frozen:
            return self.env._(
                "ECB refinancing rate plus %(value)s points, i.e. %(rate)s, the rate of "
                "the %(semester)s",
                **values,
            )
        return self.env._(
            "ECB refinancing rate plus %(value)s points, revised every half-year, i.e. "
            "%(rate)s for the %(semester)s",
            **values,
        )
