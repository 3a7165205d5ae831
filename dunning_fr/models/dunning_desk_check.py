from odoo import api, fields, models
from odoo.tools import SQL, format_date

# Code: (label, how grave it is while there is anything), in the order of the morning
CHECKS = {
    "bank": ("Bank journals not up to date", "danger"),
    "held_back": ("Daily runs that wait for you", "danger"),
    "broken": ("Promises broken", "danger"),
    "deadline": ("Time limits this week", "danger"),
    "unknown": ("Notices that may have left", "warning"),
    "failed": ("Notices that did not leave", "warning"),
    "doubt": ("Doubtful reports that an e-mail came back", "warning"),
    "lost": ("Addresses that came back", "warning"),
    "unreachable": ("Debtors without any address", "warning"),
    "credit": ("Receipts and credit notes to match", "warning"),
    "returned": ("Payments returned this week", "info"),
    "dispute": ("Disputes: answer late", "warning"),
    "instalment": ("Plans with late instalments", "warning"),
    "expired": ("Formal notices expired: to decide", "warning"),
    "call": ("Calls to make", "info"),
    "post": ("Letters to post", "info"),
    "draft": ("Drafts waiting", "info"),
    "qualify": ("Debtors to qualify", "info"),
}
# Those whose debtors the desk finds, by their reason
BY_REASON = ("broken", "deadline", "unreachable", "instalment", "expired")


class DunningDeskCheck(models.Model):
    """One thing a careful person looks at in the morning, of one company.

    A reading, no table: each row counts the very records its button opens, from the
    same domain. One query, whatever there is to count.
    """

    _name = "dunning.desk.check"
    _description = "Morning check"
    _auto = False
    _log_access = False
    _order = "id"
    _rec_name = "code"

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    code = fields.Selection(
        [(code, label) for code, (label, _severity) in CHECKS.items()],
        string="Check",
        readonly=True,
    )
    count = fields.Integer(string="How many", readonly=True, aggregator=None)
    oldest = fields.Date(readonly=True, help="Since when the first of them waits.")
    amount = fields.Monetary(
        currency_field="company_currency_id", readonly=True, aggregator=None
    )
    severity = fields.Selection(
        [
            ("done", "In order"),
            ("info", "To do"),
            ("warning", "Important"),
            ("danger", "Urgent"),
        ],
        string="State",
        compute="_compute_severity",
    )
    advice = fields.Char(compute="_compute_advice")

    @api.depends("code", "count")
    def _compute_severity(self):
        for check in self:
            known = CHECKS.get(check.code, ("", "done"))
            check.severity = known[1] if check.count else "done"

    @api.depends("code", "count", "oldest")
    @api.depends_context("lang")
    def _compute_advice(self):
        for check in self:
            texts = check._advices()
            check.advice = texts.get(check.code, "") if check.count else ""

    def _advices(self):
        """Return {code: what to do about it} (hook)."""
        env = self.env
        bank = env._("Payments received since would be asked for again: import them.")
        if self.code == "bank" and self.oldest:
            bank = env._(
                "Nothing since %s: payments received since would be asked for again.",
                format_date(env, self.oldest),
            )
        return {
            "bank": bank,
            "held_back": env._("Open the run: it says why it has sent nothing."),
            "broken": env._("Call; the debtor is on top of the list."),
            "deadline": env._("Act before the day: what is lost then stays lost."),
            "unknown": env._("Ask the mail server, then say what became of them."),
            "failed": env._("Each says what is missing: mend it and send again."),
            "doubt": env._("Say on each notice whether it came back."),
            "lost": env._("Correct the address on the customer."),
            "unreachable": env._("Find an e-mail or a postal address."),
            "credit": env._("No formal notice leaves while they are open."),
            "returned": env._("Reminders of these items have started again."),
            "dispute": env._("Answer, or ask who answers."),
            "instalment": env._("Call, or end the plan: the whole is due again then."),
            "expired": env._("Court, plan or write-off: nothing leaves by itself."),
            "call": env._("Choose them, then “Call”: one after the other."),
            "post": env._("Print them, post them, then say so."),
            "draft": env._("Check and send them."),
            "qualify": env._("No formal notice leaves before."),
        }

    # ------------------------------------------------------------------ the reading

    @property
    def _table_query(self):
        companies = self.env.companies
        codes = list(CHECKS)
        found = [
            *self._counted(companies),
            self._by_reason_sql(),
            SQL(
                "SELECT NULL::text, NULL::int, NULL::bigint, NULL::date, NULL::numeric"
                " LIMIT 0"
            ),
        ]
        return SQL(
            """
            SELECT company.id * 1000 + checked.rank::int AS id,
                   company.id AS company_id, checked.code,
                   COALESCE(sum(found.number), 0)::int AS count,
                   min(found.oldest) AS oldest,
                   COALESCE(sum(found.amount), 0) AS amount
              FROM unnest(%(companies)s::int[]) company (id)
        CROSS JOIN unnest(%(codes)s::text[]) WITH ORDINALITY checked (code, rank)
         LEFT JOIN (%(found)s) found (code, company_id, number, oldest, amount)
                ON found.code = checked.code AND found.company_id = company.id
          GROUP BY company.id, checked.code, checked.rank
            """,
            companies=companies.ids,
            codes=codes,
            found=SQL(" UNION ALL ").join(SQL("(%s)", part) for part in found),
        )

    @api.model
    def _counted(self, companies):
        """Return the SQL of each check counted from the domain its button opens."""
        parts = []
        for code, (model, domain, day, amount) in self._domains().items():
            records = self.env[model]
            own = [("company_id", "in", companies.ids), *domain]
            query = records._search(own)
            table = query.table
            total = SQL("NULL::numeric")
            if amount:
                total = SQL("sum(%s)", records._field_to_sql(table, amount, query))
            since = SQL("NULL::date")
            if day:
                since = SQL("min(%s)::date", records._field_to_sql(table, day, query))
            parts.append(
                SQL(
                    "SELECT %s::text, %s, count(*), %s, %s FROM %s WHERE %s GROUP BY 2",
                    code,
                    records._field_to_sql(table, "company_id", query),
                    since,
                    SQL("-%s", total) if code == "credit" else total,
                    query.from_clause,
                    query.where_clause or SQL("TRUE"),
                )
            )
        return parts

    @api.model
    def _by_reason_sql(self):
        """Return the SQL of the checks that are reasons of the desk: one pass."""
        debtors = self.env["dunning.debtor"]
        query = debtors._search([("company_id", "in", self.env.companies.ids)])
        table = query.table
        columns = {
            name: debtors._field_to_sql(table, name, query)
            for name in ("desk_reason", "company_id", "oldest_due", "amount_overdue")
        }
        return SQL(
            "SELECT * FROM (SELECT %s AS code, %s, count(*), min(%s), sum(%s)"
            " FROM %s WHERE %s GROUP BY 1, 2) reason WHERE code IN %s",
            columns["desk_reason"],
            columns["company_id"],
            columns["oldest_due"],
            columns["amount_overdue"],
            query.from_clause,
            query.where_clause or SQL("TRUE"),
            BY_REASON,
        )
