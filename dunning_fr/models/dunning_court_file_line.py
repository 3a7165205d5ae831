from odoo import fields, models

from ..tools.file_names import numbered_name
from .dunning_case_exhibit import CASE_EXHIBIT_KINDS, numbered

HOWS = [
    ("merge", "Merged"),
    ("separate", "File of its own"),
    ("left_out", "Left out"),
]


class DunningCourtFileLine(models.Model):
    """One exhibit of a court file, as it was when the file was built."""

    _name = "dunning.court.file.line"
    _description = "Exhibit of a court file"
    _inherit = ["dunning.proof.mixin"]
    _order = "file_id, sequence, id"
    _rec_name = "title"

    file_id = fields.Many2one(
        "dunning.court.file", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True, index=True)
    exhibit_id = fields.Many2one(
        "dunning.case.exhibit", ondelete="set null", index="btree_not_null"
    )
    sequence = fields.Integer()
    number = fields.Char(string="No.")
    title = fields.Char(string="Designation", required=True)
    date = fields.Date()
    kind = fields.Selection(CASE_EXHIBIT_KINDS, required=True)
    source = fields.Char()
    how = fields.Selection(HOWS, string="Handed over", help="Empty: not made yet.")
    problem = fields.Char()
    page_count = fields.Integer(string="Pages")
    first_page = fields.Integer(help="In the merged PDF.")
    file_name = fields.Char(help="In the archive.")
    extension = fields.Char()
    size = fields.Integer(help="Bytes.")
    content = fields.Binary(attachment=True, help="Held until the file is ready.")

    def _proof_frozen(self):
        return self

    def _proof_refusals(self):
        made = self.env["dunning.court.file"]._proof_refusals()["make"]
        return {**super()._proof_refusals(), "make": made}

    def _handed_over(self):
        """Return what the file holds, in its order."""
        rows = self.filtered(lambda line: line.how in ("merge", "separate"))
        return rows.sorted(lambda line: (line.sequence, line.id))

    def _set_numbers(self):
        for line, number in numbered(self._handed_over()).items():
            line.number = number

    def _name_in_archive(self):
        """Return the name of its file, unique by its number."""
        return numbered_name(self.number, self.title, self.extension)

    def _held(self):
        """Return the attachment that holds the content until the file is ready."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("res_field", "=", "content"),
            ]
        )

    def _hold(self, content, mimetype):
        self.ensure_one()
        self.env["ir.attachment"].create(
            {
                "name": self.title,
                "raw": content,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "content",
            }
        )
