from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .dunning_call_mixin import SPOKE
from .dunning_procedure_step import CLOSED_STATES

SOON_DAYS = 7  # a time limit this near is this week's work. Product choice.

# From the first to do to the last; a debtor has one: the first that holds.
REASONS = [
    ("deadline", "Time limit this week"),
    ("broken", "Promise broken"),
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
    def _case_sql(self, alias, query):
        """Return the SQL of the reason's code; NULL where nothing is to be done.

        :param alias: of dunning_debtor in ``query``
        """
        day = self.env.company._dunning_today()
        conditions = self._conditions(alias, query, day)
        reasons = self.env["dunning.debtor"]._fields["desk_reason"]
        branches = [
            SQL("WHEN %s THEN %s", conditions[code], code)
            for code in reasons.get_values(self.env)
            if code in conditions
        ]
        return SQL("CASE %s END", SQL(" ").join(branches))

    @api.model
    def _conditions(self, alias, query, day):
        """Return {code: SQL condition}; each set is read once for all debtors."""
        own, debtors = SQL.identifier(alias, "id"), self.env["dunning.debtor"]
        owing = SQL("%s > 0", debtors._overdue_joined(alias, query, "amount_overdue"))
        oldest = debtors._overdue_joined(alias, query, "oldest_due")

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
            "running": SQL(
                "(%s AND (%s > %s OR %s))",
                owing,
                oldest,
                self._first_level_day(day),
                among(self._running_sql(day)),
            ),
            "remind": self._worth_it(alias, query),
        }

    @api.model
    def _worth_it(self, alias, query):
        """Return the condition of owing more than what is never reminded."""
        overdue = self.env["dunning.debtor"]._overdue_joined(
            alias, query, "amount_overdue"
        )
        return SQL(
            "%s > COALESCE((SELECT company.dunning_tolerance FROM res_company company"
            " WHERE company.id = %s), 0)",
            overdue,
            SQL.identifier(alias, "company_id"),
            to_flush=self._to_flush("res.company", "dunning_tolerance"),
        )

    @api.model
    def _to_flush(self, model, *names):
        return self.env["dunning.schedule"]._to_flush(model, *names)

    @api.model
    def _broken_sql(self):
        """Debtors whose last promise is broken, and whom nobody has dealt with since.

        Until its task is done, somebody has spoken or written to them, its invoices
        are paid, or a new promise is given. A task that was deleted says nothing.
        """
        moves = self.env["dunning.hold"]._fields["move_ids"]
        return SQL(
            """
            SELECT last.debtor_id
              FROM (SELECT DISTINCT ON (debtor_id) id, debtor_id, state,
                           breach_activity_id,
                           COALESCE(settled_on, silent_to + 1, date_from) AS broke_on
                      FROM dunning_hold
                     WHERE kind = 'promise' AND state <> 'released'
                  ORDER BY debtor_id, date_to DESC NULLS FIRST, id DESC) last
         LEFT JOIN mail_activity task ON task.id = last.breach_activity_id
             WHERE last.state = 'broken' AND task.active IS NOT FALSE
               AND NOT EXISTS (SELECT FROM dunning_phone_call call
                                WHERE call.debtor_id = last.debtor_id
                                  AND call.date >= last.broke_on
                                  AND call.outcome IN %(spoke)s)
               AND NOT EXISTS (SELECT FROM dunning_notice notice
                                WHERE notice.debtor_id = last.debtor_id
                                  AND notice.state = 'sent'
                                  AND GREATEST(notice.sent_date, notice.date)
                                      >= last.broke_on)
               AND (NOT EXISTS (SELECT FROM %(link)s link
                                 WHERE link.%(hold)s = last.id)
                    OR EXISTS (SELECT FROM %(link)s link
                                 JOIN account_move move ON move.id = link.%(move)s
                                WHERE link.%(hold)s = last.id
                                  AND move.state = 'posted'
                                  AND move.amount_residual_signed > 0))
            """,
            spoke=SPOKE,
            link=SQL.identifier(moves.relation),
            hold=SQL.identifier(moves.column1),
            move=SQL.identifier(moves.column2),
            to_flush=[
                moves,
                *self._to_flush("dunning.hold", "kind", "state", "date_from"),
                *self._to_flush(
                    "dunning.hold",
                    *("debtor_id", "breach_activity_id", "settled_on", "silent_to"),
                    "date_to",
                ),
                *self._to_flush("mail.activity", "active"),
                *self._to_flush("dunning.phone.call", "debtor_id", "date", "outcome"),
                *self._to_flush("dunning.notice", "debtor_id", "state", "date"),
                *self._to_flush("dunning.notice", "sent_date"),
                *self._to_flush("account.move", "state", "amount_residual_signed"),
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
    def _to_qualify_sql(self):
        return SQL(
            "SELECT debtor.id FROM dunning_debtor debtor"
            " JOIN res_partner partner ON partner.id = debtor.partner_id"
            " WHERE partner.debtor_kind IS NULL",
            to_flush=self._to_flush("res.partner", "debtor_kind"),
        )
