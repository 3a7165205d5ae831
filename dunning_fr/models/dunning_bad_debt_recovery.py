from odoo import api, models
from odoo.exceptions import UserError

from ..tools.bad_debt import share
from .dunning_bad_debt_plan import Plan


class DunningBadDebt(models.Model):
    """Money that comes in for a debt that was written off (R8.3 f)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.bad.debt"

    def _plan_recovery(self, day, amount, journal, receipt):
        """Return the plan that books a recovery on this loss.

        VAT that was claimed back, or that is due on payment, is due again on what
        comes in; the rest is income.

        :param amount: company currency
        :param journal: where the money is entered; unused with ``receipt``
        :param receipt: an open credit of the customer, entered and not matched yet
        """
        self.ensure_one()
        company, partner = self.company_id, self.partner_id
        label = self.env._("Recovered on written-off debt %s", self.move_name)
        vat = self._recovered_vat(amount)
        income = company._dunning_bad_debt_setting("dunning_recovery_account_id")
        account = receipt.account_id or self._money_account(journal)
        lines = [self._line(account, amount, label, partner)]
        lines.append(self._line(income, -amount + sum(vat.values()), label, partner))
        for (name, account_id), value in vat.items():
            text = self.env._("%(label)s, %(tax)s", label=label, tax=name)
            due = self.env["account.account"].browse(account_id)
            lines.append(self._line(due, -value, text, partner))
        for line in lines:
            line["balance"] = company.currency_id.round(line["balance"])
        record = {
            "step": "recovery",
            "company_id": company.id,
            "partner_id": partner.id,
            "move_id": self.move_id.id,
            "move_line_id": self.move_line_id.id,
            "move_name": self.move_name,
            "document_key": self.document_key,
            "date_maturity": self.date_maturity,
            "currency_id": company.currency_id.id,
            "date": day,
            "amount": amount,
            "amount_company": amount,
            "amount_vat": sum(vat.values()),
            "amount_net": amount - sum(vat.values()),
            "origin_id": self.id,
            "vat_detail": [
                {"name": name, "account_id": account_id, "amount": value}
                for (name, account_id), value in vat.items()
            ],
        }
        return Plan(record, lines, [(0, receipt.ids)] if receipt else [], label)

    def _recovered_vat(self, amount):
        """Return {(name, account): VAT} that is due again on ``amount``."""
        unit = 10**self.company_currency_id.decimal_places
        parts = {
            (part["name"], part["account_id"]): round(part["amount"] * unit)
            for part in self.vat_detail or ()
            if part["recovered"] or part["cash_basis"]
        }
        total = round(self.amount_company * unit)
        before = round(self._recovered() * unit)
        found = share(parts, total, before, round(amount * unit))
        return {key: minor / unit for key, minor in found.items() if minor}

    @api.model
    def _money_account(self, journal):
        account = journal.default_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%(journal)s has no bank account of the chart: fill in “Bank "
                    "Account” on the journal.",
                    journal=journal.display_name or self.env._("The bank journal"),
                )
            )
        return account

    def _recovery_problems(self, amount, receipt):
        """Return what keeps a recovery from being booked on these losses."""
        self.ensure_one()
        currency = self.company_currency_id
        left = currency.round(self.amount_company - self._recovered())
        if self.step != "loss" or self.state != "posted":
            return [self.env._("%s: this loss was taken back.", self.move_name)]
        if currency.compare_amounts(amount, 0) <= 0:
            return [self.env._("%s: enter what came in.", self.move_name)]
        if currency.compare_amounts(amount, left) > 0:
            return [self._too_much_message(self.move_name, amount, left, currency)]
        if receipt and currency.compare_amounts(amount, -receipt.amount_residual) > 0:
            what = receipt.move_name
            open_ = -receipt.amount_residual
            return [self._too_much_message(what, amount, open_, currency)]
        return []
