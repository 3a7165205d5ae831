from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.calls import first_allowed, next_call, parse_intervals, too_many

# Over-indebted people are not pressed (R2.15), nor is a family in mourning.
NO_CALLS = ("overindebtedness", "death")
UNANSWERED = ("no_answer", "message_left")
# Days of calls that are read: longer than the longest week of tries.
CALLS_READ = timedelta(days=120)


class DunningDebtor(models.Model):
    """Calls to a debtor: who, how often, and what follows."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    call_ids = fields.One2many("dunning.phone.call", "debtor_id", string="Calls")
    call_count = fields.Integer(compute="_compute_calls")
    last_call_date = fields.Date(string="Last call", compute="_compute_calls")
    last_contact_date = fields.Date(
        string="Last contact",
        compute="_compute_last_contact_date",
        help="Day of the last notice that left, or of the last call.",
    )

    @api.depends("call_ids")
    def _compute_calls(self):
        found = {
            debtor: (count, day)
            for debtor, count, day in self.env["dunning.phone.call"]._read_group(
                [("debtor_id", "in", self.ids)], ["debtor_id"], ["__count", "date:max"]
            )
        }
        for debtor in self:
            debtor.call_count, debtor.last_call_date = found.get(
                debtor._origin, (0, False)
            )

    @api.depends("last_notice_date", "last_call_date")
    def _compute_last_contact_date(self):
        for debtor in self:
            days = (debtor.last_notice_date, debtor.last_call_date)
            debtor.last_contact_date = max(filter(None, days), default=False)

    # ----------------------------------------------------------------- rules

    def _check_caller(self):
        if not (
            self.env.su or self.env.user.has_group("dunning_fr.group_dunning_user")
        ):
            raise AccessError(self.env._("Only collectors call debtors."))
        self.check_access("write")

    def _calls_so_far(self):
        """Return {debtor id: [(day, outcome)]} of recent calls, the last one first."""
        today = (company._dunning_today() for company in self.company_id)
        since = min(today, default=date.min + CALLS_READ) - CALLS_READ
        calls = self.env["dunning.phone.call"].search_fetch(
            [("debtor_id", "in", self.ids), ("date", ">=", since)],
            ["debtor_id", "date", "outcome"],
        )
        found = {debtor_id: [] for debtor_id in self.ids}
        for call in calls:
            found[call.debtor_id.id].append((call.date, call.outcome))
        return found

    def _not_to_call(self):
        """Return {debtor id: why nobody should call today}; warns, stops nobody.

        A constant number of queries for each company, whatever the number of debtors.
        """
        so_far, found = self._calls_so_far(), {}
        for company, debtors in self.grouped("company_id").items():
            today = company._dunning_today()
            debtors.mapped("amount_overdue")  # together
            for debtor in debtors:
                days = [day for day, _outcome in so_far[debtor.id]]
                reason = debtor._not_to_call_on(today, days)
                if reason:
                    found[debtor.id] = reason
        return found

    def _not_to_call_on(self, today, days):
        most = self.company_id.dunning_call_week_max
        if self.insolvency:
            return self.insolvency
        stop = self._stop_label()
        if stop:
            return self.env._("%s: do not call.", stop)
        if self.quiet_to and self.quiet_from <= today <= self.quiet_to:
            return self.env._(
                "Not to be disturbed before %s.",
                format_date(self.env, self.quiet_to + timedelta(days=1)),
            )
        if too_many(today, days, most):
            return self.env._(
                "Calls in the last seven days: %(count)s. Wait until %(day)s: "
                "insisting can be an aggressive practice (R2.11).",
                count=sum(day > today - timedelta(days=7) for day in days),
                day=format_date(self.env, first_allowed(today, days, most)),
            )
        if today in days:  # by a colleague with the same list, perhaps
            return self.env._("Called today already.")
        if self.company_currency_id.compare_amounts(self.amount_overdue, 0) <= 0:
            return self.env._("Nothing is overdue any more.")
        return ""

    def _stop_label(self):
        """Return the kind of the hold because of which nobody presses, or nothing."""
        stop = self.hold_ids.filtered(
            lambda hold: hold.kind in NO_CALLS and hold.state == "active"
        )
        return stop[0]._kind_label() if stop else ""

    def _propose_next_call(self, unanswered_now=True):
        """Return the day on which to call again, if nobody answers today."""
        self.ensure_one()
        company, today = self.company_id, self.company_id._dunning_today()
        so_far = self._calls_so_far()[self.id]
        tries = 1 if unanswered_now else 0
        for _day, outcome in so_far:
            if outcome not in UNANSWERED:
                break
            tries += 1
        return self._after_quiet_days(
            next_call(
                today,
                tries,
                [today, *(day for day, _outcome in so_far)],
                parse_intervals(company.dunning_call_intervals),
                company.dunning_call_week_max,
            )
        )

    def _after_quiet_days(self, day):
        if not (self.quiet_to and self.quiet_from <= day <= self.quiet_to):
            return day
        return first_allowed(self.quiet_to + timedelta(days=1), [], 0)

    def _check_again_on(self, again_on):
        """Refuse a next call that is past, or one too many in its week."""
        today, company = self.company_id._dunning_today(), self.company_id
        if again_on <= today:
            raise UserError(self.env._("The next call is on a later day than today."))
        days = [today, *(day for day, _outcome in self._calls_so_far()[self.id])]
        most = company.dunning_call_week_max
        if too_many(again_on, days, most):
            raise UserError(
                self.env._(
                    "No more than %(most)s calls in seven days (R2.11): call "
                    "%(debtor)s again on %(day)s at the earliest.",
                    most=most,
                    debtor=self.display_name,
                    day=format_date(self.env, first_allowed(again_on, days, most)),
                )
            )
