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
                values = notice._prepare_dispatch_values(channel)
                # sudo: evidence has no other writer, and this is its own code
                self.sudo()._proof_unlocked().create(
                    {**values, "fallback_of_id": dispatch.id}
                )
                notice._sync_state()
                notice._trigger_worker()
            dispatch._ask_collector(channel)

    def _ask_collector(self, channel):
        """Open a task: an address is wrong, whatever takes its place meanwhile."""
        notice = self.notice_id
        said = self._worded().with_context(lang=notice._collector().lang)
        if channel:
            what = said.env._(
                "%s takes its place.", channel.with_env(said.env).display_name
            )
        elif notice.state == "failed":
            what = said.env._("Nothing else can reach the debtor: the notice failed.")
        else:
            what = said.env._("The same notice leaves another way, too.")
        notice._open_task(
            said.env._("Correct the address: %s", self.recipient),
            notice._get_html_link(title=notice.name),
            said.env._(
                "%(channel)s: %(reason)s",
                channel=said.channel_id.name,
                reason=self.failure_reason or self.bounce_reason or "",
            ),
            what,
        )
