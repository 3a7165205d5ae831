from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from .account_account import LOSS_PREFIXES, TRANSFER_PREFIXES
from .dunning_procedure_step import CLOSED_STATES

# A notice that may still leave, or of which nobody knows whether it did
ON_ITS_WAY = ("queued", "ready", "sending", "unknown")
# Events that last until their end is entered (R7.11)
LASTING = ("court_action", "insolvency_declaration", "mediation", "small_claims")
ENFORCED_STATES = ("enforceable", "enforced")
# Events that show a title of which no case here knows
TITLE_EVENTS = ("enforcement", "order_service")


class DunningRetention(models.AbstractModel):
    """Where the standing of debtors is read: ledger, notices, holds, cases, events."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.retention"

    @api.model
    def _debtors_sql(self, company, debtor_ids):
        """Return the debtors asked for (None: all of the company), and who owes."""
        scope = SQL("TRUE")
        if debtor_ids is not None:
            scope = SQL("debtor.id = ANY(%s::int[])", array_literal(debtor_ids))
        return SQL(
            """
            SELECT debtor.id, debtor.partner_id,
                   COALESCE(partner.commercial_partner_id, partner.id) AS owner,
                   COALESCE(partner.debtor_kind, '') AS kind,
                   debtor.create_date::date AS born
              FROM dunning_debtor debtor
              JOIN res_partner partner ON partner.id = debtor.partner_id
             WHERE debtor.company_id = %s AND %s
            """,
            company.id,
            scope,
        )

    @api.model
    def _ledger_sql(self, company, since):
        """Return the items of each commercial customer, doubtful ones and bills too.

        An invoice taken back to be corrected is no payment; one that was cancelled
        still has its days. What is paid is so since the day it was matched, whatever
        the day of the entry. Without matching on its account, only the sum tells.
        One dated anew is as old as its entry. What stands on 416 or 413 began with a
        document nobody names here: no note is older than that.
        """
        return SQL(
            """
            SELECT COALESCE(partner.commercial_partner_id, partner.id) AS owner,
                   bool_or(line.parent_state <> 'cancel'
                           AND (line.amount_residual <> 0
                                OR line.amount_residual_currency <> 0))
                   OR COALESCE(sum(line.balance) FILTER (
                        WHERE line.parent_state = 'posted'
                          AND account.reconcile IS NOT TRUE), 0) <> 0 AS is_open,
                   max(line.date) FILTER (WHERE line.move_id IN (%(losses)s)) AS lost,
                   %(oldest)s AS oldest,
                   max(GREATEST(line.date, matched.day)) AS last,
                   max(GREATEST(line.date, line.date_maturity)) AS due
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_account account ON account.id = line.account_id
              JOIN res_partner partner ON partner.id = line.partner_id
         LEFT JOIN LATERAL (SELECT max(GREATEST(partial.create_date::date,
                                              partial.max_date)) AS day
                              FROM account_partial_reconcile partial
                             WHERE partial.debit_move_id = line.id) matched ON TRUE
             WHERE line.company_id = %(company)s
               AND (line.parent_state = 'posted' OR move.posted_before)
               AND (account.account_type = 'asset_receivable'
                    OR left(account.code_store->>%(root)s, 3) = ANY(%(moved)s))
               AND line.partner_id IN (
                    SELECT id FROM res_partner
                     WHERE commercial_partner_id IN (SELECT owner FROM own)
                     UNION ALL SELECT owner FROM own)
          GROUP BY 1
            """,
            company=company.id,
            root=str(company.root_id.id),
            oldest=self._oldest_sql(company, since),
            losses=self._losses_sql(company),
            moved=list(TRANSFER_PREFIXES),
        )

    @api.model
    def _losses_sql(self, company):
        """Return the entries that write something off."""
        return SQL(
            """
            SELECT cost.move_id
              FROM account_move_line cost
              JOIN account_account account ON account.id = cost.account_id
             WHERE cost.company_id = %s AND cost.balance > 0
               AND left(account.code_store->>%s, 3) = ANY(%s)
            """,
            company.id,
            str(company.root_id.id),
            list(LOSS_PREFIXES),
        )

    @api.model
    def _oldest_sql(self, company, since):
        """Return the first day of a document open, or settled since a day."""
        return SQL(
            """
            min(CASE WHEN account.reconcile
                     AND NOT left(account.code_store->>%(root)s, 3)
                             = ANY(%(moved)s)
                     THEN LEAST(line.date, line.invoice_date,
                                line.create_date::date)
                     ELSE DATE '0001-01-01' END)
            FILTER (WHERE line.amount_residual <> 0
                       OR line.amount_residual_currency <> 0
                       OR matched.day >= %(since)s
                       OR account.reconcile IS NOT TRUE)
            """,
            root=str(company.root_id.id),
            since=since,
            moved=list(TRANSFER_PREFIXES),
        )

    @api.model
    def _claimed_sql(self):
        """Return what was claimed of a debtor and is open, whoever owes it by now."""
        return SQL(
            """
            SELECT notice.debtor_id, TRUE AS is_open,
                   min(LEAST(line.date, line.invoice_date,
                             line.create_date::date)) AS oldest
              FROM dunning_notice_line claim
              JOIN dunning_notice notice ON notice.id = claim.notice_id
              JOIN account_move_line line ON line.id = claim.move_line_id
             WHERE notice.debtor_id IN (SELECT id FROM own)
               AND notice.state NOT IN ('draft', 'cancelled')
               AND line.parent_state <> 'cancel' AND line.amount_residual <> 0
          GROUP BY notice.debtor_id
            """
        )

    @api.model
    def _notices_sql(self, company):
        return SQL(
            """
            SELECT notice.debtor_id,
                   bool_or(notice.state IN ('queued', 'unknown')
                           OR dispatch.waits IS TRUE) AS waits,
                   array_agg(DISTINCT COALESCE(notice.debtor_kind, '')) AS kinds,
                   max(GREATEST(notice.date, notice.sent_date, notice.presented_date,
                                notice.deadline_date)) AS last
              FROM dunning_notice notice
         LEFT JOIN (SELECT notice_id, TRUE AS waits FROM dunning_dispatch
                     WHERE state = ANY(%s) GROUP BY notice_id) dispatch
                ON dispatch.notice_id = notice.id
             WHERE notice.company_id = %s
               AND notice.debtor_id IN (SELECT id FROM own)
               AND notice.state NOT IN ('draft', 'cancelled')
          GROUP BY notice.debtor_id
            """,
            list(ON_ITS_WAY),
            company.id,
        )

    @api.model
    def _holds_sql(self, day):
        return SQL(
            """
            SELECT debtor_id,
                   bool_or(state = 'active'
                           AND COALESCE(GREATEST(silent_to, date_to),
                                        'infinity') >= %s) AS acts,
                   max(GREATEST(date_from, date_to, settled_on)) AS last
              FROM dunning_hold
             WHERE debtor_id IN (SELECT id FROM own)
          GROUP BY debtor_id
            """,
            day,
        )

    @api.model
    def _cases_sql(self):
        return SQL(
            """
            SELECT debtor_id, bool_or(NOT state = ANY(%s)) AS is_open,
                   max(GREATEST(date, closed_date)) AS last
              FROM dunning_case
             WHERE debtor_id IN (SELECT id FROM own)
          GROUP BY debtor_id
            """,
            list(CLOSED_STATES),
        )

    @api.model
    def _titles_sql(self):
        """Return the last title of each debtor: a decision, or an act that makes one.

        A title runs for ten years; an act of enforcement, a payment or another
        acknowledgement after it starts them again: any later movement may be one.
        """
        return SQL(
            """
            SELECT legal.debtor_id, max(act.day) AS last
              FROM dunning_case legal
              JOIN (SELECT case_id, GREATEST(date, served_date) AS day
                      FROM dunning_case_decision
                     UNION ALL
                    SELECT step.case_id, step.date
                      FROM dunning_case_step step
                      JOIN dunning_procedure_step model
                        ON model.id = step.procedure_step_id
                     WHERE model.case_state = ANY(%s)) act ON act.case_id = legal.id
             WHERE act.day IS NOT NULL AND legal.debtor_id IN (SELECT id FROM own)
          GROUP BY legal.debtor_id
            """,
            list(ENFORCED_STATES),
        )

    @api.model
    def _events_sql(self):
        """Return the events that move a limitation.

        One struck out as a mistake counts from that day: its proofs do not go with it.
        """
        return SQL(
            """
            SELECT debtor_id, max(years) FILTER (WHERE state <> 'mistake') AS years,
                   max(CASE WHEN state = 'mistake' THEN write_date::date
                            ELSE GREATEST(date, date_to) END) AS last,
                   max(date) FILTER (WHERE state <> 'mistake' AND kind = ANY(%s))
                       AS title,
                   bool_or(state = 'counted' AND date_to IS NULL
                           AND kind = ANY(%s)) AS lasts
              FROM dunning_limitation_event
             WHERE debtor_id IN (SELECT id FROM own)
          GROUP BY debtor_id
            """,
            list(TITLE_EVENTS),
            list(LASTING),
        )

    @api.model
    def _charges_sql(self, company):
        return SQL(
            """
            SELECT partner.commercial_partner_id AS owner,
                   bool_or(charge.state IN ('claimed', 'invoiced')) AS waits,
                   max(GREATEST(charge.date_to, charge.date_maturity,
                                charge.create_date::date)) AS last
              FROM dunning_charge charge
              JOIN res_partner partner ON partner.id = charge.partner_id
             WHERE charge.company_id = %s
               AND partner.commercial_partner_id IN (SELECT owner FROM own)
          GROUP BY partner.commercial_partner_id
            """,
            company.id,
        )
