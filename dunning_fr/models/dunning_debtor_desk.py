from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

from .dunning_desk_reason import REASONS

# On top of the desk whatever the amount: an answer cannot wait
FIRST = ("broken", "deadline")
MAX_DAYS = 365  # lateness counts up to a year
MAX_BROKEN = 3  # broken promises count up to these, of the last year
RISKS = {"chronic": 1.0, "slow": 0.5, "disputes": 0.5, "new": 0.25}
DESK = ("desk_reason", "desk_first", "desk_score")
SORTED = (*DESK, "last_contact_date")
# What the score is made of, in the order of the query
WEIGHTS = ("late_weight", "risk_weight", "broken_weight")
FACTORS = ("amount", "days", "risk", "broken", *WEIGHTS)


class DunningDebtor(models.Model):
    """A debtor's place on the desk: why, how urgent, and since when nobody spoke.

    Read in one joined query, never stored: sorted, filtered and grouped by.
    """

    _name = "dunning.debtor"
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = ["dunning.debtor"]

    desk_reason = fields.Selection(
        REASONS,
        string="Reason",
        compute="_compute_desk",
        search="_search_desk_reason",
        help="The first thing to do about this debtor; empty: nothing.",
    )
    desk_first = fields.Boolean(
        string="On top",
        compute="_compute_desk",
        search="_search_desk_first",
        help="A broken promise or a time limit of this week: before every other, "
        "whatever the amount.",
    )
    desk_score = fields.Integer(
        string="Priority",
        compute="_compute_desk",
        search="_search_desk_score",
        aggregator=None,
        help="The amount overdue, raised for lateness, risk and broken promises by the "
        "weights of the settings. See “Why this place?” for this debtor's own.",
    )
    desk_score_text = fields.Text(string="Why this place?", compute="_compute_desk")
    last_contact_date = fields.Date(search="_search_last_contact_date")

    @api.depends("partner_id", "company_id", "hold_ids.state", "notice_ids.state")
    @api.depends_context("lang", "uid")
    def _compute_desk(self):
        found = self._desk_rows()
        for debtor in self:
            row = found.get(debtor._origin.id) or (None, False, 0, None)
            reason, first, score, factors = row
            debtor.desk_reason, debtor.desk_first = reason or False, bool(first)
            debtor.desk_score = score
            debtor.desk_score_text = factors and debtor._desk_score_sentence(factors)

    def _desk_rows(self):
        """Return {debtor id: (reason, first, score, factors)}."""
        ids = self._origin.ids
        companies = self.company_id
        if not self.env.su:  # a form may ask for a debtor of any company
            companies &= self.env.companies
        if not ids or not companies:
            return {}
        self.flush_model(["partner_id", "company_id", "solvency_result"])
        query = Query(self.env, "desk", SQL.identifier("dunning_debtor"))
        query.add_where(SQL("desk.id = ANY(%s)", ids))
        query.add_where(SQL("desk.company_id = ANY(%s)", companies.ids))
        self._overdue_joined("desk", query, "amount_overdue", self.partner_id.ids)
        columns = [self._field_to_sql("desk", name, query) for name in DESK]
        factors = self._desk_factors("desk", query)
        rows = self.env.execute_query(
            query.select(SQL("desk.id"), *columns, *(factors[n] for n in FACTORS))
        )
        size = 1 + len(DESK)
        return {
            row[0]: (*row[1:size], dict(zip(FACTORS, row[size:], strict=True)))
            for row in rows
        }

    # ------------------------------------------------------------------ in SQL

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS 'base': the desk is sorted, filtered and grouped without columns
        if field_expr not in SORTED:
            return super()._field_to_sql(alias, field_expr, query)
        return getattr(self, f"_{field_expr}_sql")(alias, query)

    @api.model
    def _desk_reason_sql(self, alias, query):
        return self.env["dunning.desk.reason"]._case_sql(alias, query)

    @api.model
    def _desk_first_sql(self, alias, query):
        reasons = self.env["dunning.desk.reason"]
        found = reasons._conditions(alias, query, self.env.company._dunning_today())
        first = [found[code] for code in FIRST]
        return SQL("COALESCE((%s), FALSE)", SQL(" OR ").join(first))

    @api.model
    def _last_contact_date_sql(self, alias, query):
        joined = query.make_alias(alias, "contacted")
        if joined not in query._joins:
            schedule = self.env["dunning.schedule"]
            contacts = SQL(
                """
                (SELECT contact.debtor_id, max(contact.day) AS day
                   FROM (SELECT debtor_id, date AS day
                           FROM dunning_notice WHERE state = 'sent'
                          UNION ALL
                         SELECT debtor_id, date FROM dunning_phone_call) contact
               GROUP BY contact.debtor_id)
                """,
                to_flush=[
                    *schedule._to_flush("dunning.notice", "state", "date"),
                    *schedule._to_flush("dunning.phone.call", "debtor_id", "date"),
                ],
            )
            on = SQL(
                "%s = %s",
                SQL.identifier(joined, "debtor_id"),
                SQL.identifier(alias, "id"),
            )
            query.add_join("LEFT JOIN", joined, contacts, on)
        return SQL.identifier(joined, "day")

    @api.model
    def _desk_score_sql(self, alias, query):
        parts = self._desk_factors(alias, query)
        return SQL(
            """
            round(%(amount)s
                  * (1 + %(late_weight)s / 100.0 * %(days)s / 30)
                  * (1 + %(risk_weight)s / 100.0 * %(risk)s)
                  * (1 + %(broken_weight)s / 100.0 * %(broken)s))::bigint
            """,
            **parts,
        )

    @api.model
    def _desk_factors(self, alias, query):
        """Return {name: SQL} of what the score multiplies; see ``FACTORS``."""
        amount = self._overdue_joined(alias, query, "amount_overdue")
        weighted = self._overdue_joined(alias, query, "weighted_days")
        profile = self._field_to_sql(alias, "payment_profile", query)
        risks = SQL(" ").join(
            SQL("WHEN %s THEN %s::numeric", code, risk) for code, risk in RISKS.items()
        )
        company = query.make_alias(alias, "desk_company")
        if company not in query._joins:
            on = SQL(
                "%s = %s",
                SQL.identifier(company, "id"),
                SQL.identifier(alias, "company_id"),
            )
            query.add_join("JOIN", company, "res_company", on)
        return {
            "amount": SQL("COALESCE(%s, 0)", amount),
            "days": SQL(
                "COALESCE(LEAST(%s / NULLIF(%s, 0), %s), 0)", weighted, amount, MAX_DAYS
            ),
            "risk": SQL(
                "CASE WHEN %s = 'weak' THEN 1::numeric ELSE"
                " CASE %s %s ELSE 0::numeric END END",
                SQL.identifier(alias, "solvency_result"),
                profile,
                risks,
            ),
            "broken": self._broken_count_sql(alias, query),
            **{
                name: SQL.identifier(
                    company,
                    f"dunning_desk_{name}",
                    to_flush=self.env["res.company"]._fields[f"dunning_desk_{name}"],
                )
                for name in WEIGHTS
            },
        }

    @api.model
    def _broken_count_sql(self, alias, query):
        joined = query.make_alias(alias, "breaches")
        if joined not in query._joins:
            breaches = SQL(
                "(SELECT debtor_id, count(*) AS count FROM dunning_hold"
                " WHERE kind = 'promise' AND state = 'broken' AND date_to >= %s"
                " GROUP BY debtor_id)",
                fields.Date.subtract(self.env.company._dunning_today(), years=1),
                to_flush=self.env["dunning.schedule"]._to_flush(
                    "dunning.hold", "kind", "state", "date_to", "debtor_id"
                ),
            )
            on = SQL(
                "%s = %s",
                SQL.identifier(joined, "debtor_id"),
                SQL.identifier(alias, "id"),
            )
            query.add_join("LEFT JOIN", joined, breaches, on)
        count = SQL.identifier(joined, "count")
        return SQL("LEAST(COALESCE(%s, 0), %s)", count, MAX_BROKEN)

    # ------------------------------------------------------------------ searching

    @api.model
    def _search_desk(self, name, operator, value):
        def to_sql(model, alias, query):
            field = model._fields[name]
            return field.condition_to_sql(name, operator, value, model, alias, query)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_desk_reason(self, operator, value):
        return self._search_desk("desk_reason", operator, value)

    @api.model
    def _search_desk_first(self, operator, value):
        return self._search_desk("desk_first", operator, value)

    @api.model
    def _search_desk_score(self, operator, value):
        return self._search_desk("desk_score", operator, value)

    @api.model
    def _search_last_contact_date(self, operator, value):
        return self._search_desk("last_contact_date", operator, value)
