from odoo import fields, models


class DunningLossEvent(models.Model):
    """What makes a debt irrecoverable, and whether its VAT comes back (R8.7, R8.8)."""

    _name = "dunning.loss.event"
    _inherit = ["dunning.law.mixin"]
    _description = "Event that ends a debt"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="Name used by the computations.")
    name = fields.Char(string="Event", required=True, translate=True)
    active = fields.Boolean(default=True)
    is_certain = fields.Boolean(
        string="Loss is certain", help="A debt is lost once nothing can come (R8.7)."
    )
    opens_vat = fields.Boolean(
        string="VAT comes back",
        help="From the day of the event, VAT that was paid may be claimed back, once "
        "the duplicate invoice is sent (R8.8, R8.10).",
    )
    proof = fields.Char(
        string="Document to keep", translate=True, help="What proves the event."
    )

    _code_unique = models.UniqueIndex("(code)", "Two events have the same code.")
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "An event cannot end before it begins."
    )
