from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.deadlines import first_day_not_barred

LEVELS = (1, 2, 3, 4)
# Days after the due date, days after the last notice; whether the former count from
# the end of a formal notice
COLUMNS = {"delay": SQL("int"), "pause": SQL("int"), "after_expiry": SQL("bool")}
NO_LEVEL = (None, None, None)


def _rule_row(rule, known):
    """Return the SQL of one rule of {next level: values of ``COLUMNS``}."""
    columns = [
        SQL("%s::%s AS %s", value, kind, SQL.identifier(f"{name}_{level}"))
        for level in LEVELS
        for (name, kind), value in zip(
            COLUMNS.items(), known.get(level, NO_LEVEL), strict=True
        )
    ]
    return SQL("SELECT %s AS rule_id, %s", rule, SQL(", ").join(columns))


def _ripe_sql():
    """Return the day the next level of ``line`` may leave by its ``customer``'s rule.

    NULL: none follows, or the formal notice that it counts from was not presented.
    """
    cases = [
        SQL(
            "WHEN %(level)s THEN CASE"
            " WHEN customer.%(after)s AND line.formal_expiry IS NULL THEN NULL"
            " ELSE GREATEST(CASE WHEN customer.%(after)s THEN line.formal_expiry"
            " ELSE line.date_maturity END + customer.%(delay)s,"
            " line.last_date + customer.%(pause)s) END",
            level=level,
            **{
                short: SQL.identifier(f"{name}_{level}")
                for short, name in zip(
                    ("delay", "pause", "after"), COLUMNS, strict=True
                )
            },
        )
        for level in LEVELS
    ]
    return SQL("CASE line.next %s END", SQL(" ").join(cases))


