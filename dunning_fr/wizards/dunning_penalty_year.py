from odoo import fields, models
from odoo.tools import SQL

from ..reports.penalty_year_xlsx import penalty_year_xlsx


class DunningPenaltyYear(models.TransientModel):
    """Penalties booked and not collected, at the end of a year (CGI 237 sexies).

    They are taxed in the year they are collected (R8.4): what was booked and is open
    is deducted from the result, what was collected of earlier years is added back.
    """

    _name = "dunning.penalty.year"
    _inherit = ["dunning.year.mixin"]
    _description = "Penalties booked and not collected"

    line_ids = fields.One2many("dunning.penalty.year.line", "list_id", readonly=True)

    def _year_title(self, day):
        return self.env._("Penalties not collected at %(date)s", date=day)

    def _year_sheet(self, rows):
        return penalty_year_xlsx(self, rows)

    def _year_empty(self):
        return (
            self.env._("No debit note was left to collect at that date"),
            self.env._(
                "Debit notes of this year not collected at its end are listed to be "
                "deducted, those of earlier years collected in it to be added back."
            ),
        )

    def _year_rows(self):
        """Return a dict of values for each note booked by then. One query."""
        self.check_access("read")
        for model in ("account.move", "account.move.line", "account.partial.reconcile"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT note.id, note.name, note.date, note.commercial_partner_id,
                       line.balance::float8, COALESCE(paid.before, 0)::float8,
                       COALESCE(paid.during, 0)::float8,
                       COALESCE(paid.credited, 0)::float8,
                       COALESCE(paid.credited_now, 0)::float8
                  FROM account_move note
                  JOIN LATERAL (
                       SELECT sum(item.balance) AS balance
                         FROM account_move_line item
                         JOIN account_account account ON account.id = item.account_id
                        WHERE item.move_id = note.id
                          AND account.account_type = 'asset_receivable') line ON TRUE
             LEFT JOIN LATERAL (%(paid)s) paid ON TRUE
                 WHERE note.dunning_is_debit_note AND note.move_type = 'out_invoice'
                   AND note.state = 'posted' AND note.company_id = %(company)s
                   AND note.date <= %(end)s
              ORDER BY note.date, note.name
                """,
                paid=self._paid_sql(),
                company=self.company_id.id,
                end=self.date,
            )
        )
        rows = [self._row(*row) for row in self.env.cr.fetchall()]
        return [row for row in rows if row["open"] or row["deduct"] or row["add_back"]]

    def _paid_sql(self):
        """Return what was collected and credited of ``note`` by the closing.

        What was written off was not collected: it counts as credited.
        """
        earlier = SQL("other.date < %s", self.date_from)
        refund = SQL(
            """(entry.move_type = 'out_refund'
                OR journal.type = 'general' AND entry.origin_payment_id IS NULL
                   AND EXISTS (SELECT FROM account_move_line cost
                                 JOIN account_account account
                                   ON account.id = cost.account_id
                                WHERE cost.move_id = entry.id AND cost.balance > 0
                                  AND account.account_type LIKE 'expense%%'))"""
        )
        return SQL(
            """
            SELECT sum(partial.amount) FILTER (WHERE NOT %(refund)s AND %(earlier)s)
                       AS before,
                   sum(partial.amount) FILTER (WHERE NOT %(refund)s AND NOT %(earlier)s)
                       AS during,
                   sum(partial.amount) FILTER (WHERE %(refund)s) AS credited,
                   sum(partial.amount) FILTER (WHERE %(refund)s AND NOT %(earlier)s)
                       AS credited_now
              FROM account_move_line own
              JOIN account_partial_reconcile partial ON partial.debit_move_id = own.id
              JOIN account_move_line other ON other.id = partial.credit_move_id
              JOIN account_move entry ON entry.id = other.move_id
              JOIN account_journal journal ON journal.id = entry.journal_id
             WHERE own.move_id = note.id AND other.date <= %(end)s
            """,
            refund=refund,
            earlier=earlier,
            end=self.date,
        )

    def _row(self, note, name, day, partner, booked, before, during, credited, now):
        """Return the values of one note; amounts in company currency."""
        rounded = self.currency_id.round
        left = rounded(booked - before - during - credited)
        is_new = day >= self.date_from
        return {
            "note_id": note,
            "name": name,
            "date": day,
            "year": str(day.year),
            "partner_id": partner,
            "booked": booked,
            "collected": rounded(before + during),
            "credited": rounded(credited),
            "open": left,
            "deduct": left if is_new else 0.0,
            "add_back": 0.0 if is_new else rounded(during + now),
        }

    def action_show(self):
        """Show the list, added up by the year the notes were booked in."""
        action = super().action_show()
        action["context"]["group_by"] = ["year"]
        return action

    def action_xlsx(self):
        """Download the sheet."""
        self.ensure_one()
        name = self.env._("penalties_%(date)s.xlsx", date=self.date)
        return self._download_action("xlsx_file", name)
