from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .dunning_desk_reason import SOON_DAYS
from .dunning_run_check import OPEN_CREDITS


class DunningDeskCheck(models.Model):
    """What each check counts, as the domain that its button opens."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.desk.check"

    @api.model
    def _domains(self):
        """Return {code: (model, domain, field of the day, field of the amount)}.

        Amounts only where they are all in company currency.
        """
        today = self.env.company._dunning_today()
        return {
            "bank": ("account.journal", self._stale_bank_domain(), None, None),
            "held_back": (
                "dunning.run",
                [("held_back", "!=", False), ("state", "in", ("draft", "prepared"))],
                "date",
                None,
            ),
            "unknown": ("dunning.notice", [("state", "=", "unknown")], "date", None),
            "failed": ("dunning.notice", [("state", "=", "failed")], "date", None),
            "doubt": ("dunning.notice", self._doubt_domain(), "date", None),
            "lost": ("dunning.lost.address", self._lost_domain(), "since", None),
            "credit": ("account.move.line", OPEN_CREDITS, "date", "amount_residual"),
            "returned": (
                "dunning.return",
                [("date", ">", today - timedelta(days=SOON_DAYS))],
                "date",
                None,
            ),
            "dispute": (
                "dunning.hold",
                [("is_answer_late", "=", True)],
                "answer_by",
                "amount",
            ),
            "call": ("dunning.debtor", self._call_domain(today), None, None),
            "post": (
                "dunning.notice",
                self._ready_domain("letter", "registered_letter"),
                "date",
                None,
            ),
            "draft": ("dunning.notice", [("state", "=", "draft")], "date", None),
            "qualify": (
                "dunning.debtor",
                [("debtor_kind", "=", False), ("amount_overdue", ">", 0)],
                "oldest_due",
                "amount_overdue",
            ),
        }

    @api.model
    def _call_domain(self, today):
        due = [
            ("activity_type_id.category", "=", "phonecall"),
            ("date_deadline", "<=", today),
        ]
        return [("activity_ids", "any", due)]

    @api.model
    def _ready_domain(self, *channels):
        return [
            (
                "dispatch_ids",
                "any",
                [("state", "=", "ready"), ("channel_id.code", "in", channels)],
            )
        ]

    @api.model
    def _doubt_domain(self):
        doubted = [("doubt_on", "!=", False), ("state", "in", ("sent", "unknown"))]
        return [("dispatch_ids", "any", doubted)]

    @api.model
    def _lost_domain(self):
        """Addresses that came back and still stand on a customer."""
        self.env["res.partner"].flush_model(["email_normalized", "active"])
        self.env["dunning.lost.address"].flush_model(["email", "cleared_on"])
        rows = self.env.execute_query(
            SQL(
                "SELECT lost.id FROM dunning_lost_address lost"
                " JOIN res_partner partner ON partner.email_normalized = lost.email"
                " WHERE lost.cleared_on IS NULL AND partner.active"
            )
        )
        return [("id", "in", [id_ for (id_,) in rows])]

    @api.model
    def _stale_bank_domain(self):
        """Bank journals whose last transaction is older than the settings allow.

        The last line of a statement; where there was never one, the last entry.
        """
        self.env["account.move"].flush_model(["journal_id", "date", "state"])
        self.env["account.bank.statement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT journal.id, journal.company_id,
                       COALESCE(
                           to_date(left((SELECT max(line.internal_index)
                                           FROM account_bank_statement_line line
                                          WHERE line.journal_id = journal.id),
                                        8), 'YYYYMMDD'),
                           (SELECT max(move.date) FROM account_move move
                             WHERE move.journal_id = journal.id
                               AND move.state = 'posted'))
                  FROM account_journal journal
                 WHERE journal.type = 'bank' AND journal.active
                   AND journal.company_id = ANY(%s)
                """,
                self.env.companies.ids,
            )
        )
        limits = {
            company.id: company._dunning_bank_limit() for company in self.env.companies
        }
        stale = [
            journal_id
            for journal_id, company_id, last in rows
            if last is None or last < limits[company_id]
        ]
        return [("id", "in", stale)]
