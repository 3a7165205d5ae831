from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

LONGEST = 92  # days: whoever is put off for longer is on hold. Product choice.


class DunningDebtor(models.Model):
    """Debtors dealt with for today, or put off until a day."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    snoozed_until = fields.Date(
        string="Back on the desk on",
        compute="_compute_snoozed_until",
        help="Put off the desk until this day. Reminders go on.",
    )
    is_snoozed = fields.Boolean(
        string="Put off",
        compute="_compute_snoozed_until",
        search="_search_is_snoozed",
    )

    @api.depends_context("uid")
    def _compute_snoozed_until(self):
        # who may not read a debtor is not told
        readable = self._origin._filtered_access("read")
        rows = self.env.execute_query(
            SQL(
                "SELECT debtor_id, until FROM (%s) live WHERE debtor_id = ANY(%s)",
                self._snoozed_sql(),
                readable.ids,
            )
        )
        found = dict(rows)
        for debtor in self:
            debtor.snoozed_until = found.get(debtor._origin.id, False)
            debtor.is_snoozed = bool(debtor.snoozed_until)

    @api.model
    def _search_is_snoozed(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = SQL("(SELECT debtor_id FROM (%s) live)", self._snoozed_sql())
        return Domain("id", "in", ids)

    @api.model
    def _snoozed_sql(self):
        """Return the SQL of (debtor_id, until) of those put off today.

        A promise that the ledger broke since brings its debtor back; on the very day,
        the hour of its task decides. A legal time limit of the week does so whatever
        was decided: what is lost then stays lost.
        """
        today = self.env.company._dunning_today()
        to_flush = self.env["dunning.schedule"]._to_flush
        return SQL(
            """
            SELECT snooze.debtor_id, snooze.until
              FROM dunning_snooze snooze
             WHERE snooze.ended_on IS NULL AND snooze.until > %s
               AND NOT EXISTS (
                   SELECT FROM dunning_hold hold
                LEFT JOIN mail_activity task ON task.id = hold.breach_activity_id
                    WHERE hold.debtor_id = snooze.debtor_id
                      AND hold.kind = 'promise' AND hold.state = 'broken'
                      AND (hold.settled_on > snooze.date_from
                           OR task.create_date > snooze.create_date))
               AND NOT EXISTS (SELECT FROM (%s) limits (debtor_id)
                                WHERE limits.debtor_id = snooze.debtor_id)
            """,
            today,
            self.env["dunning.desk.reason"]._deadline_sql(today),
            to_flush=[
                *to_flush("dunning.snooze", "debtor_id", "until", "ended_on"),
                *to_flush("dunning.hold", "debtor_id", "kind", "state", "settled_on"),
                *to_flush("dunning.hold", "breach_activity_id"),
            ],
        )

    # ------------------------------------------------------------------ actions

    def action_done_today(self):
        """Take these debtors off the desk until tomorrow."""
        for company, debtors in self.grouped("company_id").items():
            debtors._snooze(company._dunning_today() + timedelta(days=1))
        return True

    def action_snooze(self, until, note=None):
        """Take these debtors off the desk until a day.

        :param until: date or ISO text, after today: the day they come back
        :param note: why
        """
        self._snooze(fields.Date.to_date(until), note)
        return True

    def action_wake(self):
        """Bring these debtors back to the desk now."""
        self._check_desk()
        live = self._live_snoozes()
        for company, rows in live.grouped("company_id").items():
            rows.ended_on = company._dunning_today()
        bodies = dict.fromkeys(live.debtor_id.ids, self.env._("Back on the desk."))
        live.debtor_id._message_log_batch(bodies)
        return True

    def _check_desk(self):
        """Refuse whoever is no collector, or may not change these debtors."""
        user = self.env.user
        if not (self.env.su or user.has_group("dunning_fr.group_dunning_user")):
            raise AccessError(self.env._("Only collectors work on the desk."))
        self.check_access("write")

    def _live_snoozes(self):
        # sudo: nobody has rights to write here; the caller checked the person
        return (
            self.env["dunning.snooze"]
            .sudo()
            .search([("debtor_id", "in", self.ids), ("ended_on", "=", False)])
        )

    def _snooze(self, until, note=None):
        self._check_desk()
        for company, debtors in self.grouped("company_id").items():
            today = company._dunning_today()
            if not until or not today < until <= today + timedelta(days=LONGEST):
                raise UserError(
                    self.env._(
                        "Choose a day after today, within %s days: for longer, record "
                        "a hold.",
                        LONGEST,
                    )
                )
            earlier = debtors._live_snoozes()
            earlier.ended_on = today
            earlier.flush_recordset()  # only one of a debtor is live
            # sudo: nobody has rights to write here; the person was checked
            self.env["dunning.snooze"].sudo().create(
                [
                    {
                        "debtor_id": debtor.id,
                        "date_from": today,
                        "until": until,
                        "note": note,
                        "user_id": self.env.uid,
                    }
                    for debtor in debtors
                ]
            )
            body = self.env._("Put off until %s.", format_date(self.env, until))
            if note:
                body = f"{body} {note}"
            bodies = dict.fromkeys(debtors.ids, body)
            staying = self.env._(
                "A time limit of this week keeps it on the desk meanwhile."
            )
            for debtor in debtors._at_stake(today):
                bodies[debtor.id] = f"{body} {staying}"
            debtors._message_log_batch(bodies)
        self.invalidate_recordset(["snoozed_until", "is_snoozed"])

    def _at_stake(self, day):
        """Return those of these debtors with a legal time limit within the week."""
        found = self.env["dunning.desk.reason"]._deadline_sql(day)
        rows = self.env.execute_query(
            SQL("SELECT id FROM (%s) limits (id) WHERE id = ANY(%s)", found, self.ids)
        )
        return self.browse({id_ for (id_,) in rows})
