from odoo.http import request

from odoo.addons.account_payment.controllers.portal import PortalAccount


class DunningPortal(PortalAccount):
    def _get_overdue_invoices_domain(self, partner_id=None):
        # EXTENDS 'account': what may not be paid now is not offered with the rest
        domain = super()._get_overdue_invoices_domain(partner_id)
        # sudo: the domain is the customer's own, who sees no case and no hold
        offered = request.env["account.move"].sudo().search(domain)
        stopped = offered._dunning_payment_stops()
        return [*domain, ("id", "not in", [*stopped])] if stopped else domain
