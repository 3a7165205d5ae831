from odoo import api, fields, models


class DunningBadDebtReverse(models.TransientModel):
    """When and why steps of debts are taken back."""

    _name = "dunning.bad.debt.reverse"
    _description = "Take back steps of debts"

    step_ids = fields.Many2many("dunning.bad.debt", readonly=True, required=True)
    date = fields.Date(
        string="Accounting date",
        required=True,
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        help="Date of the opposite entries, which cancel the first ones to the cent.",
    )
    reason = fields.Char(required=True)

    @api.depends("step_ids")
    def _compute_date(self):
        for wizard in self:
            company = wizard.step_ids.company_id[:1] or self.env.company
            days = [company._dunning_today(), *wizard.step_ids.mapped("date")]
            wizard.date = max(days)

    def action_confirm(self):
        """Post the opposite entries and show them."""
        self.ensure_one()
        self.step_ids.check_access("read")
        entries = self.step_ids._take_back(self.date, self.reason)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Steps undone"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", entries.ids)],
        }
