from odoo import models
from odoo.exceptions import UserError


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        # EXTENDS 'account': its charges are billed again, nobody edits a copy
        notes = self.move_ids._dunning_notes()
        if is_modify and notes:
            raise UserError(
                self.env._(
                    "%s is a debit note: make a credit note of it, then bill its "
                    "charges again.",
                    notes[0].display_name,
                )
            )
        return super().reverse_moves(is_modify)
