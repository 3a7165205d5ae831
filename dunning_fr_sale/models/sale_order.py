from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

# Whoever reads quotations in the office; customers on the portal read none of it
INSIDE = (
    "sales_team.group_sale_salesman,account.group_account_invoice,"
    "account.group_account_readonly"
)
OPEN = ("draft", "sent")


class SaleOrder(models.Model):
    """What the customer of a quotation owes late, and whether that stops it."""

    _inherit = "sale.order"

    dunning_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency", groups=INSIDE
    )
    dunning_overdue = fields.Monetary(
        string="Owed late",
        compute="_compute_dunning",
        currency_field="dunning_currency_id",
        groups=INSIDE,
        help="What the customer owes late to the company of the order, less open "
        "credits and receipts not matched yet.",
    )
    dunning_level = fields.Integer(
        string="Highest reminder level",
        compute="_compute_dunning",
        groups=INSIDE,
        help="Highest reminder level sent for what is still open, 1 to 4; 0: none.",
    )
    dunning_banner = fields.Text(compute="_compute_dunning", groups=INSIDE)
    dunning_blocked = fields.Boolean(
        string="Blocked: customer owes late",
        compute="_compute_dunning",
        groups=INSIDE,
        help="Not confirmed until a dunning manager lifts the block for this order.",
    )
    dunning_lift_ids = fields.One2many(
        "dunning.sale.lift",
        "order_id",
        string="Block lifted",
        groups=INSIDE,
        copy=False,
    )

    @api.depends("partner_id", "company_id", "state", "dunning_lift_ids")
    @api.depends_context("uid", "lang")
    def _compute_dunning(self):
        facts = self._dunning_facts()
        for order in self:
            order.dunning_overdue, order.dunning_level = facts[order.id]
            order.dunning_blocked = order.state in OPEN and order._dunning_stops(
                order.dunning_overdue
            )
            order.dunning_banner = order._dunning_banner_text()

    def _dunning_facts(self):
        """Return {order id: (owed late, highest level)}; constant queries a company."""
        facts = {}
        for company, orders in self.grouped("company_id").items():
            # a form asks before it is saved, and a client names any company in it
            seen = self.env.su or company._origin in self.env.companies
            of_partner = orders.partner_id._dunning_sale_facts(company) if seen else {}
            for order in orders:
                facts[order.id] = of_partner.get(order.partner_id.id, (0.0, 0))
        return facts

    def _dunning_stops(self, overdue):
        """Return whether owing ``overdue`` stops this order, whatever its state."""
        # sudo: settings and decisions apply to customers who sign online, too
        order = self.sudo()
        company = order.company_id
        if not company.dunning_sale_block or order.dunning_lift_ids:
            return False
        limit = company.dunning_sale_block_amount
        return company.currency_id.compare_amounts(overdue, limit) > 0

    def _dunning_stopped(self):
        """Return the orders of ``self`` that may not be confirmed now."""
        if not any(self.sudo().company_id.mapped("dunning_sale_block")):
            return self.browse()  # sudo: a setting, see _dunning_stops
        facts = self._dunning_facts()
        return self.filtered(lambda order: order._dunning_stops(facts[order.id][0]))

    def _dunning_banner_text(self):
        """Return what the banner says: the two facts, and whether they block."""
        overdue = self.dunning_overdue
        if not overdue or self.state == "cancel":
            return False
        # sudo: the amounts below are in the currency of the order's own company
        company = self.sudo().company_id
        owed = format_amount(self.env, overdue, company.currency_id)
        if self.dunning_level:
            text = self.env._(
                "This customer owes %(amount)s late; highest reminder level sent: "
                "%(level)s.",
                amount=owed,
                level=self.dunning_level,
            )
        else:
            text = self.env._(
                "This customer owes %(amount)s late; no reminder was sent yet.",
                amount=owed,
            )
        return f"{text} {self._dunning_block_text()}" if self.dunning_blocked else text

    def _dunning_block_text(self):
        """Return why an order is not confirmed: in full to the office alone."""
        if not self.env.user._is_internal():
            return self._dunning_neutral_text()
        company = self.sudo().company_id  # sudo: a setting, see _dunning_stops
        limit = company.dunning_sale_block_amount
        return self.env._(
            "Above %(limit)s quotations are not confirmed, nor signed or paid online: "
            "a dunning manager decides, and may lift the block for this order.",
            limit=format_amount(self.env, limit, company.currency_id),
        )

    def _dunning_neutral_text(self):
        """Return what a customer reads: a link is passed on, so nothing of a debt."""
        return self.env._(
            "This quotation cannot be accepted online for the moment. Please contact "
            "us."
        )

    def _dunning_online_stop(self):
        """Return the neutral text where an open quotation is blocked, else ``""``."""
        self.ensure_one()
        stopped = self.state in OPEN and self._dunning_stopped()
        return self._dunning_neutral_text() if stopped else ""

    # ------------------------------------------------------------ confirmation

    def _confirmation_error_message(self):
        # EXTENDS 'sale'
        error = super()._confirmation_error_message()
        if error or not self._dunning_stopped():
            return error
        return self._dunning_refusal()

    def _dunning_refusal(self):
        return f"{self.name}: {self._dunning_block_text()}"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'sale': nor confirmed from the start
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._dunning_check_state()
        return orders

    def write(self, vals):
        # EXTENDS 'sale': the state can be written without the button
        if vals.get("state") == "sale":
            self.filtered(lambda order: order.state != "sale")._dunning_check_state()
        changed = self if "partner_id" in vals else self.browse()
        customers = {order: order.partner_id.commercial_partner_id for order in changed}
        result = super().write(vals)
        changed.filtered(  # nor confirmed for another customer
            lambda order: (
                order.state == "sale"
                and order.partner_id.commercial_partner_id != customers[order]
            )
        )._dunning_check_state()
        return result

    def _dunning_check_state(self):
        stopped = self.browse() if self.env.su else self._dunning_stopped()
        if stopped:
            raise UserError("\n".join(order._dunning_refusal() for order in stopped))

    def _has_to_be_signed(self):
        # EXTENDS 'sale': a signature is an acceptance, whatever Odoo's state says
        return super()._has_to_be_signed() and not self._dunning_online_stop()

    def _has_to_be_paid(self):
        # EXTENDS 'sale'
        return super()._has_to_be_paid() and not self._dunning_online_stop()

    def action_dunning_lift(self):
        """Ask a dunning manager for the reason, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lift the block"),
            "res_model": "dunning.sale.lift",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }
