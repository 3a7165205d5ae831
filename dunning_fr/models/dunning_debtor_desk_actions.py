from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class DunningDebtor(models.Model):
    """What a collector does from the desk, for one debtor or for many."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def action_desk_dialog(self):
        """Ask for what a mass action needs; ``desk_task`` in the context says which."""
        self._check_desk()
        return {
            "type": "ir.actions.act_window",
            "name": self._desk_task_label(self.env.context.get("desk_task")),
            "res_model": "dunning.desk.task",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_debtor_ids": [(6, 0, self.ids)],
                "default_task": self.env.context.get("desk_task", "snooze"),
            },
        }

    def _desk_task_label(self, task):
        tasks = self.env["dunning.desk.task"]._fields["task"]
        return dict(tasks._description_selection(self.env)).get(task, "")

    def action_draft_reminders(self):
        """Draft what is due today for these debtors, as a run would; open the drafts.

        Nothing leaves. Constant number of queries per company.
        """
        self._check_desk()
        notices = self.env["dunning.notice"]
        # a draft made before is shown with the new ones: a debtor has only one
        drafts = notices.search(
            [("debtor_id", "in", self.ids), ("state", "=", "draft")]
        )
        for company, debtors in self.grouped("company_id").items():
            drafts |= debtors._draft_due(company)
        if not drafts:
            raise UserError(
                self.env._(
                    "No reminder is due today for them. The page of a debtor says, "
                    "item by item, what comes next and when."
                )
            )
        return drafts._action_open()

    def _draft_due(self, company):
        # a run that is prepared meanwhile would draft the same items twice
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtext('dunning.run'), %s)", company.id)
        )
        assessed = self.env["dunning.engine"]._assess(
            company, company._dunning_today(), self.partner_id.ids
        )
        # sudo: nobody has rights on notices; the collector was checked
        drafted = (
            self.env["dunning.notice"]
            .sudo()
            ._insert_proposals(
                company,
                company._dunning_today(),
                assessed.proposals,
                assessed.assessment.facts.keys,
            )
        )
        return drafted.sudo(False)
