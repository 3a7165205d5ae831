from odoo import fields, models

from ..tools.behaviour import Thresholds


class ResCompany(models.Model):
    """Where the profiles of payers begin."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_profile_months = fields.Integer(
        string="Months looked at",
        default=12,
        help="Payments of this many months count for the averages.",
    )
    dunning_profile_min_invoices = fields.Integer(
        string="New below (invoices)",
        default=3,
        help="With fewer invoices, paid or late, a customer is new: too few to tell.",
    )
    dunning_profile_slow_days = fields.Integer(
        string="Slow above (days)",
        default=10,
        help="A good payer is late no more than this on average, paid and unpaid.",
    )
    dunning_profile_chronic_days = fields.Integer(
        string="Chronic above (days)",
        default=30,
        help="Average days late above which a payer is chronically late, if the share "
        "below is late too.",
    )
    dunning_profile_chronic_share = fields.Integer(
        string="Chronic from (% of the amount late)",
        default=50,
        help="Chronically late: at least this share of the amount, paid and unpaid.",
    )
    dunning_profile_disputes = fields.Integer(
        string="Disputes often from",
        default=3,
        help="This many disputes in these months; 0: no such profile.",
    )

    _dunning_profile_order = models.Constraint(
        "CHECK (dunning_profile_months BETWEEN 1 AND 24"
        " AND dunning_profile_min_invoices >= 0 AND dunning_profile_slow_days >= 0"
        " AND dunning_profile_chronic_days >= dunning_profile_slow_days"
        " AND dunning_profile_chronic_share BETWEEN 0 AND 100"
        " AND dunning_profile_disputes >= 0)",
        "Profiles of payers: 1 to 24 months, shares from 0 to 100, no negative number, "
        "and chronic begins after slow.",
    )

    def _dunning_profile_thresholds(self):
        return Thresholds(
            self.dunning_profile_min_invoices,
            self.dunning_profile_slow_days,
            self.dunning_profile_chronic_days,
            self.dunning_profile_chronic_share / 100,
            self.dunning_profile_disputes or 10**6,
        )
