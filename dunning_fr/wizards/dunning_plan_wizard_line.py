from odoo import fields, models


class DunningPlanWizardLine(models.TransientModel):
    """One instalment as it is being agreed."""

    _name = "dunning.plan.wizard.line"
    _description = "Instalment to agree"
    _order = "due_date, id"

    wizard_id = fields.Many2one(
        "dunning.plan.wizard", required=True, ondelete="cascade", index=True
    )
    company_currency_id = fields.Many2one(related="wizard_id.company_currency_id")
    due_date = fields.Date(required=True)
    amount = fields.Monetary(required=True, currency_field="company_currency_id")
