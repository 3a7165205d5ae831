from odoo import models


class DunningFallbackMixin(models.AbstractModel):
    """What follows when a dispatch has found that its address reaches nobody.

    The next channel of the policy takes the same frozen notice, once for each
    dispatch lost and never through a channel tried before; where none is left, a
    person is asked.
    """

    _name = "dunning.fallback.mixin"
    _description = "Fallback of dispatches"

    def _fall_back(self):
        """Send the notices of lost dispatches another way; tell their collectors."""
        for dispatch in self:
            notice = dispatch.notice_id
            channel = self.env["dunning.channel"]
            if notice.state == "failed":
                channel = notice._next_channel()
            if channel:
                notice._add_dispatch(channel, fallback_of_id=dispatch.id)
            dispatch._ask_collector(channel)

    def _ask_collector(self, channel, lost=(), left=(), reason=""):
        """Open a task: an address is wrong, whatever takes its place meanwhile."""
        summary, lines = self._task_of_lost(channel, lost, left, reason)
        self.notice_id._open_task(summary, *lines)

    def _task_of_lost(self, channel, lost=(), left=(), reason=""):
        """Return (summary, lines) of the task that a lost address is.

        :param lost: the addresses that are wrong; empty: the recipient
        :param left: those that are not
        """
        notice = self.notice_id
        said = self._worded().with_context(lang=notice._collector().lang)
        summary = said.env._(
            "Correct the address: %s", ", ".join(lost) or self.recipient
        )
        if self.outcome == "given_up":
            summary = said.env._("Nobody answers: %s", self.recipient)
        cause = said.env._(
            "%(channel)s: %(reason)s",
            channel=said.channel_id.name,
            reason=reason or self.failure_reason or self.bounce_reason or "",
        )
        link = notice._get_html_link(title=notice.name)
        return summary, (link, cause, said._what_follows(channel, left))

    def _what_follows(self, channel, left):
        if left:
            return self.env._("It has left to %s, which is enough.", ", ".join(left))
        if channel:
            name = channel.with_env(self.env).display_name
            return self.env._("%s takes its place.", name)
        if self.notice_id.state == "failed":
            return self.env._("Nothing else can reach the debtor: the notice failed.")
        return self.env._("The same notice leaves another way, too.")
