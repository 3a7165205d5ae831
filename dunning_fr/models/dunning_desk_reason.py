from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .dunning_list_mixin import Once
from .dunning_procedure_step import CLOSED_STATES

SOON_DAYS = 7  # a time limit this near is this week's work. Product choice.

# From the first to do to the last; a debtor has one: the first that holds.
REASONS = [
    ("broken", "Promise broken"),
    ("deadline", "Time limit this week"),
    ("instalment", "Instalment late"),
    ("expired", "Formal notice expired"),
    ("dispute", "Dispute: answer late"),
    ("failed", "Notice not sent, or unknown"),
    ("call", "Call to make"),
    ("unreachable", "No address"),
    ("qualify", "To qualify"),
    ("draft", "Draft to check"),
    ("credit", "Receipt to match"),
    ("waiting", "Waiting: on hold"),
    ("running", "Waiting: time to pay"),
    ("remind", "To remind or decide"),
]


class DunningDeskReason(models.AbstractModel):
    """Why a debtor is on the desk: conditions in SQL on ``debtor``, first one wins.

    Add-ons add theirs by overriding ``_conditions``; the field's selection with it.
    """

    _name = "dunning.desk.reason"
    _description = "Why a debtor is on the desk"

    @api.model
    def _case_sql(self, alias, owing):
        """Return the SQL of the reason's code; NULL where nothing is to be done.

        :param alias: of dunning_debtor
        :param owing: SQL condition that something is late
        """
        conditions = self._conditions(alias, owing, self.env.company._dunning_today())
        branches = [
            SQL("WHEN %s THEN %s", conditions[code], code)
            for code, _label in self.env["dunning.debtor"]._desk_reasons()
            if code in conditions
        ]
        return SQL("CASE %s END", SQL(" ").join(branches))

    @api.model
    def _conditions(self, alias, owing, day):
        """Return {code: SQL condition}; each set is read once for all debtors."""
        own = SQL.identifier(alias, "id")

        def among(found):
            return SQL("%s IN (%s)", own, found)

        def owes_among(found):
            return SQL("(%s AND %s)", owing, among(found))

        return {
            "broken": owes_among(self._broken_sql()),
            "deadline": among(self._deadline_sql(day)),
            "instalment": among(self._instalment_sql()),
            "expired": owes_among(self._expired_sql(day)),
            "dispute": among(self._dispute_sql(day)),
            "failed": among(self._notice_sql("failed", "unknown")),
            "call": among(self._call_sql(day)),
            "unreachable": owes_among(self._unreachable_sql()),
            "qualify": owes_among(self._to_qualify_sql()),
            "draft": among(self._notice_sql("draft")),
            "credit": owes_among(self._credit_sql()),
            "waiting": owes_among(self._waiting_sql(day)),
            "running": owes_among(self._running_sql(day)),
            "remind": owing,
        }

    @api.model
    def _to_flush(self, model, *names):
        return self.env["dunning.schedule"]._to_flush(model, *names)

    @api.model
    def _broken_sql(self):
        """Debtors whose last promise is broken, until its task is done."""
        return SQL(
            """
            SELECT last.debtor_id
              FROM (SELECT DISTINCT ON (debtor_id) debtor_id, state,
                           breach_activity_id
                      FROM dunning_hold
                     WHERE kind = 'promise' AND state <> 'released'
                  ORDER BY debtor_id, date_to DESC NULLS FIRST, id DESC) last
         LEFT JOIN mail_activity task ON task.id = last.breach_activity_id
             WHERE last.state = 'broken' AND task.active IS NOT FALSE
            """,
            to_flush=[
                *self._to_flush(
                    "dunning.hold",
                    "kind",
                    "state",
                    "date_to",
                    "debtor_id",
                    "breach_activity_id",
                ),
                *self._to_flush("mail.activity", "active"),
            ],
        )

    @api.model
    def _deadline_sql(self, day):
        """Debtors with a date about to be lost: warned of, or a limit of a case."""
        return SQL(
            """
            SELECT watch.debtor_id
              FROM dunning_watch watch
              JOIN mail_activity task ON task.id = watch.activity_id AND task.active
             WHERE watch.limit_date <= %(soon)s
             UNION ALL
            SELECT legal.debtor_id
              FROM dunning_case_step step
              JOIN dunning_case legal ON legal.id = step.case_id
             WHERE step.active AND step.date IS NULL AND step.alert_date <= %(soon)s
               AND legal.state NOT IN %(closed)s
            """,
            soon=day + timedelta(days=SOON_DAYS),
            closed=tuple(CLOSED_STATES),
            to_flush=[
                *self._to_flush(
                    "dunning.watch", "debtor_id", "limit_date", "activity_id"
                ),
                *self._to_flush("mail.activity", "active"),
                *self._to_flush(
                    "dunning.case.step", "case_id", "active", "date", "alert_date"
                ),
                *self._to_flush("dunning.case", "debtor_id", "state"),
            ],
        )

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
               AND NOT EXISTS (%(held)s)
            """,
            day=day,
            held=self._held_sql(day),
            to_flush=self._line_flush(),
        )

    @api.model
    def _held_sql(self, day):
        """Return the SQL of the holds in force on all of ``line`` of ``debtor``."""
        return SQL(
            """
            SELECT FROM dunning_hold hold
             WHERE hold.debtor_id = debtor.id AND hold.state = 'active'
               AND hold.date_from <= %(day)s
               AND (hold.silent_to IS NULL OR hold.silent_to >= %(day)s)
               AND (COALESCE(hold.amount, 0) = 0
                    OR hold.amount >= line.amount_residual)
               AND (NOT EXISTS (SELECT FROM account_move_dunning_hold_rel linked
                                 WHERE linked.dunning_hold_id = hold.id)
                    OR EXISTS (SELECT FROM account_move_dunning_hold_rel linked
                                WHERE linked.dunning_hold_id = hold.id
                                  AND linked.account_move_id = line.move_id))
            """,
            day=day,
            to_flush=self._to_flush(
                "dunning.hold",
                "debtor_id",
                "state",
                "date_from",
                "silent_to",
                "amount",
                "move_ids",
            ),
        )

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
    def _dispute_sql(self, day):
        return SQL(
            "SELECT debtor_id FROM dunning_hold WHERE kind = 'dispute'"
            " AND state = 'active' AND answer_by < %s",
            day,
            to_flush=self._to_flush(
                "dunning.hold", "debtor_id", "kind", "state", "answer_by"
            ),
        )

    @api.model
    def _notice_sql(self, *states):
        return SQL(
            "SELECT debtor_id FROM dunning_notice WHERE state IN %s",
            states,
            to_flush=self._to_flush("dunning.notice", "debtor_id", "state"),
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
    def _call_sql(self, day):
        """Debtors with a call on somebody's list for today, or since."""
        return SQL(
            """
            SELECT task.res_id
              FROM mail_activity task
              JOIN mail_activity_type kind ON kind.id = task.activity_type_id
             WHERE task.res_model = 'dunning.debtor' AND task.active
               AND kind.category = 'phonecall' AND task.date_deadline <= %s
            """,
            day,
            to_flush=[
                *self._to_flush(
                    "mail.activity",
                    "res_id",
                    "res_model",
                    "active",
                    "activity_type_id",
                    "date_deadline",
                ),
                *self._to_flush("mail.activity.type", "category"),
            ],
        )

    @api.model
    def _unreachable_sql(self):
        """Debtors with neither an e-mail that works nor a postal address."""
        return SQL(
            """
            SELECT debtor.id
              FROM dunning_debtor debtor
              JOIN res_partner partner ON partner.id = debtor.partner_id
             WHERE '' IN (COALESCE(partner.street, ''), COALESCE(partner.city, ''))
               AND (COALESCE(partner.email, '') = ''
                    OR partner.email_normalized IN (
                       SELECT lost.email FROM dunning_lost_address lost
                        WHERE lost.cleared_on IS NULL
                          AND lost.company_id = debtor.company_id))
               AND NOT EXISTS (SELECT FROM res_partner child
                                WHERE child.parent_id = partner.id AND child.active
                                  AND (COALESCE(child.email, '') <> ''
                                       OR COALESCE(child.street, '') <> ''))
            """,
            to_flush=[
                *self._to_flush(
                    "res.partner",
                    "street",
                    "city",
                    "email",
                    "email_normalized",
                    "parent_id",
                    "active",
                ),
                *self._to_flush("dunning.lost.address", "email", "cleared_on"),
                *self._to_flush("dunning.debtor", "partner_id", "company_id"),
            ],
        )

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

    @api.model
    def _to_qualify_sql(self):
        return SQL(
            "SELECT debtor.id FROM dunning_debtor debtor"
            " JOIN res_partner partner ON partner.id = debtor.partner_id"
            " WHERE partner.debtor_kind IS NULL",
            to_flush=self._to_flush("res.partner", "debtor_kind"),
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
                          AND NOT EXISTS (%(held)s))
            """,
            day=day,
            tables=tables,
            condition=condition,
            held=self._held_sql(day),
        )
