from odoo import models


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
