from odoo import api, models
from odoo.tools import format_date


class ReportDunningLetterList(models.AbstractModel):
    """Values of the front list of a bundle of letters."""

    _name = "report.dunning_fr.report_dunning_letter_list"
    _description = "Front list of letters"

    @api.model
    def _get_report_values(self, docids, data=None):
        wizard = self.env["dunning.letter.print"].browse(docids).exists()[:1]
        notices = wizard._chosen()
        company = notices.company_id[:1] or self.env.company
        return {
            "doc_ids": docids,
            "doc_model": "dunning.letter.print",
            "docs": wizard,
            "company": company,
            "date": format_date(self.env, company._dunning_today()),
            "count": len(notices),
            "sections": [
                (title, [self._row(notice) for notice in found])
                for title, found in wizard._registered_first(notices)
            ],
        }

    @api.model
    def _row(self, notice):
        name, address = notice._letter_addressee()
        return {
            "reference": notice.name,
            "address": ", ".join([name, *address.splitlines()]),
            "number": notice.tracking_number or "",
            "is_registered": notice.is_registered,
        }
