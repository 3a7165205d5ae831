from odoo import api, models

from ..wizards.dunning_aged_ledger_mixin import AMOUNTS


class ReportDunningAgedBalance(models.AbstractModel):
    """Values of the printed aged balance: the figures written as in print."""

    _name = "report.dunning_fr.report_dunning_aged_balance"
    _description = "Aged balance on paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        balances = self.env["dunning.aged.balance"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "dunning.aged.balance",
            "docs": balances,
            "pages": {balance.id: self._page(balance) for balance in balances},
        }

    def _page(self, balance):
        """Return what the template prints of one balance, all of it text."""
        formats = self.env["dunning.letter.format.mixin"]
        debtors, lines = balance._debtors(), {}
        if balance.with_detail:
            for line in balance._lines():
                line["dates"] = [
                    formats._letter_short_date(line[name])
                    for name in ("invoice_date", "date_maturity")
                ]
                line["amounts"] = self._amounts(balance, line)
                lines.setdefault(line["partner_id"], []).append(line)
        for debtor in debtors:
            debtor["amounts"] = self._amounts(balance, debtor)
            debtor["lines"] = lines.get(debtor["partner_id"], [])
        totals = {name: sum(row[name] for row in debtors) for name in AMOUNTS}
        titles = balance._titles()
        return {
            "date": formats._letter_date(balance.date),
            "printed_on": formats._letter_short_date(
                balance.printed_on or balance.company_id._dunning_today()
            ),
            "customers": ", ".join(balance.partner_ids.mapped("display_name")),
            "titles": [titles[name] for name in AMOUNTS],
            "debtors": debtors,
            "totals": self._amounts(balance, totals, zero=True),
        }

    def _amounts(self, balance, row, zero=False):
        """Return the amounts of ``row`` as text; a zero is left out, but in totals."""
        formats = self.env["dunning.letter.format.mixin"]
        digits = balance.company_id.currency_id.decimal_places
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return [
            formats._letter_number(row[name], pattern)
            if row[name] or zero or name == "total"
            else ""
            for name in AMOUNTS
        ]
