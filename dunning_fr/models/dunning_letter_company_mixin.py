from datetime import timedelta

from odoo import api, models

from ..tools.deadlines import next_working_day
from ..tools.typography import NBSP
from .dunning_letter_placeholder import block, condition, text


class DunningLetterCompanyMixin(models.AbstractModel):
    """Who writes: legal identity, bank account, contact, signatory, mediator."""

    _name = "dunning.letter.company.mixin"
    _description = "The creditor in letters"
    _inherit = ["dunning.letter.head.mixin"]

    company_legal_line = text(
        "Legal form, SIREN and registered office", "_compute_letter_company"
    )
    payment_reference = text("Payment reference", "_compute_letter_company")
    payment_block = block("Bank account for payments", "_compute_letter_company")
    contact_text = text("Contact (text)", "_compute_letter_company")
    contact_block = block("Contact on several lines", "_compute_letter_company")
    signature_block = block("Signatory", "_compute_letter_company")
    mediator_name = text("Consumer mediator", "_compute_letter_company")
    mediator_address = text("Mediator's address", "_compute_letter_company")
    mediator_website = text("Mediator's website", "_compute_letter_company")
    complaint_address = text("Address for complaints", "_compute_letter_company")
    privacy_contact = text("Privacy contact", "_compute_letter_company")
    retention_clause = text("Retention of title clause", "_compute_letter_company")
    transfer_recipient = text("File handed over to", "_compute_letter_company")
    transfer_date_text = text("Day the file is handed over", "_compute_letter_company")
    is_registered = condition("Sent by registered letter", "_compute_letter_channel")
    registered_number = text("Registered number (text)", "_compute_letter_channel")

    @api.depends("company_id", "debtor_id", "line_ids", "deadline_date", "lang")
    def _compute_letter_company(self):
        self._letter_fetch_moves()
        banks = {
            company: company._dunning_bank_account() for company in self.company_id
        }
        for notices in self._letter_by_lang():
            for notice in notices:
                company = notice.company_id
                notice.company_legal_line = notice._letter_legal_line()
                notice.payment_reference = notice._letter_payment_reference()
                notice.payment_block = notice._letter_payment_block(banks[company])
                notice._letter_set_contact()
                notice.signature_block = (
                    notice._letter_block("letter_signature", company=company)
                    if company.dunning_signatory_name
                    else ""
                )
                notice.mediator_name = company.dunning_mediator_name or ""
                notice.mediator_address = company.dunning_mediator_address or ""
                notice.mediator_website = company.dunning_mediator_website or ""
                notice.complaint_address = (
                    company.dunning_complaint_address or company.email or ""
                )
                notice.privacy_contact = (
                    company.dunning_privacy_contact or company.email or ""
                )
                notice.retention_clause = company.dunning_retention_clause or ""
                notice.transfer_recipient = company.dunning_transfer_recipient or ""
                notice.transfer_date_text = notice._letter_date(
                    notice.deadline_date
                    and next_working_day(notice.deadline_date + timedelta(days=1))
                )

    @api.depends("level_id", "tracking_number")
    def _compute_letter_channel(self):
        for notice in self:
            codes = notice.level_id.channel_ids.mapped("code")
            notice.is_registered = "registered_letter" in codes
            notice.registered_number = notice.tracking_number or ""

    def _letter_payment_reference(self):
        """Return what the transfer should quote: the invoice if alone, else us."""
        moves = self._letter_claimed_lines().move_line_id.move_id
        return (len(moves) == 1 and moves.payment_reference) or self.name or ""

    def _letter_payment_block(self, bank):
        if not bank:
            return ""
        number = bank.sanitized_acc_number or ""
        iban = NBSP.join(number[at : at + 4] for at in range(0, len(number), 4))
        return self._letter_block(
            "letter_payment",
            bank=bank,
            holder=bank.acc_holder_name or bank.partner_id.name,
            account=iban if bank.acc_type == "iban" else bank.acc_number,
            is_iban=bank.acc_type == "iban",
        )

    def _letter_set_contact(self):
        company, user = self.company_id, self.debtor_id.user_id
        name = user.name or company.name
        phone, email = user.phone or company.phone, user.email or company.email
        self.contact_text = ", ".join(filter(None, [name, phone, email]))
        self.contact_block = self._letter_block(
            "letter_contact", name=name, phone=phone, email=email
        )
