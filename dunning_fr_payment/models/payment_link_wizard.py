from odoo import models


# A warning on a wizard of Odoo's own
# pylint: disable-next=no-wizard-in-models
class PaymentLinkWizard(models.TransientModel):
    _inherit = "payment.link.wizard"

    def _compute_warning_message(self):
        # EXTENDS 'account_payment'
        result = super()._compute_warning_message()
        for wizard in self.filtered(lambda link: link.res_model == "account.move"):
            move = self.env["account.move"].browse(wizard.res_id)
            stop = move._dunning_payment_stop_text()
            wizard.warning_message = stop or wizard.warning_message
        return result
