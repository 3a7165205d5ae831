from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.deadlines import LAST_DAY

# A due date as far as years can be counted from it
COUNTABLE = SQL("LEAST(line.date_maturity, %s)", LAST_DAY)

# What an invoice says of its limitation; few do. The index's own words.
LIMITED = (
    "debtor_kind IS NOT NULL OR dunning_completion_date IS NOT NULL"
    " OR delivery_date IS NOT NULL OR dunning_limitation_period IS NOT NULL"
)


class DunningSchedule(models.AbstractModel):
    """The parts of the queries on the last useful day to act.

    Periods without event are counted in SQL, as ``tools/limitation.py`` counts them;
    the few debts that an event concerns come from there (``dunning.limitation``).
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.schedule"

    @api.model
    def _limitations(self, owner, companies, scope=None):
        """Return the SQL of (owner_id, value): first prudent date of open debts."""
        return self._limitation_dates(owner, companies, scope, "prudent")

    @api.model
    def _contractual_limitations(self, owner, companies, scope=None):
        """Return the same counted from the due date (R7.7)."""
        return self._limitation_dates(owner, companies, scope, "contractual")

    @api.model
    def _possible_limitations(self, owner, companies, scope=None):
        """Return the same if acknowledgements interrupt (R7.10)."""
        return self._limitation_dates(owner, companies, scope, "possible")

    @api.model
    def _limitation_dates(self, owner, companies, scope, date):
        transfers = self.env["dunning.transfer"]._of_companies(companies)
        moved = self.env["dunning.limitation"]._moved(companies, transfers, scope)
        days = {line_id: getattr(found, date) for line_id, found in moved.items()}
        start = COUNTABLE
        if date != "contractual":
            start = self._start_sql("special")

        def build(debt):
            return self._limitations_of(owner, debt, scope, start, days)

        return self._union_sql(build, companies, "min", scope, transfers)

    @api.model
    def _limitations_of(self, owner, debt, scope, start, days):
        value = SQL(
            "CASE WHEN special.id IS NOT NULL THEN %s WHEN customer.is_public"
            " THEN make_date(extract(year FROM %s)::int + customer.years, 12, 31)"
            " ELSE (%s + customer.span)::date END",
            self._limitation_sql(
                SQL("COALESCE(special.debtor_kind, customer.debtor_kind)"),
                SQL("customer.public_buyer_type"),
                SQL("special.dunning_limitation_period"),
                start,
            ),
            start,
            start,
        )
        return SQL(
            """
            SELECT line.%(owner)s AS owner_id, min(%(value)s) AS value
              FROM account_move_line line
              JOIN (%(customers)s) customer ON customer.id = line.partner_id
         LEFT JOIN account_move special
                ON special.id = line.move_id AND %(limited)s
                   %(moved)s
             WHERE %(debt)s AND line.date_maturity IS NOT NULL AND %(scope)s
          GROUP BY line.%(owner)s
            """,
            owner=SQL.identifier(owner),
            value=SQL("COALESCE(moved.last_day, %s)", value) if days else value,
            customers=self._customer_periods_sql(scope),
            limited=self._limited_sql("special"),
            moved=SQL("LEFT JOIN (%s) moved ON moved.line_id = line.id", _rows(days))
            if days
            else SQL(),
            debt=debt,
            scope=scope or SQL("TRUE"),
        )

    @api.model
    def _customer_periods_sql(self, scope):
        """Return the SQL of customers with the period of their usual debts.

        Worked out once for each of them, not for each debt (``OFFSET 0``), unless a
        page needs a few.
        """
        years = self.env["dunning.limitation"]._years(self.env.company._dunning_today())
        period = self._period_sql(SQL("debtor_kind"), SQL("public_buyer_type"))
        return SQL(
            """
            SELECT id, debtor_kind, public_buyer_type,
                   %(period)s = 'public' AS is_public, %(years)s AS years,
                   make_interval(years => %(years)s) AS span
              FROM res_partner %(apart)s
            """,
            period=period,
            years=self._case_sql(period, years),
            apart=SQL() if scope else SQL("OFFSET 0"),
            to_flush=self._to_flush("res.partner", "debtor_kind", "public_buyer_type"),
        )

    @api.model
    def _limited_sql(self, alias):
        """Return the condition of an invoice that says something of its own."""
        return SQL(
            "(%(move)s.debtor_kind IS NOT NULL"
            " OR %(move)s.dunning_completion_date IS NOT NULL"
            " OR %(move)s.delivery_date IS NOT NULL"
            " OR %(move)s.dunning_limitation_period IS NOT NULL)",
            move=SQL.identifier(alias),
            to_flush=[
                *self._to_flush(
                    "account.move",
                    "debtor_kind",
                    "delivery_date",
                    "dunning_completion_date",
                    "dunning_limitation_period",
                ),
                *self._to_flush(
                    "account.move.line", "dunning_document_date", "invoice_date"
                ),
            ],
        )

    @api.model
    def _start_sql(self, alias=None):
        """Return the day a period of ``line`` counts from, as ``Basis`` does.

        :param alias: of its invoice, where that may say more
        """
        known = SQL("COALESCE(line.dunning_document_date, line.invoice_date)")
        if not alias:
            return SQL("LEAST(%s, %s)", known, COUNTABLE)
        return SQL(
            "CASE WHEN %(move)s.dunning_limitation_period = 'telecom'"
            " THEN %(due)s"
            " ELSE LEAST(COALESCE(%(move)s.dunning_completion_date,"
            " %(move)s.delivery_date, %(known)s), %(due)s) END",
            move=SQL.identifier(alias),
            known=known,
            due=COUNTABLE,
        )

    @api.model
    def _limitation_sql(self, kind, public_type, period, start):
        """Return the last useful day to act, counted from ``start`` (R7.14, R7.5)."""
        years = self.env["dunning.limitation"]._years(self.env.company._dunning_today())
        of = SQL("COALESCE(%s, %s)", period, self._period_sql(kind, public_type))
        return SQL(
            """
            CASE WHEN %(of)s = 'public'
                 THEN make_date(extract(year FROM %(start)s)::int + %(years)s, 12, 31)
                 ELSE (%(start)s + make_interval(years => %(years)s))::date END
            """,
            of=of,
            start=start,
            years=self._case_sql(of, years),
        )

    @api.model
    def _period_sql(self, kind, public_type):
        """Return whose period applies: a kind of debtor.

        No four-year rule for a private-law body, though it buys in public (R3.19).
        """
        return SQL(
            "CASE WHEN %(kind)s = 'public' AND %(type)s = 'private_law'"
            " THEN 'professional' ELSE COALESCE(%(kind)s, 'professional') END",
            kind=kind,
            type=public_type,
        )

    @api.model
    def _dated_sql(self, company, scope, transfers):
        """Return the debts of more than a year whose last day is not the usual one.

        No period is shorter than a year: younger debts need not be looked at. With
        the start of their period, its kind, and the last day where an event set it.
        """
        today, scope = self._today_sql(company), scope or SQL("TRUE")
        old = SQL(
            "%s - LEAST(%s, %s) >= 365 AND %s",
            today,
            self._start_sql(),
            self._start_sql("move"),
            scope,
        )
        moved = self.env["dunning.limitation"]._moved(company, transfers, scope)
        days = {line_id: found.prudent for line_id, found in moved.items()}
        return SQL(
            """
            SELECT line_id, min(start) AS start, min(period) AS period,
                   min(last_day) AS last_day
              FROM (SELECT line.id AS line_id, %(start)s AS start,
                           move.dunning_limitation_period AS period,
                           NULL::date AS last_day
                      FROM account_move move
                      JOIN account_move_line line ON line.move_id = move.id
                     WHERE %(limited)s AND %(due)s AND %(old)s
                     UNION ALL
                    SELECT line_id, NULL, NULL, last_day FROM (%(moved)s) moved) known
          GROUP BY line_id
            """,
            start=self._start_sql("move"),
            limited=self._limited_sql("move"),
            due=self._due_sql(company, transfers),
            old=old,
            moved=_rows(days),
        )


def _rows(days):
    """Return the SQL of (line_id, last_day) of {journal item id: day}."""
    return SQL(
        "SELECT * FROM unnest(%s::int[], %s::date[]) row (line_id, last_day)",
        array_literal(days),
        array_literal(days.values()),
    )
