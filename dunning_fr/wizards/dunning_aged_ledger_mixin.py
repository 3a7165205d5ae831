from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# The columns of the balance, in order: bounds cut the late ones
AMOUNTS = (
    "not_due",
    "bucket_1",
    "bucket_2",
    "bucket_3",
    "bucket_over",
    "unmatched",
    "total",
)
NOW = SQL("now() AT TIME ZONE 'UTC'")  # as the ORM stores it


class DunningAgedLedgerMixin(models.AbstractModel):
    """What each receivable line still weighed at a past date, in one query.

    A reconciliation counts only from the day both its sides are booked. As each one
    takes from one line what it gives to another, the sum of what stays open is the
    balance of the receivable accounts in the trial balance of that day, to the cent:
    therefore lines without partner, accounts left out of dunning and matchings with
    another company's lines are no exception here.
    """

    _name = "dunning.aged.ledger.mixin"
    _description = "Open items at a date in SQL"

    def _check_readable(self):
        """SQL knows no rules: say here who may read this company's ledger."""
        self.ensure_one()
        self.env["account.move.line"].check_access("read")
        if self.company_id.id not in self.env.user._get_company_ids():
            raise AccessError(
                self.env._(
                    "You may not read the accounts of %(company)s.",
                    company=self.company_id.sudo().display_name,
                )
            )
        self.env.flush_all()

    def _open_sql(self, scope):
        """Return the SQL of the open items in ``scope``, with their days late.

        Odoo keeps what each line still weighs now; here the reconciliations that did
        not count yet are undone. A line without a due date is due on its own date. An
        item is on the account of the commercial partner, as in Odoo's own ledgers.
        """
        return SQL(
            """
            WITH undone AS (
                SELECT side.line_id, sum(side.amount) AS amount
                  FROM (SELECT debit_move_id AS line_id, credit_move_id AS other_id,
                               amount FROM account_partial_reconcile
                         UNION ALL
                        SELECT credit_move_id, debit_move_id, -amount
                          FROM account_partial_reconcile) side
                  JOIN account_move_line line ON line.id = side.other_id
                 WHERE line.account_id = ANY(%(accounts)s) AND NOT (%(booked)s)
              GROUP BY side.line_id
            )
            SELECT line.id AS move_line_ref,
                   partner.commercial_partner_id AS partner_id,
                   line.amount_residual + COALESCE(undone.amount, 0) AS amount,
                   line.move_name,
                   COALESCE(NULLIF(line.ref, ''), line.name) AS reference,
                   COALESCE(line.invoice_date, line.date) AS invoice_date,
                   COALESCE(line.date_maturity, line.date) AS date_maturity,
                   %(date)s - COALESCE(line.date_maturity, line.date) AS late
              FROM account_move_line line
         LEFT JOIN undone ON undone.line_id = line.id
         LEFT JOIN res_partner partner ON partner.id = line.partner_id
             WHERE %(booked)s
               AND line.account_id = ANY(%(accounts)s)
               AND line.amount_residual + COALESCE(undone.amount, 0) <> 0
               AND %(scope)s
            """,
            booked=self._booked_sql(),
            date=SQL("%s::date", self.date),
            accounts=self._receivable_accounts().ids,
            scope=scope,
        )

    def _booked_sql(self):
        """Return the condition of the lines that are in the books of that day.

        A reconciliation counts where both its sides are: its ``max_date`` has come,
        and neither side is a draft or another company's.
        """
        return SQL(
            """line.company_id = %(company)s AND line.parent_state = 'posted'
               AND line.date <= %(date)s""",
            company=self.company_id.id,
            date=SQL("%s::date", self.date),
        )

    def _receivable_accounts(self):
        """Return all receivable accounts: constants help the planner to estimate."""
        # sudo: of which companies an account is does not matter, its lines tell
        return (
            self.env["account.account"]
            .sudo()
            .with_context(active_test=False)
            .search([("account_type", "=", "asset_receivable")])
        )

    def _partners_sql(self):
        """Return the condition of the chosen customers.

        It weighs what is open, never what is matched: an invoice that another
        customer paid is paid.
        """
        partners = self.partner_ids.commercial_partner_id
        if not partners:
            return SQL("TRUE")
        return SQL("partner.commercial_partner_id IN %s", tuple(partners.ids))

    def _items_sql(self, scope=None):
        """Return the SQL of the open items with each amount in its column.

        :param scope: condition on the partner, by default the chosen customers
        """
        return SQL(
            """
            SELECT item.*, item.amount AS total, GREATEST(item.late, 0) AS days_late,
                   CASE WHEN amount > 0 AND late <= 0 THEN amount ELSE 0
                    END AS not_due,
                   CASE WHEN amount > 0 AND late BETWEEN 1 AND %(bound_1)s
                        THEN amount ELSE 0 END AS bucket_1,
                   CASE WHEN amount > 0
                         AND late BETWEEN %(bound_1)s + 1 AND %(bound_2)s
                        THEN amount ELSE 0 END AS bucket_2,
                   CASE WHEN amount > 0
                         AND late BETWEEN %(bound_2)s + 1 AND %(bound_3)s
                        THEN amount ELSE 0 END AS bucket_3,
                   CASE WHEN amount > 0 AND late > %(bound_3)s THEN amount ELSE 0
                    END AS bucket_over,
                   LEAST(amount, 0) AS unmatched
              FROM (%(open)s) item
            """,
            bound_1=self.bound_1,
            bound_2=self.bound_2,
            bound_3=self.bound_3,
            open=self._open_sql(scope or self._partners_sql()),
        )

    @api.model
    def _sums_sql(self):
        return SQL(", ").join(
            SQL("sum(%(name)s) AS %(name)s", name=SQL.identifier(name))
            for name in AMOUNTS
        )

    def _name_sql(self):
        """Return the SQL of a debtor's name; lines without partner share a row."""
        return SQL("COALESCE(partner.complete_name, %s)", self.env._("Without partner"))

    def _lines(self):
        """Return the open items as dicts, by debtor and due date, in one query.

        Keys: partner_id, partner_name, move_line_ref, move_name, reference,
        invoice_date, date_maturity, days_late and those of ``AMOUNTS``.
        """
        self._check_readable()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT item.*, %(name)s AS partner_name
                  FROM (%(items)s) item
             LEFT JOIN res_partner partner ON partner.id = item.partner_id
              ORDER BY item.partner_id IS NULL, partner_name, item.partner_id,
                       item.date_maturity, item.move_line_ref
                """,
                name=self._name_sql(),
                items=self._items_sql(),
            )
        )

    def _debtors(self):
        """Return one dict a debtor: partner_id, partner_name, count and ``AMOUNTS``."""
        self._check_readable()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT debtor.*, %(name)s AS partner_name
                  FROM (SELECT partner_id, count(*) AS item_count, %(sums)s
                          FROM (%(items)s) item GROUP BY partner_id) debtor
             LEFT JOIN res_partner partner ON partner.id = debtor.partner_id
              ORDER BY debtor.partner_id IS NULL, partner_name, debtor.partner_id
                """,
                name=self._name_sql(),
                sums=self._sums_sql(),
                items=self._items_sql(),
            )
        )

    def _store_rows(self):
        """Keep the balance as rows of the screen: debtors, and items where wanted.

        One INSERT for both. ``ledger_no`` stands for the partner where there is none:
        a join on possible nulls would be done row by row.
        """
        self._check_readable()
        names = SQL(", ").join(SQL.identifier(name) for name in AMOUNTS)
        debtors = SQL(
            """
            INSERT INTO dunning_aged_balance_debtor
                   (balance_id, currency_id, partner_id, name, item_count, %(names)s,
                    create_uid, create_date, write_date)
            SELECT %(balance)s, %(currency)s, debtor.partner_id, %(name)s,
                   debtor.item_count, %(names)s, %(uid)s, %(now)s, %(now)s
              FROM (SELECT partner_id, count(*) AS item_count, %(sums)s
                      FROM item GROUP BY partner_id) debtor
         LEFT JOIN res_partner partner ON partner.id = debtor.partner_id
         RETURNING id, COALESCE(partner_id, 0) AS ledger_no
            """,
            names=names,
            balance=self.id,
            currency=self.company_id.currency_id.id,
            name=self._name_sql(),
            sums=self._sums_sql(),
            uid=self.env.uid,
            now=NOW,
        )
        # 200,000 rows are sorted in memory instead of on disk, this once
        self.env.cr.execute("SELECT set_config('work_mem', '64MB', true)")
        nothing = SQL("SELECT count(*) FROM debtor")
        self.env.cr.execute(
            SQL(
                "WITH item AS MATERIALIZED (%s), debtor AS (%s) %s",
                self._items_sql(),
                debtors,
                self._insert_lines_sql() if self.with_detail else nothing,
            )
        )
        self._forget_rows()

    def _insert_lines_sql(self):
        """Return the SQL that stores ``item`` under ``debtor``."""
        return SQL(
            """
            INSERT INTO dunning_aged_balance_line
                   (debtor_id, move_line_ref, move_name, reference, invoice_date,
                    date_maturity, days_late, %(names)s, create_date, write_date)
            SELECT debtor.id, move_line_ref, move_name, reference, invoice_date,
                   date_maturity, days_late, %(names)s, %(now)s, %(now)s
              FROM item
              JOIN debtor ON debtor.ledger_no = COALESCE(item.partner_id, 0)
            """,
            names=SQL(", ").join(SQL.identifier(name) for name in AMOUNTS),
            now=NOW,
        )

    def _store_lines(self, debtor):
        """Keep the items of one debtor's row, where only debtors were wanted."""
        self._check_readable()
        owner = SQL(
            "partner.commercial_partner_id %s",
            SQL("= %s", debtor.partner_id.id) if debtor.partner_id else SQL("IS NULL"),
        )
        self.env.cr.execute(
            SQL(
                """
                WITH item AS MATERIALIZED (%s),
                debtor AS (SELECT id, COALESCE(partner_id, 0) AS ledger_no
                             FROM dunning_aged_balance_debtor WHERE id = %s)
                %s
                """,
                self._items_sql(owner),
                debtor.id,
                self._insert_lines_sql(),
            )
        )
        self._forget_rows()

    def _forget_rows(self):
        for name in ("debtor", "line"):
            self.env[f"dunning.aged.balance.{name}"].invalidate_model()
