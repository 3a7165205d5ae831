from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime


class DunningDispatch(models.Model):
    """What disturbs waits for the company's hours and daily number.

    That is a property of the channel, ``keeps_hours``: what a machine sends waits
    before it leaves, what a person does (a call) before it is on anybody's list.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.dispatch"

    at_once = fields.Boolean(
        readonly=True,
        help="A manager let it leave outside the sending window and beyond the number "
        "of notices a day.",
    )

    def _may_be_tried(self):
        may = super()._may_be_tried()
        held = may._held_until(fields.Datetime.now())
        return may.filtered(lambda dispatch: dispatch not in held)

    def _held_until(self, now):
        """Return {dispatch: (when it may leave, why not now)} of those that wait."""
        held = {}
        bound = self.filtered(lambda d: d._waits_its_turn())
        for company, dispatches in bound.grouped("company_id").items():
            opening = company._dunning_opening(now)
            if opening > now:
                held.update(dict.fromkeys(dispatches, (opening, "window")))
                continue
            room = company._dunning_room(now)
            if room is None:
                continue
            late = dispatches.notice_id.sorted("id")[room:]
            for dispatch in dispatches.filtered(
                lambda d, late=late: d.notice_id in late
            ):
                is_task = not dispatch._by_machine()
                held[dispatch] = company._dunning_next_day(now, is_task), "number"
        return held

    def _waits_its_turn(self):
        self.ensure_one()
        return (
            not self.at_once
            and self.state in ("queued", "ready")
            and self.channel_id.keeps_hours
        )

    def _make_ready(self):
        """Plan a task when it is its turn; see ``_serve`` for the lanes."""
        # EXTENDS dunning.provider.mixin
        tasks = self.filtered("channel_id.keeps_hours") - self._by_machine()
        held = self.browse().concat(*tasks._held_until(fields.Datetime.now()))
        # a round that leaves it alone is not a worker that died over it
        held.filtered("attempts").write({"attempts": 0})
        result = super(DunningDispatch, self - held)._make_ready()
        planned = tasks.filtered(lambda d: d.state == "ready")
        planned.write({"sending_since": fields.Datetime.now()})
        return result

    @api.model
    def _notices_left_since(self, company, moment):
        """Return how many notices of ``company`` left, or were put on a list, since."""
        gone = Domain("state", "in", ("sending", "sent", "failed", "unknown"))
        listed = Domain("state", "=", "ready")
        listed &= Domain("provider", "not in", self._machines())
        [[count]] = self._read_group(
            Domain("company_id", "=", company.id)
            & Domain("channel_id.keeps_hours", "=", True)
            & Domain("sending_since", ">=", moment)
            & (gone | listed),
            [],
            ["notice_id:count_distinct"],
        )
        return count

    def _send_through_provider(self, has_time):
        """Send; where a day has a number, count under a lock that lanes share."""
        limited = self.company_id.filtered("dunning_daily_max")
        if not limited:
            return super()._send_through_provider(has_time)
        limited._dunning_lock_day()
        try:
            self.env["dunning.notice"]._commit_step()  # what other lanes have sent
            allowed = self._may_be_tried()
            return super(DunningDispatch, allowed)._send_through_provider(has_time)
        finally:
            limited._dunning_unlock_day()

    def _let_leave_at_once(self):
        """Send regardless of hours and numbers, by a manager's decision."""
        waiting = self.filtered(lambda d: d._waits_its_turn())
        # sudo: nobody has rights on dispatches; the caller checked the manager
        waiting.sudo()._proof_unlocked().write({"at_once": True})
        self.env["dunning.notice"]._trigger_worker()
        return waiting

    @api.model
    def _held_text(self, company, moment, why):
        """Say until when something waits, and why, on the company's clock."""
        when = format_datetime(
            self.env,
            moment,
            tz=company._dunning_zone().zone,
            dt_format="EEEE d MMMM, HH:mm",
        )
        if why == "window":
            return self.env._("Waits until %s: the sending window is closed.", when)
        return self.env._(
            "Waits until %(when)s: the number of notices a day (%(number)s) is "
            "reached.",
            when=when,
            number=company.dunning_daily_max,
        )
