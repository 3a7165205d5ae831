from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.arrays import array_literal

# A level that was sent later than this day is the business of the rules themselves.
RESTING = """
    WITH rule AS (
        SELECT %(day)s - (SELECT min(min_interval_days) FROM dunning_level
                           WHERE company_id = %(company)s) AS last_free,
               %(day)s + 1 + COALESCE((SELECT max(pre_reminder_days)
                                         FROM dunning_policy
                                        WHERE company_id = %(company)s
                                          AND pre_reminder), 0) AS horizon
    )
    SELECT line.partner_id, array_agg(line.id)
      FROM account_move_line line
CROSS JOIN rule
 LEFT JOIN account_move public
        ON public.id = line.move_id AND public.dunning_term_start IS NOT NULL
 LEFT JOIN dunning_item item
        ON item.move_id = line.move_id
       AND item.date_maturity = line.date_maturity
       AND item.partner_id = line.partner_id
       AND COALESCE(item.entry_line_id, line.id) = line.id
       AND item.last_date > rule.last_free AND item.last_date <= %(day)s
     WHERE line.company_id = %(company)s
       AND line.account_id = ANY(%(accounts)s::int[])
       AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
       AND line.amount_residual_currency > 0 AND line.partner_id IS NOT NULL
       AND (line.date_maturity IS NULL OR line.date_maturity < rule.horizon
            OR public.id IS NOT NULL)
  GROUP BY line.partner_id
    HAVING bool_and(item.id IS NOT NULL)
"""


