from odoo import api, models
from odoo.exceptions import ValidationError


class DunningHold(models.Model):
    """A promise beside a payment plan: which part of what it will be, in figures.

    The plan says when its invoices are paid; an instalment that is late may still be
    promised for a day.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    @api.constrains("kind", "amount", "move_ids", "debtor_id")
    def _check_beside_plan(self):
        for hold in self:
            if hold.kind != "promise" or hold.state != "active" or hold.amount:
                continue
            planned = hold.debtor_id._planned_moves()
            if hold.move_ids:
                planned &= hold.sudo().move_ids  # sudo: which ones, nothing of them
            if planned:
                raise ValidationError(
                    self.env._(
                        "%(debtor)s: a payment plan says when %(invoices)s will be "
                        "paid. Enter the amount that is promised, of a late instalment "
                        "for example, or name the other invoices.",
                        debtor=hold.partner_id.display_name,
                        invoices=", ".join(planned.mapped("name")),
                    )
                )
