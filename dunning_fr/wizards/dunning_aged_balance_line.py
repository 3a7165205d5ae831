from odoo import fields, models


class DunningAgedBalanceLine(models.TransientModel):
    """One open item of an aged balance, inserted by SQL.

    One foreign key: checking one for each of 200,000 rows costs as much as reading
    them from the ledger. The journal item is a bare number, who asked and when is on
    the debtor's row.
    """

    _name = "dunning.aged.balance.line"
    _inherit = ["dunning.aged.columns.mixin"]
    _description = "Item of an aged balance"
    _rec_name = "move_name"
    _order = "date_maturity, id"

    debtor_id = fields.Many2one(
        "dunning.aged.balance.debtor",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    balance_id = fields.Many2one(related="debtor_id.balance_id")
    currency_id = fields.Many2one(related="debtor_id.currency_id")
    move_line_ref = fields.Integer(string="Journal item", readonly=True)
    move_name = fields.Char(string="Document", readonly=True)
    reference = fields.Char(readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_maturity = fields.Date(
        string="Due date",
        readonly=True,
        help="An entry without a due date is due on its own date.",
    )
    days_late = fields.Integer(readonly=True, aggregator=None)

    def action_open_document(self):
        """Open the invoice, or the entry, this item comes from."""
        self.ensure_one()
        item = self.env["account.move.line"].browse(self.move_line_ref).exists()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": item.move_id.id,
            "view_mode": "form",
        }
