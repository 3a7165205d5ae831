from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Where doubtful and lost debts are booked."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_doubtful_account_id = fields.Many2one(
        related="company_id.dunning_doubtful_account_id", readonly=False
    )
    dunning_impairment_expense_account_id = fields.Many2one(
        related="company_id.dunning_impairment_expense_account_id", readonly=False
    )
    dunning_impairment_account_id = fields.Many2one(
        related="company_id.dunning_impairment_account_id", readonly=False
    )
    dunning_impairment_income_account_id = fields.Many2one(
        related="company_id.dunning_impairment_income_account_id", readonly=False
    )
    dunning_loss_account_id = fields.Many2one(
        related="company_id.dunning_loss_account_id", readonly=False
    )
    dunning_loss_prior_account_id = fields.Many2one(
        related="company_id.dunning_loss_prior_account_id", readonly=False
    )
    dunning_recovery_account_id = fields.Many2one(
        related="company_id.dunning_recovery_account_id", readonly=False
    )
    dunning_bad_debt_journal_id = fields.Many2one(
        related="company_id.dunning_bad_debt_journal_id", readonly=False
    )

    def action_dunning_receivable_doubtful(self):
        """Move doubtful debts to a receivable child account from now on (R8.2)."""
        self.ensure_one()
        company = self.company_id
        account = company._dunning_receivable_doubtful(company)
        company.dunning_doubtful_account_id = account
        return {"type": "ir.actions.client", "tag": "reload"}
