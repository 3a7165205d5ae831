from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """How long a promise is waited for."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_promise_grace_days = fields.Integer(
        string="Days of grace of a promise",
        help="Days after the promised day before a promise counts as broken; reminders "
        "stay silent meanwhile. A transfer takes one or two working days. It counts "
        "for promises entered from now on.",
    )

    @api.constrains("dunning_promise_grace_days")
    def _check_dunning_grace(self):
        if any(company.dunning_promise_grace_days < 0 for company in self):
            raise ValidationError(self.env._("Days of grace cannot be negative."))
