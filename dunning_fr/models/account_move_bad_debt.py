from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .dunning_proof_mixin import PROOF_SENTINEL


class AccountMove(models.Model):
    """Entries of doubtful and lost debts: taken back by their own button alone."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS 'account'
        if self.env.context.get("dunning_bad_debt") is not PROOF_SENTINEL:
            self._dunning_check_bad_debts()
        return super()._reverse_moves(default_values_list, cancel)

    def write(self, vals):
        # EXTENDS 'account': the state can be written without a button
        if vals.get("state") in ("draft", "cancel"):
            self._dunning_check_bad_debts()
        return super().write(vals)

    def button_draft(self):
        # EXTENDS 'account'
        self._dunning_check_bad_debts()
        return super().button_draft()

    def _dunning_check_bad_debts(self):
        """Refuse to undo behind its back what a step of a debt rests on."""
        # sudo: whoever may change the entry may not always read the steps
        steps = self.sudo().env["dunning.bad.debt"]
        entries = self.filtered(lambda move: move.move_type == "entry")
        standing = Domain("entry_id", "in", entries.ids) & Domain(
            "state", "=", "posted"
        )
        undone = Domain("reversal_entry_id", "in", entries.ids)
        step = entries and steps.search(standing | undone, limit=1)
        if step:
            raise UserError(
                self.env._(
                    "%(entry)s belongs to “%(step)s”. Use the button “Take back” under "
                    "Dunning > Doubtful and lost debts.",
                    entry=(step.reversal_entry_id & self or step.entry_id).name,
                    step=step.display_name,
                )
            )