class DunningItem(models.Model):
    """How far each item reminded so far has come: an index of the proof.

    Lists of hundreds of thousands of invoices are filtered and grouped by level
    and next date; reading every line of every notice for that takes seconds. One
    row per item is derived from what was sent, whenever that changes, and from
    nothing else: the rules themselves go on reading the notices.
    """

    _name = "dunning.item"
    _description = "Progress of an item"
    _log_access = False
    _order = "id"
    _rec_name = "document_key"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    document_key = fields.Char(required=True)
    move_id = fields.Many2one("account.move", required=True, ondelete="cascade")
    partner_id = fields.Integer(
        required=True, help="The customer it was sent to; another one starts again."
    )
    date_maturity = fields.Date(string="Due date", required=True)
    entry_line_id = fields.Integer(
        help="The journal item, where one entry holds many documents."
    )
    level = fields.Integer(required=True, help="Highest level sent.")
    last_date = fields.Date(required=True, help="Day of the last notice.")
    formal_expiry = fields.Date(
        help="Last day a formal notice gave; empty while none was presented."
    )

    _key_unique = models.UniqueIndex("(document_key, partner_id)")
    _lookup_idx = models.Index(
        "(move_id, date_maturity)"
        " INCLUDE (partner_id, entry_line_id, level, last_date, formal_expiry)"
    )
    _expiry_idx = models.Index("(formal_expiry) WHERE formal_expiry IS NOT NULL")

    @api.model
    def _refresh(self, keys=None):
        """Derive the rows of these document keys anew (None = all of them)."""
        for name in ("notice", "notice.line", "level", "opening.level", "return"):
            self.env[f"dunning.{name}"].flush_model()
        self.env["account.move.line"].flush_model(["partner_id"])
        self.env["account.move"].flush_model(["commercial_partner_id"])
        wanted = SQL("TRUE")
        if keys is not None:
            wanted = SQL("document_key = ANY(%s)", list(keys))
        self.env.cr.execute(SQL("DELETE FROM dunning_item WHERE %s", wanted))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dunning_item (company_id, document_key, move_id,
                       partner_id, date_maturity, entry_line_id, level, last_date,
                       formal_expiry)
                SELECT past.company_id, past.document_key, move.id, past.partner_id,
                       split_part(past.document_key, ':', 2)::date,
                       NULLIF(split_part(past.document_key, ':', 3), '')::int,
                       CASE WHEN bool_or(past.is_formal) THEN max(past.level)
                            ELSE max(past.counted) END,
                       max(past.date),
                       (array_agg(past.expiry ORDER BY past.date DESC, past.id DESC)
                            FILTER (WHERE past.is_formal))[1]
                  FROM (%s) past
                  JOIN account_move move
                    ON move.id = split_part(past.document_key, ':', 1)::int
                 WHERE split_part(past.document_key, ':', 2) <> ''
              GROUP BY past.company_id, past.document_key, move.id, past.partner_id
                """,
                self._past_sql(wanted),
            )
        )
        self.invalidate_model()
        shown = ["dunning_level", "dunning_next_date"]
        # a notice to a public body interrupts (R7.13)
        limits = ["limitation_date", "limitation_contractual_date"]
        limits.append("limitation_possible_date")
        self.env["account.move"].invalidate_model([*shown, *limits], flush=False)
        self.env["res.partner"].invalidate_model(shown, flush=False)

    @api.model
    def _resting(self, company, day):
        """Return {customer id: [ids of open debts]} of those reminded just now.

        Each debt that a run of ``day`` looks at was reminded so few days before that
        no level of ``company`` may follow yet: nothing can leave to these customers,
        and their debts need not be judged one by one.
        """
        lines = self.env["account.move.line"]
        reminded, excluded = lines._dunning_accounts()
        lines.flush_model()
        for model in ("account.move", "dunning.policy", "dunning.level"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                RESTING,
                company=company.id,
                day=day,
                accounts=array_literal(reminded + excluded),
            )
        )
        found = dict(self.env.cr.fetchall())
        if found:  # debts on other accounts are judged one by one
            transfers = self.env["dunning.transfer"]._of_companies(company)
            for partner_id in found.keys() & transfers.customers:
                del found[partner_id]
        return found

    @api.model
    def _refresh_customers(self, partners):
        """Derive the rows of customers anew that were merged or changed hands."""
        rows = self.env.execute_query(
            SQL(
                "SELECT document_key FROM dunning_item WHERE partner_id = ANY(%s)",
                partners.ids,
            )
        )
        self._refresh([key for (key,) in rows])

    @api.model
    def _past_sql(self, wanted):
        """Return what each item received: sent notices, and opening levels.

        ``counted``: what came before a returned payment counts up to the level below
        its restart, as in ``tools.escalation.restarted``; the caller leaves documents
        alone that had a formal notice, which stays what it is. (Asking for each row
        whether there was one reads all rows for each, if the planner is misled by old
        statistics: minutes instead of a second after a large run.)
        """
        return SQL(
            """
            SELECT past.company_id, past.document_key, past.partner_id, past.level,
                   LEAST(past.level, back.restart_level - 1) AS counted, past.date,
                   past.id, past.is_formal, past.expiry
              FROM (%(received)s) past
         LEFT JOIN LATERAL (
                   SELECT last.restart_level, last.date
                     FROM dunning_return last
                    WHERE last.document_key = past.document_key
                      AND last.company_id = past.company_id
                      AND last.partner_id = past.partner_id
                 ORDER BY last.date DESC, last.id DESC LIMIT 1) back
                ON past.date < back.date
            """,
            received=self._received_sql(wanted),
        )

    @api.model
    def _received_sql(self, wanted):
        return SQL(
            """
            SELECT notice.company_id, line.document_key, notice.partner_id,
                   line.level_sequence AS level,
                   GREATEST(notice.date, notice.sent_date) AS date, notice.id,
                   notice.is_formal_notice AS is_formal,
                   CASE WHEN notice.presented_date IS NOT NULL
                        THEN GREATEST(notice.deadline_date,
                                      notice.presented_date + level.deadline_days)
                        WHEN notice.unclaimed THEN notice.deadline_date
                    END AS expiry
              FROM dunning_notice_line line
              JOIN dunning_notice notice ON notice.id = line.notice_id
         LEFT JOIN dunning_level level ON level.id = notice.level_id
             WHERE notice.state = 'sent' AND line.claimed
               AND line.level_sequence > 0 AND %(wanted)s
             UNION ALL
            SELECT opening.company_id, document_key,
                   COALESCE(opening.partner_id, line.partner_id,
                            move.commercial_partner_id, 0),
                   opening.sequence, opening.date, 0,
                   opening.formal_posted_date IS NOT NULL, opening.formal_expiry
              FROM dunning_opening_level opening
         LEFT JOIN account_move_line line ON line.id = opening.move_line_id
         LEFT JOIN account_move move
                ON move.id = split_part(document_key, ':', 1)::int
             WHERE %(wanted)s
             UNION ALL
            SELECT DISTINCT ON (document_key, partner_id) company_id, document_key,
                   partner_id, restart_level - 1, date_maturity, 0, FALSE, NULL::date
              FROM (SELECT * FROM dunning_return
                     WHERE %(wanted)s
                  ORDER BY document_key, partner_id, date DESC, id DESC) back
             WHERE restart_level > 1
            """,
            wanted=wanted,
        )
