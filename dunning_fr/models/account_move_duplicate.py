from odoo import models
from odoo.tools import format_amount


class AccountMove(models.Model):
    """The duplicate of an unpaid invoice, with the mention the law sets (R8.10)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def _dunning_unpaid(self):
        """Return {move id: (net, VAT)} still unpaid, in company currency.

        What was paid paid both alike; a credit note took off its own. What was
        written off by a loss is as unpaid as what is open.
        """
        steps = self.env["dunning.bad.debt"]
        compositions = steps._compositions(self)
        found = {}
        for company, moves in self.grouped("company_id").items():
            unit = 10**company.currency_id.decimal_places
            unpaid = dict.fromkeys(moves.ids, 0)
            lines = steps._term_lines(moves)
            for target in steps._targets(company, lines.ids).values():
                unpaid[target.move.id] += float(target.item.company_residual)
            for id_, amount in steps._written_off(company, moves.ids).items():
                unpaid[id_] += amount
            for id_, amount in unpaid.items():
                whole, composition = round(amount * unit), compositions.get(id_)
                parts = composition.share(0, whole) if composition else {}
                vat = sum(parts.values())
                found[id_] = ((whole - vat) / unit, vat / unit)
        return found

    def _dunning_duplicate_mentions(self):
        """Return {move id: mention of article 272 of the CGI}, French as it is set."""
        env = self.with_context(lang="fr_FR").env
        found = {}
        # sudo: printed for whoever may read the invoice
        for id_, unpaid in self.sudo()._dunning_unpaid().items():
            currency = self.browse(id_).company_currency_id
            net, vat = (format_amount(env, amount, currency) for amount in unpaid)
            found[id_] = (
                f"Facture demeurée impayée pour la somme de {net} (prix net) et pour "
                f"la somme de {vat} (TVA correspondante) qui ne peut faire l'objet "
                "d'une déduction (article 272 du CGI)"
            )
        return found
