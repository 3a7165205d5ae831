from odoo import api, models
from odoo.exceptions import ValidationError


class PaymentTransaction(models.Model):
    """Blocked quotations online: no new payment, and no silent confirmation."""

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'payment': a link sent earlier, or a page left open, leads here
        transactions = super().create(vals_list)
        for transaction in transactions:
            # sudo: whoever pays need not read what stops the quotation
            for order in transaction.sudo().sale_order_ids:
                stop = order._dunning_online_stop()
                if stop:
                    raise ValidationError(stop)
        return transactions

    def _check_amount_and_confirm_order(self):
        # EXTENDS 'sale': begun before the block, the money came after; the payment is
        # kept, and a person decides about the order
        held = self.filtered(
            # sudo: whoever pays need not read what stops the quotation
            lambda transaction: any(
                order._dunning_online_stop()
                for order in transaction.sudo().sale_order_ids
            )
        )
        for transaction in held:
            transaction._dunning_ask_about_order()
        return super(PaymentTransaction, self - held)._check_amount_and_confirm_order()

    def _dunning_ask_about_order(self):
        """Ask the salesperson to have a manager decide about the paid quotation."""
        for order in self.sudo().sale_order_ids:  # sudo: see above
            user = order.user_id or order.create_uid
            said = order.with_context(lang=user.lang).env
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=said._("Paid online, not confirmed: the customer owes late"),
                note=said._(
                    "Payment %s arrived while the quotation was blocked. Ask a "
                    "dunning manager to lift the block, then confirm; or pay it back.",
                    self.reference,
                ),
            )
