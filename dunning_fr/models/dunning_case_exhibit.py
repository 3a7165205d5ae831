from itertools import groupby

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from .dunning_proof_mixin import PROOF_SENTINEL

# In the order of the list of exhibits (H5)
CASE_EXHIBIT_KINDS = [
    ("creditor_identity", "Extract about us"),
    ("debtor_identity", "Extract about the debtor"),
    ("order", "Order, quote or contract"),
    ("terms", "Terms of sale"),
    ("delivery", "Delivery or performance"),
    ("invoice", "Invoice or credit note"),
    ("reminder", "Reminder"),
    ("formal", "Formal notice and its proofs"),
    ("statement", "Statement of the claim"),
    ("mail", "Exchange of letters or e-mails"),
    ("admission", "Promise or admission of the debt"),
    ("amicable", "Amicable attempt, or exemption"),
    ("power", "Power of the signatory"),
    ("other", "Other"),
]
KIND_ORDER = {kind: place for place, (kind, _label) in enumerate(CASE_EXHIBIT_KINDS)}
# Found out by our own code: no client says where the content comes from
FOUND_OUT = frozenset(
    {"origin_model", "origin_id", "source", "page_count", "problem", "is_left_out"}
)


class DunningCaseExhibit(models.Model):
    """One exhibit of a case, proposed from what Odoo has or added by hand.

    A working list: what is in it, in which order, a person decides. Where a proposed
    exhibit comes from is ours alone, so that nobody hands over by it what he may not
    read. Numbers follow the order and the kinds: 5.1, 5.2 where several of a kind
    stand together (H5); what cannot be handed over bears none.
    """

    _name = "dunning.case.exhibit"
    _description = "Exhibit of a legal case"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("case_id", "company_id")
    _order = "case_id, sequence, id"
    _rec_name = "title"

    case_id = fields.Many2one(
        "dunning.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=9999, help="Drag the rows to change the order.")
    number = fields.Char(
        string="No.",
        compute="_compute_number",
        help="As stamped on its pages. Exhibits of one kind that follow each other "
        "share a number: 5.1, 5.2.",
    )
    title = fields.Char(
        string="Designation", required=True, help="As the list of exhibits names it."
    )
    date = fields.Date(help="Date of the document.")
    kind = fields.Selection(CASE_EXHIBIT_KINDS, required=True, default="other")
    source = fields.Char(readonly=True, help="Where Odoo found it.")
    include = fields.Boolean(
        string="Hand over", default=True, help="Untick what the judge does not need."
    )
    page_count = fields.Integer(
        string="Pages",
        readonly=True,
        help="Pages in the merged file; 0 while they are not known yet.",
    )
    problem = fields.Char(
        readonly=True, help="What is wrong with the file, and what to do about it."
    )
    is_left_out = fields.Boolean(
        readonly=True,
        help="Its file cannot be handed over as it is: it has no number and is not in "
        "the court file.",
    )
    origin_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference(model_field="origin_model", readonly=True)
    file = fields.Binary(string="Document", attachment=True)
    file_name = fields.Char()

    _origin_once = models.UniqueIndex(
        "(case_id, origin_model, origin_id) WHERE origin_model IS NOT NULL",
        "This document is in the list already.",
    )

    @api.depends(
        "sequence",
        "include",
        "kind",
        "is_left_out",
        "case_id.exhibit_ids.sequence",
        "case_id.exhibit_ids.include",
        "case_id.exhibit_ids.kind",
        "case_id.exhibit_ids.is_left_out",
    )
    def _compute_number(self):
        self.number = False
        for case in self.case_id:
            for exhibit, number in case.exhibit_ids._numbers().items():
                exhibit.number = number

    def _handed_over(self):
        """Return what the court file holds, in its order."""
        return self.filtered(lambda row: row.include and not row.is_left_out)._sorted()

    def _sorted(self):
        return self.sorted(lambda row: (row.sequence, row._origin.id or 0))

    def _numbers(self):
        """Return {exhibit: number} of what is handed over; see the class."""
        return numbered(self._handed_over())

    # ------------------------------------------------------------------ who may

    def _trusted(self):
        """Return the rows for the code that finds the documents; no client can."""
        context = clean_context(self.env.context)
        return self.with_context(context, dunning_proof=PROOF_SENTINEL)

    @api.model
    def _check_found_out(self, vals):
        if self.env.context.get("dunning_proof") is PROOF_SENTINEL:
            return
        for name in FOUND_OUT & vals.keys():
            raise UserError(
                self.env._(
                    "The field “%(field)s” is found out, not entered: use the button "
                    "that looks for exhibits.",
                    field=self._fields[name]._description_string(self.env),
                )
            )

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_found_out(vals)
        own = [{**dict.fromkeys(FOUND_OUT, False), **vals} for vals in vals_list]
        exhibits = super().create(own)
        exhibits.case_id.check_access("write")
        exhibits._inspect(is_new=True)
        return exhibits

    def write(self, vals):
        self._check_found_out(vals)
        result = super().write(vals)
        if "file" in vals:
            self._inspect()
        return result

    @api.onchange("file_name")
    def _onchange_file_name(self):
        if self.file_name and not self.title:
            self.title = self.file_name.rpartition(".")[0] or self.file_name


def numbered(rows):
    """Return {row: number} of rows with a ``kind``, in their order (H5)."""
    numbers = {}
    # Neighbours only, which Odoo's own groupby would not keep apart
    # pylint: disable-next=bad-builtin-groupby
    runs = groupby(rows, key=lambda row: row.kind)
    for place, (_kind, run) in enumerate(runs, 1):
        same = list(run)
        for index, row in enumerate(same, 1):
            numbers[row] = f"{place}.{index}" if len(same) > 1 else str(place)
    return numbers
