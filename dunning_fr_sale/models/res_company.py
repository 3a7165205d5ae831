from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_sale_block = fields.Boolean(
        string="Block quotations of late customers",
        help="A quotation is not confirmed while its customer owes late more than the "
        "limit, neither here nor online, until a dunning manager lifts the block for "
        "this one order: a person decides (R10.7).",
    )
    dunning_sale_block_amount = fields.Monetary(
        string="Overdue limit",
        help="Quotations of customers who owe late more than this amount are blocked; "
        "open credits and receipts not matched yet are deducted first.",
    )

    _dunning_sale_block_amount_positive = models.Constraint(
        "CHECK (dunning_sale_block_amount >= 0)",
        "The overdue limit of quotations cannot be negative.",
    )
