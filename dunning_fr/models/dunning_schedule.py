from odoo import api, models
from odoo.tools import SQL

NOTHING = SQL("SELECT NULL::int AS owner_id, NULL::date AS value WHERE FALSE")


class DunningSchedule(models.AbstractModel):
    """Level, next date and limitation date of many items in one query each.

    Lists of invoices and customers show, filter, sort and group by them. The rules
    are those of ``tools/escalation.py``, which decides what is really sent; a test
    compares both on a mixed population. Amounts are not weighed here (minimum of a
    level, credits): the run does that.

    The queries are shaped for the planner: constants instead of joins on small
    tables, items treated apart in a branch of their own, nothing that it may take
    for a single row and then scan once per invoice.
    """

    _name = "dunning.schedule"
    _description = "Levels and next dates in SQL"

    @api.model
    def _levels(self, owner, companies, scope=None):
        """Return the SQL of (owner_id, value): highest level sent of open items.

        :param owner: column of the journal items to group by
        :param scope: condition on the journal items (alias ``line``)
        """

        def build(debt):
            return self._levels_of(owner, debt, scope)

        return self._union_sql(build, companies, "max", scope)

    @api.model
    def _levels_of(self, owner, debt, scope):
        # The due date is compared after the join: as a second join condition it makes
        # the planner expect one row.
        return SQL(
            """
            SELECT line.%(owner)s AS owner_id,
                   max(item.level) FILTER (
                       WHERE item.date_maturity = line.date_maturity
                         AND item.partner_id = line.partner_id
                         AND (item.entry_line_id IS NULL
                              OR item.entry_line_id = line.id)
                   ) AS value
              FROM dunning_item item
              JOIN account_move_line line ON line.move_id = item.move_id
             WHERE %(debt)s AND %(scope)s
          GROUP BY line.%(owner)s
            """,
            owner=SQL.identifier(owner),
            debt=debt,
            scope=scope or SQL("TRUE"),
        )

    @api.model
    def _next_dates(self, owner, companies, scope=None):
        """Return the SQL of (owner_id, value): day the next level may leave.

        The earliest over the owner's open overdue items; see ``_levels``. An owner
        has items of one of the companies only.
        """
        if not scope:
            return SQL(
                "SELECT owner_id, min(value) AS value FROM (%s) item GROUP BY owner_id",
                self._item_next_dates(owner, companies),
            )
        parts = [self._company_next_dates(owner, c, scope) for c in companies]
        return SQL(" UNION ALL ").join(parts) if parts else NOTHING

    @api.model
    def _item_next_dates(self, owner, companies):
        """Return the SQL of (owner_id, value), a row for each item that has a date."""
        parts = [self._all_next_dates(owner, company) for company in companies]
        return SQL(" UNION ALL ").join(parts) if parts else NOTHING

    @api.model
    def _company_next_dates(self, owner, company, scope):
        transfers = self.env["dunning.transfer"]._of_companies(company)
        return SQL(
            """
            (WITH %(shown)s policy AS MATERIALIZED (%(policies)s),
                  contact AS MATERIALIZED (%(contacts)s),
                  customer AS MATERIALIZED (%(customers)s),
                  special AS MATERIALIZED (%(specials)s),
                  held AS MATERIALIZED (%(held)s),
                  stopped AS MATERIALIZED (%(stopped)s),
                  dated AS MATERIALIZED (%(dated)s),
                  apart AS MATERIALIZED (
                      SELECT line_id FROM special UNION
                      SELECT line_id FROM held UNION
                      SELECT line_id FROM dated UNION
                      SELECT line_id FROM stopped%(moved)s)
             SELECT item.owner_id,
                    min(GREATEST(item.step, item.held_until + 1)) AS value
               FROM (%(steps)s) item
              WHERE item.step IS NOT NULL
                AND NOT (item.ripe <= %(today)s
                         AND %(today)s - item.start >= 365
                         AND %(today)s > COALESCE(item.last_day, %(limitation)s))
           GROUP BY item.owner_id)
            """,
            policies=self._policies_sql(company),
            shown=self._shown_sql(company, scope, transfers),
            contacts=self._contacts_sql(company, self._only_shown(scope)),
            customers=self._customers_sql(company, self._only_shown(scope)),
            specials=self._specials_sql(company, transfers),
            held=self._held_sql(company, transfers),
            stopped=self._stopped_sql(company, transfers),
            moved=SQL(" UNION %s", self._moved_sql(transfers)) if transfers else SQL(),
            steps=self._steps_sql(owner, company, scope, transfers),
            dated=self._dated_sql(company, scope, transfers),
            today=self._today_sql(company),
            limitation=self._limitation_sql(
                SQL("item.kind"),
                SQL("item.public_type"),
                SQL("item.period"),
                SQL("item.start"),
            ),
        )

    @api.model
    def _steps_sql(self, owner, company, scope, transfers):
        """Return the SQL of the overdue items, with the day of their next level.

        ``OFFSET 0`` keeps two things apart for the planner: conditions that go
        together (an open debt is above the tolerance, on a receivable account) would
        else make it expect few items and probe an index for each of many; and a day
        that others are counted from would be worked out anew for each of them.
        """
        return SQL(
            """
            SELECT item.owner_id, item.start, item.period, item.last_day,
                   item.held_until, item.kind, item.public_type, item.ripe,
                   CASE WHEN GREATEST(item.free, %(today)s)
                             BETWEEN item.quiet_from AND item.quiet_to
                        THEN item.quiet_to + 1 ELSE item.free
                   END AS step
              FROM (SELECT item.*,
                           GREATEST(item.ripe,
                                    CASE WHEN item.free_on IS NOT NULL AND %(spared)s
                                         THEN item.free_on END) AS free
                      FROM (SELECT item.owner_id, item.start, item.period,
                                   item.last_day, item.held_until, item.kind,
                                   item.public_type, item.quiet_from, item.quiet_to,
                                   item.free_on,
                                   GREATEST(CASE WHEN policy.after_expiry
                                                 THEN item.formal_expiry
                                                 ELSE item.due
                                            END + policy.delay,
                                            item.last_date + policy.pause) AS ripe
                              FROM (%(plain)s UNION ALL %(apart)s) item
                              JOIN policy ON policy.rule = item.rule
                                         AND policy.next = item.next
                             WHERE item.due < %(today)s
                               AND (item.formal_expiry IS NOT NULL
                                    OR NOT policy.after_expiry)
                            OFFSET 0) item) item
            OFFSET 0
            """,
            spared=self._spared_sql(company, SQL("item.kind")),
            plain=self._plain_items_sql(owner, company, scope),
            apart=self._items_apart_sql(owner, company, scope, transfers),
            today=self._today_sql(company),
        )

    @api.model
    def _plain_items_sql(self, owner, company, scope):
        return SQL(
            """
            SELECT line.owner_id, line.start, NULL::text AS period,
                   NULL::date AS last_day, line.date_maturity AS due, line.kind,
                   line.public_type, NULL::date AS held_until, line.rule,
                   COALESCE(line.level, 0) + 1 AS next, line.last_date,
                   line.formal_expiry, line.quiet_from, line.quiet_to, line.free_on
              FROM (SELECT line.%(owner)s AS owner_id, line.id, line.date_maturity,
                           %(start)s AS start,
                           line.account_id, line.amount_residual, line.no_followup,
                           customer.kind, customer.public_type, customer.rule,
                           customer.quiet_from, customer.quiet_to, customer.free_on,
                           past.level, past.last_date, past.formal_expiry
                      FROM account_move_line line
                      JOIN customer ON customer.id = line.partner_id
                 LEFT JOIN dunning_item past ON %(past)s
                     WHERE %(open)s AND %(scope)s
                    OFFSET 0) line
             WHERE %(remindable)s AND line.id NOT IN (SELECT line_id FROM apart)
            """,
            owner=SQL.identifier(owner),
            start=self._start_sql(),
            past=self._past_sql(),
            open=self._open_sql(company, scope),
            scope=scope or SQL("TRUE"),
            remindable=self._remindable_sql(company),
        )

    @api.model
    def _items_apart_sql(self, owner, company, scope, transfers):
        """Return the SQL of the few items of special invoices, and those on hold."""
        return SQL(
            """
            SELECT line.%(owner)s, COALESCE(dated.start, %(start)s), dated.period,
                   dated.last_day, COALESCE(special.due, line.date_maturity),
                   COALESCE(special.kind, customer.kind), customer.public_type,
                   held.until,
                   COALESCE(special.rule, customer.rule),
                   COALESCE(past.level, 0) + 1, past.last_date, past.formal_expiry,
                   customer.quiet_from, customer.quiet_to, customer.free_on
              FROM apart
              JOIN account_move_line line ON line.id = apart.line_id
              JOIN customer ON customer.id = line.partner_id
         LEFT JOIN special ON special.line_id = line.id
         LEFT JOIN held ON held.line_id = line.id
         LEFT JOIN dated ON dated.line_id = line.id
         LEFT JOIN dunning_item past ON %(past)s
             WHERE %(due)s AND %(scope)s
               AND line.id NOT IN (SELECT line_id FROM stopped)
               AND special.is_blocked IS NOT TRUE
               AND held.until IS DISTINCT FROM 'infinity'
            """,
            owner=SQL.identifier(owner),
            start=self._start_sql(),
            past=self._past_sql(),
            due=self._due_sql(company, transfers),
            scope=scope or SQL("TRUE"),
        )

    @api.model
    def _past_sql(self):
        return SQL(
            "past.move_id = line.move_id AND past.date_maturity = line.date_maturity"
            " AND past.partner_id = line.partner_id"
            " AND (past.entry_line_id IS NULL OR past.entry_line_id = line.id)"
        )
