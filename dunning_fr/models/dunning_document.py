import hashlib

from odoo import api, fields, models

from .dunning_document_kind import RECIPIENTS


class DunningDocument(models.Model):
    """A document of a case as it was when it was produced: text, amounts, PDF.

    It never changes and is never deleted (invariant 1): a correction is another
    record, the next version. The case's log carries the SHA-256 as well, so that a
    swap behind the ORM shows.
    """

    _name = "dunning.document"
    _description = "Document of a legal case"
    _inherit = ["dunning.proof.mixin", "dunning.sealed.mixin"]
    _order = "case_id desc, number desc"
    _sealed_by = ("attachment_id", "sha256")

    case_id = fields.Many2one(
        "dunning.case", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    number = fields.Integer(required=True, help="Rank among the case's documents.")
    name = fields.Char(string="Reference", required=True)
    kind = fields.Char(
        string="Code of the kind",
        required=True,
        index=True,
        help="Code of the kind of document.",
    )
    kind_id = fields.Many2one(
        "dunning.document.kind", required=True, index=True, ondelete="restrict"
    )
    version = fields.Integer(
        required=True, help="A correction is a new document: the next version."
    )
    date = fields.Date(required=True, help="Of the document and of its amounts.")
    amounts_date = fields.Date(
        string="Amounts at", required=True, help="Last day counted in the amounts."
    )
    title = fields.Char(string="Heading", required=True)
    head = fields.Html(sanitize=False, help="From whom, and to whom.")
    body = fields.Html(string="Text", sanitize=False, required=True)
    recipient = fields.Selection(RECIPIENTS, required=True)
    recipient_name = fields.Char(string="Addressed to")
    currency_id = fields.Many2one("res.currency", required=True)
    amount_principal = fields.Monetary(string="Principal")
    amount_interest = fields.Monetary(string="Interest")
    amount_indemnity = fields.Monetary(string="Indemnity")
    amount_total = fields.Monetary(string="Total claimed")
    attachment_id = fields.Many2one("ir.attachment", string="PDF", ondelete="restrict")
    sha256 = fields.Char(string="SHA-256")
    is_intact = fields.Boolean(
        compute="_compute_is_intact",
        string="Unchanged",
        help="The PDF still has the SHA-256 it had when it was produced.",
    )
    is_last = fields.Boolean(
        compute="_compute_is_last",
        string="Latest version",
        help="No later document of the case corrects this one.",
    )

    _number_unique = models.UniqueIndex(
        "(case_id, number)", "Two documents of a case have the same number."
    )

    def _proof_frozen(self):
        return self

    def _sealed_hash(self):
        return self.sha256

    def _current_hash(self):
        return hashlib.sha256(self._raw()).hexdigest()

    @api.depends("case_id.document_ids")
    def _compute_is_last(self):
        for document in self:
            own = document.case_id.document_ids.filtered(
                lambda other, kind=document.kind: other.kind == kind
            )
            document.is_last = document.version == max(
                own.mapped("version"), default=document.version
            )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for document in self:
            document.display_name = f"{document.name} · {document.title}"

    def _raw(self):
        """Return the bytes of the PDF."""
        self.ensure_one()
        # sudo: whoever reads the document reads its PDF
        # whole: a form asks for the sizes of files
        return self.sudo().with_context(bin_size=False).attachment_id.raw or b""

    def _proof_refusals(self):
        return {
            **super()._proof_refusals(),
            "make": self.env._(
                "Documents are only made from a case: open it and choose “Make a "
                "document”."
            ),
            "copy": self.env._(
                "A document is evidence: make a new one instead of copying it."
            ),
        }

    def _keep_pdf(self, pdf):
        """Attach the PDF for good, and have the log of the case tell its SHA-256."""
        self.ensure_one()
        digest = hashlib.sha256(pdf).hexdigest()
        trusted = self.sudo()._proof_unlocked()  # sudo: nobody writes documents
        attachment = trusted.env["ir.attachment"].create(
            {
                "name": self._file_name(),
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        trusted.write({"attachment_id": attachment.id, "sha256": digest})
        self.case_id._message_log(
            body=self.env._(
                "Document produced: %(document)s (version %(version)s, SHA-256 "
                "%(digest)s).",
                document=self.display_name,
                version=self.version,
                digest=digest,
            )
        )

    def _file_name(self):
        return f"{self.name} {self.kind}.pdf".replace("/", "-")

    def _document_page(self):
        """Return what the shared layout prints of a document that is kept."""
        self.ensure_one()
        return {
            "reference": self.name,
            "title": self.title,
            "head": self.head,
            "body": self.body,
            "version": self.version if self.version > 1 else 0,
            "draft": "",
            **self.kind_id._document_calculation(self.case_id, self.amounts_date),
        }

    def action_open_pdf(self):
        """Show the PDF that was kept."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?filename={self._file_name()}",
            "target": "new",
        }
