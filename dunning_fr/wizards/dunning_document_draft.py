import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize

from ..tools.placeholders import ForbiddenExpression

_logger = logging.getLogger(__name__)

PREVIEW = "dunning_fr.report_document_preview"
FACTS = "_compute_document_"  # what computes the placeholders


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


def _is_fact(field):
    return isinstance(field.compute, str) and field.compute.startswith(FACTS)
