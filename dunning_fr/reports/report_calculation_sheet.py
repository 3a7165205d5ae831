from odoo import api, fields, models


class ReportCalculationSheet(models.AbstractModel):
    """Values of the printed calculation sheet."""

    _name = "report.dunning_fr.report_calculation_sheet"
    _description = "Calculation sheet on paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """``data`` may give ``as_of``, the day, and ``partner_id``, the only debtor.

        By default each company's today, and whoever the invoices are of.
        """
        moves = self.env["account.move"].browse(docids)
        day = fields.Date.to_date((data or {}).get("as_of"))
        partner = self.env["res.partner"].browse((data or {}).get("partner_id") or [])
        sections = []
        for company, own in moves.grouped("company_id").items():
            as_of = day or company._dunning_today()
            sections += own._dunning_calculation_sheet(as_of, partner=partner)
        formats = self.env["dunning.calculation.words"]
        return {
            "doc_ids": docids,
            "doc_model": "account.move",
            "sections": sections,
            "formats": {
                section["lang"]: formats.with_context(lang=section["lang"])
                for section in sections
            },
        }
