from odoo import api, fields, models


class DunningLegalItem(models.TransientModel):
    """A late item to choose for a procedure."""

    _name = "dunning.legal.item"
    _description = "Legal procedure: item"
    _order = "date_maturity, id"

    wizard_id = fields.Many2one(
        "dunning.legal.wizard", required=True, index=True, ondelete="cascade"
    )
    company_currency_id = fields.Many2one(related="wizard_id.company_currency_id")
    is_chosen = fields.Boolean(string="Take")
    line_id = fields.Integer(readonly=True)
    move_id = fields.Many2one(
        "account.move", string="Document", readonly=True, ondelete="cascade"
    )
    name = fields.Char(readonly=True)
    date_maturity = fields.Date(string="Due date", readonly=True)
    principal = fields.Monetary(currency_field="company_currency_id", readonly=True)
    interest = fields.Monetary(currency_field="company_currency_id", readonly=True)
    indemnity = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount = fields.Monetary(
        string="Claim", currency_field="company_currency_id", readonly=True
    )
    formal_expiry = fields.Date(
        string="Formal notice until",
        readonly=True,
        help="Empty: none was sent, or its presentation is not recorded.",
    )
    limitation_date = fields.Date(readonly=True)
    state_text = fields.Char(string="Held back by", readonly=True)

    @api.model
    def _values(self, item, is_chosen):
        """Return the values of a row from a ``LegalItem``."""
        engine = self.env["dunning.engine"]
        return {
            "is_chosen": is_chosen,
            "line_id": item.line_id,
            "move_id": item.move_id,
            "name": item.name,
            "date_maturity": item.due,
            "principal": float(item.principal),
            "interest": float(item.interest),
            "indemnity": float(item.indemnity),
            "amount": float(item.amount),
            "formal_expiry": item.formal_expiry,
            "limitation_date": item.limitation,
            "state_text": engine._reason_label(item.reason) if item.is_held else False,
        }
