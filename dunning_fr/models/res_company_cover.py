from odoo import fields, models


class ResCompany(models.Model):
    """When collectors are told of insurance and of old checks of means."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_insurance_days = fields.Integer(
        string="Days before the last day to declare",
        default=15,
        help="So many days before the last day to declare a debt to the credit "
        "insurer, its collector gets an activity.",
    )
    dunning_solvency_months = fields.Integer(
        string="Months a check of means is good",
        default=12,
        help="A check older than this asks for a new one, while the debtor owes late; "
        "0: never.",
    )

    _dunning_cover_positive = models.Constraint(
        "CHECK (dunning_insurance_days >= 0 AND dunning_solvency_months >= 0)",
        "Days before a declaration and months of a check cannot be negative.",
    )
