import base64
import io
import logging
from collections import namedtuple
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize
from odoo.tools.pdf import PdfFileReader

from ..tools.placeholders import ForbiddenExpression
from ..tools.procedures import opinions

_logger = logging.getLogger(__name__)

PREVIEW = "dunning_fr.report_document_preview"
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
FACTS = "_compute_document_"  # what computes the placeholders
# Conditions that only the steps of a case, or the text itself, answer
ANSWERED = ("fact_missing", "fact_present", "disputed", "formal_running", "time_barred")
Gap = namedtuple("Gap", "label record field")  # record: of the field; may be empty


class DunningDocumentDraft(models.TransientModel):
    """A document before it is kept: choose it, see what misses, look at it, make it.

    Its fields are what the text of a kind may print, all in French: the document goes
    to a French court or officer, whoever makes it.
    """

    _name = "dunning.document.draft"
    _description = "Document to make"
    _inherit = [
        "dunning.document.party.mixin",
        "dunning.document.claim.mixin",
        "dunning.document.fact.mixin",
        "dunning.document.insolvency.mixin",
        "dunning.document.public.mixin",
        "dunning.letter.freeze.mixin",
        "dunning.download.mixin",
    ]

    case_id = fields.Many2one("dunning.case", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    currency_id = fields.Many2one(related="case_id.currency_id")
    show_all = fields.Boolean(
        string="Other procedures' documents too",
        help="By default only the documents that fit the procedure of the case.",
    )
    available_kind_ids = fields.Many2many(
        "dunning.document.kind", compute="_compute_available_kind_ids"
    )
    kind_id = fields.Many2one(
        "dunning.document.kind",
        string="Document",
        required=True,
        compute="_compute_kind_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_kind_ids)]",
    )
    kind_reference = fields.Char(related="kind_id.reference", string="Law")
    kind_to_verify = fields.Text(related="kind_id.to_verify")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        help="Of the document; its amounts are those of that day.",
    )
    gap_list = fields.Html(compute="_compute_preview", sanitize=False)
    problem = fields.Text(compute="_compute_preview")
    warning = fields.Text(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    pdf_file = fields.Binary(compute="_compute_pdf_file", string="Draft (PDF)")

    def _search_letter_placeholder(self, operator, value):
        # Only a searchable field is offered by Odoo's placeholder picker.
        raise UserError(self.env._("Placeholders of documents cannot be searched."))

    # -- choosing ----------------------------------------------------------------
    @api.depends("case_id", "show_all")
    def _compute_available_kind_ids(self):
        # pylint: disable-next=no-search-all  # a dozen rows
        kinds = self.env["dunning.document.kind"].search([])
        for draft in self:
            own = kinds._fits(draft.case_id.procedure_id)
            draft.available_kind_ids = kinds if draft.show_all else own

    @api.depends("case_id")
    def _compute_kind_id(self):
        for draft in self:
            kinds = draft.available_kind_ids._origin
            special = kinds.filtered("procedure_ids")
            draft.kind_id = draft.kind_id._origin or (special or kinds)[:1]

    # -- what the text needs ---------------------------------------------------------
    def _letter_lang(self):
        """Return the French that is installed; a document exists in no other."""
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        french = [code for code in codes if code.startswith("fr")]
        if not french:
            raise UserError(
                self.env._(
                    "Documents are written in French, which is not installed: add it "
                    "in Settings > Translations > Languages."
                )
            )
        return "fr_FR" if "fr_FR" in french else french[0]

    def _letter_labels(self, paths):
        # OVERRIDES: what misses is told with the record it is entered on
        return list(dict.fromkeys(paths))

    @api.model
    def _letter_placeholders(self):
        # EXTENDS: what a text depends on is read anew as well
        names = (name for name, field in self._fields.items() if _is_fact(field))
        return list(names)

    def _letter_frame_gaps(self):
        # OVERRIDES: the layout prints nothing of its own
        return []

    def _render_draft(self):
        """Return (title, head, text, [``Gap``]) of this draft.

        With the rights of the user: a text shows what he may read.

        :raise UserError: it cannot be written at all
        """
        self.ensure_one()
        # with_user drops sudo
        [draft] = self.with_user(self.env.uid)._letter_by_lang()
        draft.invalidate_recordset(self._letter_placeholders(), flush=False)
        problem = self._document_problem()
        if problem:
            raise UserError(problem)
        try:
            tree = draft._letter_tree(draft.kind_id)
        except ForbiddenExpression as error:
            message = self._letter_forbidden_message(self.kind_id, error)
            raise UserError(message) from None
        title, body, paths = draft._render_tree(tree)[draft]
        safe = html_sanitize(str(body), sanitize_attributes=True, sanitize_style=False)
        head = Markup(draft.recipient_block or "")
        gaps = [self._document_gap(path) for path in paths]
        if self.kind_id.recipient != "none" and not draft.recipient_name:
            gaps.insert(0, self._document_recipient_gap())
        return title, head, Markup(safe), list(dict.fromkeys(gaps))

    def _document_day(self):
        # EXTENDS: a declaration of claim counts until the day before the judgment
        day = super()._document_day()
        judgment = self._document_insolvency().judgment_date
        if self.kind_id.amounts_at == "judgment" and judgment:
            return min(fields.Date.subtract(judgment, days=1), day)
        return day

    def _document_problem(self):
        """Say what stops the document whatever its text; empty when nothing does."""
        if not self.date or self.date > self.company_id._dunning_today():
            return self.env._("A document is not dated later than today.")
        claims = self.case_id._claims_on(self._document_day()).values()
        missing = {line.claim.missing for line in claims if line.claim.missing}
        if missing:
            message = self.env["dunning.rate"]._missing_rate_message
            return message(", ".join(sorted(missing)))
        later = self._document_born_later()
        if later and later == self.case_id.move_ids:
            return self._document_later_text(later)
        return "\n".join(self._document_obstacles()) if self.kind_id.is_strict else ""

    def _document_obstacles(self):
        """Return sentences on what closes the procedure of this kind of document.

        From the conditions of the procedure, against the sums of this very day. A
        dispute is none: the document tells it.
        """
        kind, case = self.kind_id, self.case_id
        own = kind.procedure_ids & case.procedure_id or kind.procedure_ids[:1]
        if not own:
            return []
        _rows, sums = self._document_amounts()
        names = ("principal", "interest", "indemnity")
        principal, interest, indemnity = (Decimal(str(sums[name])) for name in names)
        matter = self.env["dunning.legal"]._matter(case.debtor_id, [], self.date)
        matter = matter._replace(
            amount=principal + interest + indemnity,
            principal=principal,
            interest=interest,
            is_time_barred=False,
        )
        conditions = self.env["dunning.procedure.condition"]
        return [
            conditions.browse(condition.id)._sentence()
            for opinion in opinions(matter, own._rule_procedures(self.date))
            for condition in opinion.obstacles
            if condition.criterion not in ANSWERED
        ]

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

    # -- looking -----------------------------------------------------------------
    @api.depends("kind_id", "date", "case_id")
    def _compute_preview(self):
        for draft in self:
            draft.problem, draft.preview, draft.warning = False, False, False
            draft.gap_list = False
            if not draft.kind_id or not draft.case_id:
                continue
            draft.warning = draft._document_warning()
            try:
                title, head, body, gaps = draft._render_draft()
            except UserError as error:
                draft.problem = str(error)
                continue
            draft.preview = Markup("%s<h3>%s</h3>%s") % (head, title, body)
            draft.gap_list = draft._document_gap_html(gaps) if gaps else False

    def _document_warning(self):
        """Return what the law sees otherwise for this document, for a person to read.

        Obstacles of the case, and a document of another procedure.
        """
        texts = [self.case_id.obstacle_text or "", *self._document_count_texts()]
        if not self.kind_id.is_strict:
            texts += self._document_obstacles()
        if self.kind_id not in self.kind_id._fits(self.case_id.procedure_id):
            texts.append(
                self.env._(
                    "“%(document)s” is not a document of the procedure "
                    "“%(procedure)s”.",
                    document=self.kind_id.name,
                    procedure=self.case_id.procedure_id.name,
                )
            )
        if (
            "exhibit_table" in str(self.kind_id.body_html)
            and self._document_uncounted()
        ):
            texts.append(
                self.env._(
                    "The list of exhibits tells no pages yet: build the court file "
                    "first, they are counted then."
                )
            )
        return "\n".join(filter(None, texts))

    def _document_count_texts(self):
        """Return what a person should know of how the amounts are counted."""
        later = self._document_born_later()
        texts = [self._document_later_text(later)] if later else []
        if len(self._document_decisions()) > 1:
            texts.append(
                self.env._(
                    "Several decisions were given: article 700, costs and what was "
                    "refused are those of the last one. Enter there what it leaves "
                    "standing of the earlier ones."
                )
            )
        return texts

    def _document_later_text(self, moves):
        return self.env._(
            "Born since the judgment, so paid when due and not declared (R6.39): %s. "
            "Was it delivered before? Enter the delivery date on the invoice.",
            ", ".join(moves.sorted("name").mapped("name")),
        )

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

    @api.depends("kind_id", "date", "case_id")
    def _compute_pdf_file(self):
        for draft in self.with_context(bin_size=False):
            draft.pdf_file = base64.b64encode(draft._document_pdf(PREVIEW, draft))

    def action_preview(self):
        """Download the draft as a PDF that says so; nothing is kept."""
        self.ensure_one()
        self._render_draft()  # what stops it is said here, not by a download
        return self._download_action("pdf_file", self.env._("draft.pdf"))

    def action_refresh(self):
        """Look at the draft again, once what missed was filled in."""
        self.ensure_one()
        return {
            **self.case_id.action_make_document(),
            "res_id": self.id,
        }

    def _document_page(self):
        """Return what the shared layout prints of a draft."""
        title, head, body, gaps = self._render_draft()
        words = ", ".join(gap.label for gap in gaps)
        draft = self.env._("Draft, not kept")
        return {
            "reference": self.case_id.name,
            "title": title,
            "head": head,
            "body": body,
            "version": 0,
            "draft": f"{draft} ({words})" if words else draft,
            **self.kind_id._document_calculation(self.case_id, self._document_day()),
        }

    # -- making ------------------------------------------------------------------
    def action_produce(self):
        """Make the document and open it."""
        document = self._produce()
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _produce(self):
        """Keep this document as it is now, with its PDF; return it.

        :raise UserError: something that must be said is missing; it is named
        """
        self.ensure_one()
        self.case_id.check_access("write")
        title, head, body, gaps = self._render_draft()
        if gaps:
            raise UserError(self._document_gap_message(gaps))
        texts = {"title": title, "head": head, "body": body}
        document = self.case_id._keep_document(self._prepare_document(texts))
        document._keep_pdf(self._document_pdf(self.kind_id.report_id, document))
        return document

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

    def _prepare_document(self, texts):
        """Return the values of the document that is kept."""
        [draft] = self._letter_by_lang()
        _rows, sums = draft._document_amounts()
        return {
            "kind": self.kind_id.code,
            "kind_id": self.kind_id.id,
            "date": self.date,
            "amounts_date": draft._document_day(),
            **texts,
            "recipient": self.kind_id.recipient,
            "recipient_name": draft.recipient_name or False,
            "currency_id": self.currency_id.id,
            "amount_principal": sums["principal"],
            "amount_interest": sums["interest"],
            "amount_indemnity": sums["indemnity"],
            "amount_total": sums["total"],
        }

    def _document_pdf(self, report, record):
        """Return the bytes of the PDF of a draft or a document.

        :raise UserError: the engine does not work, or gives something else than a PDF
        """
        notices = self.env["dunning.notice"]
        problem = notices._letter_engine_problem()
        pdf = b""
        if not problem:
            lang = self._letter_lang()
            # sudo: whoever makes the document prints it; its text is made by now
            reports = self.env["ir.actions.report"].sudo().with_context(lang=lang)
            streams = reports._render_qweb_pdf_prepare_streams(
                report if isinstance(report, str) else report.report_name,
                {},
                res_ids=record.ids,
            )
            stream = streams.get(record.id, {}).get("stream")
            pdf = stream.getvalue() if stream else b""
            problem = self._document_pdf_problem(pdf)
        if problem:
            raise UserError(
                self.env._(
                    "The PDF cannot be made: %s. Have your administrator check "
                    "wkhtmltopdf (0.12.6 with patched Qt), then make it again.",
                    problem,
                )
            )
        return pdf

    def _document_pdf_problem(self, pdf):
        """Return what is wrong with the engine's answer, or nothing."""
        if not pdf:
            return self.env._("the PDF engine returned nothing")
        try:
            pages = PdfFileReader(io.BytesIO(pdf)).getNumPages()
        except Exception:
            # pypdf raises anything on a broken file
            _logger.info("Unreadable PDF of %s", self.kind_id.code, exc_info=True)
            pages = 0
        return None if pages else self.env._("the PDF engine returned a broken file")


def _is_fact(field):
    return isinstance(field.compute, str) and field.compute.startswith(FACTS)


def _url(gap):
    """Return where the web client shows the record; a company's letters: settings."""
    if gap.record._name == "res.company" and gap.field.startswith("dunning_"):
        return "/odoo/settings"
    return f"/odoo/{gap.record._name}/{gap.record._origin.id}"
