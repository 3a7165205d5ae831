"""Items that nothing reminds any more: a person decides, and is told so every week."""

from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from .account_move_charge import ACCOUNTING
from .dunning_breakdown import add_money, money

SHOWN = 10  # items that an activity names


class DunningEngine(models.AbstractModel):
    """Finds them by the rules themselves, among the few customers in question."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.engine"

    @api.model
    def _undecided(self, company, partner_ids=None):
        """Return {line id: level id} of items past their last level's deadline.

        Open, without hold, plan, payment under way or notice pending: the rules say
        of them that the last level was sent.
        """
        day = company._dunning_today()
        partner_ids = self._among(self._last_level_customers(company), partner_ids)
        if not partner_ids:
            return {}
        assessment = self._assess(company, day, partner_ids).assessment
        keys, past = assessment.facts.keys, assessment.facts.past
        ended = {
            keys[line_id]: line_id
            for line_id, verdict in assessment.verdicts.items()
            if verdict.code == "last_level"
        }
        found = {}
        for key, level_id, deadline in self._last_notices(company, ended):
            last = max(filter(None, (deadline, past[key].formal_expiry)), default=None)
            if last is None or last < day:
                found[ended[key]] = level_id
        return found

    @api.model
    def _small_balances(self, company, partner_ids=None):
        """Return the ids of items whose next level never comes: too little is owed."""
        small = self._among(self._small_customers(company), partner_ids)
        if not small:
            return []
        assessed = self._assess(company, company._dunning_today(), small)
        return [
            line_id
            for line_id, verdict in assessed.assessment.verdicts.items()
            if verdict.code == "below_minimum"
        ]

    @staticmethod
    def _among(found, partner_ids):
        return found if partner_ids is None else found & set(partner_ids)

    @api.model
    def _last_level_customers(self, company):
        """Return customers with an open item at a level that may be a policy's last."""
        for name in ("dunning.level", "account.move.line"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT item.partner_id
                  FROM dunning_item item
                  JOIN account_move_line line ON line.move_id = item.move_id
                 WHERE item.company_id = %(company)s
                   AND item.level >= (
                       SELECT min(last) FROM (
                           SELECT max(sequence) AS last FROM dunning_level
                            WHERE company_id = %(company)s GROUP BY policy_id) policy)
                   AND line.date_maturity = item.date_maturity
                   AND line.partner_id = item.partner_id
                   AND line.reconciled IS NOT TRUE
                """,
                company=company.id,
            )
        )
        return {partner_id for (partner_id,) in rows}

    @api.model
    def _small_customers(self, company):
        """Return customers who owe less in a currency than some level asks for."""
        for name in ("dunning.level", "account.move.line", "account.account"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.partner_id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE AND line.partner_id IS NOT NULL
                   AND account.account_type = 'asset_receivable'
                   AND line.date_maturity < %(today)s
              GROUP BY line.partner_id, line.currency_id
                HAVING sum(line.amount_residual) < (
                       SELECT max(min_amount) FROM dunning_level
                        WHERE company_id = %(company)s)
                """,
                company=company.id,
                today=company._dunning_today(),
            )
        )
        return {partner_id for (partner_id,) in rows}

    @api.model
    def _last_notices(self, company, keys):
        """Return (document key, level id, deadline) of each item's last notice."""
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (line.document_key)
                       line.document_key, level.id, notice.deadline_date
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                  JOIN dunning_level level ON level.policy_id = notice.policy_id
                                          AND level.sequence = line.level_sequence
                 WHERE line.document_key = ANY(%s) AND line.claimed
                   AND notice.company_id = %s AND notice.state = 'sent'
              ORDER BY line.document_key, line.level_sequence DESC, notice.date DESC,
                       notice.id DESC
                """,
                list(keys),
                company.id,
            )
        )


class AccountMoveLine(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move.line"

    dunning_undecided = fields.Boolean(
        string="Last level passed, nothing decided",
        compute="_compute_dunning_left",
        search="_search_dunning_undecided",
        groups=ACCOUNTING,
        help="The last level of its policy was sent, its deadline has passed, and "
        "there is neither hold, nor payment plan, nor payment.",
    )
    dunning_small = fields.Boolean(
        string="Too small for its next level",
        compute="_compute_dunning_left",
        search="_search_dunning_small",
        groups=ACCOUNTING,
        help="Less is owed than the minimum amount of its next level, which no other "
        "replaces: nothing ever reminds it.",
    )

    @api.depends("amount_residual", "date_maturity", "partner_id")
    def _compute_dunning_left(self):
        self.dunning_undecided = self.dunning_small = False
        engine = self.env["dunning.engine"]
        for company, lines in self.grouped("company_id").items():
            partner_ids = lines.partner_id.ids
            undecided = engine._undecided(company, partner_ids)
            small = set(engine._small_balances(company, partner_ids))
            for line in lines:
                line.dunning_undecided = line._origin.id in undecided
                line.dunning_small = line._origin.id in small

    @api.model
    def _search_dunning_undecided(self, operator, value):
        return self._search_dunning_left(operator, value, "_undecided")

    @api.model
    def _search_dunning_small(self, operator, value):
        return self._search_dunning_left(operator, value, "_small_balances")

    @api.model
    def _search_dunning_left(self, operator, value, finder):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        find = getattr(self.env["dunning.engine"], finder)
        found = [id_ for company in self.env.companies for id_ in find(company)]
        return [("id", "in", found)]


class DunningLevel(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.level"

    @api.model
    def _cron_tell_undecided(self):
        """Tell each escalation manager once a week; one activity a person, kept up."""
        told = defaultdict(dict)
        policies = self.env["dunning.policy"].sudo()  # every company's items
        for company in policies.search([("level_ids", "!=", False)]).company_id:
            found = self.env["dunning.engine"]._undecided(company)
            for level, line_ids in self._by_level(found).items():
                user = level._told(company._dunning_responsible(), "escalation_user_id")
                if user:
                    told[user].setdefault(company, []).extend(line_ids)
        kept = self.env["mail.activity"].sudo()  # they are other people's
        for user, found in told.items():
            kept += self._tell_undecided(user, found)
        (self._undecided_activities() - kept).unlink()

    @api.model
    def _by_level(self, found):
        groups = defaultdict(list)
        for line_id, level_id in found.items():
            groups[self.sudo().browse(level_id)].append(line_id)
        return groups

    @api.model
    def _undecided_activities(self):
        kind = self.env.ref("dunning_fr.mail_activity_undecided")
        activities = self.env["mail.activity"].sudo()
        return activities.search([("activity_type_id", "=", kind.id)])

    @api.model
    def _tell_undecided(self, user, found):
        """Leave one activity for ``user``, or bring the open one up to date."""
        activities = self._undecided_activities()
        activity = activities.filtered(lambda a: a.user_id == user)[:1]
        values = self.with_context(lang=user.lang)._prepare_undecided_values(found)
        if activity:
            activity.write(values)
            return activity
        kind = self.env.ref("dunning_fr.mail_activity_undecided")
        company = next(iter(found))
        return activities.create(
            {
                **values,
                "activity_type_id": kind.id,
                "automated": True,
                "user_id": user.id,
                "date_deadline": company._dunning_today(),
            }
        )

    def _prepare_undecided_values(self, found):
        """Return summary and note: how many, for how much, and the oldest of them."""
        lines = self.env["account.move.line"].sudo()  # the manager's own companies
        totals, count = {}, 0
        for company, line_ids in found.items():
            own = lines.browse(line_ids)
            lines |= own
            count += len(own)
            add_money(totals, company.currency_id, sum(own.mapped("amount_residual")))
        summary = self.env._(
            "Last level passed, nothing decided: %(count)s items, %(amount)s",
            count=count,
            amount=money(self.env, totals),
        )
        rows = [
            f"{line.move_name} · {line.partner_id.display_name}"
            for line in lines.sorted("date_maturity")[:SHOWN]
        ]
        link = Markup('<a href="/odoo/dunning-undecided">%s</a>') % self.env._(
            "Open the list"
        )
        return {"summary": summary, "note": Markup("<br/>").join([*rows, link])}
