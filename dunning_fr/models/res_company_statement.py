from odoo import fields, models


class ResCompany(models.Model):
    """What statements of account say."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_statement_marks = fields.Boolean(
        string="Statements name disputes and promises",
        default=True,
        help="Beside each item of a statement of account: disputed, promised for a "
        "day, in a payment plan. May be changed for each statement.",
    )
