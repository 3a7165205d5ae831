from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningRemindWizard(models.TransientModel):
    """What would leave today to the debtors chosen, before anything is drafted.

    The rules are those of every run: no level is skipped, no interval shortened, and
    nothing leaves before the confirmation that counts it.
    """

    _name = "dunning.remind.wizard"
    _description = "Reminding chosen debtors"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    # Also those in the archive, as in the run that comes of it
    debtor_ids = fields.Many2many(
        "dunning.debtor", readonly=True, context={"active_test": False}
    )
    can_prepare = fields.Boolean(compute="_compute_content")
    headline = fields.Char(compute="_compute_content")
    content = fields.Json(compute="_compute_content")

    @api.depends("debtor_ids")
    def _compute_content(self):
        for wizard in self:
            chosen = wizard._chosen()
            outlook = chosen._remind_outlook()
            wizard.can_prepare = any(proposals for proposals, _left in outlook.values())
            wizard.headline = chosen._remind_headline(outlook)
            wizard.content = [chosen._remind_table()]

    def _chosen(self):
        """Return the debtors, as far as the person may see them."""
        debtors = self.env["dunning.debtor"].with_context(active_test=False)
        return debtors.search(
            [
                ("id", "in", self.debtor_ids.ids),
                ("company_id", "=", self.company_id.id),
            ]
        )

    def _compute_display_name(self):
        self.display_name = self.env._("Remind now")

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Remind now"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_prepare(self):
        """Draft the notices of these debtors; the very first run asks before.

        :return: the action that opens the only draft, the run, or the question
        """
        self.ensure_one()
        if not self.can_prepare:
            raise UserError(
                self.env._("Nobody of them is to be reminded today: see why above.")
            )
        run = self._chosen()._remind_now()
        question = run.action_open_prepare()
        if question is not True:
            return question
        if len(run.notice_ids) == 1:
            return run.notice_ids._action_open()
        return {
            "type": "ir.actions.act_window",
            "name": run.name,
            "res_model": "dunning.run",
            "res_id": run.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
