from odoo import api, fields, models


class DunningBillWizardLine(models.TransientModel):
    """One late item of the wizard, and what may be billed of it."""

    _name = "dunning.bill.wizard.line"
    _description = "Late item to bill"
    _order = "id"

    wizard_id = fields.Many2one(
        "dunning.bill.wizard", required=True, index=True, ondelete="cascade"
    )
    selected = fields.Boolean(string="Bill", default=True)
    move_line_id = fields.Many2one("account.move.line", required=True, readonly=True)
    move_id = fields.Many2one(related="move_line_id.move_id", string="Late invoice")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_maturity = fields.Date(string="Due date", readonly=True)
    date_to = fields.Date(string="Interest up to", readonly=True)
    interest = fields.Monetary(readonly=True)
    indemnity = fields.Monetary(readonly=True)
    total = fields.Monetary(compute="_compute_total")

    @api.depends("interest", "indemnity")
    def _compute_total(self):
        for line in self:
            line.total = line.interest + line.indemnity
