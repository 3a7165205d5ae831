from markupsafe import Markup

from odoo import models

ANNEX_FROM = 13  # items: beyond twelve the table leaves the text


class DunningLetterAnnexMixin(models.AbstractModel):
    """What follows the text on pages of its own: the list, the calculation."""

    _name = "dunning.letter.annex.mixin"
    _description = "Annexes of letters"
    _inherit = ["dunning.letter.format.mixin"]

    def _letter_is_long(self):
        return len(self._letter_claimed_lines()) >= ANNEX_FROM

    def _letter_annex_reference(self, lines):
        """Return what stands in the text when the table is in the annex."""
        sentence = self.env._(
            "%(count)s invoices, %(amount)s in all, listed in the annex.",
            count=len(set(lines.mapped("move_name"))),
            amount=self._letter_amount(sum(lines.mapped("residual"))),
        )
        return self._letter_block("letter_annex_reference", sentence=sentence)

    def _letter_annexes(self, claims):
        """Return the annex of a notice, empty if it needs none."""
        self.ensure_one()
        table = Markup()
        if self._letter_is_long():
            public = self.debtor_kind == "public"
            table = self._letter_table(self._letter_claimed_lines(), public)
        calculation = self._letter_calculation(claims)
        if not table and not calculation:
            return Markup()
        return self._letter_block(
            "letter_annex",
            title=self.env._("Annex to %s", self.name),
            table=table,
            calculation=calculation,
        )

    def _letter_calculation(self, claims):
        """Return how the interest claimed was found, period by period."""
        if not self.mentions_interest or self.level_id.claims_interest != "claimed":
            return Markup()
        factor = 10**self.currency_id.decimal_places
        rows = [
            {
                "number": line.move_name,
                "from": self._letter_short_date(segment.date_from),
                "to": self._letter_short_date(segment.date_to),
                "days": str(segment.days),
                "base": self._letter_amount(segment.base / factor),
                "rate": self._letter_percent(segment.rate),
                "interest": self._letter_amount(float(segment.amount) / factor),
            }
            for line, claim in self._letter_own_claims(claims)
            for segment in claim.segments
        ]
        if not rows:
            return Markup()
        actual = self.company_id.dunning_day_basis == "actual"
        basis = self.env._("days of the year") if actual else "365"  # R1.14
        title = self.env._(
            "Calculation of interest as at %(date)s: sum still owed × rate × days / "
            "%(basis)s",
            date=self.statement_date_text,
            basis=basis,
        )
        return self._letter_block("letter_calculation", rows=rows, title=title)
