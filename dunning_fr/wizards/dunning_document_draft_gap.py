from collections import namedtuple

from odoo import models

# Where what a document must say is entered: placeholder: (path to the record, field)
SOURCES = {
    "creditor_name": ("company_id", "name"),
    "creditor_form": ("company_id", "dunning_legal_form"),
    "creditor_registration": ("company_id", "company_registry"),
    "creditor_office": ("company_id", "street"),
    "creditor_representative": ("company_id", "dunning_representative"),
    "creditor_person": ("company_id", "dunning_person_details"),
    "place_text": ("company_id", "city"),
    "document_signature": ("company_id", "dunning_signatory_name"),
    "signatory_quality": ("case_id", "signatory_kind"),
    "debtor_name": ("partner_id", "name"),
    "debtor_siren": ("partner_id", "company_registry"),
    "debtor_address": ("partner_id", "street"),
    "court_of": ("case_id", "court_name"),
    "court_to": ("case_id", "court_name"),
    "competent_court_to": ("case_id", "court_name"),
    "dispute_text": ("case_id", "dispute_statement"),
    "contract_text": ("case_id", "exhibit_ids"),
    "delivery_text": ("case_id", "exhibit_ids"),
    "exhibit_table": ("case_id", "exhibit_ids"),
    "exhibit_count_text": ("case_id", "exhibit_ids"),
    "judgment_text": ("insolvency", "judgment_date"),
    "before_judgment_text": ("insolvency", "judgment_date"),
    "declared_table": ("insolvency", "judgment_date"),
    "publication_text": ("insolvency", "publication_date"),
    "proceedings_text": ("insolvency", "proceedings"),
    "judgment_court_to": ("insolvency", "court_name"),
    "ccag_name": ("case_id", "ccag_name"),
    "ccag_article": ("case_id", "ccag_article"),
    "dispute_date_text": ("case_id", "dispute_date"),
    "dispute_event": ("case_id", "dispute_event"),
    "contract_number": ("moves", "dunning_market_number"),
    "term_days_text": ("partner_id", "public_buyer_type"),
    "formal_presented_text": ("case_id.debtor_id", "notice_ids"),
    "formal_date_text": ("case_id.debtor_id", "notice_ids"),
    "notices_text": ("case_id.debtor_id", "notice_ids"),
}
RECIPIENT_FIELDS = {
    "court": "court_partner_id",
    "officer": "officer_id",
    "lawyer": "lawyer_id",
    "agency": "agency_id",
    "prefect": "prefect_id",
}
Gap = namedtuple("Gap", "label record field")  # record: of the field; may be empty


class DunningDocumentDraft(models.TransientModel):
    """What a document lacks, and on which record each of it is entered."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.document.draft"

    def _document_gap(self, path):
        """Return the ``Gap`` of an empty placeholder: where it is entered."""
        source, name = SOURCES.get(path, ("", ""))
        record = self.env["dunning.case"]
        if source == "insolvency":
            record = self._document_insolvency() or self.case_id.debtor_id
        elif source == "moves":
            moves = self.case_id.move_ids
            record = moves.filtered(lambda move: not move[name])[:1] or moves[:1]
        elif source:
            record = self
            for part in source.split("."):
                record = record[part]
        field = name in record._fields and record._fields[name]
        if name == "street" and record[name]:
            field = record._fields["city"]
        label = (field or self._fields[path.split(".")[0]])._description_string(
            self.env
        )
        return Gap(label, record or self.case_id, field and field.name or "")

    def _document_recipient_gap(self):
        """Return the ``Gap`` of a document that has nobody to go to."""
        kind = self.kind_id.recipient
        if kind == "trustee":
            hold = self._document_insolvency()
            record, name = hold or self.case_id.debtor_id, "trustee_id"
        else:
            record, name = self.case_id, RECIPIENT_FIELDS.get(kind, "partner_id")
        fallback = self.env["dunning.hold"]._fields["trustee_id"]
        field = record._fields.get(name, fallback)
        return Gap(field._description_string(self.env), record, name)

    def _document_gap_html(self, gaps):
        """List what misses, each with the way to the record it is entered on."""
        return self.env["ir.qweb"]._render(
            "dunning_fr.document_gaps",
            {
                "gaps": [
                    {
                        "label": gap.label,
                        "record": gap.record.display_name,
                        "url": _url(gap),
                    }
                    for gap in gaps
                ]
            },
        )

    def _document_gap_message(self, gaps):
        """Name each empty field and its record, in the user's words."""
        rows = [
            self.env._(
                "%(field)s (%(record)s)",
                field=gap.label,
                record=gap.record.display_name,
            )
            for gap in gaps
        ]
        return self.env._(
            "“%(document)s” cannot be made, as this is not filled in:\n%(rows)s",
            document=self.kind_id.name,
            rows="\n".join(f"- {row}" for row in rows),
        )


def _url(gap):
    """Return where the web client shows the record; a company's letters: settings."""
    if gap.record._name == "res.company" and gap.field.startswith("dunning_"):
        return "/odoo/settings"
    return f"/odoo/{gap.record._name}/{gap.record._origin.id}"
