from odoo import fields, models


class DunningAgedBalanceDebtor(models.TransientModel):
    """One debtor's row of an aged balance, inserted by SQL."""

    _name = "dunning.aged.balance.debtor"
    _inherit = ["dunning.aged.columns.mixin"]
    _description = "Aged balance of a debtor"
    _order = "name, id"

    balance_id = fields.Many2one(
        "dunning.aged.balance",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, ondelete="cascade"
    )
    name = fields.Char(string="Debtor", readonly=True)
    item_count = fields.Integer(string="Open items", readonly=True)

    def action_open_lines(self):
        """Show what this debtor's row is made of."""
        self.ensure_one()
        domain = [("debtor_id", "=", self.id)]
        if not self.env["dunning.aged.balance.line"].search_count(domain, limit=1):
            self.balance_id._store_lines(self)
        action = self.balance_id._rows_action("line", domain)
        action["name"] = self.name
        action["context"].update(group_by=[], hide_debtor=True)
        return action
