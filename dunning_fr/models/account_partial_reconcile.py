from odoo import api, models
from odoo.exceptions import UserError


class AccountPartialReconcile(models.Model):
    """What is matched with a note de débit, and what may not be."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        for partial in partials:
            note = partial.debit_move_id.move_id
            credit = partial.credit_move_id.move_id
            if credit.move_type == "out_refund" and note._dunning_is_public_note():
                raise UserError(note._dunning_public_message())
        return partials

    def unlink(self):
        notes = self.debit_move_id.move_id._dunning_notes()
        result = super().unlink()
        # A reversed note whose charges were billed anew does not come back to life
        notes.exists()._dunning_check_charges()
        return result
