from odoo import api, models


class ReportDunningNotice(models.AbstractModel):
    """Values of the letter report: see ``dunning.letter.page.mixin``."""

    _name = "report.dunning_fr.report_dunning_notice"
    _description = "Letter"

    @api.model
    def _get_report_values(self, docids, data=None):
        notices = self.env["dunning.notice"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "dunning.notice",
            "docs": notices,
            "letters": notices._letter_pages(),
        }
