from datetime import datetime, timedelta

import pytz
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.window import Window, first_opening_after, is_sending_day, next_opening

# Half of the key of the advisory lock of a company's day.
DAY_LOCK_CLASS = 0x64756E64
ALL_DAY = Window(0, 24)


class ResCompany(models.Model):
    """When, and how many a day, notices may leave by themselves."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_window = fields.Boolean(
        string="Sending window",
        help="E-mails and text messages leave, and calls are put on a list, on working "
        "days between these hours, in the company's time zone; never on Sundays and "
        "the 11 legal holidays (local ones are not known). What is approved at another "
        "time waits. To verify: no law sets hours for one's own claims (R2.12). "
        "Letters are posted by a person. Channels say which of them keeps to it.",
    )
    dunning_window_from = fields.Float(
        string="From", default=8.0, help="Hour from which messages leave."
    )
    dunning_window_to = fields.Float(
        string="To", default=20.0, help="Hour from which messages wait."
    )
    dunning_window_saturday = fields.Boolean(
        string="Saturdays too", help="Messages leave on Saturdays as well."
    )
    dunning_daily_max = fields.Integer(
        string="Notices a day",
        help="No more notices leave by e-mail or text message, or are put on a "
        "collector's list of calls, on one day; the others wait for the next, calls "
        "for the next working day. 0: no limit.",
    )

    @api.constrains("dunning_window_from", "dunning_window_to", "dunning_daily_max")
    def _check_dunning_window(self):
        for company in self:
            first, last = company.dunning_window_from, company.dunning_window_to
            if not 0 <= first < last <= 24:
                raise ValidationError(
                    self.env._(
                        "The sending window of %s must begin before it ends, between "
                        "0:00 and 24:00.",
                        company.display_name,
                    )
                )
            if company.dunning_daily_max < 0:
                raise ValidationError(
                    self.env._("The number of notices a day cannot be negative.")
                )

    def _dunning_zone(self):
        return pytz.timezone(self.partner_id.tz or "Europe/Paris")

    def _dunning_hours(self):
        """Return the company's ``Window``; without one it is always open."""
        if not self.dunning_window:
            return None
        return Window(
            self.dunning_window_from,
            self.dunning_window_to,
            self.dunning_window_saturday,
        )

    def _dunning_sends_on(self, day):
        """Return whether anything may leave by itself on ``day``."""
        hours = self._dunning_hours()
        return hours is None or is_sending_day(hours, day)

    def _dunning_opening(self, now):
        """Return when messages may leave: ``now`` (UTC), or a later moment."""
        hours = self._dunning_hours()
        if hours is None:
            return now
        local = self._dunning_local(now)
        opening = next_opening(hours, local)
        return now if opening == local else self._dunning_utc(opening)

    def _dunning_next_day(self, now, working=False):
        """Return when messages may leave again once a day's number is reached.

        :param working: on a working day, even where the company has no hours
        """
        day = self._dunning_local(now).date()
        hours = self._dunning_hours() or (ALL_DAY if working else None)
        if hours is None:
            tomorrow = datetime.combine(day + timedelta(days=1), datetime.min.time())
            return self._dunning_utc(tomorrow)
        return self._dunning_utc(first_opening_after(hours, day))

    def _dunning_room(self, now):
        """Return how many more notices may leave today; None: as many as one likes."""
        if not self.dunning_daily_max:
            return None
        local = self._dunning_local(now)
        midnight = self._dunning_utc(datetime.combine(local, datetime.min.time()))
        left = self.env["dunning.dispatch"].sudo()._notices_left_since(self, midnight)
        return max(self.dunning_daily_max - left, 0)

    def _dunning_local(self, moment):
        zone = self._dunning_zone()
        return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)

    def _dunning_utc(self, local):
        moment = self._dunning_zone().localize(local)
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _dunning_lock_day(self):
        """Let one sending lane at a time count and send for these companies.

        The lock is the session's: it ends with the worker, however the worker ends.
        """
        self._dunning_lock(DAY_LOCK_CLASS)

    def _dunning_unlock_day(self):
        self._dunning_unlock(DAY_LOCK_CLASS)

    def _dunning_lock(self, lock_class):
        for company_id in sorted(self.ids):
            self.env.cr.execute(
                SQL("SELECT pg_advisory_lock(%s, %s)", lock_class, company_id)
            )

    def _dunning_unlock(self, lock_class):
        """Unlock, even after an error: the lock would outlive it and stop others."""
        status = self.env.cr.connection.info.transaction_status
        if status == TRANSACTION_STATUS_INERROR:
            self.env.cr.rollback()
        for company_id in self.ids:
            self.env.cr.execute(
                SQL("SELECT pg_advisory_unlock(%s, %s)", lock_class, company_id)
            )
