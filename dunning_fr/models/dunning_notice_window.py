from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .dunning_breakdown import notices


class DunningNotice(models.Model):
    """What waits says until when; the worker wakes up then."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    waits_text = fields.Char(string="Waiting", compute="_compute_waits_text")

    @api.depends("state", "dispatch_ids.state", "dispatch_ids.at_once")
    def _compute_waits_text(self):
        pending = self._waiting_in_line(self.company_id)
        held = pending._held_until(fields.Datetime.now())
        texts = {
            dispatch.notice_id.id: dispatch._held_text(dispatch.company_id, *until)
            for dispatch, until in held.items()
        }
        for notice in self:
            notice.waits_text = texts.get(notice._origin.id, False)

    @api.model
    def _waiting_in_line(self, companies):
        """Return all that waits in ``companies``: who is first decides who is next."""
        if not companies.filtered(lambda c: c.dunning_window or c.dunning_daily_max):
            return self.env["dunning.dispatch"]
        # sudo: a place in the line, whoever looks
        dispatches = self.env["dunning.dispatch"].sudo()
        mine = Domain("company_id", "in", companies.ids)
        return dispatches.search(mine & dispatches._pending_domain(), order="id")

    @api.model
    def _serve(self, debtor_ids, has_time):
        """Plan calls under the lock that lanes share, where a day has a number.

        What a machine sends is counted again when it leaves; a call is on somebody's
        list once it is prepared.
        """
        # EXTENDS dunning.queue.mixin
        queued = self.env["dunning.dispatch"].search(
            [
                ("notice_id.debtor_id", "in", debtor_ids),
                ("state", "=", "queued"),
                ("channel_id.keeps_hours", "=", True),
                ("company_id.dunning_daily_max", ">", 0),
            ]
        )
        limited = (queued - queued._by_machine()).company_id
        limited._dunning_lock_day()
        try:
            return super()._serve(debtor_ids, has_time)
        finally:
            limited._dunning_unlock_day()

    @api.model
    def _rounds(self):
        rounds = super()._rounds()
        self._wake_up_later()
        return rounds

    @api.model
    def _wake_up_later(self):
        """Ask for a round when the first of those that wait may leave."""
        companies = (
            self.env["res.company"]
            .sudo()
            .search(["|", ("dunning_window", "=", True), ("dunning_daily_max", ">", 0)])
        )
        held = self._waiting_in_line(companies)._held_until(fields.Datetime.now())
        moments = {moment for moment, _why in held.values()}
        triggers = self.env["ir.cron.trigger"].sudo()  # nobody has rights on them
        lane = self.env.ref("dunning_fr.ir_cron_send_1", raise_if_not_found=False)
        known = triggers.search(
            [("cron_id", "in", lane.ids if lane else []), ("call_at", "in", [*moments])]
        ).mapped("call_at")
        for moment in moments.difference(known):
            self._trigger_worker(moment)
        self._commit_step()

    def action_send_at_once(self):
        """Let what waits for the sending window leave now: a manager's decision."""
        user = self.env.user
        if not (self.env.su or user.has_group("dunning_fr.group_dunning_manager")):
            raise AccessError(
                self.env._(
                    "Only a dunning manager sends outside the sending window, or more "
                    "notices than the day's number."
                )
            )
        self.check_access("read")
        self.dispatch_ids._let_leave_at_once()
        return True


class DunningRun(models.Model):
    _inherit = "dunning.run"

    waits_text = fields.Char(string="Waiting", compute="_compute_waits_text")

    @api.depends("notice_ids.waits_text")
    def _compute_waits_text(self):
        for run in self:
            queued = run.notice_ids.filtered(lambda notice: notice.state == "queued")
            texts = [text for text in queued.mapped("waits_text") if text]
            run.waits_text = False
            if texts:
                run.waits_text = self.env._(
                    "%(notices)s of this run: %(text)s",
                    notices=notices(self.env, len(texts)),
                    text=texts[0],
                )

    def action_send_at_once(self):
        """Let the notices of the run that wait leave now: a manager's decision."""
        return self.notice_ids.action_send_at_once()
