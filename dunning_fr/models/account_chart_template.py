from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        # EXTENDS 'account'
        result = super()._post_load_data(template_code, company, template_data)
        company._dunning_setup()
        return result
