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

    dunning_representative = fields.Char(
        string="Legal representative",
        help="Name and capacity, as “M. Paul Martin, président”: a request to a court "
        "names the organ that represents a legal person (CPC art. 54).",
    )
    dunning_person_details = fields.Char(
        string="Civil status",
        help="Of a sole trader: profession, nationality, date and place of birth; a "
        "request to a court states them (CPC art. 54).",
    )

    _dunning_employees_positive = models.Constraint(
        "CHECK (dunning_employees >= 0)", "The number of employees cannot be negative."
    )
