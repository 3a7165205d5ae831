from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models

from ..tools.claim import LEGAL_RATE_KINDS
from ..tools.deadlines import add_months, semester_start
from ..tools.words import listed


class References(NamedTuple):
    """Where the figures of the law are written."""

    figures: dict  # {key: [(first day, last day, text)]}
    rates: dict  # {first day of a semester: text}

    def figure(self, key, day):
        for first, last, text in self.figures.get(key, ()):
            if first <= day <= last:
                return text
        return ""


class Source(NamedTuple):
    """Where a rate comes from: in words, and the texts that say so."""

    text: str
    references: tuple = ()

    def full_text(self, env):
        """Return both in the language of ``env``."""
        known = list(filter(None, self.references))
        return f"{self.text} ({listed(env, known)})" if known else self.text


class DunningCalculationRate(models.AbstractModel):
    """Where each rate of a claim comes from, in the words of a calculation sheet."""

    _name = "dunning.calculation.rate"
    _description = "Sources of rates"
    _inherit = ["dunning.letter.format.mixin"]

    @api.model
    def _references(self):
        """Return the ``References`` of all figures and rates."""
        # sudo: figures of the law are no secret, and claims are read by many
        # pylint: disable=no-search-all  # some forty rows, and two a year
        rows = self.env["dunning.parameter"].sudo()
        figures = {}
        for row in rows.search_fetch([], ["key", "date_from", "date_to", "reference"]):
            span = (row.date_from or date.min, row.date_to or date.max)
            figures.setdefault(row.key, []).append((*span, row.reference or ""))
        rates = self.env["dunning.rate"].sudo()
        rates = rates.search_fetch([], ["date_from", "reference"])
        return References(
            figures, {rate.date_from: rate.reference or "" for rate in rates}
        )

    @api.model
    def _of_claim(self, claim, company, references):
        """Return the ``Source`` of the rate of each segment of a claim, in order."""
        served = claim.debt.served
        first = claim.segments[0].date_from if claim.segments else None
        sources = []
        for segment in claim.segments:
            if served and segment.date_from > served:
                source = self._judgment(segment, served, references)
            else:
                source = self._ordinary(claim, segment, first, company, references)
            sources.append(source)
        return sources

    @api.model
    def _ordinary(self, claim, segment, first, company, references):
        kind = claim.debt.kind
        if kind in LEGAL_RATE_KINDS:
            return self._legal(segment.date_from, references)
        late_from = claim.term_end + timedelta(days=1)
        if kind == "public":  # one rate for the whole delay (R3.6)
            pin = semester_start(first)
            return self._ecb("fr.public_margin", pin, late_from, references)
        frozen = company.dunning_rate_mode == "frozen_at_due_date"
        pin = semester_start(claim.term_end if frozen else segment.date_from)
        return self._professional(claim, segment, pin, late_from, references)

    @api.model
    def _professional(self, claim, segment, pin, late_from, references):
        """Say a rate between professionals: statutory, agreed, or the floor."""
        statutory = self._ecb("fr.b2b_margin", pin, late_from, references)
        current = semester_start(segment.date_from)
        floor = self._floor(current, late_from, references)
        codes = {caution.date_from: caution.code for caution in claim.cautions}
        code = codes.get(current)
        stated = claim.debt.stated
        if code == "rate_below_floor_ignored":
            lowest = self._letter_percent(self._floor_rate(current, late_from))
            text = self._set_aside(stated, statutory.text, lowest)
            return Source(text, statutory.references)
        if code:
            return Source(self._raised(stated, floor.text), floor.references)
        if stated:
            return Source(self._kept(stated))
        if claim.debt.contract:
            return self._agreed(*claim.debt.contract, pin, references)
        margin = self._figure("fr.b2b_margin", late_from)
        # R1.7: a company may raise the statutory rate to the floor
        plain = self._published(pin).ecb + margin == segment.rate
        return statutory if plain else floor

    @api.model
    def _set_aside(self, stated, rate, floor):
        if stated:
            return self.env._(
                "%(rate)s; rate of %(value)s kept on the invoice set aside, below the "
                "floor of %(floor)s",
                rate=rate,
                value=self._letter_percent(stated.rate),
                floor=floor,
            )
        return self.env._(
            "%(rate)s; contract rate set aside, below the floor of %(floor)s",
            rate=rate,
            floor=floor,
        )

    @api.model
    def _raised(self, stated, floor):
        if stated:
            return self.env._(
                "%(floor)s; rate of %(value)s kept on the invoice raised to this floor",
                floor=floor,
                value=self._letter_percent(stated.rate),
            )
        return self.env._("%s; contract rate raised to this floor", floor)

    @api.model
    def _kept(self, stated):
        """Name the rate that an invoice bore when it was posted."""
        if not stated.period:
            return self.env._("Rate kept on the invoice when it was posted")
        return self.env._(
            "Rate kept on the invoice when it was posted, %s",
            self._semester(stated.period),
        )

    @api.model
    def _agreed(self, rate_type, value, pin, references):
        if rate_type == "fixed":
            return Source(self.env._("Fixed rate of the contract"))
        published = self._published(pin)
        if rate_type == "ecb_plus":
            return Source(
                self.env._(
                    "Contract: ECB %(ecb)s on %(day)s + %(points)s points",
                    ecb=self._letter_percent(published.ecb),
                    day=self._letter_short_date(pin),
                    points=self._letter_number(value),
                )
            )
        return Source(
            self.env._(
                "Contract: %(multiple)s × legal rate of %(legal)s",
                multiple=self._letter_number(value),
                legal=self._letter_percent(published.legal),
            ),
            (self._decree(pin, references),),
        )

    @api.model
    def _ecb(self, key, pin, late_from, references):
        return Source(
            self.env._(
                "ECB %(ecb)s on %(day)s + %(points)s points",
                ecb=self._letter_percent(self._published(pin).ecb),
                day=self._letter_short_date(pin),
                points=self._letter_number(self._figure(key, late_from)),
            ),
            (references.figure(key, late_from),),
        )

    @api.model
    def _floor(self, semester, late_from, references):
        key = "fr.floor_multiplier"
        return Source(
            self.env._(
                "%(multiple)s × legal rate of %(legal)s",
                multiple=self._letter_number(self._figure(key, late_from)),
                legal=self._letter_percent(self._published(semester).legal),
            ),
            (references.figure(key, late_from), self._decree(semester, references)),
        )

    @api.model
    def _floor_rate(self, semester, late_from):
        multiple = self._figure("fr.floor_multiplier", late_from)
        return multiple * self._published(semester).legal

    @api.model
    def _legal(self, day, references):
        semester = semester_start(day)
        text = self.env._("Legal rate, %s", self._semester(semester))
        return Source(text, (self._decree(semester, references),))

    @api.model
    def _judgment(self, segment, served, references):
        """Say the legal rate after a judgment, raised or not (R2.7)."""
        months = int(self._figure("fr.judgment_surcharge_months", served))
        if segment.date_from <= add_months(served, months):
            return self._legal(segment.date_from, references)
        key = "fr.judgment_surcharge"
        semester = semester_start(segment.date_from)
        return Source(
            self.env._(
                "Legal rate of %(legal)s + %(points)s points",
                legal=self._letter_percent(self._published(semester).legal),
                points=self._letter_number(self._figure(key, served)),
            ),
            (self._decree(semester, references), references.figure(key, served)),
        )

    # -- figures ---------------------------------------------------------------
    @api.model
    def _figure(self, key, day):
        return Decimal(str(self.env["dunning.parameter"]._get(key, day)))

    @api.model
    def _published(self, day):
        return self.env["dunning.rate"]._rate_table().at(day)

    @api.model
    def _decree(self, semester, references):
        """Return the decree that set a legal rate, empty where it is not known."""
        return references.rates.get(semester, "")

    @api.model
    def _semester(self, day):
        return self.env["dunning.letter.rate.mixin"]._letter_semester(day)
