from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal


class DunningSchedule(models.AbstractModel):
    """The parts of the queries on debts that entries moved to other accounts.

    Their line is paid, what is left stands elsewhere. Few, and mostly none: then the
    queries are those of open debts alone, which an index serves.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.schedule"

    @api.model
    def _debt_sql(self, companies, transfers, scope=None):
        """Return the condition of an open debt on ``line``, where it began."""
        is_open = self._open_sql(companies, scope)
        if not transfers:
            return is_open
        return SQL(
            "(%s AND line.id <> ALL(%s::int[]) OR line.id = ANY(%s::int[]))",
            is_open,
            array_literal(transfers.arrived),
            array_literal(transfers.debts),
        )

    @api.model
    def _due_sql(self, company, transfers):
        """Return the condition of a debt that may be reminded, on ``line``."""
        due = SQL("%s AND %s", self._open_sql(company), self._remindable_sql(company))
        if not transfers:
            return due
        unclear = {id_ for id_, left in transfers.debts.items() if left.unclear}
        return SQL(
            "line.id <> ALL(%(hidden)s::int[]) AND (%(due)s"
            " OR line.id = ANY(%(reminded)s::int[])"
            " AND line.no_followup IS NOT TRUE AND %(residual)s > %(tolerance)s)",
            hidden=array_literal(transfers.arrived | unclear),
            due=due,
            reminded=array_literal(
                id_ for id_, left in transfers.debts.items() if left.residual
            ),
            residual=self._residual_sql(transfers),
            tolerance=company.sudo().dunning_tolerance,  # a setting, not a secret
        )

    @api.model
    def _residual_sql(self, transfers):
        """Return what is left of ``line``, in company currency."""
        if not transfers:
            return SQL("line.amount_residual")
        debts = transfers.debts
        return SQL(
            """
            (line.amount_residual + COALESCE((
                SELECT moved.residual
                  FROM unnest(%s::int[], %s::numeric[]) moved (line_id, residual)
                 WHERE moved.line_id = line.id), 0))
            """,
            array_literal(debts),
            array_literal(left.company_residual for left in debts.values()),
        )

    @api.model
    def _moved_sql(self, transfers):
        """Return the lines to be treated apart: moved debts, and where they are."""
        return SQL(
            "SELECT unnest(%s::int[]) AS line_id",
            array_literal(transfers.arrived | transfers.debts.keys()),
        )

    @api.model
    def _union_sql(self, build, companies, aggregate, scope, transfers=None):
        """Return (owner_id, value) of open debts, and of those moved elsewhere.

        :param build: function of the condition of a debt → SQL of both columns
        """
        if transfers is None:
            transfers = self.env["dunning.transfer"]._of_companies(companies)
        open_debts = SQL(
            "%s AND %s", self._open_sql(companies, scope), self._trade_sql()
        )
        if not transfers:
            return build(open_debts)
        here = SQL("%s AND line.id <> ALL(%s)", open_debts, list(transfers.arrived))
        moved = SQL("line.id = ANY(%s)", list(transfers.debts))
        return SQL(
            "SELECT owner_id, %s(value) AS value FROM (%s UNION ALL %s) debt"
            " GROUP BY owner_id",
            SQL(aggregate),
            build(here),
            build(moved),
        )
