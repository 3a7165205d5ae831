from odoo import api, models
from odoo.tools import SQL

from .dunning_list_mixin import Once


class DunningSchedule(models.AbstractModel):
    """The parts of the queries: who, by which policy, and who is left alone."""

    _inherit = "dunning.schedule"

    @api.model
    def _open_sql(self, companies, scope=None):
        """Return the condition of an open debt on ``line``: the partial index's.

        :param scope: few of them are wanted: say the same in the words of Odoo's own
            index, which finds a customer's open items
        """
        return SQL(
            "line.parent_state = 'posted' AND line.amount_residual_currency > 0"
            " AND line.company_id = ANY(%s) %s",
            companies.ids,
            SQL("AND line.reconciled IS NOT TRUE") if scope else SQL(),
            to_flush=self._to_flush(
                "account.move.line",
                "parent_state",
                "reconciled",
                "amount_residual",
                "amount_residual_currency",
                "account_id",
                "company_id",
                "date_maturity",
                "move_id",
                "no_followup",
                "partner_id",
            ),
        )

    @api.model
    def _trade_sql(self, reminded=False):
        """Return the condition of a trade receivable on ``line``.

        The accounts are looked up first: with their numbers at hand the planner
        knows how many items to expect.

        :param reminded: leave out the accounts that are never reminded
        """
        query = SQL(
            """
            SELECT array_agg(id) FROM account_account
             WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE
               AND (dunning_excluded IS NOT TRUE OR NOT %s)
            """,
            reminded,
            to_flush=self._to_flush(
                "account.account", "account_type", "non_trade", "dunning_excluded"
            ),
        )
        [[accounts]] = Once.ask(
            self.env, ("trade", reminded), lambda: self.env.execute_query(query)
        )
        return SQL("line.account_id = ANY(%s)", accounts or [])

    @api.model
    def _remindable_sql(self, company):
        """Return the condition of an open debt that may be reminded, on ``line``."""
        return SQL(
            "%(trade)s AND line.no_followup IS NOT TRUE"
            " AND line.amount_residual > %(tolerance)s",
            trade=self._trade_sql(reminded=True),
            tolerance=company.sudo().dunning_tolerance,  # a setting, not a secret
        )

    @api.model
    def _to_flush(self, model, *names):
        return [self.env[model]._fields[name] for name in names]

    @api.model
    def _today_sql(self, company):
        return SQL("%s::date", company._dunning_today())

    @api.model
    def _policies_sql(self, company):
        """Return what comes next by policy: one row a rule and next level.

        A rule is a policy for a debtor of known kind, or for one to qualify, who gets
        no level above 2 and no formal notice (``_rule_sql``). No row: nothing leaves
        by itself.
        """
        return SQL(
            """
            SELECT %(rule)s AS rule, reached + 1 AS next, level.delay_days AS delay,
                   level.min_interval_days AS pause,
                   level.delay_from = 'formal_notice_expiry' AS after_expiry
              FROM dunning_policy policy
        CROSS JOIN (VALUES (TRUE), (FALSE)) debtor (qualified)
        CROSS JOIN generate_series(0, 3) reached
        CROSS JOIN LATERAL (SELECT * FROM dunning_level level
                             WHERE level.policy_id = policy.id
                               AND level.sequence > reached
                          ORDER BY level.sequence LIMIT 1) level
             WHERE policy.company_id = %(company)s
               AND level.delay_days IS NOT NULL
               AND level.by_person_only IS NOT TRUE
               AND (debtor.qualified OR level.sequence <= 2
                                        AND level.is_formal_notice IS NOT TRUE)
            """,
            rule=self._rule_sql(SQL("policy.id"), SQL("debtor.qualified")),
            company=company.id,
            to_flush=[
                *self._to_flush("dunning.policy", "company_id"),
                *self._to_flush(
                    "dunning.level",
                    "by_person_only",
                    "delay_days",
                    "delay_from",
                    "is_formal_notice",
                    "min_interval_days",
                    "policy_id",
                    "sequence",
                ),
            ],
        )

    @api.model
    def _rule_sql(self, policy_id, qualified):
        """Return the number of the policy's rule: a small key, carried by each item.

        NULL without a policy.
        """
        return SQL("2 * (%s) + (%s)::int", policy_id, qualified)

    @api.model
    def _shown_sql(self, company, scope, transfers):
        """Return the customers of the items on screen, as the first CTE; else nothing.

        All others, and what they were sent, need not be read for one page.
        """
        if not scope:
            return SQL()
        return SQL(
            "shown AS MATERIALIZED (SELECT DISTINCT line.partner_id"
            " FROM account_move_line line WHERE %s AND %s),",
            self._debt_sql(company, transfers, scope),
            scope,
        )

    @api.model
    def _only_shown(self, scope):
        """Return the function of a customer's column → condition that it is shown."""

        def condition(column):
            if not scope:
                return SQL("TRUE")
            return SQL("%s IN (SELECT partner_id FROM shown)", column)

        return condition

    @api.model
    def _customers_sql(self, company, only, contact=None):
        """Return the customers who may be reminded, and the rule of their policy.

        The conditions that nearly all of them meet are written so that the planner
        expects that: taking them for a quarter it would hash the items of the others.

        :param only: function of a customer's column → condition on it
        :param contact: SQL of what ``_contacts_sql`` returns; else its CTE
        """
        partner = self.env["res.partner"].with_company(company)
        own, excluded = (
            partner._fields[name].get_company_dependent_fallback(partner)
            for name in ("dunning_policy_id", "dunning_excluded")
        )
        standard = self._standard_policy_sql(company, SQL("partner.debtor_kind"))
        return SQL(
            """
            SELECT partner.id, partner.debtor_kind AS kind,
                   partner.public_buyer_type AS public_type, own.policy_id,
                   %(rule)s AS rule,
                   contact.quiet_from, contact.quiet_to, contact.free_on
              FROM res_partner partner
         LEFT JOIN %(contact)s contact ON contact.partner_id = partner.id
        CROSS JOIN LATERAL (
                   SELECT COALESCE((partner.dunning_policy_id->>%(key)s)::int,
                                   %(own)s::int) AS policy_id) own
             WHERE partner.active AND %(only)s
               AND COALESCE(partner.dunning_excluded->>%(key)s, %(excluded)s)
                   IS DISTINCT FROM 'true'
               AND NOT EXISTS (
                       SELECT FROM dunning_debtor debtor
                        WHERE debtor.company_id = %(company)s
                          AND debtor.active IS NOT TRUE
                          AND debtor.partner_id = partner.id)
            """,
            key=str(company.id),
            own=own.id or None,
            rule=self._rule_sql(
                SQL("COALESCE(own.policy_id, %s)", standard),
                SQL("partner.debtor_kind IS NOT NULL"),
            ),
            only=only(SQL("partner.id")),
            contact=contact or SQL("contact"),
            excluded="true" if excluded else "false",
            company=company.id,
            to_flush=self._customers_flush(),
        )

    @api.model
    def _customers_flush(self):
        return [
            *self._to_flush("dunning.debtor", "active", "partner_id"),
            *self._to_flush(
                "res.partner",
                "active",
                "debtor_kind",
                "dunning_excluded",
                "dunning_policy_id",
                "public_buyer_type",
            ),
        ]

    @api.model
    def _standard_policy_sql(self, company, kind):
        """Return the SQL of a kind's default policy; no kind: professionals'."""
        policies = self.env["dunning.engine"]._default_policies(company)
        return self._case_sql(SQL("COALESCE(%s, 'professional')", kind), policies)

    @api.model
    def _specials_sql(self, company, transfers):
        """Return the few items whose invoice says something of its own."""
        policy = SQL(
            "COALESCE(move.dunning_policy_id, customer.policy_id, %s)",
            self._standard_policy_sql(company, SQL("own.kind")),
        )
        return SQL(
            """
            SELECT line.id AS line_id, own.kind, term.due,
                   move.payment_state = 'blocked'
                   AND move.dunning_dispute_block IS NOT TRUE AS is_blocked,
                   COALESCE(%(rule)s, 0) AS rule
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
              JOIN customer ON customer.id = line.partner_id
        CROSS JOIN LATERAL (
                   SELECT COALESCE(move.debtor_kind, customer.kind) AS kind) own
        CROSS JOIN LATERAL (SELECT %(due)s AS due) term
             WHERE %(special)s AND %(is_due)s
            """,
            special=self._special_sql(),
            rule=self._rule_sql(policy, SQL("own.kind IS NOT NULL")),
            due=self._term_end_sql(company),
            is_due=self._due_sql(company, transfers),
            to_flush=self._to_flush(
                "account.move",
                "debtor_kind",
                "dunning_dispute_block",
                "dunning_policy_id",
                "dunning_term_start",
                "dunning_suspension_from",
                "dunning_suspension_to",
                "payment_state",
            ),
        )

    @api.model
    def _term_end_sql(self, company):
        """Return the last day a public buyer may pay in time (R3.2 to R3.4)."""
        days = self.env["dunning.parameter"]._get_family(
            "fr.public_term_days", company._dunning_today()
        )
        return SQL(
            """
            CASE WHEN own.kind = 'public' THEN
                 move.dunning_term_start + %(days)s + CASE
                     WHEN move.dunning_suspension_from IS NOT NULL
                      AND move.dunning_suspension_to IS NOT NULL
                      AND GREATEST(move.dunning_suspension_from,
                                   move.dunning_term_start + 1)
                          <= LEAST(move.dunning_suspension_to,
                                   move.dunning_term_start + %(days)s)
                     THEN move.dunning_suspension_to + 1
                          - GREATEST(move.dunning_suspension_from,
                                     move.dunning_term_start + 1)
                     ELSE 0 END
             END
            """,
            days=self._case_sql(SQL("customer.public_type"), days),
        )

    @api.model
    def _case_sql(self, value, numbers):
        """Return the SQL that looks ``value`` up in {text: whole number}."""
        cases = [SQL("WHEN %s THEN %s", key, int(n)) for key, n in numbers.items()]
        if not cases:
            return SQL("NULL::int")
        return SQL("CASE %s %s END", value, SQL(" ").join(cases))
