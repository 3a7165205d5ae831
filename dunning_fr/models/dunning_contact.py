"""One message at a time, and days on which nobody disturbs a debtor (R2.12)."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.deadlines import LAST_DAY
from ..tools.facts import ONE_DAY, Quiet
from .dunning_policy import DEBTOR_KINDS

# Whose messages are counted, by the company's setting; None = to qualify.
SPARED_KINDS = {
    "consumer": frozenset({"consumer"}),
    "all": frozenset({*dict(DEBTOR_KINDS), None}),
    "none": frozenset(),
}


class ResCompany(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_contact_rule = fields.Selection(
        [
            ("consumer", "Consumers"),
            ("all", "All debtors"),
            ("none", "Nobody"),
        ],
        string="One message at a time",
        default="consumer",
        required=True,
        help="Who gets at most one notice in so many days, whatever the run, policy, "
        "currency, channel or branch: repeated solicitation of a consumer is an "
        "aggressive practice (R2.11). To verify: no law sets a number (R2.12). A "
        "branch follows its parent company.",
    )
    dunning_contact_days = fields.Integer(
        string="Days between two messages",
        default=7,
        help="Days from one notice to a debtor to the next; the items wait.",
    )

    @api.constrains("dunning_contact_days")
    def _check_dunning_contact_days(self):
        for company in self:
            if company.dunning_contact_days < 1:
                raise ValidationError(
                    self.env._("Days between two messages: enter 1 or more.")
                )

    def _dunning_contact(self):
        """Return (kinds of debtors, days) of the rule, set on the root company."""
        root = self.root_id.sudo()  # sudo: a branch follows a company it may not see
        return SPARED_KINDS[root.dunning_contact_rule], root.dunning_contact_days

    def _dunning_tree(self):
        """Return the ids of all companies of the same legal entity."""
        companies = self.sudo().with_context(active_test=False)
        return companies.search([("id", "child_of", self.root_id.id)]).ids


class DunningDebtor(models.Model):
    """Days on which nobody disturbs a debtor."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    quiet_from = fields.Date(
        string="Do not disturb from",
        tracking=True,
        help="First day on which nothing leaves, included. Items go on climbing "
        "afterwards: nothing is skipped. A hold is for a dispute or a promise.",
    )
    quiet_to = fields.Date(
        string="Do not disturb until",
        tracking=True,
        help="Last day on which nothing leaves, included.",
    )
    quiet_reason = fields.Char(
        string="Why not to disturb",
        tracking=True,
        help="Facts only: the debtor may ask to read it.",
    )

    _quiet_order = models.Constraint(
        "CHECK ((quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_to >= quiet_from)",
        "“Do not disturb” needs its first and its last day, in this order.",
    )

    _quiet_countable = models.Constraint(
        f"CHECK (quiet_to <= DATE '{LAST_DAY}')",
        "No day after the year 2999: nothing can be counted from it.",
    )

    def _absorb_values(self, other):
        result = super()._absorb_values(other)
        if other.quiet_to and (not self.quiet_to or self.quiet_to < other.quiet_to):
            self.write(
                {
                    "quiet_from": other.quiet_from,
                    "quiet_to": other.quiet_to,
                    "quiet_reason": other.quiet_reason,
                }
            )
        return result


