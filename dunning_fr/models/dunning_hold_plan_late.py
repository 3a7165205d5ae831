from datetime import timedelta

from odoo import api, fields, models

from ..tools.pledges import ZERO


class DunningHold(models.Model):
    """Which instalments of plans were missed, and which comes next."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    missed_due = fields.Date(
        string="Missed instalment",
        compute="_compute_missed",
        search="_search_missed_due",
        help="Day of the first instalment that was not paid, its days of grace over.",
    )
    missed_amount = fields.Monetary(
        string="Missed",
        compute="_compute_missed",
        currency_field="company_currency_id",
        help="Left of the instalments whose day has passed.",
    )
    next_due = fields.Date(string="Next instalment", compute="_compute_missed")
    plan_left = fields.Monetary(
        string="Left of the plan",
        compute="_compute_missed",
        currency_field="company_currency_id",
    )

    @api.depends("instalment_ids.amount", "state", "grace_days")
    def _compute_missed(self):
        plans = self.filtered(lambda hold: hold._origin and hold.is_scheduled)
        empty = {"missed_due": False, "missed_amount": 0}
        (self - plans).update({**empty, "next_due": False, "plan_left": 0})
        for company, holds in plans.grouped("company_id").items():
            day = company._dunning_today()
            shares = holds._origin._plan_shares(day)
            tolerance = holds._plan_tolerance(company)
            for hold in holds:
                hold._set_missed(shares, day, tolerance)

    def _set_missed(self, shares, day, tolerance):
        lines = self._origin.instalment_ids
        missed = self._origin._missed(shares, day, tolerance)
        late = [shares[line.id].left for line in lines if line.due_date < day]
        coming = lines.filtered(lambda line: shares[line.id].left > tolerance)
        self.missed_due = missed[:1].due_date
        self.missed_amount = float(sum(late, ZERO)) if missed else 0
        is_running = self.state == "active"
        self.next_due = is_running and coming[:1].due_date
        self.plan_left = float(sum((shares[line.id].left for line in lines), ZERO))

    def _search_missed_due(self, operator, value):
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        late = [
            id_
            for company in self.env.companies
            for id_ in self._plans_late(company, company._dunning_today())
        ]
        return [("id", "not in", late)]

    @api.model
    def _plans_late(self, company, day):
        """Return {plan id: (first missed day, amount)} of plans with late instalments.

        Of plans in force whose days of grace are over on ``day``; amounts are Decimal
        in the company's currency. A constant number of queries for any number of plans.
        """
        plans = self.search(
            [
                ("company_id", "=", company.id),
                ("is_scheduled", "=", True),
                ("state", "=", "active"),
                ("date_from", "<=", day),
            ]
        )
        shares, tolerance = plans._plan_shares(day), self._plan_tolerance(company)
        found = {}
        for plan in plans:
            missed = plan._missed(shares, day, tolerance)
            if missed:
                late = plan.instalment_ids.filtered(lambda line: line.due_date < day)
                amount = sum((shares[line.id].left for line in late), ZERO)
                found[plan.id] = (missed[0].due_date, amount)
        return found

    def _missed(self, shares, day, tolerance):
        """Return the instalments of this plan that were missed, grace included."""
        last = day - timedelta(days=self.grace_days)
        return self.instalment_ids.filtered(
            lambda line: line.due_date < last and shares[line.id].left > tolerance
        ).sorted("due_date")
