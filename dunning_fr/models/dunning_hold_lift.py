from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .dunning_hold_kind import KINDS

# Holds that end with their last day; the older kinds go on being listed as past
ENDING = tuple(name for name, _label in KINDS)
END_FACTS = ("ended_on", "lift_reason")


class DunningHold(models.Model):
    """How a hold ends: lifted by a person who says why, or with its last day."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    ended_on = fields.Date(
        readonly=True, copy=False, help="Day the hold was lifted, or its last day."
    )
    lift_reason = fields.Char(
        string="Why it ended",
        tracking=True,
        readonly=True,
        copy=False,
        help="Facts only: the debtor may ask to read it (R10.9).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:  # nor by a default value
            end = dict.fromkeys(END_FACTS, False)
            vals_list = [{**vals, **end} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and any(vals.get(name) for name in END_FACTS):
            raise UserError(self.env._("Lift the hold to say how it ended."))
        if vals.get("state", "active") == "active" or "ended_on" in vals:
            if vals.get("state") == "active":
                vals = {**vals, **dict.fromkeys(END_FACTS, False)}
            return super().write(vals)
        for company, holds in self.grouped("company_id").items():
            today = company._dunning_today()
            super(DunningHold, holds).write({**vals, "ended_on": today})
        return True

    def action_lift(self, reason=None):
        """Lift holds; without a reason, ask for it in a dialog.

        :param reason: why they end before their day, on the discussion
        :raise UserError: where one is over already, or is another's to end
        """
        self.check_access("write")
        over = self.filtered(lambda hold: hold.state != "active")
        if over:
            raise UserError(
                self.env._("%s is over already.", over[0].display_name),
            )
        if reason is None:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Lift the hold"),
                "res_model": "dunning.hold.lift",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_hold_ids": [fields.Command.set(self.ids)]},
            }
        if not reason.strip():
            raise UserError(self.env._("Say why the hold is lifted."))
        self._end(reason.strip())
        return True

    def _end(self, reason, day=None):
        """Release holds and say why, on their discussion and on the debtor's."""
        self.check_access("write")
        self._check_kept()
        secret = self._end_in_secret(reason)
        values = {"state": "released"}
        if day:
            values["ended_on"] = day
        # sudo: how a hold ended is written by this method alone
        secret.sudo().write(values)
        (self - secret).sudo().write({**values, "lift_reason": reason})
        for hold in self:
            hold.debtor_id._message_log(
                body=self.env._(
                    "%(hold)s: reminders go on. %(reason)s",
                    hold=hold._kind_label(),
                    reason="" if hold in secret else reason,
                )
            )

    def _kind_label(self):
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    @api.model
    def _settle_holds(self, company, day):
        result = super()._settle_holds(company, day)
        # sudo: their last day decides, whoever prepares the run
        today = company.sudo()._dunning_today()
        past = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("kind", "in", ENDING)
            & Domain("state", "=", "active")
            & Domain("date_to", "<", min(day, today))
        )
        for last, holds in past.grouped("date_to").items():
            holds._end(self.env._("Its last day has passed."), last)
        return result
