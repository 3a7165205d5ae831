from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.deadlines import next_working_day


class DunningDeskTask(models.TransientModel):
    """One thing to do for many debtors: put off, hand over, plan a call."""

    _name = "dunning.desk.task"
    _description = "Mass action of the desk"

    task = fields.Selection(
        [
            ("snooze", "Put off"),
            ("assign", "Assign a collector"),
            ("call", "Plan a call"),
        ],
        required=True,
        default="snooze",
    )
    debtor_ids = fields.Many2many("dunning.debtor", required=True)
    debtor_count = fields.Integer(compute="_compute_debtor_count", string="Debtors")
    day = fields.Date(
        compute="_compute_day",
        store=True,
        readonly=False,
        help="Put off: the day they come back to the desk. Call: the day to call.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        domain="[('share', '=', False), ('company_ids', 'in', company_ids)]",
        help="Call: empty for each debtor's own collector.",
    )
    company_ids = fields.Many2many("res.company", compute="_compute_debtor_count")
    note = fields.Char(help="Facts only: the debtor may ask to read it.")

    @api.depends("debtor_ids")
    def _compute_debtor_count(self):
        for wizard in self:
            wizard.debtor_count = len(wizard.debtor_ids)
            wizard.company_ids = wizard.debtor_ids.company_id

    @api.depends("task")
    def _compute_day(self):
        today = self.env.company._dunning_today()
        for wizard in self:
            days = 7 if wizard.task == "snooze" else 1
            wizard.day = next_working_day(today + timedelta(days=days))

    def action_apply(self):
        """Do it for all of them at once; each debtor's discussion says so."""
        self.ensure_one()
        debtors = self.debtor_ids
        debtors._check_desk()
        if not debtors:
            raise UserError(self.env._("Choose at least one debtor."))
        self._check_user(debtors)
        getattr(self, f"_apply_{self.task}")(debtors)
        return {"type": "ir.actions.act_window_close"}

    def _check_user(self, debtors):
        """Refuse somebody who cannot see the debtors."""
        # sudo: who may work for which company
        user = self.user_id.sudo()
        if user and (user.share or debtors.company_id - user.company_ids):
            raise UserError(
                self.env._("%s does not work for this company.", user.display_name)
            )

    def _apply_snooze(self, debtors):
        debtors.action_snooze(self.day, self.note)

    def _apply_assign(self, debtors):
        debtors.write({"user_id": self.user_id.id})
        if self.note:
            debtors._message_log_batch(dict.fromkeys(debtors.ids, self.note))

    def _apply_call(self, debtors):
        if not self.day:
            raise UserError(self.env._("Choose the day of the call."))
        debtors.mapped("display_name")  # activities ask for them one by one
        model_id = self.env["ir.model"]._get_id("dunning.debtor")
        kind = self.env.ref("mail.mail_activity_data_call")
        # nobody is written to: the list of activities is where a collector looks
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        activities.create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": debtor.id,
                    "activity_type_id": kind.id,
                    "user_id": (self.user_id or debtor._person()).id,
                    "date_deadline": self.day,
                    "summary": self.note or False,
                }
                for debtor in debtors
            ]
        )
        body = self.env._("Call planned for %s.", format_date(self.env, self.day))
        debtors._message_log_batch(dict.fromkeys(debtors.ids, body))
