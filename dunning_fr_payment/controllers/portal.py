from odoo.http import request

from odoo.addons.account_payment.controllers.portal import PortalAccount


class DunningPortal(PortalAccount):
    def _get_overdue_invoices_domain(self, partner_id=None):
        # EXTENDS 'account': what may not be paid now is not offered with the rest
        domain = super()._get_overdue_invoices_domain(partner_id)
        # sudo: a customer sees no case, only what it stops
        stopped = request.env["dunning.case"].sudo()._stopped_moves()
        return [*domain, ("id", "not in", stopped.ids)] if stopped else domain
