from odoo import fields, models


class AccountMove(models.Model):
    """Odoo's block of a payment, where a dispute set it and not a person."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    dunning_dispute_block = fields.Boolean(
        string="Blocked by a dispute",
        readonly=True,
        copy=False,
        help="The payment was blocked because the whole invoice is disputed; it is "
        "freed when the dispute ends or the invoice is paid.",
        groups="base.group_user",
    )

    def action_toggle_block_payment(self):
        # EXTENDS 'account': a person has decided, the dispute does not any more
        result = super().action_toggle_block_payment()
        # sudo: the machine's own fact
        self.sudo().dunning_dispute_block = False
        return result

    def _dunning_take_block_off(self):
        """Free invoices that a dispute had blocked; Odoo finds out what is paid."""
        if not self:
            return
        blocked = self.filtered(lambda move: move.payment_state == "blocked")
        self.write({"dunning_dispute_block": False})
        blocked.write({"payment_state": "not_paid"})
        self.env.add_to_compute(self._fields["payment_state"], blocked)