class DunningSchedule(models.AbstractModel):
    """The next dates of all items at once: filters, sorting, grouping, not a page.

    Nearly all items are plain: nothing is said of their invoice, no hold, notice under
    way or payment concerns them. Theirs is one flat query of few, narrow columns: two
    hundred thousand of them pass through each of its steps, and it may be shared by
    several workers (a CTE may not). What depends on the customer alone is worked out
    once for each customer. The few others are read as those of a page are.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.schedule"

    @api.model
    def _all_next_dates(self, owner, company):
        """Return the SQL of (owner_id, value), a row for each item that has a date."""
        transfers = self.env["dunning.transfer"]._of_companies(company)
        apart = self._apart_ids(company, transfers)
        plain = self._plain_next_dates(owner, company, apart)
        if not apart:
            return SQL("(%s)", plain)
        scope = SQL("line.id = ANY(%s::int[])", array_literal(apart))
        others = self._company_next_dates(owner, company, scope)
        return SQL("(%s) UNION ALL (%s)", plain, others)

    @api.model
    def _apart_ids(self, company, transfers):
        """Return the ids of all items that something else than their date concerns.

        Too many do no harm: any item may be read with them.
        """
        parts = [
            SQL("SELECT line_id FROM (%s) part (line_id)", part)
            for part in (
                self._spoken_of_sql(company, transfers),
                self._stopped_sql(company, transfers),
            )
        ]
        parts.append(
            SQL("SELECT line_id FROM (%s) part", self._held_sql(company, transfers))
        )
        parts.append(
            SQL(
                "SELECT line_id FROM (%s) part",
                self._dated_sql(company, None, transfers),
            )
        )
        if transfers:
            parts.append(self._moved_sql(transfers))
        rows = self.env.execute_query(SQL(" UNION ").join(parts))
        return [line_id for (line_id,) in rows]

    @api.model
    def _spoken_of_sql(self, company, transfers):
        """Return the items of invoices that say something of their own: few."""
        return SQL(
            """
            SELECT line.id
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
             WHERE %(special)s AND %(due)s
            """,
            special=self._special_sql(),
            due=self._due_sql(company, transfers),
        )

    @api.model
    def _special_sql(self):
        """Return the condition of a ``move`` that says something: its index's words."""
        return SQL(
            "(move.debtor_kind IS NOT NULL OR move.dunning_policy_id IS NOT NULL"
            " OR move.dunning_term_start IS NOT NULL"
            " OR move.payment_state = 'blocked')",
            to_flush=self._to_flush(
                "account.move",
                "debtor_kind",
                "dunning_policy_id",
                "dunning_term_start",
                "payment_state",
            ),
        )

    @api.model
    def _plain_next_dates(self, owner, company, apart):
        """Return the SQL of (owner_id, value) of all items but those ``apart``.

        ``OFFSET 0`` keeps apart what goes together, as in ``_steps_sql``.
        """
        return SQL(
            """
            SELECT item.owner_id,
                   CASE WHEN GREATEST(item.ripe, item.free_on, %(today)s)
                             BETWEEN item.quiet_from AND item.quiet_to
                        THEN item.quiet_to + 1
                        ELSE GREATEST(item.ripe, item.free_on)
                   END AS value
              FROM (SELECT line.owner_id, line.start, customer.quiet_from,
                           customer.quiet_to, customer.free_on, customer.barred_before,
                           %(ripe)s AS ripe
                      FROM (%(lines)s) line
                      JOIN (%(customers)s) customer ON customer.id = line.partner_id
                     WHERE line.date_maturity < %(today)s AND %(remindable)s
                           %(others)s
                    OFFSET 0) item
             WHERE item.ripe IS NOT NULL
               AND NOT (item.ripe <= %(today)s AND item.start < item.barred_before)
            OFFSET 0
            """,
            ripe=_ripe_sql(),
            lines=self._plain_lines_sql(owner, company),
            customers=self._ready_customers_sql(company),
            today=self._today_sql(company),
            remindable=self._remindable_sql(company),
            others=SQL("AND line.id <> ALL(%s::int[])", array_literal(apart))
            if apart
            else SQL(),
        )

    @api.model
    def _plain_lines_sql(self, owner, company):
        """Return the SQL of open items and what they were sent.

        Both in the order of an index, side by side: half of the time of a hash.
        """
        return SQL(
            """
            SELECT line.%(owner)s AS owner_id, line.id, line.partner_id,
                   line.date_maturity, %(start)s AS start, line.account_id,
                   line.amount_residual, line.no_followup,
                   COALESCE(past.level, 0) + 1 AS next, past.last_date,
                   past.formal_expiry
              FROM account_move_line line
         LEFT JOIN (SELECT * FROM dunning_item
                  ORDER BY move_id, date_maturity OFFSET 0) past ON %(past)s
             WHERE %(open)s
            OFFSET 0
            """,
            owner=SQL.identifier(owner),
            start=self._start_sql(),
            past=self._past_sql(),
            open=self._open_sql(company),
        )

    @api.model
    def _ready_customers_sql(self, company):
        """Return the customers with all that their items need, ready for use."""
        everyone = self._only_shown(None)
        contacts = SQL("(%s)", self._contacts_sql(company, everyone))
        return SQL(
            """
            SELECT customer.id, customer.quiet_from, customer.quiet_to,
                   CASE WHEN %(spared)s THEN customer.free_on END AS free_on,
                   rule.*,
                   %(barred_before)s AS barred_before
              FROM (%(customers)s OFFSET 0) customer
              JOIN (%(rules)s) rule ON rule.rule_id = customer.rule
            OFFSET 0
            """,
            spared=self._spared_sql(company, SQL("customer.kind")),
            rules=self._rules_sql(company),
            barred_before=self._barred_before_sql(company),
            customers=self._customers_sql(company, everyone, contacts),
        )

    @api.model
    def _rules_sql(self, company):
        """Return the SQL of each rule, with what comes next by the level reached.

        Looked up first: a query with LIMIT inside is not shared by several workers. In
        columns of their own: an element of an array takes as long as all the rest.
        """
        rules = {}
        rows = self.env.execute_query(
            SQL("SELECT * FROM (%s) policy", self._policies_sql(company))
        )
        for rule, level, *facts in rows:
            rules.setdefault(rule, {})[level] = facts
        values = [_rule_row(rule, known) for rule, known in sorted(rules.items())]
        if not values:
            return SQL("%s WHERE FALSE", _rule_row(0, {}))
        return SQL(" UNION ALL ").join(values)

    @api.model
    def _barred_before_sql(self, company):
        """Return the SQL of the day before which a ``customer``'s period began in vain.

        Claims whose period started earlier are time-barred today. A kind without a
        period: after a year, no period being shorter.
        """
        today = company._dunning_today()
        years = self.env["dunning.limitation"]._years(today)
        cases = [
            SQL(
                "WHEN %s THEN %s",
                kind,
                first_day_not_barred(today, number, public=kind == "public"),
            )
            for kind, number in years.items()
        ]
        unknown = first_day_not_barred(today, 1)
        if not cases:
            return SQL("%s::date", unknown)
        return SQL(
            "(CASE %s %s ELSE %s END)::date",
            self._period_sql(SQL("customer.kind"), SQL("customer.public_type")),
            SQL(" ").join(cases),
            unknown,
        )
