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

    def _dunning_duplicate_mentions(self, as_of=None):
        """Return {move id: mention of a duplicate}, in the French of the rule.

        :param as_of: day of the duplicate, today in the company's time zone if None:
            it decides the article quoted, which moves to another code (R8.14)
        """
        env = self.with_context(lang="fr_FR").env
        articles = {
            company.id: env["dunning.parameter"]._get_reference(
                "fr.vat_duplicate_article", as_of or company._dunning_today()
            )
            for company in self.company_id
        }
        found = {}
        # sudo: printed for whoever may read the invoice
        for id_, unpaid in self.sudo()._dunning_unpaid().items():
            move = self.browse(id_)
            currency = move.company_currency_id
            net, vat = (format_amount(env, amount, currency) for amount in unpaid)
            found[id_] = (
                f"Facture demeurée impayée pour la somme de {net} (prix net) et pour "
                f"la somme de {vat} (TVA correspondante) qui ne peut faire l'objet "
                f"d'une déduction ({articles[move.company_id.id]})"
            )
        return found
