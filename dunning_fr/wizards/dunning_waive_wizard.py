from odoo import api, fields, models
from odoo.tools.misc import formatLang


class DunningWaiveWizard(models.TransientModel):
    """Asks why charges are waived."""

    _name = "dunning.waive.wizard"
    _description = "Waive charges"

    charge_ids = fields.Many2many("dunning.charge", required=True, readonly=True)
    reason = fields.Char(required=True)
    headline = fields.Char(compute="_compute_headline")

    @api.depends("charge_ids")
    def _compute_headline(self):
        for wizard in self:
            totals = wizard.charge_ids.grouped("currency_id").items()
            amounts = ", ".join(
                formatLang(self.env, sum(own.mapped("amount")), currency_obj=currency)
                for currency, own in totals
            )
            wizard.headline = self.env._(
                "Charges: %(count)s – total: %(amounts)s",
                count=len(wizard.charge_ids),
                amounts=amounts,
            )

    def action_waive(self):
        """Waive them."""
        self.charge_ids._waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
