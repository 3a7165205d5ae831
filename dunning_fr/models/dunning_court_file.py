import hashlib

from odoo import api, fields, models

FILE_STATES = [
    ("queued", "Waiting"),
    ("building", "Being built"),
    ("ready", "Ready"),
    ("failed", "Failed"),
]
RUNNING = ("queued", "building")


class DunningCourtFile(models.Model):
    """The file of a case for the court, as it was when it was built.

    One PDF with all exhibits, bookmarked and numbered, and one archive with each
    exhibit as a file of its own. It never changes and is never deleted (invariant 1):
    built again, it is the next version. The case's log carries both SHA-256 as well,
    so that a swap behind the ORM shows.
    """

    _name = "dunning.court.file"
    _description = "Court file"
    _inherit = [
        "dunning.download.mixin",
        "dunning.proof.mixin",
        "dunning.sealed.mixin",
        "dunning.worker.mixin",
    ]
    _order = "case_id, version desc"
    _worker_crons = ("ir_cron_court_file",)

    name = fields.Char(required=True)
    case_id = fields.Many2one(
        "dunning.case", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    version = fields.Integer(required=True)
    state = fields.Selection(FILE_STATES, required=True, default="queued", index=True)
    date = fields.Date(required=True, help="Amounts are stated at this date.")
    user_id = fields.Many2one(
        "res.users",
        string="Built by",
        required=True,
        ondelete="restrict",
        help="Whose rights decided what is in it.",
    )
    built_on = fields.Datetime()
    progress = fields.Integer(help="Percent of the exhibits made so far.")
    attempts = fields.Integer(help="Rounds since the last exhibit was made.")
    failure_reason = fields.Text()
    problems = fields.Text(
        help="Exhibits left out, or handed over as files of their own, and what to do "
        "about it. Not in the file itself."
    )
    exhibit_count = fields.Integer(string="Number of exhibits")
    page_count = fields.Integer(string="Pages")
    pdf_file = fields.Binary(string="Merged PDF", attachment=True)
    pdf_name = fields.Char()
    pdf_sha256 = fields.Char(string="SHA-256 of the PDF")
    zip_file = fields.Binary(string="Archive", attachment=True)
    zip_name = fields.Char()
    zip_sha256 = fields.Char(string="SHA-256 of the archive")
    line_ids = fields.One2many("dunning.court.file.line", "file_id", string="Exhibits")
    is_intact = fields.Boolean(
        compute="_compute_is_intact",
        string="Unchanged",
        help="Both files still have the SHA-256 they had when they were built.",
    )

    _version_unique = models.UniqueIndex(
        "(case_id, version)", "Two court files of a case have the same version."
    )
    _one_running = models.UniqueIndex(
        "(case_id) WHERE state IN ('queued', 'building')",
        "The court file of this case is being built already.",
    )

    def _proof_frozen(self):
        return self

    def _proof_refusals(self):
        return {
            "make": self.env._(
                "Court files are only built from a case: use its button."
            ),
            "change": self.env._(
                "%s is kept as it was built: build the court file again for another "
                "version.",
                self[:1].display_name,
            ),
            "copy": self.env._(
                "A court file cannot be copied: build it again from its case."
            ),
        }

    def _sealed_hash(self):
        return self.pdf_sha256 and f"{self.pdf_sha256}:{self.zip_sha256}"

    def _current_hash(self):
        pdf, archive = (
            self._digest(self._stored(field).raw) for field in ("pdf_file", "zip_file")
        )
        return f"{pdf}:{archive}"

    @api.model
    def _digest(self, content):
        return hashlib.sha256(content or b"").hexdigest()

    def _stored(self, field):
        """Return the attachment that holds a file of this record."""
        self.ensure_one()
        # sudo: whoever reads the record reads its files
        attachments = self.env["ir.attachment"].sudo()
        return attachments.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", field),
            ],
            limit=1,
        )

    def _store(self, field, name, content, mimetype):
        """Keep the bytes of a file; past the field, which would hold them thrice."""
        self.ensure_one()
        self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
                "res_field": field,
                "company_id": self.company_id.id,
            }
        )
        self.invalidate_recordset([field])

    def action_download_pdf(self):
        """Download the merged PDF."""
        return self._download_action("pdf_file", self.pdf_name)

    def action_download_zip(self):
        """Download the archive."""
        return self._download_action("zip_file", self.zip_name)
