from odoo import api, models
from odoo.exceptions import ValidationError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'payment': a link sent earlier, or a page left open, leads here
        transactions = super().create(vals_list)
        for transaction in transactions:
            # sudo: whoever pays need not see cases
            stops = transaction.sudo().invoice_ids._dunning_payment_stops()
            if stops:
                raise ValidationError("\n".join(dict.fromkeys(stops.values())))
        return transactions
