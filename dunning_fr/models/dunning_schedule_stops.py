from odoo import api, models
from odoo.tools import SQL


class DunningSchedule(models.AbstractModel):
    """The parts of the queries on items left alone for now: few, so read first."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.schedule"

    @api.model
    def _stopped_sql(self, company, transfers):
        """Return the items in a notice under way, being paid already, or collected."""
        return SQL(
            "%s UNION %s UNION %s UNION %s%s",
            self._pending_sql(company),
            self._paying_online_sql(company),
            self._in_process_sql(company),
            self._collected_sql(company, transfers),
            self._einvoice_sql(company, transfers),
        )

    @api.model
    def _einvoice_sql(self, company, transfers):
        """Return what the life cycle of e-invoices stops; empty without one."""
        stopped = self.env["account.move"]._dunning_einvoice_sql()
        if stopped is None:
            return SQL()
        return SQL(
            " UNION SELECT line.id FROM account_move move"
            " JOIN account_move_line line ON line.move_id = move.id"
            " WHERE %s AND %s",
            stopped,
            self._debt_sql(company, transfers),
        )

    @api.model
    def _collected_sql(self, company, transfers):
        return SQL(
            """
            SELECT line.id
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
             WHERE %s AND %s
            """,
            self.env["account.move"]._dunning_collected_sql(),
            self._debt_sql(company, transfers),
        )

    @api.model
    def _pending_sql(self, company):
        return SQL(
            """
            SELECT line.id AS line_id
              FROM dunning_notice notice
              JOIN dunning_notice_line sent
                ON sent.notice_id = notice.id AND sent.claimed
              JOIN account_move_line line
                ON line.move_id = split_part(sent.document_key, ':', 1)::int
               AND line.date_maturity
                   = NULLIF(split_part(sent.document_key, ':', 2), '')::date
               AND split_part(sent.document_key, ':', 3) IN ('', line.id::text)
             WHERE notice.company_id = %s AND notice.state IN ('queued', 'unknown')
            """,
            company.id,
            to_flush=[
                *self._to_flush("dunning.notice", "state"),
                *self._to_flush(
                    "dunning.notice.line", "claimed", "document_key", "notice_id"
                ),
            ],
        )

    @api.model
    def _paying_online_sql(self, company):
        lines = self.env["account.move.line"]
        return SQL(
            """
            SELECT line.id
              FROM (%s) paying
              JOIN account_move_line line ON line.move_id = paying.move_id
            """,
            lines._dunning_paying_online_sql(company._dunning_today()),
        )

    @api.model
    def _in_process_sql(self, company):
        """Return the items that payments still without journal entry have covered.

        They cover an invoice's items in the order of due dates, as the rules do.
        """
        return SQL(
            """
            SELECT covered.id
              FROM (SELECT line.id, line.amount_residual, paid.amount,
                           line.amount_residual_currency AS owed,
                           sum(line.amount_residual_currency) OVER (
                               PARTITION BY line.move_id
                               ORDER BY line.date_maturity, line.id) AS running
                      FROM (SELECT link.invoice_id, sum(payment.amount) AS amount
                              FROM account_payment payment
                              JOIN account_move__account_payment link
                                ON link.payment_id = payment.id
                             WHERE payment.state = 'in_process'
                               AND payment.move_id IS NULL
                          GROUP BY link.invoice_id) paid
                      JOIN account_move_line line ON line.move_id = paid.invoice_id
                     WHERE line.company_id = %(company)s
                       AND line.parent_state = 'posted'
                       AND line.amount_residual_currency > 0) covered
             WHERE covered.amount_residual / covered.owed
                   * GREATEST(0, LEAST(covered.owed, covered.running - covered.amount))
                   <= %(tolerance)s
            """,
            company=company.id,
            tolerance=company.sudo().dunning_tolerance,  # a setting, not a secret
            to_flush=self._to_flush("account.payment", "state", "amount", "move_id"),
        )

    @api.model
    def _credited_sql(self):
        """Return the SQL of what was credited of a dispute (``hold``) since it began.

        As ``dunning.hold`` reads it: that is disputed no more.
        """
        moves = self.env["dunning.hold"]._fields["move_ids"]
        return SQL(
            """
            SELECT sum(partial.amount)
              FROM %(link)s own
              JOIN account_move_line debt ON debt.move_id = own.%(move)s
              JOIN account_partial_reconcile partial ON partial.debit_move_id = debt.id
              JOIN account_move_line credit ON credit.id = partial.credit_move_id
              JOIN account_move note ON note.id = credit.move_id
             WHERE own.%(hold)s = hold.id AND note.move_type = 'out_refund'
               AND credit.parent_state = 'posted' AND credit.date >= hold.date_from
            """,
            link=SQL.identifier(moves.relation),
            hold=SQL.identifier(moves.column1),
            move=SQL.identifier(moves.column2),
            to_flush=[
                *self._to_flush("account.partial.reconcile", "amount", "debit_move_id"),
                *self._to_flush("account.partial.reconcile", "credit_move_id"),
                *self._to_flush("account.move.line", "date", "parent_state"),
                *self._to_flush("account.move", "move_type"),
            ],
        )

    @api.model
    def _held_sql(self, company, transfers):
        """Return the items a hold covers today, and until when (infinity: no end).

        A hold with an amount covers its items in the order of due dates until the
        amount is used up; the rest goes on being reminded.
        """
        moves = self.env["dunning.hold"]._fields["move_ids"]
        return SQL(
            """
            SELECT item.line_id, max(COALESCE(item.silent_to, 'infinity')) AS until
              FROM (SELECT line.id AS line_id, hold.amount, hold.silent_to,
                           hold.amount - CASE
                               WHEN hold.kind = 'dispute' AND hold.amount > 0
                               THEN COALESCE((%(credited)s), 0) ELSE 0 END AS still,
                           sum(%(residual)s) OVER (
                               PARTITION BY hold.id
                               ORDER BY line.date_maturity, line.id) AS running
                      FROM dunning_hold hold
                      JOIN dunning_debtor debtor ON debtor.id = hold.debtor_id
                      JOIN account_move_line line
                        ON line.partner_id = debtor.partner_id
                 LEFT JOIN %(link)s link ON link.%(hold)s = hold.id
                                        AND link.%(move)s = line.move_id
                     WHERE hold.state = 'active' AND hold.date_from <= %(today)s
                       AND hold.factor_mode IS DISTINCT FROM 'own_name'
                       AND (hold.silent_to IS NULL OR hold.silent_to >= %(today)s)
                       AND (link.%(move)s IS NOT NULL
                            OR NOT EXISTS (SELECT FROM %(link)s any_link
                                            WHERE any_link.%(hold)s = hold.id))
                       AND debtor.company_id = %(company)s
                       AND %(due)s) item
             WHERE COALESCE(item.amount, 0) = 0
                OR item.running - item.still <= %(tolerance)s
                   AND item.still > 0
          GROUP BY item.line_id
            """,
            credited=self._credited_sql(),
            link=SQL.identifier(moves.relation),
            hold=SQL.identifier(moves.column1),
            move=SQL.identifier(moves.column2),
            today=self._today_sql(company),
            company=company.id,
            due=self._due_sql(company, transfers),
            residual=self._residual_sql(transfers),
            tolerance=company.sudo().dunning_tolerance,  # a setting, not a secret
            to_flush=self._to_flush(
                "dunning.hold",
                "amount",
                "date_from",
                "debtor_id",
                "factor_mode",
                "kind",
                "move_ids",
                "silent_to",
                "state",
            ),
        )
