import logging
from collections import defaultdict

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.deadlines import add_months

_logger = logging.getLogger(__name__)

LIMITATION = ("limitation",)
REWRITTEN = ("date_deadline", "summary", "note")  # whoever deals with it by now
INSOLVENCY = ("publication", "declaration", "relief", "reclaim")


class DunningWatch(models.Model):
    """A date about to be lost that somebody was told of: told once, until moot.

    One row for each thing told; the rows of one debtor, kind and threshold share one
    activity. What is no longer true goes away with its activity; an activity that a
    person ended is not opened again before the next threshold.
    """

    _name = "dunning.watch"
    _description = "Warning before a date is lost"
    _order = "date, id"
    _rec_name = "label"

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    code = fields.Selection(
        [
            ("limitation", "Limitation"),
            ("publication", "Publication to find"),
            ("declaration", "Declaration of the claim"),
            ("relief", "Relief of a missed declaration"),
            ("reclaim", "Goods to claim back"),
        ],
        required=True,
    )
    threshold = fields.Integer(
        required=True,
        default=0,
        help="Months before a limitation, days before another date; 0: from the start.",
    )
    subject = fields.Char(required=True, help="Which item or hold it speaks of.")
    label = fields.Char(required=True)
    date = fields.Date(required=True, help="Last useful day, not adjusted.")
    limit_date = fields.Date(
        string="Extended to", required=True, help="Adjusted to a working day (R7.16)."
    )
    activity_id = fields.Many2one(
        "mail.activity", index="btree_not_null", ondelete="set null"
    )

    _told_once = models.UniqueIndex("(debtor_id, code, threshold, subject, date)")

    @api.model
    def _cron_watch(self):
        """Warn the collectors of every company; one's failure stops no other."""
        debtors = self.env["dunning.debtor"]._read_group([], ["company_id"])
        for (company,) in debtors:
            try:
                with self.env.cr.savepoint():
                    self._watch_company(company)
            except TransactionRollbackError:
                raise
            except Exception:
                _logger.exception("Dunning: dates of %s not watched", company.name)

    @api.model
    def _watch_company(self, company):
        """Warn the collectors of one company."""
        self._watch_limitation(company)
        self.env["dunning.hold"].sudo()._follow_sirens(company)
        self._watch_insolvency(company)
        self._watch_cover(company)

    # ----------------------------------------------------------------- what is to tell

    @api.model
    def _watch_limitation(self, company):
        """Warn of the debts that are lost in so many months (R7.7)."""
        today = company._dunning_today()
        months = self._thresholds("fr.limitation_warning_months", today)
        if not months:
            return
        rows = self._lost_soon(company, today, add_months(today, months[-1]))
        ensure = self.env["dunning.debtor"]._ensure
        debtors = ensure(company, {row[1] for row in rows}) if rows else {}
        told = {}
        for line_id, partner_id, name, day in rows:
            near = next(n for n in months if day <= add_months(today, n))
            key = (debtors[partner_id], "limitation", near, str(line_id), day)
            told[key] = (name, day)
        self._tell(company, LIMITATION, told)

    @api.model
    def _lost_soon(self, company, today, horizon):
        """Return (line id, customer id, name, last day) of debts about to be lost."""
        self = self.with_company(company)
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.partner_id,
                       COALESCE(NULLIF(line.dunning_document, ''), move.name),
                       found.value
                  FROM (%(limitations)s) found
                  JOIN account_move_line line ON line.id = found.owner_id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner partner
                    ON partner.id = line.partner_id AND partner.active
                 WHERE found.value BETWEEN %(today)s AND %(horizon)s
                   AND line.no_followup IS NOT TRUE
                   AND (line.amount_residual > %(tolerance)s
                        OR line.amount_residual = 0)
              ORDER BY found.value, line.id
                """,
                limitations=self.env["dunning.schedule"]._limitations("id", company),
                today=today,
                horizon=horizon,
                tolerance=company.sudo().dunning_tolerance,  # a setting, not a secret
            )
        )

    @api.model
    def _watch_insolvency(self, company, debtors=None):
        """Warn of the time limits of insolvency proceedings (R6.35, R6.38, R6.43).

        :param debtors: those whose holds have changed; by default all of the company
        """
        today = company._dunning_today()
        days = self._thresholds("fr.insolvency_warning_days", today)
        # sudo: every hold of the company acts, whoever asks
        holds = self.env["dunning.hold"].sudo()
        domain = holds._insolvent_domain(company)
        if debtors is not None:
            domain &= Domain("debtor_id", "in", debtors.ids)
        found, told = holds.search(domain), {}
        elsewhere = self.env["dunning.case.step"]._limits_told(found) if found else ()
        for hold in found:
            debtors_of = (hold | hold.follower_ids).debtor_id.ids
            debtor, subject = hold.debtor_id.id, str(hold.id)
            if not hold.publication_date:
                day = hold.judgment_date or hold.date_from
                told[(debtor, "publication", 0, subject, day)] = (subject, day)
            for name, raw, adjusted in hold._next_limits(today):
                if any((own, name) in elsewhere for own in debtors_of):
                    continue  # one task for a limit: the case's
                near = next((n for n in days if (raw - today).days <= n), 0)
                told[(debtor, name, near, subject, raw)] = (subject, adjusted)
        self._tell(company, INSOLVENCY, told, debtors)

    @api.model
    def _thresholds(self, prefix, today):
        family = self.env["dunning.parameter"]._get_family(prefix, today)
        return sorted(int(value) for value in family.values())

    # ------------------------------------------------------------------------- telling

    @api.model
    def _tell(self, company, codes, told, debtors=None):
        """Make the rows those of ``told``, and the activities those of the rows.

        :param told: {(debtor id, code, threshold, subject, day): (label, adjusted)}
        :param debtors: the rows of these alone; by default of the whole company
        """
        domain = Domain([("company_id", "=", company.id), ("code", "in", codes)])
        if debtors is not None:
            domain &= Domain("debtor_id", "in", debtors.ids)
        # sudo: the machine's memory; nobody writes it by hand
        rows = self.sudo().search(domain)
        known = {row._key(): row for row in rows}
        gone = rows.browse(row.id for key, row in known.items() if key not in told)
        new = [key for key in told if key not in known]
        touched = {key[:3] for key in new} | {row._key()[:3] for row in gone}
        if not touched:
            return
        ended = gone.activity_id
        gone.unlink()
        names = ("debtor_id", "code", "threshold", "subject", "date")
        made = rows.create(
            [
                {
                    **dict(zip(names, key, strict=True)),
                    "label": told[key][0],
                    "limit_date": told[key][1],
                }
                for key in new
            ]
        )
        groups = defaultdict(rows.browse)
        for row in rows.exists() | made:
            if row._key()[:3] in touched:
                groups[row._key()[:3]] |= row
        self._update_activities(groups, made, ended)

    def _key(self):
        self.ensure_one()
        return self.debtor_id.id, self.code, self.threshold, self.subject, self.date

    @api.model
    def _update_activities(self, groups, made, ended):
        """Rewrite the open activities of ``groups``, open those of new rows."""
        debtors = self.sudo().concat(*groups.values()).debtor_id
        debtors.mapped("display_name")  # activities ask for them one by one
        wanted = []
        for rows in groups.values():
            activity = rows.activity_id.filtered("active")[:1]
            if activity:
                values = rows._prepare_activity_values()
                activity.write({name: values[name] for name in REWRITTEN})
                rows.activity_id = activity
            elif rows & made:
                wanted.append(rows)
        context = {"mail_activity_quick_update": True}  # nobody is written to
        activities = self.env["mail.activity"].sudo().with_context(**context)
        opened = activities.create([r._prepare_activity_values() for r in wanted])
        for rows, activity in zip(wanted, opened, strict=True):
            rows.activity_id = activity
        # moot: nothing speaks of it any more
        used = self.sudo().search([("activity_id", "in", ended.ids)]).activity_id
        (ended - used).exists().unlink()

    def _prepare_activity_values(self):
        """Return the activity that tells of ``self``: rows of one debtor and kind."""
        debtor, first = self.debtor_id, self.sorted("date")[0]
        user = self._person()
        told = first.with_context(lang=user.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id("dunning.debtor"),
            "res_id": debtor.id,
            "activity_type_id": self._id_of("mail.mail_activity_data_todo"),
            "automated": True,
            "user_id": user.id,
            "date_deadline": first._alert_day(),
            "summary": told._summary(),
            "note": self.with_context(lang=user.lang)._note(),
        }

    def _person(self):
        """Return who is warned."""
        return self.debtor_id._person()

    @api.model
    def _id_of(self, xmlid):
        """Return the id of a record of ours, from the cache: no query for each row."""
        return self.env["ir.model.data"]._xmlid_to_res_id(
            xmlid, raise_if_not_found=True
        )

    @api.model
    def _any_manager(self, company):
        group_id = self._id_of("dunning_fr.group_dunning_manager")
        group = self.env["res.groups"].browse(group_id)
        users = group.sudo().all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return users.sorted("id")[:1] or self.env.user

    def _alert_day(self):
        if self.code == "publication":
            return self.company_id._dunning_today()
        return self.env["dunning.hold"]._alert_day(self.date)
