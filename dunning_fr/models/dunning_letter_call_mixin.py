from odoo import api, models

from .dunning_letter_placeholder import text


class DunningLetterCallMixin(models.AbstractModel):
    """What a call script or a short message says, beside what letters say."""

    _name = "dunning.letter.call.mixin"
    _description = "Placeholders of calls and short messages"

    collector_name = text("Collector (name)", "_compute_letter_collector")
    collector_phone = text("Collector's telephone", "_compute_letter_collector")
    oldest_due_text = text("Oldest due date", "_compute_letter_collector")

    @api.depends("debtor_id", "company_id", "line_ids", "lang")
    def _compute_letter_collector(self):
        for notices in self._letter_by_lang():
            for notice in notices:
                person = notice._collector().sudo().partner_id  # a name to print
                phone = person.phone or notice.company_id.phone
                due = notice._letter_claimed_lines().mapped("date_maturity")
                notice.collector_name = person.name or ""
                notice.collector_phone = phone or ""
                notice.oldest_due_text = notice._letter_date(min(due, default=False))
