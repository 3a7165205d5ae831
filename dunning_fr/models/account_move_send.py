from odoo import api, models

# A note de débit is a PDF, sent or posted: it is outside VAT, hence outside
# e-invoicing and e-reporting (R8.9; how it travels in the reform: to verify)
METHODS = {"email", "manual", "snailmail"}


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_sending_methods(self, move):
        methods = super()._get_default_sending_methods(move)
        if move._dunning_notes():
            return {method for method in methods if method in METHODS} or {"email"}
        return methods

    @api.model
    def _get_default_extra_edis(self, move):
        if move._dunning_notes():
            return set()
        return super()._get_default_extra_edis(move)

    @api.model
    def _get_default_invoice_edi_format(self, move, **kwargs):
        if move._dunning_notes():
            return False
        return super()._get_default_invoice_edi_format(move, **kwargs)

    @api.model
    def _is_applicable_to_move(self, method, move, **move_data):
        if move._dunning_notes() and method not in METHODS:
            return False
        return super()._is_applicable_to_move(method, move, **move_data)

    @api.model
    def _get_invoice_extra_attachments(self, move):
        # EXTENDS 'account': the debtor sees how each sum comes about
        return super()._get_invoice_extra_attachments(move) + move.dunning_sheet_id
