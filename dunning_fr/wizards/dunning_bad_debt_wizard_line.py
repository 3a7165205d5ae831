from odoo import api, fields, models


class DunningBadDebtWizardLine(models.TransientModel):
    """One debt of the wizard, and what is to be done with it."""

    _name = "dunning.bad.debt.wizard.line"
    _description = "Debt to be dealt with"
    _order = "id"

    wizard_id = fields.Many2one(
        "dunning.bad.debt.wizard", required=True, index=True, ondelete="cascade"
    )
    selected = fields.Boolean()
    move_line_id = fields.Many2one("account.move.line", readonly=True)
    loss_id = fields.Many2one("dunning.bad.debt", readonly=True)
    name = fields.Char(string="Document", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date_maturity = fields.Date(string="Due date", readonly=True)
    days_late = fields.Integer(compute="_compute_days_late")
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(
        related="wizard_id.company_currency_id", string="Company currency"
    )
    residual = fields.Monetary(string="Left, VAT included", readonly=True)
    base = fields.Monetary(
        string="Before VAT",
        currency_field="company_currency_id",
        readonly=True,
        help="What is left before VAT, in company currency: the base of an impairment "
        "(R8.6).",
    )
    impaired = fields.Monetary(
        string="Impaired already", currency_field="company_currency_id", readonly=True
    )
    percent = fields.Float(
        string="Impairment (%)",
        digits=(5, 2),
        help="Of what is left before VAT, in all: what is impaired already counts. 0 "
        "reverses it.",
    )
    amount = fields.Monetary(help="VAT included, in the currency of the document.")
    facts = fields.Char(
        help="What makes the loss probable, with dates: proceedings, dispute, failed "
        "enforcement… Late payment alone is not enough (R8.6). Readers of the year-end "
        "list see it: nothing confidential here."
    )

    @api.depends("date_maturity", "wizard_id.date")
    def _compute_days_late(self):
        for line in self:
            due, day = line.date_maturity, line.wizard_id.date
            line.days_late = max((day - due).days, 0) if due and day else 0
