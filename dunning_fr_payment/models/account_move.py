from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _has_to_be_paid(self):
        # EXTENDS 'account_payment'
        return super()._has_to_be_paid() and not self._dunning_payment_stop_text()

    def _get_online_payment_error(self):
        # EXTENDS 'account_payment'
        errors = [super()._get_online_payment_error()]
        errors.append(self._dunning_payment_stop_text())
        return "\n".join(filter(None, errors))
