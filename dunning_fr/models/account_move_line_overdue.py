from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

Overdue = namedtuple("Overdue", "amount credits oldest")
NOTHING_OVERDUE = Overdue(0.0, 0.0, False)


class AccountMoveLine(models.Model):
    """What customers owe late, added up for lists: one query a page."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move.line"

    @api.model
    def _dunning_open_sql(self, day):
        """Return (tables, condition) of the open receivable lines that may be dunned.

        The lines are called ``line``; overdue ones are those due before ``day``.
        """
        self.flush_model(
            [
                "amount_residual",
                "date_maturity",
                "parent_state",
                "partner_id",
                "reconciled",
            ]
        )
        self.env["account.account"].flush_model(["dunning_excluded", "non_trade"])
        return (
            SQL(
                "account_move_line line"
                " JOIN account_account account ON account.id = line.account_id"
            ),
            SQL(
                "line.parent_state = 'posted' AND line.reconciled IS NOT TRUE"
                " AND account.account_type = 'asset_receivable'"
                " AND account.non_trade IS NOT TRUE"
                " AND account.dunning_excluded IS NOT TRUE"
                " AND (line.date_maturity < %s OR line.amount_residual < 0)",
                day,
            ),
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
