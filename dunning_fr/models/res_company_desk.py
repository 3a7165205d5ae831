from datetime import timedelta

from odoo import fields, models

from ..tools.deadlines import is_working_day


class ResCompany(models.Model):
    """What counts on the collector's desk."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_desk_late_weight = fields.Integer(
        string="Lateness (% per 30 days)",
        default=50,
        help="The amount overdue counts this much more for each 30 days it is late on "
        "average, up to a year; 0: lateness does not count.",
    )
    dunning_desk_risk_weight = fields.Integer(
        string="Risk (%)",
        default=100,
        help="It counts this much more for a chronically late payer or one whose means "
        "are weak, half of it for a slow payer or one who often disputes, a quarter "
        "for a new one; 0: risk does not count.",
    )
    dunning_desk_broken_weight = fields.Integer(
        string="Broken promise (% each)",
        default=50,
        help="It counts this much more for each promise broken in the last year, up to "
        "three; 0: they do not count. A promise just broken is on top in any case.",
    )
    dunning_desk_bank_days = fields.Integer(
        string="Bank up to date within (working days)",
        default=2,
        help="A bank journal whose last entry is older shows on the morning checks: "
        "payments received since would be asked for again.",
    )

    _dunning_desk_weights = models.Constraint(
        "CHECK (dunning_desk_late_weight BETWEEN 0 AND 1000"
        " AND dunning_desk_risk_weight BETWEEN 0 AND 1000"
        " AND dunning_desk_broken_weight BETWEEN 0 AND 1000"
        " AND dunning_desk_bank_days BETWEEN 0 AND 30)",
        "Weights of the desk are percentages from 0 to 1000; bank journals are allowed "
        "0 to 30 working days.",
    )

    def _dunning_bank_limit(self):
        """Return the day of which a bank journal must know at least."""
        day = self._dunning_today()
        # sudo: a setting, not a secret
        left = self.sudo().dunning_desk_bank_days
        while left:
            day -= timedelta(days=1)
            left -= is_working_day(day)
        return day
