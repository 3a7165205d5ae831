from odoo import api, fields, models
from odoo.exceptions import UserError

from .account_account import DOUBTFUL_PREFIX

# Where the French chart books them (R8.1): template id, else the start of the code
BAD_DEBT_ACCOUNTS = {
    "dunning_doubtful_account_id": ("pcg_416", DOUBTFUL_PREFIX),
    "dunning_impairment_expense_account_id": ("pcg_68174", "68174"),
    "dunning_impairment_account_id": ("pcg_491", "491"),
    "dunning_impairment_income_account_id": ("pcg_78174", "78174"),
    "dunning_loss_account_id": ("pcg_6541", "6541"),
    "dunning_loss_prior_account_id": ("pcg_6544", "6544"),
    "dunning_recovery_account_id": ("pcg_7583", "7583"),
}
CHILD_CODE = "416100"  # a receivable: what is moved there stays in sight (R8.2)


class ResCompany(models.Model):
    """Where doubtful and lost debts are booked (R8.1)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_doubtful_account_id = fields.Many2one(
        "account.account",
        string="Account of doubtful customers",
        check_company=True,
        help="416000 in the French chart. It is not of the type Receivable: what is "
        "moved there leaves Odoo's aged receivable and partner ledger, never the "
        "reminders. A child account of the type Receivable (416100) keeps it in sight "
        "there too (R8.2).",
    )
    dunning_impairment_expense_account_id = fields.Many2one(
        "account.account",
        string="Account of impairment charges",
        check_company=True,
        help="681740 in the French chart (R8.1).",
    )
    dunning_impairment_account_id = fields.Many2one(
        "account.account",
        string="Account of impairment of customers",
        check_company=True,
        help="491000 in the French chart (R8.1).",
    )
    dunning_impairment_income_account_id = fields.Many2one(
        "account.account",
        string="Account of impairment reversals",
        check_company=True,
        help="781740 in the French chart (R8.1).",
    )
    dunning_loss_account_id = fields.Many2one(
        "account.account",
        string="Account of losses, debts of the year",
        check_company=True,
        help="654100 in the French chart (R8.1).",
    )
    dunning_loss_prior_account_id = fields.Many2one(
        "account.account",
        string="Account of losses, debts of earlier years",
        check_company=True,
        help="654400 in the French chart (R8.1).",
    )
    dunning_recovery_account_id = fields.Many2one(
        "account.account",
        string="Account of recoveries on written-off debts",
        check_company=True,
        help="758300 in the French chart (R8.1).",
    )
    dunning_bad_debt_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of doubtful debts",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Sundry operations: transfers, impairments and losses are entered there.",
    )

    def _dunning_setup(self):
        # EXTENDS: also what doubtful debts need
        result = super()._dunning_setup()
        for company in self.filtered(
            lambda c: c.account_fiscal_country_id.code == "FR"
        ):
            company._dunning_setup_bad_debts()
        return result

    def _dunning_setup_bad_debts(self):
        """Give a company with the French chart its accounts and its journal."""
        # sudo: set-up of a company, whoever loads its chart
        company = self.sudo().with_company(self)
        for name, (xmlid, prefix) in BAD_DEBT_ACCOUNTS.items():
            if not company[name]:
                company[name] = company._dunning_chart_account(xmlid, prefix)
        if not company.dunning_bad_debt_journal_id:
            journals = self.env["account.journal"]
            company.dunning_bad_debt_journal_id = journals.sudo().search(
                [*journals._check_company_domain(self), ("type", "=", "general")],
                order="sequence, id",
                limit=1,
            )

    def _dunning_bad_debt_setting(self, name):
        """Return a setting of the company, or of its main company; say if it lacks."""
        self.ensure_one()
        # sudo: settings of the company, whoever keeps its accounts
        found = self.sudo()[name] or self.root_id.sudo()[name]
        if not found:
            label = self.fields_get([name], ["string"])[name]["string"]
            raise UserError(
                self.env._(
                    "%(company)s: the setting “%(setting)s” is empty. Fill it in under "
                    "Accounting > Configuration > Settings > Dunning, then come back.",
                    company=self.display_name,
                    setting=label,
                )
            )
        return found.sudo(False)

    def _dunning_check_doubtful_account(self, account):
        """Refuse an account on which a moved debt would be lost sight of.

        Those of doubtful customers are known by their code; Odoo matches what is
        moved only where the account allows it.
        """
        self.ensure_one()
        if not account._dunning_is_doubtful(self):
            message = self.env._(
                "%(account)s is no account of doubtful customers: choose one whose "
                "code starts with 416.",
                account=account.display_name,
            )
        elif not account.reconcile:
            message = self.env._(
                "%(account)s does not allow reconciliation: what is moved there could "
                "not be followed. Tick “Allow Reconciliation” on the account.",
                account=account.display_name,
            )
        else:
            return
        raise UserError(message)

    @api.model
    def _dunning_receivable_doubtful(self, company):
        """Return the child account 416100 of the type Receivable, made if need be."""
        accounts = self.env["account.account"].with_company(company)
        own = [*accounts._check_company_domain(company), ("code", "=", CHILD_CODE)]
        account = accounts.search(own, limit=1)
        if account and account.account_type != "asset_receivable":
            raise UserError(
                self.env._(
                    "%(account)s exists and is not of the type Receivable. Make a "
                    "child account of 416 with another code and choose it here.",
                    account=account.display_name,
                )
            )
        return account or accounts.create(
            {
                "code": CHILD_CODE,
                "name": "Clients douteux ou litigieux (suivis avec les clients)",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [(6, 0, company.root_id.ids)],
            }
        )
