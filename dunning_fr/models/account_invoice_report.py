from odoo import api, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"

    @api.model
    def _where(self):
        # EXTENDS 'account': penalties are no turnover, and no sale
        return SQL("%s AND move.dunning_is_debit_note IS NOT TRUE", super()._where())
