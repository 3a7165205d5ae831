from odoo import api, fields, models


class DunningDisputeClose(models.TransientModel):
    """Asks how disputes end."""

    _name = "dunning.dispute.close"
    _description = "End disputes"

    hold_ids = fields.Many2many("dunning.hold", string="Disputes", required=True)
    company_currency_id = fields.Many2one(
        "res.currency", compute="_compute_company_currency_id"
    )
    resolution = fields.Selection(
        [
            ("rejected", "Rejected: the invoice is due"),
            ("credit_note", "Credit note: we take it back"),
            ("settlement", "Settlement: each gives way"),
        ],
        required=True,
        default="rejected",
    )
    amount = fields.Monetary(
        string="To be credited",
        currency_field="company_currency_id",
        help="Empty: the disputed amount. Reminders stay silent on it until credit "
        "notes reach it.",
    )
    note = fields.Char(help="Facts only: the debtor may ask to read it (R10.9).")

    @api.depends("hold_ids")
    def _compute_company_currency_id(self):
        for wizard in self:
            wizard.company_currency_id = wizard.hold_ids[:1].company_currency_id

    def action_close(self):
        """End the disputes as chosen."""
        self.ensure_one()
        amount = self.amount if len(self.hold_ids) == 1 else None
        self.hold_ids.action_resolve(self.resolution, self.note, amount or None)
        return {"type": "ir.actions.act_window_close"}
