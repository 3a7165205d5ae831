from odoo import api, fields, models


class ReportDunningStatement(models.AbstractModel):
    """Values of the statement of account: see ``dunning.debtor._statement_pages``."""

    _name = "report.dunning_fr.report_dunning_statement"
    _description = "Statement of account"

    @api.model
    def _get_report_values(self, docids, data=None):
        """``data`` may give ``day``, ``with_interest`` and ``with_marks``.

        By default each company's today, without interest, with marks.
        """
        data, debtors = data or {}, self.env["dunning.debtor"].browse(docids)
        pages = {}
        for company, own in debtors.grouped("company_id").items():
            day = fields.Date.to_date(data.get("day")) or company._dunning_today()
            pages |= own._statement_pages(
                day,
                with_interest=bool(data.get("with_interest")),
                with_marks=bool(data.get("with_marks", True)),
            )
        return {
            "doc_ids": docids,
            "doc_model": "dunning.debtor",
            "docs": debtors,
            "pages": pages,
        }
