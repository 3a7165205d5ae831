import re

from odoo import models
from odoo.tools.image import image_data_uri

from ..tools.typography import NBSP
from .dunning_letter_placeholder import block, condition, text

PERSONS = ("EI", "EIRL", "ENTREPRENEUR INDIVIDUEL")
COURTS = (("tribunal", "du ", "le "), ("chambre", "de la ", "la "))
SIGNATORY_WORDS = {
    "representative": "représentant légal",
    "employee": "préposé, selon délégation de pouvoirs jointe",
    "agent": "mandataire, muni d’un pouvoir spécial écrit, joint",
    "lawyer": "avocat",
}


class DunningDocumentPartyMixin(models.AbstractModel):
    """Who a document is from, against whom, and to whom (CPC 54 and 57)."""

    _name = "dunning.document.party.mixin"
    _description = "Parties of documents"
    _inherit = ["dunning.letter.format.mixin"]

    creditor_name = text("Creditor", "_compute_document_parties")
    creditor_form = text(
        "Creditor: legal form and capital", "_compute_document_parties"
    )
    creditor_registration = text("Creditor: registration", "_compute_document_parties")
    creditor_office = text("Creditor: registered office", "_compute_document_parties")
    creditor_representative = text(
        "Creditor: legal representative", "_compute_document_parties"
    )
    creditor_person = text("Creditor: civil status", "_compute_document_parties")
    is_creditor_person = condition("Creditor is a person", "_compute_document_parties")
    creditor_contact = text("Creditor: contact", "_compute_document_parties")
    place_text = text("Place of signature", "_compute_document_parties")
    signatory_quality = text("Capacity of the signatory", "_compute_document_parties")
    document_signature = block("Signature", "_compute_document_parties")
    lawyer_name = text("Lawyer", "_compute_document_parties")

    debtor_name = text("Debtor", "_compute_document_debtor")
    debtor_siren = text("Debtor: SIREN", "_compute_document_debtor")
    debtor_address = text("Debtor: address", "_compute_document_debtor")
    debtor_contact = text("Debtor: phone and e-mail", "_compute_document_debtor")
    is_debtor_person = condition("Debtor is a person", "_compute_document_debtor")

    court_of = text("Court, after “president”", "_compute_document_court")
    court_to = text("Court, as a subject", "_compute_document_court")
    competent_court_to = text("Court if opposed", "_compute_document_court")
    is_commercial_court = condition("Commercial court", "_compute_document_court")
    recipient_name = text("Recipient", "_compute_document_recipient")
    recipient_block = block("Recipient with address", "_compute_document_recipient")

    def _compute_document_parties(self):
        letters = self.env["dunning.letter.company.mixin"]
        for draft in self:
            company, case = draft.company_id, draft.case_id
            siren = letters._letter_siren(company.partner_id)
            registry = re.sub(r"\s", "", company.company_registry or "").upper()
            form, capital = company.dunning_legal_form, company.dunning_capital
            draft.creditor_name = company.name
            draft.creditor_form = " au capital de ".join(filter(None, [form, capital]))
            draft.creditor_registration = draft._document_registration(siren, registry)
            draft.creditor_office = draft._document_address(company.partner_id)
            draft.creditor_representative = company.dunning_representative or ""
            draft.creditor_person = company.dunning_person_details or ""
            draft.is_creditor_person = (form or "").upper() in PERSONS
            user = case.user_id
            phone, email = user.phone or company.phone, user.email or company.email
            parts = [user.name or company.name, phone, email]
            draft.creditor_contact = ", ".join(filter(None, parts))
            draft.place_text = company.city or ""
            draft.signatory_quality = SIGNATORY_WORDS.get(case.signatory_kind, "")
            draft.lawyer_name = case.lawyer_id.name or ""
            draft.document_signature = (
                draft._document_block(
                    "document_signature",
                    company=company,
                    # sudo: the image on every document, whoever makes it
                    signature=image_data_uri(company.sudo().dunning_signature)
                    if company.sudo().dunning_signature
                    else "",
                )
                if company.dunning_signatory_name
                else ""
            )

    def _document_registration(self, siren, registry):
        """Return what registers the creditor: RCS, SIREN or, of an association, RNA."""
        town = self.company_id.dunning_rcs_city
        if siren and town:
            return f"immatriculée au RCS de {town} sous le n°{NBSP}{siren}"
        if registry.startswith("W"):
            return f"inscrite au RNA sous le n°{NBSP}{registry}"
        return f"SIREN{NBSP}{siren}" if siren else ""

    def _compute_document_debtor(self):
        letters = self.env["dunning.letter.company.mixin"]
        for draft in self:
            partner = draft.partner_id
            draft.debtor_name = partner.name or ""
            draft.debtor_siren = letters._letter_siren(partner)
            draft.debtor_address = draft._document_address(partner)
            contact = [partner.phone, partner.email]
            draft.debtor_contact = ", ".join(filter(None, contact))
            draft.is_debtor_person = partner.debtor_kind == "consumer" or not (
                partner.is_company
            )

    def _compute_document_court(self):
        for draft in self:
            case = draft.case_id
            opposed = case.competent_court or case.court_name
            draft.court_of = draft._document_court(case.court_name, 1)
            draft.court_to = draft._document_court(case.court_name, 2)
            draft.competent_court_to = draft._document_court(opposed, 2)
            draft.is_commercial_court = case.court_kind in (
                "commercial",
                "economic",
                "chamber",
            )

    def _document_court(self, name, form):
        """Return "du tribunal …" (1) or "le tribunal …" (2), "" if unknown."""
        name = (name or "").strip()
        for court in COURTS:
            if name.lower().startswith(court[0]):
                return court[form] + name[0].lower() + name[1:]
        return f"{('', 'de la juridiction ', '')[form]}{name}" if name else ""

    def _compute_document_recipient(self):
        for draft in self:
            recipient = draft._document_recipient()
            address = recipient and draft._document_rows(recipient)
            name = recipient.name or ""
            if draft.kind_id.recipient == "court" and draft.case_id.court_name:
                name = draft.case_id.court_name
            draft.recipient_name = name
            draft.recipient_block = (
                draft._document_block("document_recipient", name=name, rows=address)
                if name
                else ""
            )

    def _document_recipient(self):
        """Return the partner that the document is addressed to, if any."""
        case, kind = self.case_id, self.kind_id.recipient
        partners = {
            "court": case.court_partner_id,
            "officer": case.officer_id,
            "lawyer": case.lawyer_id,
            "agency": case.agency_id,
            "trustee": self._document_insolvency().trustee_id,
            "prefect": case.prefect_id,
            "buyer": self.partner_id,
        }
        return partners.get(kind, self.env["res.partner"])

    def _document_rows(self, partner):
        """Return the address of a partner as rows, without its name."""
        city = " ".join(filter(None, [partner.zip, partner.city]))
        french = self.env["res.company"]._get_france_country_codes()
        abroad = partner.country_id.code not in (False, *french)
        rows = [partner.street, partner.street2, city]
        rows.append(partner.country_id.name if abroad else "")
        return [row for row in rows if row]

    def _document_address(self, partner):
        """Return the address on one line; "" if the street or the town misses."""
        if not partner.street or not partner.city:
            return ""
        return ", ".join(self._document_rows(partner))

    def _document_block(self, template, **values):
        """Render a part of a document, in French."""
        return self.env["ir.qweb"]._render(
            f"dunning_fr.{template}",
            {
                "draft": self,
                "amount": self._letter_amount,
                "short_date": self._letter_short_date,
                **values,
            },
            minimal_qcontext=True,
        )
