"""What there is to do about the time limits of cases, and by when."""

import logging
from collections import defaultdict

from markupsafe import Markup
from psycopg2.extensions import TransactionRollbackError

from odoo import api, models

from .dunning_procedure_step import CLOSED_STATES
from .dunning_proof_mixin import PROOF_SENTINEL

_logger = logging.getLogger(__name__)

WARNINGS = "fr.case_warning_days"


class DunningCaseStep(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case.step"

    def _plan_activities(self):
        """Give each open time limit one activity, on the day to act; no other.

        One that was warned of says so until its limit moves.
        """
        wanted = self.filtered(lambda step: step._is_watched())
        (self - wanted).activity_id.filtered("active").unlink()
        for step in wanted.filtered("activity_id"):
            values = step._prepare_activity_values()
            if step.warned_days:
                values = {name: values[name] for name in ("note", "user_id")}
            step.activity_id.write(values)
        fresh = wanted.filtered(lambda step: not step.activity_id)
        activities = self._create_activities(
            [step._prepare_activity_values() for step in fresh]
        )
        for step, activity in zip(fresh, activities, strict=True):
            step.activity_id = activity
        self.case_id._hand_over_limits()

    def _is_watched(self):
        self.ensure_one()
        return bool(
            self.active
            and self.alert_date
            and not self.date
            and self.case_id.state not in CLOSED_STATES
        )

    @api.model
    def _create_activities(self, values):
        # nobody is written to about it: the list of activities is where people look
        activities = self.env["mail.activity"]
        return activities.with_context(mail_activity_quick_update=True).create(values)

    def _prepare_activity_values(self):
        self.ensure_one()
        case = self.case_id
        return {
            "res_model_id": self.env["ir.model"]._get_id("dunning.case"),
            "res_id": case.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "date_deadline": self.alert_date,
            "summary": self.name,
            "note": Markup("<p>%s</p>") % self._limit_text(),
            "user_id": case._person().id,
        }

    def _limit_text(self):
        """Say the limit in words: until when, by which rule, what is lost."""
        case = self.case_id
        values = {
            "day": case._day_text(self.deadline),
            "raw": case._day_text(self.raw_deadline),
            "rule": self.rule or "",
            "reference": self.reference or "",
        }
        if self.limit == "after":
            return self.env._(
                "Possible once %(day)s is over (%(rule)s, %(reference)s).", **values
            )
        if self.raw_deadline != self.deadline:
            text = self.env._(
                "Time limit %(raw)s, which the law moves to %(day)s (%(rule)s, "
                "%(reference)s).",
                **values,
            )
        else:
            text = self.env._("Time limit %(day)s (%(rule)s, %(reference)s).", **values)
        if self.loses:
            text += " " + self.env._("If it is missed: %s", self.loses)
        return text

    @api.model
    def _cron_warn(self, today=None):
        """Warn of our time limits 30, 15 and 5 days ahead, once each.

        A day without the scheduled action is caught up with the nearest warning.

        :param today: date; None = today in the time zone of each company
        :return: number of warnings
        """
        # sudo: the scheduled action looks after every company
        steps = self.sudo().with_context(dunning_proof=PROOF_SENTINEL)
        steps = steps.search(self._to_do_domain())
        due = defaultdict(steps.browse)
        for step in steps:
            day = today or step.company_id._dunning_today()
            bucket = self._warning_bucket((step.raw_deadline - day).days, day)
            if bucket and (not step.warned_days or bucket < step.warned_days):
                due[step.company_id, bucket, day] |= step
        return sum(own._warn_safely(*key[1:]) for key, own in due.items())

    def _warn_safely(self, bucket, day):
        """Warn of steps of one company, whose failure stops no other; their number."""
        try:
            with self.env.cr.savepoint():
                self._warn(bucket, day)
        except TransactionRollbackError:
            raise
        except Exception:
            _logger.exception("Dunning: cases of %s not watched", self.company_id.name)
            return 0
        return len(self)

    @api.model
    def _warning_bucket(self, days_left, day):
        figures = self.env["dunning.parameter"]._get_family(WARNINGS, day).values()
        reached = [int(figure) for figure in figures if days_left <= figure]
        return min(reached, default=0)

    def _warn(self, bucket, day):
        """Put the warning before the eyes of whoever follows the case, today.

        In the activity of the time limit: there is one task for each. Another one
        where a person has ended it.
        """
        wanted = []
        for one in self:
            # in the words of who reads it, not of the scheduled action
            step = one.with_context(lang=one.case_id._person().lang)
            left = (step.raw_deadline - day).days
            summary = step.env._(
                "%(days)s days left: %(step)s", days=left, step=step.name
            )
            if left < 0:
                summary = step.env._("Time limit over: %s", step.name)
            values = {
                **step._prepare_activity_values(),
                "date_deadline": day,
                "summary": summary,
            }
            open_task = one.activity_id.filtered("active")
            if open_task:
                open_task.write(values)
            else:
                wanted.append((one, values))
        activities = self._create_activities([values for _step, values in wanted])
        for (step, _values), activity in zip(wanted, activities, strict=True):
            step.activity_id = activity
        self.write({"warned_days": bucket})
