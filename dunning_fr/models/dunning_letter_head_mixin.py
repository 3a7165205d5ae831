import re

from odoo import api, models

from ..tools.typography import NBSP


class DunningLetterHeadMixin(models.AbstractModel):
    """What every business letter says of its sender; needs ``company_id`` alone."""

    _name = "dunning.letter.head.mixin"
    _description = "Head of letters"
    _inherit = ["dunning.letter.format.mixin"]

    def _letter_legal_line(self):
        """Return what every business letter must say of its sender (R10.3).

        Empty without a registration number: it is what makes the letter legal.
        """
        parts = self._letter_legal_parts()
        office = ", ".join(filter(None, self._letter_office()))
        return " – ".join(filter(None, [*parts, office])) if parts else ""

    def _letter_legal_parts(self):
        """Return [legal form and capital, registration]; nothing if unregistered."""
        company = self.company_id
        registry = re.sub(r"[\s.\-]", "", company.company_registry or "").upper()
        siren = self._letter_siren(company.partner_id)
        if not registry:
            return []
        form, capital = company.dunning_legal_form, company.dunning_capital
        if form and capital:
            form = self.env._(
                "%(form)s with a share capital of %(capital)s",
                form=form,
                capital=capital,
            )
        number = f"SIREN {siren}" if siren else registry
        if siren and company.dunning_rcs_city:
            number = f"RCS {company.dunning_rcs_city} {siren}"
        elif registry.startswith("W"):
            number = f"RNA {registry}"  # an association
        return [part for part in (form, number) if part]

    @api.model
    def _letter_siren(self, partner):
        """Return the SIREN of a French partner in groups of three, or nothing."""
        registry = re.sub(r"\D", "", partner.company_registry or "")
        french = self.env["res.company"]._get_france_country_codes()
        if partner.country_code not in (False, *french) or len(registry) not in (9, 14):
            return ""
        return NBSP.join(registry[at : at + 3] for at in (0, 3, 6))

    def _letter_office(self):
        company = self.company_id
        city = " ".join(filter(None, [company.zip, company.city]))
        return [company.street, company.street2, city]
