from odoo import api, fields, models
from odoo.fields import Domain


class DunningLawMixin(models.AbstractModel):
    """A row of law: from when to when it holds, where it is written, who checked it."""

    _name = "dunning.law.mixin"
    _description = "Dated row of law"

    date_from = fields.Date(string="Valid from", help="Included; empty: since ever.")
    date_to = fields.Date(
        string="Valid to", help="Included; empty: until further notice."
    )
    rule = fields.Char(help="Number in the rule book.")
    reference = fields.Char(help="Article of law or of the tariff.")
    source_url = fields.Char(string="Source")
    checked_on = fields.Date(help="Day somebody compared the row with the source.")
    to_verify = fields.Text(
        string="To verify", translate=True, help="Empty when nothing is left to check."
    )

    def _is_in_force(self, day):
        """Whether the law knows the row on a day."""
        self.ensure_one()
        first, last = self.date_from, self.date_to
        return (not first or first <= day) and (not last or day <= last)

    @api.model
    def _in_force_domain(self, day):
        """Return the domain of the rows that the law knows on a day."""
        begun = Domain("date_from", "=", False) | Domain("date_from", "<=", day)
        return begun & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
