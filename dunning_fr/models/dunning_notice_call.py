from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

# A call that should have been planned longer ago is not made up for: whoever sets
# the days on an old policy does not want last year's debtors called. Product choice.
LATE_DAYS = 30
# Notices whose scripts are written in one transaction.
CALLS_AT_ONCE = 50


class DunningNotice(models.Model):
    """Calls: those of a level, and those that follow another message."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    waits_for_call = fields.Boolean(compute="_compute_waits_for_call")

    @api.depends("dispatch_ids.state")
    def _compute_waits_for_call(self):
        for notice in self:
            notice.waits_for_call = bool(notice._call_to_make())

    def _call_to_make(self):
        return self.dispatch_ids.filtered(
            lambda d: d.provider == "phone" and d.state == "ready"
        )

    def action_record_call(self):
        """Open the call to make: script, amounts, outcome.

        What has been paid or held since is taken back first: nobody is called for it.
        """
        self.ensure_one()
        self._check_sender()
        if not self._call_to_make():
            raise UserError(self.env._("%s waits for no call.", self.display_name))
        # sudo: evidence has no other writer; the person was checked above
        trusted = self.sudo()._proof_unlocked()
        if trusted._withdraw(trusted._ledger_changes(letters=True)):
            return self._tell_call_off()
        call = self.env["dunning.call"].create(
            {"dispatch_id": self._call_to_make()[0].id}
        )
        return call._open()

    def _tell_call_off(self):
        call = self.dispatch_ids.filtered(lambda d: d.provider == "phone")[-1:]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("Do not call: %s", call.failure_reason or ""),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_plan_calls(self):
        """Plan the calls that follow a message of which nothing was heard.

        Each level says after how many days, and above which amount.
        """
        # sudo: the calls of every company
        levels = self.env["dunning.level"].sudo()
        channel = self.env["dunning.channel"]._by_code()["phone"]
        if not channel:
            return
        for level in levels.search([("call_follows", "=", True)]):
            found = self.sudo().search(level._to_call_domain(channel))
            found = found.filtered(level._is_worth_a_call)
            for ids in split_every(CALLS_AT_ONCE, found.ids):
                found.browse(ids)._queue_calls(channel)
                self._commit_step()  # a worker stopped by its time loses no more

    def _queue_calls(self, channel):
        """Add a call to notices that have left; the ledger is read again first."""
        self.filtered(
            lambda notice: (
                channel._reach(notice._frozen_recipient())
                and not notice._channel_gaps(channel)
            )
        )._add_dispatch(channel)


class DunningLevel(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.level"

    call_follows = fields.Boolean(
        string="A call follows",
        help="Some days after the notice has left, where it is not paid by then.",
    )
    call_days = fields.Integer(string="Call after (days)", default=5, aggregator=None)
    call_min_amount = fields.Monetary(
        string="Call from",
        currency_field="company_currency_id",
        aggregator=None,
        help="No call under this amount, in company currency.",
    )

    _call_positive = models.Constraint(
        "CHECK (call_days >= 0 AND call_min_amount >= 0)",
        "Days and amount before a call cannot be negative.",
    )

    def _to_call_domain(self, channel):
        """Return the notices of this level that left long enough ago, uncalled."""
        latest = self.company_id._dunning_today() - timedelta(days=self.call_days)
        return (
            Domain("level_id", "=", self.id)
            & Domain("state", "=", "sent")
            & Domain("sent_date", "<=", latest)
            & Domain("sent_date", ">=", latest - timedelta(days=LATE_DAYS))
            & ~Domain("dispatch_ids.channel_id", "=", channel.id)
        )

    def _is_worth_a_call(self, notice):
        amount = notice.currency_id._convert(
            notice.amount_total,
            self.company_currency_id,
            notice.company_id,
            notice.date,
        )
        limit = self.call_min_amount
        return self.company_currency_id.compare_amounts(amount, limit) >= 0
