from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.calls import MAX_DAYS, parse_intervals


class ResCompany(models.Model):
    """When a debtor who does not answer is called again, and how often at most."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_call_intervals = fields.Char(
        string="Working days between calls",
        default="1, 2, 4, 7",
        required=True,
        help="Working days to the next call after the first try without an answer, "
        "after the second, and so on; the last number goes on. None is smaller than "
        "the one before.",
    )
    dunning_call_week_max = fields.Integer(
        string="Calls in seven days",
        default=3,
        help="No next call is planned that would be one more than this in seven days, "
        "answered or not; 0: no limit. Repeated calls can be an aggressive practice "
        "(R2.11). To verify: no law sets a number (R2.12).",
    )

    @api.constrains("dunning_call_intervals", "dunning_call_week_max")
    def _check_dunning_calls(self):
        for company in self:
            try:
                parse_intervals(company.dunning_call_intervals)
            except ValueError:
                raise ValidationError(
                    self.env._(
                        "Working days between calls: enter whole numbers from 1 to "
                        "%(most)s separated by commas, none smaller than the one "
                        "before, such as 1, 2, 4.",
                        most=MAX_DAYS,
                    )
                ) from None
            if company.dunning_call_week_max < 0:
                raise ValidationError(
                    self.env._("Calls in seven days cannot be a negative number.")
                )