class DunningEngine(models.AbstractModel):
    """When nothing may leave to a debtor, whatever the levels say."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.engine"

    @api.model
    def _pauses(self, company, day, items, ignored):
        """Return the ``Facts`` on quiet days, and on messages too recent."""
        kinds, days = company._dunning_contact()
        partner_ids = {item.partner_id for item in items if item.partner_id}
        contacted = {}
        if kinds:
            contacted = self._contacted(company, day, days, partner_ids, ignored)
        return {
            "leaving": max(day, company._dunning_today()),
            "quiet": self._quiet(company, day),
            "contact_kinds": kinds,
            "contact_days": days,
            "contacted": contacted,
        }

    @api.model
    def _quiet(self, company, day):
        # sudo: they act, whoever asks
        debtors = self.env["dunning.debtor"].sudo().with_context(active_test=False)
        found = debtors.search_fetch(
            [("company_id", "=", company.id), ("quiet_to", ">=", day)],
            ["partner_id", "quiet_from", "quiet_to", "quiet_reason"],
        )
        return {
            debtor.partner_id.id: Quiet(
                debtor.quiet_from, debtor.quiet_to, debtor.quiet_reason or ""
            )
            for debtor in found
        }

    @api.model
    def _contacted(self, company, day, days, partner_ids, ignored):
        """Return {customer: first day on which another message may leave}.

        What is under way counts as of today. Of two that were approved at once the
        first one leaves: an ignored notice sees only those queued before it.
        """
        own = {}
        for notice in ignored or ():
            partner_id = notice.partner_id.id
            own[partner_id] = min(notice.id, own.get(partner_id, notice.id))
        rows = self.env.execute_query(
            SQL(
                "%s AND notice.partner_id = ANY(%s) AND NOT notice.id = ANY(%s)",
                self._contact_sql(company, SQL("%s::date", day), days),
                list(partner_ids),
                list(ignored.ids) if ignored else [],
            )
        )
        contacted = {}
        for partner_id, notice_id, state, last in rows:
            if state == "queued" and notice_id > own.get(partner_id, notice_id):
                continue
            free = last + days * ONE_DAY
            contacted[partner_id] = max(free, contacted.get(partner_id, free))
        return contacted

    @api.model
    def _contact_sql(self, company, day, days):
        """Return the SQL of (customer, notice, state, day) of recent messages.

        As for intervals, a notice counts from the day it really left; so do reminders
        of instalments, and the formal notice of one that was missed.
        """
        return SQL(
            """
            SELECT notice.partner_id, notice.id, notice.state, notice.last
              FROM (SELECT partner_id, id, state,
                           CASE WHEN state = 'queued' THEN GREATEST(date, %(day)s)
                                WHEN sent_date BETWEEN date AND %(day)s
                                THEN sent_date ELSE date
                           END AS last
                      FROM dunning_notice
                     WHERE company_id = ANY(%(companies)s)
                       AND state IN ('queued', 'sent', 'unknown')
                       AND (date > %(day)s - %(days)s OR state = 'queued'
                            OR sent_date > %(day)s - %(days)s)
                     UNION ALL
                    SELECT debtor.partner_id, 0, 'sent', told.day
                      FROM (%(told)s) told
                      JOIN dunning_debtor debtor ON debtor.id = told.debtor_id
                     WHERE debtor.company_id = ANY(%(companies)s)
                       AND told.day > %(day)s - %(days)s) notice
             WHERE TRUE
            """,
            day=day,
            days=days,
            companies=company._dunning_tree(),
            told=self._told_of_plans_sql(),
            to_flush=[
                self.env["dunning.notice"]._fields[name]
                for name in ("company_id", "date", "partner_id", "sent_date", "state")
            ],
        )

    @api.model
    def _told_of_plans_sql(self):
        """Return the SQL of (debtor, day) of the messages about payment plans."""
        to_flush = self.env["dunning.schedule"]._to_flush
        return SQL(
            """
            SELECT debtor_id, reminded_on AS day FROM dunning_instalment
             WHERE reminded_on IS NOT NULL
             UNION ALL
            SELECT debtor_id, GREATEST(emailed_on, posted_on)
              FROM dunning_hold_document
             WHERE kind = 'notice' AND (emailed_on IS NOT NULL OR posted_on IS NOT NULL)
            """,
            to_flush=[
                *to_flush("dunning.instalment", "debtor_id", "reminded_on"),
                *to_flush("dunning.hold.document", "debtor_id", "kind"),
                *to_flush("dunning.hold.document", "emailed_on", "posted_on"),
                *to_flush("dunning.debtor", "company_id", "partner_id"),
            ],
        )


class DunningSchedule(models.AbstractModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.schedule"

    @api.model
    def _contacts_sql(self, company, only):
        """Return the SQL of customers' quiet days, and when a message may follow.

        :param only: function of a customer's column → condition on it
        """
        kinds, days = company._dunning_contact()
        today = self._today_sql(company)
        recent = SQL("SELECT NULL::int, NULL::int, NULL, NULL::date WHERE FALSE")
        if kinds:
            recent = SQL(
                "%s AND %s",
                self.env["dunning.engine"]._contact_sql(company, today, days),
                only(SQL("notice.partner_id")),
            )
        return SQL(
            """
            SELECT partner_id, max(quiet_from) AS quiet_from, max(quiet_to) AS quiet_to,
                   max(free_on) AS free_on
              FROM (SELECT partner_id, quiet_from, quiet_to, NULL::date AS free_on
                      FROM dunning_debtor
                     WHERE company_id = %(company)s AND quiet_to >= %(today)s
                       AND %(only)s
                     UNION ALL
                    SELECT recent.partner_id, NULL, NULL, recent.last + %(days)s
                      FROM (%(recent)s) recent (partner_id, id, state, last)) pause
          GROUP BY partner_id
            """,
            company=company.id,
            today=today,
            days=days,
            only=only(SQL("partner_id")),
            recent=recent,
            to_flush=self._to_flush(
                "dunning.debtor", "company_id", "partner_id", "quiet_from", "quiet_to"
            ),
        )

    @api.model
    def _spared_sql(self, company, kind):
        """Return the condition of those who get one message at a time (R2.12)."""
        kinds, _days = company._dunning_contact()
        if None in kinds:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", kind, sorted(kinds))
