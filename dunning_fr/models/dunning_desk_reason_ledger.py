from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .dunning_list_mixin import Once


class DunningDeskReason(models.AbstractModel):
    """The reasons that the ledger gives: what is expired, on hold, or not yet due."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.desk.reason"

    @api.model
    def _expired_sql(self, day):
        """Debtors with an open item whose formal notice has expired, not on hold."""
        return SQL(
            """
            SELECT debtor.id
              FROM dunning_item item
              JOIN account_move_line line ON line.move_id = item.move_id
              JOIN dunning_debtor debtor ON debtor.partner_id = item.partner_id
                                        AND debtor.company_id = item.company_id
             WHERE item.formal_expiry < %(day)s
               AND line.date_maturity = item.date_maturity
               AND line.partner_id = item.partner_id
               AND line.parent_state = 'posted' AND line.amount_residual_currency > 0
               AND line.id NOT IN (%(held)s)
            """,
            day=day,
            held=self._held_sql(),
            to_flush=self._line_flush(),
        )

    @api.model
    def _held_sql(self):
        """Return the SQL of the items on hold today, by the rules of reminders."""
        schedule, transfers = self.env["dunning.schedule"], self.env["dunning.transfer"]
        parts = [
            SQL(
                "SELECT held.line_id FROM (%s) held",
                schedule.with_company(company)._held_sql(
                    company, transfers._of_companies(company)
                ),
            )
            for company in self.env.companies
        ]
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _line_flush(self):
        return self._to_flush(
            "account.move.line",
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "date_maturity",
            "parent_state",
            "partner_id",
            "reconciled",
        )

    @api.model
    def _credit_sql(self):
        """Debtors with credits not matched, which a formal notice waits for."""
        return SQL(
            """
            SELECT debtor.id
              FROM account_move_line line
              JOIN dunning_debtor debtor ON debtor.partner_id = line.partner_id
                                        AND debtor.company_id = line.company_id
             WHERE line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
               AND line.amount_residual < 0 AND %s
            """,
            self.env["dunning.schedule"]._trade_sql(reminded=True),
            to_flush=self._line_flush(),
        )

    @api.model
    def _waiting_sql(self, day):
        """Debtors of whom everything late is on hold."""
        tables, condition = self.env["account.move.line"]._dunning_open_sql(
            day, debts_only=True
        )
        return SQL(
            """
            SELECT debtor.id
              FROM dunning_debtor debtor
             WHERE debtor.id IN (
                       SELECT debtor_id FROM dunning_hold
                        WHERE state = 'active' AND date_from <= %(day)s
                          AND (silent_to IS NULL OR silent_to >= %(day)s))
               AND NOT EXISTS (
                       SELECT FROM %(tables)s
                        WHERE %(condition)s
                          AND line.partner_id = debtor.partner_id
                          AND line.company_id = debtor.company_id
                          AND line.id NOT IN (%(held)s))
            """,
            day=day,
            tables=tables,
            condition=condition,
            held=self._held_sql(),
        )

    @api.model
    def _instalment_sql(self):
        late = [id_ for plans in self._late_plans().values() for id_ in plans]
        return SQL(
            "SELECT debtor_id FROM dunning_hold WHERE id = ANY(%s)",
            late,
            to_flush=self._to_flush("dunning.hold", "debtor_id"),
        )

    @api.model
    def _late_plans(self):
        """Return {company: {plan id: (first missed day, amount)}}, once for a list."""

        def read():
            # sudo: what the ledger says of every plan; only their debtors are used
            holds = self.env["dunning.hold"].sudo()
            return {
                company: holds._plans_late(company, company._dunning_today())
                for company in self.env.companies
            }

        return Once.ask(self.env, ("late_plans",), read)

    @api.model
    def _first_level_day(self, day):
        """Return the due date after which no first level can leave on ``day`` yet."""

        def read():
            # sudo: delays of the company's policies, to say that it is too early
            levels = self.env["dunning.level"].sudo()
            own = [("company_id", "in", self.env.companies.ids), ("sequence", "=", 1)]
            return levels._read_group(own, [], ["delay_days:min"])

        [[delay]] = Once.ask(self.env, ("first_level",), read)
        return day - timedelta(days=delay or 0)

    @api.model
    def _running_sql(self, day):
        """Debtors whose last notices give them time to pay, or are about to leave."""
        return SQL(
            "SELECT debtor_id FROM dunning_notice"
            " WHERE state = 'queued' OR state = 'sent' AND deadline_date >= %s",
            day,
            to_flush=self._to_flush(
                "dunning.notice", "debtor_id", "state", "deadline_date"
            ),
        )
