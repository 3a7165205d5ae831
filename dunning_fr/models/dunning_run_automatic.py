import logging

from markupsafe import Markup
from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# Times a company's day is tried again when another transaction was faster.
TRIES = 3


class DunningRun(models.Model):
    """The run of the day, prepared by a scheduled action (one a company).

    It sends by itself only what a level's switch lets go, and nothing at all when
    something asks for a person: a first sending, a number above the company's, an
    account that may lack payments. It never skips such a question.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.run"

    is_automatic = fields.Boolean(string="Automatic", readonly=True, copy=False)
    held_back = fields.Text(
        readonly=True,
        copy=False,
        help="Why the scheduled action sent nothing and waits for a person.",
    )

    # --------------------------------------------------------------- own facts

    @api.model
    def _own_facts(self):
        return {*super()._own_facts(), "is_automatic", "held_back"}

    # ------------------------------------------------------------------- daily

    @api.model
    def _cron_automatic(self):
        """Make the day's run of each company that wants one; none stops another."""
        # sudo: every company's setting
        companies = self.env["res.company"].sudo()
        companies = companies.search([("dunning_auto_run", "=", True)])
        for index, company in enumerate(companies, 1):
            self._try_day(company)
            self.env["dunning.notice"]._commit_step(1, len(companies) - index)

    @api.model
    def _try_day(self, company):
        for _attempt in range(TRIES):
            try:
                with self.env.cr.savepoint():
                    self._automatic_day(company)
                return
            except TransactionRollbackError:
                self.env["dunning.notice"]._commit_step()  # a fresh view, then again
            except Exception as error:
                _logger.exception("Dunning: no daily run for %s", company.name)
                self._tell_failure(company, error)
                return

    @api.model
    def _automatic_day(self, company):
        """Prepare today's run of ``company``; send what may leave by itself."""
        today = company._dunning_today()
        if self._has_day(company, today) or not company._dunning_sends_on(today):
            return self.browse()
        user = company._dunning_responsible()
        if not user:
            raise UserError(
                self.env._(
                    "%s is no dunning manager of this company any more: choose who "
                    "answers for the daily run.",
                    company.sudo().dunning_auto_user_id.name or self.env._("Nobody"),
                )
            )
        self = self._of_responsible(company, user)
        self._clear_automatic(company)
        run = self._create_automatic(company, today)
        if run._is_first_activation():
            run._hold_back([self._reason_first_run()])
        else:
            run.action_prepare()
            run._send_automatic()
        run._tell_people(user)
        return run

    @api.model
    def _has_day(self, company, day):
        return self.sudo().search_count(
            [
                ("company_id", "=", company.id),
                ("date", "=", day),
                ("is_automatic", "=", True),
            ],
            limit=1,
        )

    @api.model
    def _of_responsible(self, company, user):
        """Return the model with the rights and in the language of who answers."""
        return self.with_user(user).with_context(
            allowed_company_ids=company.ids, lang=user.lang
        )

    @api.model
    def _create_automatic(self, company, day, **values):
        # sudo: own facts
        run = self.sudo().create(
            {"company_id": company.id, "date": day, "is_automatic": True, **values}
        )
        return run.sudo(False)

    @api.model
    def _clear_automatic(self, company):
        """Give up earlier automatic runs that nobody ended: today's replaces them."""
        old = self.search(
            [
                ("company_id", "=", company.id),
                ("is_automatic", "=", True),
                ("state", "in", ("draft", "prepared")),
            ]
        )
        for run in old:
            run._drop_drafts()
            run._activities().unlink()
            run.sudo().state = "done" if run.notice_ids else "cancelled"
        old.filtered(lambda run: not run.notice_ids).unlink()

    # --------------------------------------------------------------- what leaves

    def _send_automatic(self):
        """Approve what may leave by itself, all of it or nothing."""
        notices = self._automatic_notices()
        if not notices:
            return
        reasons = self._reasons_to_wait(len(notices))
        if reasons:
            self._hold_back(reasons)
            return
        notices.action_send()
        # sudo: own facts of what was just approved
        approved = notices.filtered(lambda notice: notice.state == "queued").sudo()
        approved._proof_unlocked().write({"is_automatic": True})
        self._settle_state()

    def _automatic_notices(self):
        """Return the drafts that a switch of their level lets go without a person."""
        drafts = self.notice_ids.filtered(lambda notice: notice.state == "draft")
        elsewhere = self.env["dunning.engine"]._received_elsewhere(
            self.company_id, drafts.partner_id.ids
        )
        return drafts.filtered(
            lambda notice: (
                notice._may_leave_alone() and notice.partner_id.id not in elsewhere
            )
        )

    def _reasons_to_wait(self, count):
        """Return what asks for a person before anything of this run leaves."""
        reasons = []
        if not self.env["dunning.notice"]._ever_sent(self.company_id):
            reasons.append(
                self.env._("Nothing was ever sent: the first sending needs a person.")
            )
        if count > self.company_id.dunning_auto_max:
            reasons.append(
                self.env._(
                    "%(count)s notices would leave by themselves, more than the "
                    "%(max)s that may without a person.",
                    count=count,
                    max=self.company_id.dunning_auto_max,
                )
            )
        checks = {
            **self._check_bank(),
            **self._check_later_run(),
            **self._check_company_data(),
        }
        return reasons + [check["message"] for check in checks.values()]

    def _reason_first_run(self):
        return self.env._(
            "The first run needs a person, who says where old items stand: prepare it."
        )

    def _hold_back(self, reasons):
        self.sudo().held_back = "\n".join(reasons)  # sudo: own fact

    # -------------------------------------------------------------- who is told

    def _tell_people(self, user):
        """Leave activities: why nothing left, and what waits for whom."""
        if self.held_back:
            self._tell(user, self.env._("Daily run held back"), self.held_back)
        missing = self._missing_rates()
        if missing:
            self._tell(
                user,
                self.env._("Rates are missing"),
                self.env._(
                    "Items not reminded because the rates of their days are missing: "
                    "%s. Enter them under Dunning › Configuration › Rates.",
                    missing,
                ),
            )
        if not self.held_back:
            self._tell_owners(user)

    def _missing_rates(self):
        groups = {group["code"]: group["count"] for group in self.left_out or []}
        return groups.get("missing_rate", 0)

    def _tell_owners(self, user):
        drafts = self.notice_ids.filtered(lambda notice: notice.state == "draft")
        for owner, notices in drafts.grouped(
            lambda notice: notice.level_id._told(user)
        ).items():
            levels = notices.grouped("level_id")
            before = self.env._("Before the due date")
            lines = [
                f"{level.display_name or before}: {len(of_level)}"
                for level, of_level in levels.items()
            ]
            count = len(notices)
            self._tell(
                owner, self.env._("Notices to approve: %s", count), "\n".join(lines)
            )

    def _tell(self, user, summary, note):
        lines = [self._get_html_link(title=self.name), *note.splitlines()]
        # sudo: an activity may be for somebody else
        self.env["mail.activity"].sudo().create(
            {
                "activity_type_id": self.env.ref("dunning_fr.mail_activity_run").id,
                "dunning_run_id": self.id,
                "automated": True,
                "user_id": user.id,
                "date_deadline": self.date,
                "summary": summary,
                "note": Markup("<br/>").join(lines),
            }
        )

    def _activities(self):
        """Return the open activities that speak of these runs, whoever's they are."""
        activities = self.env["mail.activity"].sudo()
        return activities.search([("dunning_run_id", "in", self.ids)])

    @api.model
    def _tell_failure(self, company, error):
        """Leave a draft run that says what went wrong, and tell who can repair it."""
        group = self.env.ref("dunning_fr.group_dunning_manager")
        managers = group.sudo().all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        )
        users = company._dunning_responsible() or managers
        reason = str(error)
        if not isinstance(error, UserError):
            reason = self.env._(
                "An error stopped it (%s): prepare the run, or see the server's log.",
                type(error).__name__,
            )
        run = self.sudo()._create_automatic(
            company, company._dunning_today(), held_back=reason
        )
        for user in users:
            told = run.with_context(lang=user.lang)
            told._tell(user, told.env._("The daily run could not be made"), reason)
        return run

    def _settle_state(self):
        result = super()._settle_state()
        self._close_activities()
        return result

    def action_cancel(self):
        result = super().action_cancel()
        self._close_activities()
        return result

    def _close_activities(self):
        ended = self.filtered(lambda run: run.state in ("done", "cancelled"))
        ended._activities().unlink()
