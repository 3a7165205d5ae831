from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How late-payment charges reach the accounts."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_penalty_posting = fields.Selection(
        related="company_id.dunning_penalty_posting", readonly=False
    )
    dunning_waiver_allowed = fields.Boolean(
        related="company_id.dunning_waiver_allowed", readonly=False
    )
    dunning_charge_journal_id = fields.Many2one(
        related="company_id.dunning_charge_journal_id", readonly=False
    )
    dunning_interest_account_id = fields.Many2one(
        related="company_id.dunning_interest_account_id", readonly=False
    )
    dunning_indemnity_account_id = fields.Many2one(
        related="company_id.dunning_indemnity_account_id", readonly=False
    )
    dunning_charge_tax_id = fields.Many2one(
        related="company_id.dunning_charge_tax_id", readonly=False
    )
