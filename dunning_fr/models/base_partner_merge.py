from odoo import api, models


# A hook on an ORM wizard, no screen of ours
# pylint: disable-next=no-wizard-in-models
class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # EXTENDS 'base': two debtors of one company would break the merge
        self.env["dunning.debtor"]._follow_partners(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["dunning.item"]._refresh_customers(src_partners | dst_partner)
        return result

    @api.model
    def _update_values(self, src_partners, dst_partner):
        # EXTENDS 'base': a customer no company may remind stays so, whoever survives
        # sudo: each company has its own setting of the shared customer
        companies = self.env["res.company"].sudo()
        # pylint: disable-next=no-search-all  # few, and all of them concerned
        for company in companies.search([]):
            partners = (src_partners | dst_partner).sudo().with_company(company)
            if any(partners.mapped("dunning_excluded")):
                dst_partner.sudo().with_company(company).dunning_excluded = True
        return super()._update_values(src_partners, dst_partner)
