import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .dunning_behaviour import PROFILES, TRENDS

# Field of the debtor: column of the table that is derived every night
COLUMNS = {
    "payment_profile": "profile",
    "average_days_late": "average_days",
    "late_share": "late_share",
    "payment_trend": "trend",
    "behaviour_date": "computed_on",
}


class DunningDebtor(models.Model):
    """How a debtor pays: shown, filtered and grouped by; explained on its page."""

    _name = "dunning.debtor"
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = ["dunning.debtor"]

    payment_profile = fields.Selection(
        PROFILES,
        compute="_compute_behaviour",
        search="_search_payment_profile",
        help="How this customer pays, from the ledger alone; where each profile begins "
        "is a setting of the company. It decides nothing by itself.",
    )
    average_days_late = fields.Float(
        compute="_compute_behaviour",
        search="_search_average_days_late",
        digits=(16, 1),
        aggregator=None,
        help="Of what was paid lately, weighted by amount; payments before the due "
        "date count as 0. Credit notes, gestures, losses and transfers are no "
        "payments.",
    )
    late_share = fields.Float(
        string="Paid late",
        compute="_compute_behaviour",
        search="_search_late_share",
        aggregator=None,
        help="Share of the amount paid lately that came after its due date.",
    )
    payment_trend = fields.Selection(
        TRENDS,
        compute="_compute_behaviour",
        search="_search_payment_trend",
        help="The last two quarters against the two before them: more than 5 days of "
        "difference.",
    )
    behaviour_date = fields.Date(
        string="Behaviour as of",
        compute="_compute_behaviour",
        search="_search_behaviour_date",
        help="Derived from the ledger every night, and by the button on the page.",
    )
    behaviour_text = fields.Text(string="Why", compute="_compute_behaviour")
    behaviour_graph = fields.Text(compute="_compute_behaviour")

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_behaviour(self):
        # sudo: rows of debtors that are read already
        rows = self.env["dunning.behaviour"].sudo()
        found = {
            (row.partner_id, row.company_id.id): row
            for row in rows.search(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        }
        for debtor in self:
            row = found.get((debtor.partner_id.id, debtor.company_id.id), rows)
            for name, column in COLUMNS.items():
                debtor[name] = row[column]
            debtor.behaviour_text = debtor._behaviour_sentence(row)
            debtor.behaviour_graph = row and debtor._behaviour_chart(row)

    # ------------------------------------------------------------------ in words

    def _behaviour_sentence(self, row):
        """Return how the profile came about, in words."""
        if not row:
            return self.env._("Not computed yet: it is every night.")
        company = self.company_id
        parts = [self._behaviour_paid(row), self._behaviour_unpaid(row)]
        if row.disputes:
            parts.append(
                self.env._(
                    "%(count)s disputes in %(months)s months.",
                    count=row.disputes,
                    months=row.months,
                )
                if row.disputes > 1
                else self.env._("1 dispute in %s months.", row.months)
            )
        limits = self.env._(
            "Paid and unpaid together: %(days)s days late (good up to %(slow)s days; "
            "chronically late above %(chronic)s).",
            days=round(row.overall_days),
            slow=company.dunning_profile_slow_days,
            chronic=company.dunning_profile_chronic_days,
        )
        if row.profile == "new":
            limits = self.env._(
                "Fewer than %s invoices: too few to tell.",
                company.dunning_profile_min_invoices,
            )
        return " ".join(filter(None, [*parts, limits]))

    def _behaviour_paid(self, row):
        if not row.documents:
            return self.env._("Nothing paid in %s months.", row.months)
        values = {
            "count": row.documents,
            "months": row.months,
            "days": round(row.average_days),
            "share": round(100 * row.late_share),
        }
        if row.documents == 1:
            return self.env._(
                "1 invoice paid in %(months)s months, on average %(days)s days late; "
                "%(share)s %% of the amount late.",
                **values,
            )
        return self.env._(
            "%(count)s invoices paid in %(months)s months, on average %(days)s days "
            "late; %(share)s %% of the amount late.",
            **values,
        )

    def _behaviour_unpaid(self, row):
        if not row.overdue_count:
            return ""
        return self.env._(
            "Late and not paid: %(count)s, on average for %(days)s days.",
            count=row.overdue_count,
            days=round(row.overdue_days),
        )

    def _behaviour_chart(self, row):
        """Return the days late by quarter, as Odoo's own small chart reads them."""
        values = [
            {
                # two lines: the quarter, and the days; none where nothing was paid
                "label": [
                    format_date(self.env, first, date_format="QQQ yy"),
                    "–" if days is None else str(round(days)),
                ],
                "value": days or 0,
                "type": "past",
            }
            for first, _amount, days in row.quarters
        ]
        title = self.env._("Days late")
        return json.dumps([{"key": title, "title": title, "values": values}])

    def action_refresh_behaviour(self):
        """Derive the behaviour of these debtors from the ledger, now."""
        self.check_access("write")
        # sudo: nobody has rights on the table; who follows the debtors may refresh it
        rows = self.env["dunning.behaviour"].sudo()
        for company, debtors in self.grouped("company_id").items():
            partners = debtors.partner_id.ids
            rows._refresh(company, company._dunning_today(), partners)
        return True

    # ------------------------------------------------------------------ lists

    @api.model
    def _search_behaviour(self, name, operator, value):
        def to_sql(model, alias, query):
            field = model._fields[name]
            return field.condition_to_sql(name, operator, value, model, alias, query)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_payment_profile(self, operator, value):
        return self._search_behaviour("payment_profile", operator, value)

    @api.model
    def _search_average_days_late(self, operator, value):
        return self._search_behaviour("average_days_late", operator, value)

    @api.model
    def _search_late_share(self, operator, value):
        return self._search_behaviour("late_share", operator, value)

    @api.model
    def _search_payment_trend(self, operator, value):
        return self._search_behaviour("payment_trend", operator, value)

    @api.model
    def _search_behaviour_date(self, operator, value):
        return self._search_behaviour("behaviour_date", operator, value)

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS 'base': filtered and grouped by without a column on the debtor, whose
        # rows the sending worker locks
        if field_expr not in COLUMNS:
            return super()._field_to_sql(alias, field_expr, query)
        joined = query.make_alias(alias, "behaviour")
        if joined not in query._joins:
            query.add_join(
                "LEFT JOIN",
                joined,
                SQL.identifier("dunning_behaviour"),
                SQL(
                    "%s = %s AND %s = %s",
                    SQL.identifier(joined, "partner_id"),
                    SQL.identifier(alias, "partner_id"),
                    SQL.identifier(joined, "company_id"),
                    SQL.identifier(alias, "company_id"),
                ),
            )
        return SQL.identifier(joined, COLUMNS[field_expr])
