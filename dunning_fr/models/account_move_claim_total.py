from odoo import api, models
from odoo.tools import SQL, Query

from ..tools.arrays import array_literal
from .account_move import CLAIMED_TYPES
from .dunning_list_mixin import Once

# Amounts read from the ledger for each invoice, and never stored
CLAIM_AMOUNTS = (
    "dunning_interest",
    "dunning_indemnity",
    "dunning_claim_total",
    "dunning_claim_company_total",
)
UNCLAIMED = "dunning_unclaimed"
# A group of more invoices shows no sum of claims: nobody waits for it unasked
MOST = 2000


class AccountMove(models.Model):
    """Claims of many invoices added up: totals of groups, the order of a list.

    A grouped list or a pivot table asks the database for its sums. The claims of the
    invoices it is about are computed first, as on screen, and handed to it.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS 'base'
        if (
            field_expr not in (*CLAIM_AMOUNTS, UNCLAIMED)
            or query is None
            or alias != query.table
        ):
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        joined = query.make_alias(alias, field_expr)
        if joined not in query._joins:
            amounts = self._dunning_amounts(field_expr, query)
            if amounts is None:
                return SQL("NULL::numeric")
            own = SQL.identifier(alias, "id")
            query.add_join(
                "LEFT JOIN",
                joined,
                self._dunning_amounts_table(amounts),
                SQL("%s = %s", SQL.identifier(joined, "owner_id"), own),
            )
        return SQL("COALESCE(%s, 0)", SQL.identifier(joined, "value"))

    @api.model
    def _dunning_amounts(self, name, query):
        """Return {invoice id: amount} of the invoices of ``query``.

        None when they are too many to be added up unasked.
        """
        wanted, limit = SQL("TRUE"), SQL()
        if name != UNCLAIMED:
            wanted = SQL(
                "move.state = 'posted' AND move.move_type = ANY(%s)",
                list(CLAIMED_TYPES),
            )
            limit = SQL("LIMIT %s", MOST + 1)
        tables = self._dunning_tables(query)
        asked = SQL(
            # Not ``query.select()``: its limit may already be that of the groups.
            # Materialized: for the sake of the limit the planner would else work
            # out a filter's own table anew for each invoice.
            "WITH asked AS %s (SELECT %s AS id FROM %s WHERE %s)"
            " SELECT move.id FROM account_move move"
            " WHERE move.id IN (SELECT id FROM asked) AND %s %s",
            SQL("MATERIALIZED") if tables._joins else SQL(),
            SQL.identifier(query.table, "id"),
            tables.from_clause,
            query.where_clause or SQL("TRUE"),
            wanted,
            limit,
        )
        rows = Once.ask(
            self.env,
            ("asked", asked.code, str(asked.params)),
            lambda: self.env.execute_query(asked),
        )
        if name != UNCLAIMED and len(rows) > MOST:
            return None
        moves = self.browse(id_ for (id_,) in rows)
        return {move.id: move[name] for move in moves if move[name]}

    @api.model
    def _dunning_tables(self, query):
        """Return ``query``'s tables without those that no condition names.

        What is only joined to be grouped or sorted by finds no invoice more and none
        less: working out the next reminder of every open item is left out.
        """
        known = query.where_clause.code
        joins = {}
        for alias, (kind, table, condition) in reversed(query._joins.items()):
            if kind.code != "LEFT JOIN" or alias in known:
                joins[alias] = kind, table, condition
                known += condition.code
        narrowed = Query(self.env, query.table)
        narrowed._tables = query._tables
        narrowed._joins = dict(reversed(joins.items()))
        return narrowed

    @api.model
    def _dunning_amounts_table(self, amounts):
        return SQL(
            "(SELECT owner_id, value FROM unnest(%s::int[], %s::numeric[])"
            " AS amounts (owner_id, value))",
            array_literal(amounts),
            array_literal(amounts.values()),
        )
