from odoo import api, fields, models

from .dunning_case_exhibit import KIND_ORDER

# What a judge expects before he orders a payment (6.8)
EXPECTED = (
    "creditor_identity",
    "debtor_identity",
    "order",
    "terms",
    "delivery",
    "formal",
    "statement",
)


class DunningCase(models.Model):
    """The exhibits of a case: proposed, chosen, and what is still missing."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    exhibit_ids = fields.One2many("dunning.case.exhibit", "case_id", string="Exhibits")
    missing_exhibits = fields.Text(
        compute="_compute_missing_exhibits",
        help="Expected of such a claim, and not among what is handed over. Shown here "
        "alone, never in the copy handed over.",
    )

    @api.depends(
        "move_ids",
        "exhibit_ids.kind",
        "exhibit_ids.include",
        "exhibit_ids.is_left_out",
        "exhibit_ids.origin_id",
    )
    def _compute_missing_exhibits(self):
        for case in self:
            case.missing_exhibits = "\n".join(case._missing_texts())

    def _missing_texts(self):
        """Say what is expected and not handed over, one line each (6.8)."""
        self.ensure_one()
        rows = self.exhibit_ids._handed_over()
        kinds = set(rows.mapped("kind"))
        fields_ = self.env["dunning.case.exhibit"]._fields
        labels = dict(fields_["kind"]._description_selection(self.env))
        lacks = [labels[kind] for kind in EXPECTED if kind not in kinds]
        handed = set(rows.filtered(lambda r: r.kind == "invoice").mapped("origin_id"))
        bare = self.move_ids.filtered(lambda move: move.id not in handed)
        if bare:
            lacks.append(self.env._("Invoices: %s", ", ".join(bare.mapped("name"))))
        unread = self.env["dunning.exhibit.sale.finder"]._unread_texts(self)
        return [*lacks, *unread, *self._unproved_texts()]

    def _unproved_texts(self):
        """Name the formal notices handed over whose presentation nothing proves."""
        rows = self.exhibit_ids._handed_over()
        letters = rows.filtered(
            lambda row: row.kind == "formal" and row.origin_model == "dunning.notice"
        )
        notices = self.env["dunning.notice"].browse(letters.mapped("origin_id"))
        return [
            self.env._(
                "%s: scan of the proof of posting and of the advice of receipt, or of "
                "the envelope that came back",
                notice.name,
            )
            for notice in notices.exists()
            if notice.is_registered and not notice.receipt_ids
        ]

    # ------------------------------------------------------------------ propose

    def action_find_exhibits(self):
        """Add to the list what Odoo has and the list has not; nothing is taken away.

        What a person unticked, renamed or moved stays as it is.
        """
        self.check_access("write")
        for case in self:
            case._find_exhibits()
        return True

    def _find_exhibits(self):
        self.ensure_one()
        here = self.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids, lang=self._file_lang()
        )
        known = {(row.origin_model, row.origin_id) for row in self.exhibit_ids}
        found = self.env["dunning.exhibit.finder"].with_env(here.env)._find(here)
        fresh, ranks = {}, {}
        for rank, row in enumerate(found):
            key = (row["origin_model"], row["origin_id"])
            ranks.setdefault(key, rank)
            if key not in known:
                fresh.setdefault(key, row)
        if not fresh:
            return
        old = self.exhibit_ids._sorted()
        # sudo: where an exhibit was found is written by our own code alone
        rows = self.env["dunning.case.exhibit"].sudo()._trusted()
        new = rows.create([{"case_id": self.id, **row} for row in fresh.values()])
        self._sort_in(old, new.sudo(False), ranks)

    @api.model
    def _sort_in(self, old, new, ranks):
        """Put each new row where it was found among its kind; the others keep order.

        :param ranks: {(origin model, origin id): place among all that was found}
        """
        order = list(old)
        for row in new:
            order.insert(_place(row, order, ranks), row)
        for place, row in enumerate(order, 1):
            if row.sequence != place * 10:
                row.sequence = place * 10

    def _file_lang(self):
        """Return the language of what goes to a French court: French where it can."""
        installed = dict(self.env["res.lang"].get_installed())
        return "fr_FR" if "fr_FR" in installed else self.env.lang


def _place(row, order, ranks):
    """Return the index in ``order`` at which a new row stands.

    Next to what stood beside it where it was found, so that a letter found again
    precedes its own proofs; else behind its kind.
    """

    def rank(other):
        return ranks.get((other.origin_model, other.origin_id))

    same = [
        (rank(other), place)
        for place, other in enumerate(order)
        if other.kind == row.kind and rank(other) is not None
    ]
    before = [found for found in same if found[0] < rank(row)]
    if before:
        return max(before)[1] + 1
    if same:
        return min(same)[1]
    places = [
        place
        for place, other in enumerate(order, 1)
        if KIND_ORDER[other.kind] <= KIND_ORDER[row.kind]
    ]
    return max(places, default=0)
