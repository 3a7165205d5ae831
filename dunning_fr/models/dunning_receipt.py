import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

RECEIPT_KINDS = [
    ("posting", "Proof of posting"),
    ("acknowledgment", "Acknowledgment of receipt"),
    ("returned", "Envelope that came back"),
    ("other", "Other proof"),
]
SCAN_TYPES = ("application/pdf", "image/png", "image/jpeg", "image/tiff")


class DunningReceipt(models.Model):
    """The scan of what the post gave back: proof, kept as it was added.

    It is never replaced: a better scan is added beside the first (invariant 1). The
    SHA-256 stands in the debtor's log as well, so that a swap behind the ORM shows.
    """

    _name = "dunning.receipt"
    _description = "Receipt of a registered letter"
    _inherit = ["dunning.proof.mixin", "dunning.sealed.mixin"]
    _order = "notice_id, id"
    _rec_name = "file_name"
    _sealed_by = ("file", "sha256")

    notice_id = fields.Many2one(
        "dunning.notice", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    kind = fields.Selection(RECEIPT_KINDS, required=True, default="acknowledgment")
    file = fields.Binary(string="Scan", attachment=True, required=True)
    file_name = fields.Char(required=True)
    sha256 = fields.Char(string="SHA-256", required=True)
    is_intact = fields.Boolean(
        compute="_compute_is_intact",
        string="Unchanged",
        help="The scan still has the SHA-256 it had when it was added.",
    )

    _scan_once = models.UniqueIndex(
        "(notice_id, sha256)", "This scan is attached to the letter already."
    )

    def _proof_frozen(self):
        return self

    def _proof_refusals(self):
        names = {
            "receipt": self[:1].file_name or "",
            "notice": self[:1].notice_id.name or "",
        }
        return {
            "make": self.env._("A scan is added on its notice, by “Add a scan”."),
            "change": self.env._(
                "%(receipt)s proves what the post did with %(notice)s and stays as it "
                "was added: add the better scan beside it.",
                **names,
            ),
            "copy": self.env._(
                "%(receipt)s belongs to %(notice)s: add a scan there instead.", **names
            ),
        }

    def unlink(self):
        # EXTENDS 'base': whoever tries is told what to do, not which right is missing
        self._proof_check()
        return super().unlink()

    def _sealed_hash(self):
        return self.sha256

    def _current_hash(self):
        return self._digest(self._raw())

    def _raw(self):
        # sudo: whoever reads the receipt reads its scan
        return self.env["ir.attachment"].sudo().search(self._scan_domain(), limit=1).raw

    def _scan_domain(self):
        return [
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("res_field", "=", "file"),
        ]

    @api.model
    def _digest(self, content):
        return hashlib.sha256(content or b"").hexdigest()

    @api.model
    def _prepare_receipt_values(self, notice, kind, content, file_name):
        """Return the values of one receipt; refuse what is no scan."""
        if guess_mimetype(content) not in SCAN_TYPES:
            raise UserError(
                self.env._(
                    "%(notice)s: %(file)s is neither a PDF nor a picture. Scan the "
                    "receipt as PDF, JPEG, PNG or TIFF.",
                    notice=notice.name,
                    file=file_name or self.env._("the file"),
                )
            )
        return {
            "notice_id": notice.id,
            "kind": kind,
            "raw": content,
            "file_name": file_name or f"{notice.name}.pdf".replace("/", "-"),
            "sha256": self._digest(content),
        }
