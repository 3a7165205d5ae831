from odoo import api, models
from odoo.tools import format_list

from ..tools.typography import NBSP
from .dunning_letter_placeholder import condition, text


class DunningLetterMixin(models.AbstractModel):
    """What the texts of letters and e-mails may say: one field per placeholder.

    Everything is text in the language of the notice (``lang``), computed for many
    notices at once; nothing raises, an unknown value is empty. See
    ``_freeze_text`` for what an empty placeholder does.
    """

    _name = "dunning.letter.mixin"
    _description = "Placeholders of letters"
    _inherit = [
        "dunning.letter.history.mixin",
        "dunning.letter.rate.mixin",
        "dunning.letter.table.mixin",
        "dunning.letter.factor.mixin",
        "dunning.letter.public.mixin",
        "dunning.letter.call.mixin",
        "dunning.letter.annex.mixin",
        "dunning.letter.return.mixin",
        "dunning.letter.freeze.mixin",
        "dunning.letter.page.mixin",
        "dunning.letter.pdf.mixin",
        "dunning.placeholder.mixin",
    ]

    # Who
    contact_name = text("Person written to", "_compute_letter_debtor")
    debtor_identity = text("Debtor with SIREN", "_compute_letter_debtor")
    is_natural_person = condition("Names an individual", "_compute_letter_debtor")
    is_european_order_possible = condition(
        "Debtor elsewhere in the EU (except Denmark)", "_compute_letter_debtor"
    )

    # When
    statement_date_text = text("Date of the statement", "_compute_letter_dates")
    deadline_text = text("Deadline", "_compute_letter_dates")

    # What is owed
    is_single_item = condition("One invoice only", "_compute_letter_items")
    item_count_text = text("Number of invoices", "_compute_letter_items")
    invoice_number = text("Number of the only invoice", "_compute_letter_items")
    invoice_date_text = text("Date of the only invoice", "_compute_letter_items")
    due_date_text = text("Due date of the only invoice", "_compute_letter_items")
    order_text = text("Orders", "_compute_letter_items")
    principal_text = text("Principal (text)", "_compute_letter_amounts")
    interest_text = text("Interest (text)", "_compute_letter_amounts")
    indemnity_text = text("Indemnity (text)", "_compute_letter_amounts")
    indemnity_count_text = text("Number of indemnities", "_compute_letter_amounts")
    total_text = text("Total (text)", "_compute_letter_amounts")
    mentions_interest = condition("Speaks of interest", "_compute_letter_amounts")
    mentions_indemnity = condition("Speaks of the indemnity", "_compute_letter_amounts")

    # -- computes ----------------------------------------------------------------
    @api.depends("partner_id", "recipient_partner_id", "debtor_kind", "lang")
    def _compute_letter_debtor(self):
        union = self.env.ref("base.europe", raise_if_not_found=False)
        countries = set(union.country_ids.mapped("code")) - {"DK"} if union else set()
        for notice in self:
            contact = notice.recipient_partner_id or notice.partner_id
            person = contact.name if contact and not contact.is_company else ""
            notice.contact_name = person or ""
            siren = notice._letter_siren(notice.partner_id)
            name = notice.partner_id.name or ""
            notice.debtor_identity = f"{name}, SIREN{NBSP}{siren}" if siren else name
            notice.is_natural_person = notice.debtor_kind == "consumer" or bool(
                notice.debtor_kind == "non_professional" and person
            )
            abroad = notice.partner_id.country_id - notice.company_id.country_id
            notice.is_european_order_possible = abroad.code in countries

    @api.depends("date", "deadline_date", "lang")
    def _compute_letter_dates(self):
        for notices in self._letter_by_lang():
            for notice in notices:
                notice.statement_date_text = notice._letter_date(notice.date)
                notice.deadline_text = notice._letter_date(notice.deadline_date)

    def _letter_claimed_lines(self):
        """Return the items that the notice asks for, in the order of the letter."""
        return self.line_ids.filtered(lambda line: line.claimed and line.residual > 0)

    @api.depends("line_ids", "lang")
    def _compute_letter_items(self):
        for notices in self._letter_by_lang():
            for notice in notices:
                lines = notice._letter_claimed_lines()
                names = set(lines.mapped("move_name"))
                # Two instalments of one invoice are one invoice
                only = lines[:1] if len(names) == 1 else lines.browse()
                orders = list(dict.fromkeys(filter(None, lines.mapped("order_ref"))))
                notice.is_single_item = bool(only)
                notice.item_count_text = str(len(names))
                notice.invoice_number = only.move_name or ""
                notice.invoice_date_text = notice._letter_date(only.invoice_date)
                notice.due_date_text = notice._letter_date(only.date_maturity)
                notice.order_text = notice._letter_orders(orders)

    def _letter_orders(self, orders):
        """Name up to three orders; more of them would hide the text."""
        if not orders or len(orders) > 3:
            return ""
        if len(orders) == 1:
            return self.env._("your order %s", orders[0])
        return self.env._(
            "your orders %s", format_list(self.env, orders, lang_code=self.env.lang)
        )

    @api.depends(
        "line_ids",
        "amount_principal",
        "amount_interest",
        "amount_indemnity",
        "amount_total",
        "level_id",
        "debtor_kind",
        "lang",
    )
    def _compute_letter_amounts(self):
        for notices in self._letter_by_lang():
            for notice in notices:
                lines = notice._letter_claimed_lines()
                count = len(lines.filtered("indemnity"))
                notice.principal_text = notice._letter_amount(notice.amount_principal)
                notice.interest_text = notice._letter_amount(notice.amount_interest)
                notice.indemnity_text = notice._letter_amount(notice.amount_indemnity)
                notice.total_text = notice._letter_amount(notice.amount_total)
                notice.indemnity_count_text = str(count)
                notice.mentions_interest = notice._letter_mentions_interest()
                # No 40 € for a consumer or a non-professional (R2.2, invariant 2)
                notice.mentions_indemnity = (
                    notice.debtor_kind in ("professional", "public")
                    and count > 0
                    and notice.level_id.claims_indemnity in ("announced", "claimed")
                )

    def _letter_mentions_interest(self):
        """Return whether the law of this debtor and the level speak of interest.

        A debtor still to qualify is asked for the principal alone.
        """
        claims = self.level_id.claims_interest
        if not self.debtor_kind or claims not in ("announced", "claimed"):
            return False
        return claims == "announced" or self.amount_interest > 0
