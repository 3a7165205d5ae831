from markupsafe import Markup

from odoo import models


class DunningTaskMixin(models.AbstractModel):
    """What a notice asks of a person: activities on its debtor."""

    _name = "dunning.task.mixin"
    _description = "Tasks of notices"

    def _collector(self):
        """Return who deals with the notice: the collector, else who approved it."""
        people = [self.debtor_id.user_id, self.approved_by, self.env.user]
        return next(
            (user for user in people if user.active and not user.share), people[-1]
        )

    def _open_task(
        self, summary, *lines, kind="mail.mail_activity_data_todo", day=None
    ):
        """Open an activity on the debtor, unless the same one is open already."""
        self.ensure_one()
        # sudo: the worker and the mail gateway have no rights on activities; nobody
        # is written to about it, the list of activities is where a collector looks
        debtor = self.debtor_id.sudo().with_context(mail_activity_quick_update=True)
        same = debtor.activity_ids.filtered(lambda a: a.summary == summary)
        if same:
            return same[0]
        return debtor.activity_schedule(
            kind,
            day or self.company_id._dunning_today(),
            summary=summary,
            note=Markup("").join(Markup("<p>%s</p>") % line for line in lines),
            user_id=self._collector().id,
        )
