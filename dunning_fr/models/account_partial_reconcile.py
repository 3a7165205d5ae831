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
        partials._dunning_check_cash_basis()
        # An invoice that is paid is not blocked by its dispute any more
        moves = partials.debit_move_id.move_id.filtered("dunning_dispute_block")
        if moves:
            self.env["dunning.hold"]._free_moves(moves)
        return partials

    def _dunning_check_cash_basis(self):
        """Refuse money on a doubtful account whose VAT is due on payment (R8.11).

        Odoo makes that VAT due where the invoice itself is matched, and nowhere else:
        the tax would never be declared. One query, none without such money.
        """
        money = self.filtered(
            lambda partial: (
                partial.debit_move_id.move_id.move_type == "entry"
                and partial.credit_move_id.journal_id.type in ("bank", "cash", "credit")
            )
        )
        if not money:
            return
        # sudo: what was done decides, whoever matches
        step = (
            self.env["dunning.bad.debt"]
            .sudo()
            .search(
                [
                    ("entry_id", "in", money.debit_move_id.move_id.ids),
                    ("step", "=", "doubtful"),
                    ("state", "=", "posted"),
                    ("is_cash_basis", "=", True),
                ],
                limit=1,
            )
        )
        if step:
            raise UserError(
                self.env._(
                    "%(document)s bears VAT that is due on payment, and was moved to "
                    "doubtful customers. Take the transfer back first (Dunning > "
                    "Doubtful debts), then match the receipt with the invoice: its "
                    "VAT is declared only then.",
                    document=step.move_name,
                )
            )

    def unlink(self):
        notes = self.debit_move_id.move_id._dunning_notes()
        result = super().unlink()
        # A reversed note whose charges were billed anew does not come back to life
        notes.exists()._dunning_check_charges()
        return result
