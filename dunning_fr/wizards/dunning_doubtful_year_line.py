from odoo import fields, models


class DunningDoubtfulYearLine(models.TransientModel):
    """One doubtful or lost debt in the list of a year's end."""

    _name = "dunning.doubtful.year.line"
    _description = "Doubtful debt at the end of a year"
    _order = "partner_id, date_maturity, id"

    list_id = fields.Many2one(
        "dunning.doubtful.year", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="list_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer")
    move_id = fields.Many2one("account.move", string="Invoice")
    name = fields.Char(string="Document")
    date_maturity = fields.Date(string="Due date")
    days_late = fields.Integer(aggregator=None)
    residual = fields.Monetary(string="Left, VAT included")
    net = fields.Monetary(string="Before VAT")
    opening = fields.Monetary(string="Impaired at the start")
    charged = fields.Monetary(string="Charged in the year")
    released = fields.Monetary(string="Reversed in the year")
    impaired = fields.Monetary(string="Impaired at the end")
    percent = fields.Float(
        string="Impaired (%)",
        digits=(5, 2),
        aggregator=None,
        help="Of what is left before VAT.",
    )
    lost = fields.Monetary(string="Lost in the year", help="VAT included.")
    facts = fields.Text(
        help="What justifies it, known at that date (R8.6). Confidential proceedings "
        "are not listed."
    )

    def action_open_invoice(self):
        """Open the invoice itself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.move_id.id,
        }

    def action_xlsx(self):
        """Download the whole list, whichever rows are ticked."""
        shown = self.env.context.get("dunning_year_id")
        years = self.env["dunning.doubtful.year"]
        return (self.list_id[:1] or years.browse(shown)).action_xlsx()
