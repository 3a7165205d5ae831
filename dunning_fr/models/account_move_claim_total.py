from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from .account_move import CLAIMED_TYPES

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
        # Not ``query.select()``: its limit may already be that of the groups
        rows = self.env.execute_query(
            SQL(
                # Materialized: for the sake of the limit the planner would else work
                # out a grouping's own table anew for each invoice
                "WITH asked AS MATERIALIZED (SELECT %s AS id FROM %s WHERE %s)"
                " SELECT move.id FROM account_move move"
                " WHERE move.id IN (SELECT id FROM asked) AND %s %s",
                SQL.identifier(query.table, "id"),
                query.from_clause,
                query.where_clause or SQL("TRUE"),
                wanted,
                limit,
            )
        )
        if name != UNCLAIMED and len(rows) > MOST:
            return None
        moves = self.browse(id_ for (id_,) in rows)
        return {move.id: move[name] for move in moves if move[name]}

    @api.model
    def _dunning_amounts_table(self, amounts):
        return SQL(
            "(SELECT owner_id, value FROM unnest(%s::int[], %s::numeric[])"
            " AS amounts (owner_id, value))",
            array_literal(amounts),
            array_literal(amounts.values()),
        )
