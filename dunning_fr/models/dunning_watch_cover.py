from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

COVER = ("insurance", "solvency")


class DunningWatch(models.Model):
    """Warnings of credit insurance and of checks of means that are old."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.watch"

    code = fields.Selection(
        selection_add=[
            ("insurance", "Declaration to the credit insurer"),
            ("solvency", "Check of the debtor's means"),
        ],
        ondelete={"insurance": "cascade", "solvency": "cascade"},
    )

    @api.model
    def _watch_cover(self, company, debtors=None):
        """Warn of unpaid debts to be declared, and of checks that are too old.

        :param debtors: those whose facts have changed; by default all of the company
        """
        today = company._dunning_today()
        # sudo: whoever changes a fact, and the machine; each row is one debtor's own
        records = self.env["dunning.debtor"].sudo().with_company(company)
        domain = [("company_id", "=", company.id), ("amount_overdue", ">", 0)]
        if debtors is not None:
            domain.append(("id", "in", debtors.ids))
        insured = [
            ("insurer", "!=", False),
            ("insurance_declared_on", "=", False),
            (
                "insurance_declare_by",
                "<=",
                today + timedelta(days=company.dunning_insurance_days),
            ),
        ]
        told = {}
        for debtor in records.search([*domain, *insured]):
            day = debtor.insurance_declare_by
            told[(debtor.id, "insurance", 0, str(debtor.id), day)] = (
                debtor.insurer,
                day,
            )
        months = relativedelta(months=company.dunning_solvency_months)
        old = [("solvency_checked_on", "<", today - months)]
        for debtor in records.search([*domain, *old]) if months else records:
            day = debtor.solvency_checked_on + months
            told[(debtor.id, "solvency", 0, str(debtor.id), day)] = (str(day), day)
        self._tell(company, COVER, told, debtors)

    def _summary(self):
        if self.code == "insurance":
            return self.env._("Declare to the credit insurer: %s", self.label)
        if self.code == "solvency":
            return self.env._("Check the debtor's means again")
        return super()._summary()

    def _note(self):
        day = format_date(self.env, self[:1].date)
        if self[:1].code == "insurance":
            text = self.env._(
                "Last day to declare: %s. Later the cover may be lost. Enter the day "
                "you declared it on the debtor.",
                day,
            )
        elif self[:1].code == "solvency":
            text = self.env._(
                "The last check is older than the settings allow since %s. Enter the "
                "new one on the debtor.",
                day,
            )
        else:
            return super()._note()
        return Markup("<p>%s</p>") % text
