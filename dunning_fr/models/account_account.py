from odoo import api, fields, models

# French chart: retention money and bills receivable are not reminded to the debtor.
EXCLUDED_CODES = ("4117", "413")


class AccountAccount(models.Model):
    _inherit = "account.account"

    dunning_excluded = fields.Boolean(
        string="Never remind",
        help="Items on this account are never reminded: retention money (411700), "
        "bills receivable (413000)…",
    )

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
