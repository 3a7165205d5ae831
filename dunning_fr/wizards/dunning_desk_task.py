from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.deadlines import next_working_day

# Holds that one dialog may record for many debtors: what they need to be known by is
# the same for all. A plan is agreed with one at a time.
SHARED_KINDS = ("promise", "dispute", "document", "insurer", "mediation", "other")


class DunningDeskTask(models.TransientModel):
    """One thing to do for many debtors: put off, hand over, plan a call, hold."""

    _name = "dunning.desk.task"
    _description = "Mass action of the desk"
    _inherit = ["dunning.once.mixin"]

    task = fields.Selection(
        [
            ("snooze", "Put off"),
            ("assign", "Assign a collector"),
            ("call", "Plan a call"),
            ("hold", "Record a hold"),
        ],
        required=True,
        default="snooze",
    )
    hold_kind = fields.Selection(
        selection="_selection_hold_kind", default="other", string="Why"
    )
    # Also those in the archive: they were chosen
    debtor_ids = fields.Many2many(
        "dunning.debtor", required=True, context={"active_test": False}
    )
    debtor_count = fields.Integer(compute="_compute_debtor_count", string="Debtors")
    day = fields.Date(
        compute="_compute_day",
        store=True,
        readonly=False,
        help="Put off: the day they come back to the desk. Call: the day to call. "
        "Hold: the promised day, or the last one without reminders; empty while the "
        "end is not known.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        domain="[('share', '=', False), ('company_ids', 'in', company_ids)]",
        help="Call: empty for each debtor's own collector.",
    )
    company_ids = fields.Many2many("res.company", compute="_compute_debtor_count")
    note = fields.Char(help="Facts only: the debtor may ask to read it.")

    @api.model
    def _selection_hold_kind(self):
        kind = self.env["dunning.hold"]._fields["kind"]
        kinds = dict(kind._description_selection(self.env))
        return [(kind, kinds[kind]) for kind in SHARED_KINDS]

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
            day = next_working_day(today + timedelta(days=days))
            wizard.day = False if wizard.task == "hold" else day

    def action_apply(self):
        """Do it for all of them at once; each debtor's discussion says so."""
        self._check_not_done()
        debtors = self.debtor_ids
        debtors._check_desk()
        if not debtors:
            raise UserError(self.env._("Choose at least one debtor."))
        self._check_user(debtors)
        getattr(self, f"_apply_{self.task}")(debtors)
        self.is_done = True
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

    def _apply_hold(self, debtors):
        if self.hold_kind == "promise" and not self.day:
            raise UserError(self.env._("Enter the day the debtor promised to pay."))
        self.env["dunning.hold"].create(
            [
                {
                    "debtor_id": debtor.id,
                    "kind": self.hold_kind,
                    "date_from": debtor.company_id._dunning_today(),
                    "date_to": self.day,
                    "reason": self.note,
                }
                for debtor in debtors
            ]
        )
