from decimal import Decimal
from typing import NamedTuple

from odoo import models

from ..tools.rates import MissingRate, Terms
from ..tools.typography import NBSP
from .account_move import CLAIMED_TYPES
from .dunning_claim import FEES

# Never on an invoice to a consumer or a non-professional: no 40 € there (R1.38). Nor
# where the kind is not known: it might be one.
MENTION_KINDS = ("professional", "public")


class Agreement(NamedTuple):
    """The rate that would be claimed: its type and value, its figure if known."""

    rate_type: str
    value: float
    rate: Decimal | None  # percent a year, None without rates for the half-year
    day: object  # in the half-year of the figure
    frozen: bool = False


class AccountMove(models.Model):
    """The mentions of late payment that an invoice must bear (R1.37, R1.38)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def _dunning_legal_mention(self):
        """Return the mention to print on the invoice, in its language, or nothing.

        Printing never fails for it: without the rates of the half-year the figure is
        left out.
        """
        self.ensure_one()
        company = self.company_id
        if not self._dunning_bears_mention():
            return ""
        # sudo: whoever prints an invoice, the customer on the portal too
        move = self.sudo().with_company(company)
        partner = move.commercial_partner_id
        facts = partner._dunning_facts(company)[partner.id]
        kind = move.debtor_kind or facts.kind
        if kind not in MENTION_KINDS or facts.foreign:
            return ""
        values = move._dunning_mention_values(kind, facts)
        if not values:
            return ""
        return company.with_context(lang=self.env.lang)._dunning_mention(kind, values)

    def _dunning_bears_mention(self):
        """Return whether the document is an invoice that late-payment law concerns."""
        company = self.company_id
        return (
            # a sales receipt between professionals is an invoice to the law (R1.37)
            self.move_type in CLAIMED_TYPES
            and not self._dunning_notes()  # bears neither interest nor 40 € (R8.9)
            and company.dunning_print_mention
            and company.account_fiscal_country_id.code
            in company._get_france_country_codes()
        )

    def _dunning_mention_values(self, kind, facts):
        """Return {placeholder: text} of the mention, or nothing without figures."""
        day = self.invoice_date or self.company_id._dunning_today()
        figure = self.env["dunning.parameter"]._find
        margin = figure(
            "fr.public_margin" if kind == "public" else "fr.b2b_margin", day
        )
        fee = figure(FEES[kind], day)
        if not margin or not fee:
            return {}
        formats = self.env["dunning.letter.rate.mixin"]
        if kind == "public":
            rate = self._dunning_public_rate_text(margin, day)
        else:
            rate = self._dunning_rate_text(self._dunning_agreement(facts, margin, day))
        return {
            "due_date": self._dunning_due_text(),
            "discount": self._dunning_discount_text(),
            "rate": rate,
            "fee": f"{formats._letter_number(fee)}{NBSP}€",
            "term": self._dunning_term_text(facts.public_type, day),
        }

    # -- words -------------------------------------------------------------------
    def _dunning_due_text(self):
        lines = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        dates = sorted(set(filter(None, lines.mapped("date_maturity"))))
        dates = dates or [date for date in [self.invoice_date_due] if date]
        if not dates:
            return self.env._("the due date")
        return self.env["dunning.letter.format.mixin"]._letter_dates(dates)

    def _dunning_discount_text(self):
        """Say the discount for early payment, or that there is none (R1.37)."""
        term = self.invoice_payment_term_id
        if not term.early_discount:
            return self.env._("Discount for early payment: none.")
        formats = self.env["dunning.letter.format.mixin"]
        return self.env._(
            "Discount for early payment: %(percent)s within %(days)s days of the "
            "invoice date.",
            percent=formats._letter_percent(term.discount_percentage),
            days=term.discount_days,
        )

    def _dunning_term_text(self, public_type, day):
        """Say the payment term of a public buyer (R3.2)."""
        key = f"fr.public_term_days.{public_type}"
        days = public_type and self.env["dunning.parameter"]._find(key, day)
        if not days:
            return self.env._("the term set by law")
        return self.env._("%s days from receipt of the payment request", round(days))

    # -- rates -------------------------------------------------------------------
    def _dunning_agreement(self, facts, margin, day):
        """Return the ``Agreement`` between professionals: clause, law or floor."""
        company = self.company_id
        frozen = company.dunning_rate_mode == "frozen_at_due_date"
        day = (self.invoice_date_due or day) if frozen else day
        statutory, contract = ("ecb_plus", margin), facts.contract
        stated = None
        if self.dunning_contract_rate_type:  # the invoice's own, before the customer's
            contract = None
            if self.dunning_contract_rate_type != "statutory":
                contract = (
                    self.dunning_contract_rate_type,
                    round(self.dunning_contract_rate, 3),
                )
        else:  # what the electronic invoice says, the paper says too
            stated = self._dunning_own_stated_rate()
            contract = ("fixed", stated.rate) if stated else contract
        multiple = self.env["dunning.parameter"]._find("fr.floor_multiplier", day) or 0
        terms = Terms.professional(
            margin,
            multiple,
            contract,
            company.dunning_rate_below_floor,
            company.dunning_default_respects_floor,
        )
        table = self.env["dunning.rate"]._rate_table()
        try:
            rate, published = table.rate(terms, day), table.at(day)
        except MissingRate:
            if stated:
                contract = ("stated", stated.rate)
            return Agreement(*(contract or statutory), None, day, frozen)
        for agreed in filter(None, (contract, statutory)):
            if _percent(agreed, published) == rate:
                if stated and agreed is contract:
                    return Agreement("stated", stated.rate, rate, day, frozen)
                return Agreement(*agreed, rate, day, frozen)
        return Agreement("legal_multiple", multiple, rate, day, frozen)  # R1.8

    def _dunning_rate_text(self, agreement):
        words = self.env["dunning.letter.rate.mixin"]
        if agreement.rate_type == "stated":
            return self.env._("%s a year", words._letter_percent(agreement.value))
        if agreement.rate is not None or agreement.rate_type == "fixed":
            rate = agreement.value if agreement.rate is None else agreement.rate
            return words._letter_agreed_rate(
                agreement.rate_type,
                agreement.value,
                rate,
                agreement.day,
                agreement.frozen,
            )
        value = words._letter_number(agreement.value)
        if agreement.rate_type == "legal_multiple":
            return self.env._("%s times the legal interest rate", value)
        return self.env._("ECB refinancing rate plus %s points", value)

    def _dunning_public_rate_text(self, margin, day):
        """Say the rate of public buyers: known once interest begins (R3.6)."""
        words = self.env["dunning.letter.rate.mixin"]
        text = self.env._(
            "ECB refinancing rate on the first day of the half-year in which interest "
            "begins to run, plus %s points",
            words._letter_number(margin),
        )
        try:
            ecb = self.env["dunning.rate"]._rate_table().at(day).ecb
        except MissingRate:
            return text
        return self.env._(
            "%(rate)s, i.e. %(percent)s in the %(semester)s",
            rate=text,
            percent=words._letter_percent(ecb + Decimal(str(margin))),
            semester=words._letter_semester(day),
        )


def _percent(agreed, published):
    """Return the rate of a (type, value), percent a year."""
    rate_type, value = agreed
    value = Decimal(str(value))
    if rate_type == "legal_multiple":
        return value * published.legal
    return value + (published.ecb if rate_type == "ecb_plus" else 0)
