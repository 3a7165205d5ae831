from odoo import api, fields, models

# What accounts of the French chart stand for, by the first figures of their codes: the
# chart of accounts is law there (ANC 2014-03), and Odoo's account types do not tell
# doubtful customers from other current assets, nor a loss from a bank's fee. What a
# company can choose is a flag on the account, ``dunning_excluded``.
EXCLUDED_CODES = ("4117", "413")  # retention money, bills: flagged, not reminded
DOUBTFUL_PREFIX = "416"  # doubtful customers
TRANSFER_PREFIXES = (DOUBTFUL_PREFIX, "413")  # and bills: the debt lives on there
LOSS_PREFIXES = ("654",)  # bad debts written off


class AccountAccount(models.Model):
    _inherit = "account.account"

    dunning_excluded = fields.Boolean(
        string="Never remind",
        help="Items on this account are never reminded: retention money (411700), "
        "bills receivable (413000)…",
    )

    def _dunning_is_doubtful(self, company):
        """Whether debts on this account of ``company`` are those of doubtful customers.

        Codes belong to the main company, whose chart its branches use.
        """
        code = self.with_company(company.root_id).code or ""
        return code.startswith(DOUBTFUL_PREFIX)

    @api.model
    def _dunning_flag_excluded(self, companies):
        """Flag the accounts of the French chart that dunning leaves alone."""
        for company in companies:
            accounts = (
                self.sudo()  # set-up of a company, whoever loads its chart
                .with_company(company)
                .search(
                    [
                        *self._check_company_domain(company),
                        ("account_type", "=", "asset_receivable"),
                    ]
                )
            )
            accounts.filtered(
                lambda account: (account.code or "").startswith(EXCLUDED_CODES)
            ).dunning_excluded = True
