from markupsafe import Markup

from odoo import api, models


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
        return self._open_tasks({self: (summary, lines)}, kind, day)

    @api.model
    def _open_tasks(self, wanted, kind="mail.mail_activity_data_todo", day=None):
        """Open one activity per debtor and summary, unless it is open already.

        :param wanted: {notice: (summary, lines)}
        :return: the activities, open before or new
        """
        # sudo: the worker and the mail gateway have no rights on activities; nobody
        # is written to about it, the list of activities is where a collector looks
        activities = self.env["mail.activity"].sudo()
        activities = activities.with_context(mail_activity_quick_update=True)
        debtors = self.browse().concat(*wanted).debtor_id.sudo()
        debtors.mapped("display_name")  # activities ask for them one by one
        known = {(a.res_id, a.summary): a for a in debtors.activity_ids}
        model_id = self.env["ir.model"]._get_id("dunning.debtor")
        kind_id = self.env.ref(kind).id
        found, rows = activities.browse(), {}
        for notice, (summary, lines) in wanted.items():
            key = notice.debtor_id.id, summary
            found |= known.get(key, found)
            if key in known:
                continue
            rows[key] = {
                "activity_type_id": kind_id,
                "summary": summary,
                "note": Markup("").join(Markup("<p>%s</p>") % line for line in lines),
                "date_deadline": day or notice.company_id._dunning_today(),
                "user_id": notice._collector().id,
                "res_model_id": model_id,
                "res_id": notice.debtor_id.id,
                "automated": True,
            }
        return found | activities.create([*rows.values()])
