import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..reports.penalty_year_xlsx import penalty_year_xlsx


class DunningPenaltyYear(models.TransientModel):
    """Penalties booked and not collected, at the end of a year (CGI 237 sexies).

    They are taxed in the year they are collected (R8.4): what was booked and is open
    is deducted from the result, what was collected of earlier years is added back.
    """

    _name = "dunning.penalty.year"
    _inherit = ["dunning.download.mixin"]
    _description = "Penalties booked and not collected"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="End of the year",
        required=True,
        default=lambda self: self._last_closing(),
        help="Receipts dated later are left out, whenever they were matched.",
    )
    date_from = fields.Date(
        string="First day of the year", compute="_compute_date_from"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("dunning.penalty.year.line", "list_id", readonly=True)
    xlsx_file = fields.Binary(compute="_compute_xlsx_file", string="Sheet (XLSX)")

    @api.model
    def _last_closing(self):
        """Return the last day of the last accounting year that is over."""
        company = self.env.company
        today = company._dunning_today()
        current = company.compute_fiscalyear_dates(today)
        return fields.Date.subtract(current["date_from"], days=1)

    @api.depends("date", "company_id")
    def _compute_date_from(self):
        for one in self:
            found = one.date and one.company_id.compute_fiscalyear_dates(one.date)
            one.date_from = found and found["date_from"]

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._(
                "Penalties not collected at %(date)s",
                date=format_date(self.env, one.date),
            )

    @api.depends("date", "company_id")
    def _compute_xlsx_file(self):
        # The web client asks for sizes instead of contents
        for one in self.with_context(bin_size=False):
            one.xlsx_file = base64.b64encode(penalty_year_xlsx(one, one._rows()))

    def _rows(self):
        """Return a dict of values for each note booked by then. One query."""
        self.ensure_one()
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
        """Show the list, added up."""
        self.ensure_one()
        # sudo: rows are made by nobody but this method
        lines = self.env["dunning.penalty.year.line"].sudo()
        self.line_ids.sudo().unlink()
        lines.create([{**row, "list_id": self.id} for row in self._rows()])
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "dunning.penalty.year.line",
            "view_mode": "list",
            "domain": [("list_id", "=", self.id)],
            "context": {"group_by": ["year"], "dunning_penalty_year_id": self.id},
            "help": self._help(),
        }

    def _help(self):
        """Return what an empty list says."""
        title = self.env._("No debit note was left to collect at that date")
        text = self.env._(
            "Debit notes of this year not collected at its end are listed to be "
            "deducted, those of earlier years collected in it to be added back."
        )
        return Markup('<p class="o_view_nocontent_neutral_face">%s</p><p>%s</p>') % (
            title,
            text,
        )

    def action_xlsx(self):
        """Download the sheet."""
        self.ensure_one()
        name = self.env._("penalties_%(date)s.xlsx", date=self.date)
        return self._download_action("xlsx_file", name)
