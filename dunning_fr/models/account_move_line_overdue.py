from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from .dunning_list_mixin import Once

Overdue = namedtuple("Overdue", "amount credits oldest")
NOTHING_OVERDUE = Overdue(0.0, 0.0, False)


class AccountMoveLine(models.Model):
    """What customers owe late, added up for lists: one query a page."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move.line"

    @api.model
    def _dunning_open_sql(self, day, debts_only=False):
        """Return (tables, condition) of the open receivable lines that may be dunned.

        The lines are called ``line``; overdue ones are those due before ``day``. The
        account numbers are looked up first, so that the index of open debts answers
        alone.

        :param debts_only: without open credits; for sums over all customers
        """
        self.flush_model(
            [
                "account_id",
                "amount_residual",
                "amount_residual_currency",
                "date_maturity",
                "parent_state",
                "partner_id",
            ]
        )
        debt = SQL("line.amount_residual_currency > 0 AND line.date_maturity < %s", day)
        if debts_only:
            wanted = SQL("%s AND line.amount_residual > 0", debt)
        else:
            wanted = SQL(
                "line.reconciled IS NOT TRUE AND (%s OR line.amount_residual < 0)", debt
            )
        schedule = self.env["dunning.schedule"]
        condition = SQL(
            "line.parent_state = 'posted' AND %s AND %s",
            wanted,
            schedule._trade_sql(reminded=True),
        )
        tables = SQL("account_move_line line")
        # sudo: every company a debtor may belong to; the callers filter
        # pylint: disable-next=no-search-all  # few, and all of them meant
        all_companies = self.env["res.company"].sudo().search
        companies = Once.ask(self.env, ("companies",), lambda: all_companies([]))
        transfers = self.env["dunning.transfer"]._of_companies(companies)
        if not transfers:
            return tables, condition
        return self._dunning_open_or_moved_sql(tables, condition, transfers, day)

    @api.model
    def _dunning_open_or_moved_sql(self, tables, condition, transfers, day):
        """Return ``_dunning_open_sql`` with debts where they began, not moved to."""
        debts = transfers.debts
        return (
            SQL(
                """
                (SELECT line.id, line.partner_id, line.company_id, line.date_maturity,
                        line.amount_residual
                   FROM %(tables)s
                  WHERE %(condition)s AND line.id <> ALL(%(arrived)s::int[])
                  UNION ALL
                 SELECT line.id, line.partner_id, line.company_id, line.date_maturity,
                        moved.residual
                   FROM unnest(%(debts)s::int[], %(residuals)s::numeric[])
                        moved (line_id, residual)
                   JOIN account_move_line line ON line.id = moved.line_id
                  WHERE line.date_maturity < %(day)s AND moved.residual > 0) line
                """,
                tables=tables,
                condition=condition,
                arrived=array_literal(transfers.arrived),
                debts=array_literal(debts),
                residuals=array_literal(d.company_residual for d in debts.values()),
                day=day,
            ),
            SQL("TRUE"),
        )

    @api.model
    def _dunning_overdue(self, partners, companies):
        """Return {(partner id, company id): Overdue} in company currency."""
        tables, condition = self._dunning_open_sql(companies[:1]._dunning_today())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.partner_id, line.company_id,
                       COALESCE(sum(line.amount_residual)
                                FILTER (WHERE line.amount_residual > 0), 0),
                       COALESCE(-sum(line.amount_residual)
                                FILTER (WHERE line.amount_residual < 0), 0),
                       min(line.date_maturity) FILTER (WHERE line.amount_residual > 0)
                  FROM %s
                 WHERE %s AND line.partner_id = ANY(%s) AND line.company_id = ANY(%s)
              GROUP BY line.partner_id, line.company_id
                """,
                tables,
                condition,
                list(partners.ids),
                list(companies.ids),
            )
        )
        return {
            (partner_id, company_id): Overdue(amount, credits, oldest or False)
            for partner_id, company_id, amount, credits, oldest in rows
        }
