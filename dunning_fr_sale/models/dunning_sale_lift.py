from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount


class DunningSaleLift(models.Model):
    """A manager's decision to let one order through, with its reason (R10.7).

    Nobody changes or deletes it; it is deleted with its order.
    """

    _name = "dunning.sale.lift"
    _description = "Block of an order, lifted"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Lifted by", readonly=True)
    amount_overdue = fields.Monetary(
        string="Owed late",
        currency_field="company_currency_id",
        readonly=True,
        help="What the customer owed late on the day of the decision.",
    )
    reason = fields.Char(
        required=True, help="Facts only: the customer may ask to read it."
    )

    @api.constrains("reason")
    def _check_reason(self):
        for lift in self:
            if not lift.reason.strip():
                raise ValidationError(
                    self.env._("Say why the block of %s is lifted.", lift.order_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.user.has_group("dunning_fr.group_dunning_manager"):
            raise AccessError(
                self.env._("Only a dunning manager lifts the block of an order.")
            )
        orders = self.env["sale.order"].browse(
            vals.get("order_id") or self.env.context.get("default_order_id")
            for vals in vals_list
        )
        orders.check_access("read")
        facts = orders._dunning_facts()
        for vals, order in zip(vals_list, orders, strict=True):
            if not order.dunning_blocked:
                raise UserError(
                    self.env._("%s is not blocked: nothing to lift.", order.name)
                )
            vals.update(user_id=self.env.uid, amount_overdue=facts[order.id][0])
        lifts = super().create(vals_list)
        lifts._log()
        return lifts

    def _log(self):
        for lift in self:
            # sudo: a note on the order, by who may decide but not write on it
            lift.order_id.sudo()._message_log(
                author_id=self.env.user.partner_id.id,
                body=self.env._(
                    "Block lifted for this order, the customer owing %(amount)s late: "
                    "%(reason)s",
                    amount=format_amount(
                        self.env, lift.amount_overdue, lift.company_currency_id
                    ),
                    reason=lift.reason,
                ),
            )
