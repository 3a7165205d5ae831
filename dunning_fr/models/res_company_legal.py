from odoo import fields, models


class ResCompany(models.Model):
    """What the choice of a court and its costs depend on, on our side."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_employees = fields.Integer(
        string="Employees",
        help="Below 250, no contribution for economic justice is due at a tribunal "
        "des activités économiques (R6.9). 0: not known.",
    )

    _dunning_employees_positive = models.Constraint(
        "CHECK (dunning_employees >= 0)", "The number of employees cannot be negative."
    )
