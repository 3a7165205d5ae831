from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .dunning_claim import TALKS
from .dunning_procedure_step import CLOSED_STATES

# Records that are about some invoices, or with none named about all of the debtor's;
# which of them still matter
SCOPED = {
    "dunning.hold": [
        *("|", ("state", "=", "active")),
        *("|", ("suspends_interest", "=", True), ("kind", "in", TALKS)),
    ],
    "dunning.limitation.event": [("state", "=", "counted")],
    "dunning.exhibit": [],
}


class AccountMove(models.Model):
    """What hangs on an invoice when it is taken back or deleted."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS 'account'
        before = {move: move.state for move in self} if "state" in vals else {}
        result = super().write(vals)
        changed = self.filtered(lambda move: before.get(move, move.state) != move.state)
        if changed:
            self.env["dunning.case"]._see_postings(changed)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dunning_scope(self):
        """Keep the last invoice that a record names: none would mean all of them."""
        concerned = Domain("move_ids", "in", self.ids)
        # sudo: whoever deletes a draft need not see them; only their name is told
        case = self.env["dunning.case"].sudo()
        case = case.search(
            concerned & Domain("state", "not in", CLOSED_STATES), limit=1
        )
        if case:
            raise UserError(
                self.env._(
                    "%(move)s is in the open case %(case)s: close the case first.",
                    move=(case.move_ids & self)[:1].display_name,
                    case=case.name,
                )
            )
        for model, matters in SCOPED.items():
            records = self.env[model].sudo().search(concerned & Domain(matters))
            for record in records.filtered(lambda row: not row.move_ids - self):
                raise UserError(
                    self.env._(
                        "“%(record)s” (%(kind)s) is about %(move)s alone; without it, "
                        "it would be about all that the customer owes. End or correct "
                        "it on the debtor first.",
                        record=record.display_name,
                        kind=record._description,
                        move=record.move_ids[:1].display_name,
                    )
                )
