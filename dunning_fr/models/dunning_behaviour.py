from collections import defaultdict

from dateutil.relativedelta import relativedelta
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.behaviour import NOTHING_LATE, Overdue, Payment, last_quarters, observe

PROFILES = [
    ("new", "New"),
    ("good", "Good payer"),
    ("slow", "Slow payer"),
    ("chronic", "Chronically late"),
    ("disputes", "Disputes often"),
]
TRENDS = [("better", "Improving"), ("stable", "Stable"), ("worse", "Worsening")]


class DunningBehaviour(models.Model):
    """How each debtor paid: derived from the ledger every night, and from it alone.

    Averages over a year of reconciliations take seconds for thousands of debtors, a
    list must not: so they are kept, with the day they are of. Nothing else reads
    them; no level, letter or claim depends on them.
    """

    _name = "dunning.behaviour"
    _description = "Payment behaviour of a debtor"
    _log_access = False
    _order = "id"
    _rec_name = "profile"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    # No foreign key: merged customers leave a row that the next night replaces
    partner_id = fields.Integer(string="Customer", required=True)
    computed_on = fields.Date(required=True)
    months = fields.Integer(help="How far back payments counted.")
    documents = fields.Integer(help="Invoices paid, wholly or in part.")
    average_days = fields.Float(string="Average days late")
    late_share = fields.Float(string="Paid late")
    overdue_count = fields.Integer(string="Items late on that day")
    overdue_days = fields.Float(string="Their average days late")
    overall_days = fields.Float(string="Days late, paid and not paid")
    disputes = fields.Integer()
    profile = fields.Selection(PROFILES)
    trend = fields.Selection(TRENDS)
    quarters = fields.Json(help="[[first day, amount paid, days late or null]]")

    _partner_unique = models.UniqueIndex("(partner_id, company_id)")

    # ------------------------------------------------------------------ refreshing

    @api.model
    def _cron_refresh(self):
        """Derive the behaviour of every debtor anew, a company at a time."""
        companies = self.env["dunning.debtor"]._read_group([], ["company_id"])
        for number, (company,) in enumerate(companies, 1):
            self._refresh(company, company._dunning_today())
            left = len(companies) - number
            if self.env.context.get("cron_id"):
                self.env["ir.cron"]._commit_progress(1, remaining=left)

    @api.model
    def _refresh(self, company, day, partner_ids=None):
        """Derive the rows of these customers anew; a constant number of queries.

        :param partner_ids: None = every debtor of ``company``
        """
        self.env["dunning.debtor"].flush_model(["partner_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id FROM dunning_debtor WHERE company_id = %s AND %s",
                company.id,
                SQL("TRUE")
                if partner_ids is None
                else SQL("partner_id = ANY(%s)", list(partner_ids)),
            )
        )
        wanted = {partner_id for (partner_id,) in rows}
        months = company.dunning_profile_months
        since = day - relativedelta(months=months)
        payments = self._payments(company, min(since, last_quarters(day)[0]), wanted)
        overdue = self._overdue(company, day)
        disputes = self._dispute_counts(company, since, day)
        thresholds = company._dunning_profile_thresholds()
        values = []
        for partner_id in wanted:
            seen = observe(
                payments.get(partner_id, ()),
                day,
                since,
                thresholds,
                overdue.get(partner_id, NOTHING_LATE),
                disputes.get(partner_id, 0),
            )
            row = (company.id, partner_id, day, months, *seen[:-1])
            values.append((*row, _as_json(seen.quarters)))
        self._replace(company, wanted if partner_ids is not None else None, values)

    @api.model
    def _replace(self, company, partner_ids, values):
        self.flush_model()
        own = SQL("company_id = %s", company.id)
        if partner_ids is not None:
            own = SQL("%s AND partner_id = ANY(%s)", own, list(partner_ids))
        self.env.cr.execute(SQL("DELETE FROM dunning_behaviour WHERE %s", own))
        columns = SQL(
            "company_id, partner_id, computed_on, months, documents, average_days,"
            " late_share, overdue_count, overdue_days, overall_days, disputes,"
            " profile, trend, quarters"
        )
        for start in range(0, len(values), 1000):
            chunk = [SQL("%s", row) for row in values[start : start + 1000]]
            self.env.cr.execute(
                SQL(
                    "INSERT INTO dunning_behaviour (%s) VALUES %s"
                    " ON CONFLICT DO NOTHING",
                    columns,
                    SQL(", ").join(chunk),
                )
            )
        self.invalidate_model()
        self.env["dunning.debtor"].invalidate_model()

    # ------------------------------------------------------------------ the ledger

    @api.model
    def _payments(self, company, start, partner_ids):
        """Return {customer: [``Payment``]} since ``start``.

        What is a payment is what the claim calls one: credit notes, gestures, losses
        and transfers are none, and a debt moved to 416 is paid where it arrived.
        """
        lines = self._paid_lines(company, start, partner_ids)
        entries = {line[4] for line in lines if line[5]}
        arrived = self.env["dunning.transfer"]._arrived(entries) if entries else ()
        lines = [line for line in lines if line[0] not in arrived]
        reductions = self.env["dunning.reduction"]._of_lines([row[0] for row in lines])
        found = defaultdict(list)
        for line_id, partner_id, due, ratio, move_id, _entry in lines:
            for when, amount, is_payment in reductions.get(line_id, ()):
                if is_payment and when >= start:
                    paid = Payment(when, due, float(amount * ratio), move_id)
                    found[partner_id].append(paid)
        return found

    @api.model
    def _paid_lines(self, company, start, partner_ids):
        """Return [(line, customer, due date, company currency of a minor unit, entry,
        whether it is a general entry)] of debts reduced since ``start``.

        Where a general entry took part, at any time: it may have moved the debt.
        """
        for name in ("partial.reconcile", "move.line", "move", "journal"):
            self.env[f"account.{name}"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.partner_id, line.date_maturity,
                       line.balance / line.amount_currency
                       / 10 ^ currency.decimal_places,
                       line.move_id, move.move_type = 'entry'
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_currency currency ON currency.id = line.currency_id
                 WHERE line.company_id = %(company)s AND %(trade)s
                   AND line.parent_state = 'posted' AND line.amount_currency > 0
                   AND line.date_maturity IS NOT NULL
                   AND line.partner_id = ANY(%(partners)s)
                   AND EXISTS (
                       SELECT FROM account_partial_reconcile partial
                         JOIN account_move_line counterpart
                           ON counterpart.id = partial.credit_move_id
                         JOIN account_journal journal
                           ON journal.id = counterpart.journal_id
                        WHERE partial.debit_move_id = line.id
                          AND (counterpart.date >= %(start)s
                               OR journal.type = 'general'))
                """,
                company=company.id,
                trade=self.env["dunning.schedule"]._trade_sql(),
                partners=list(partner_ids),
                start=start,
            )
        )

    @api.model
    def _overdue(self, company, day):
        """Return {customer: ``Overdue``} of what is late, disputed items left out.

        A debt that is contested is not known to be owed (R10.7).
        """
        self.env["dunning.hold"].flush_model()
        lines = self.env["account.move.line"]
        tables, condition = lines._dunning_open_sql(day, debts_only=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.partner_id, count(*), sum(line.amount_residual)::float8,
                       sum(line.amount_residual
                           * (%(day)s - line.date_maturity))::float8
                  FROM %(tables)s
                 WHERE %(condition)s AND line.company_id = %(company)s
                   AND NOT EXISTS (
                       SELECT FROM dunning_hold hold
                         JOIN dunning_debtor debtor ON debtor.id = hold.debtor_id
                        WHERE debtor.partner_id = line.partner_id
                          AND debtor.company_id = line.company_id
                          AND hold.kind = 'dispute' AND hold.state = 'active'
                          AND hold.date_from <= %(day)s
                          AND COALESCE(hold.date_to >= %(day)s, TRUE)
                          AND (NOT EXISTS (SELECT FROM account_move_dunning_hold_rel r
                                            WHERE r.dunning_hold_id = hold.id)
                               OR EXISTS (
                                  SELECT FROM account_move_dunning_hold_rel r
                                    JOIN account_move_line own
                                      ON own.move_id = r.account_move_id
                                   WHERE r.dunning_hold_id = hold.id
                                     AND own.id = line.id)))
              GROUP BY line.partner_id
                """,
                day=day,
                tables=tables,
                condition=condition,
                company=company.id,
            )
        )
        return {partner_id: Overdue(*values) for partner_id, *values in rows}

    @api.model
    def _dispute_counts(self, company, since, day):
        counted = self.env["dunning.hold"]._read_group(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "dispute"),
                ("date_from", ">=", since),
                ("date_from", "<=", day),
            ],
            ["debtor_id"],
            ["__count"],
        )
        return {debtor.partner_id.id: count for debtor, count in counted}


def _as_json(quarters):
    rows = [
        (str(first), round(amount, 2), None if days is None else round(days, 1))
        for first, amount, days in quarters
    ]
    return Json(rows)
