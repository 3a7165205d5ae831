from collections import defaultdict

from odoo import api, fields, models


class DunningAllocateLine(models.TransientModel):
    """One receipt and one debt, and how much of it is paid."""

    _name = "dunning.allocate.line"
    _description = "Match of a receipt with a debt"
    _order = "id"

    wizard_id = fields.Many2one(
        "dunning.allocate", required=True, index=True, ondelete="cascade"
    )
    credit_id = fields.Many2one(
        "account.move.line", string="Receipt", required=True, ondelete="cascade"
    )
    debt_id = fields.Many2one("account.move.line", required=True, ondelete="cascade")
    # not as superuser: a client may name lines of another company
    partner_id = fields.Many2one(
        related="debt_id.partner_id", related_sudo=False, string="Customer"
    )
    credit_name = fields.Char(
        related="credit_id.move_name", related_sudo=False, string="Received as"
    )
    credit_date = fields.Date(
        related="credit_id.date", related_sudo=False, string="Received on"
    )
    debt_name = fields.Char(
        related="debt_id.move_name", related_sudo=False, string="Document"
    )
    date_maturity = fields.Date(
        related="debt_id.date_maturity",
        related_sudo=False,
        string="Due date",
        help="Day on which the debt was due.",
    )
    currency_id = fields.Many2one(related="debt_id.currency_id", related_sudo=False)
    amount = fields.Monetary(required=True)
    residual_after = fields.Monetary(string="Owed after", compute="_compute_residual")

    @api.depends("amount", "debt_id")
    def _compute_residual(self):
        paid = defaultdict(float)
        for row in self.sorted("id"):
            paid[row.debt_id] += row.amount
            row.residual_after = (
                row.debt_id.amount_residual_currency - paid[row.debt_id]
            )

    def _sentence(self):
        self.ensure_one()
        return self.env._(
            "%(credit)s with %(debt)s",
            credit=self.credit_name,
            debt=self.debt_name,
        )
