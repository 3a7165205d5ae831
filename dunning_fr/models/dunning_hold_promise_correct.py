from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class DunningHold(models.Model):
    """A promise that was entered wrong, or given anew: the earlier one stays."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    replaces_id = fields.Many2one(
        "dunning.hold",
        string="Corrects",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        domain="[('debtor_id', '=', debtor_id), ('kind', '=', kind),"
        " ('kind', 'in', ('promise', 'plan'))]",
        help="The earlier promise or plan; it stays in the history.",
    )
    replaced_by_id = fields.Many2one(
        "dunning.hold",
        string="Corrected by",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        for hold in holds.filtered("replaces_id"):
            hold._replace_pledge()
        return holds

    def write(self, vals):
        if "replaces_id" in vals and self.replaces_id:
            raise UserError(self.env._("What a promise corrects does not change."))
        result = super().write(vals)
        if vals.get("replaces_id"):
            for hold in self:
                hold._replace_pledge()
        return result

    @api.constrains("replaces_id", "kind", "debtor_id")
    def _check_replaces(self):
        for hold in self.filtered("replaces_id"):
            old = hold.replaces_id
            alike = hold.kind == old.kind and hold.kind in ("promise", "plan")
            if not alike or old.debtor_id != hold.debtor_id:
                raise ValidationError(
                    self.env._(
                        "A promise corrects a promise of the same debtor, and a plan "
                        "a plan."
                    )
                )

    def _replace_pledge(self):
        """End the promise or plan that this one corrects; a broken one stays broken."""
        old = self.replaces_id
        if old.replaced_by_id:
            raise UserError(self.env._("%s was corrected already.", old.display_name))
        old.check_access("write")
        old._check_kept()
        if old.state == "active":
            old.action_release()
        old._end_breach()
        old.sudo().replaced_by_id = self  # sudo: the machine's own fact
        words = self.env._("Corrected: a new promise for %s replaces this one.")
        if self.kind == "plan":
            words = self.env._("Corrected: a new plan until %s replaces this one.")
        last = format_date(self.env, self.date_to) or self.env._("an open date")
        old._message_log(body=words % last)

    def action_correct(self):
        """Enter what was really promised, in a dialog; the old promise stays."""
        self.ensure_one()
        self.check_access("write")
        if self.kind == "plan":
            return self._action_correct_plan()
        self._check_promise()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the promise"),
            "res_model": "dunning.hold",
            "views": [
                (self.env.ref("dunning_fr.dunning_hold_view_form_quick").id, "form")
            ],
            "target": "new",
            "context": {
                "default_debtor_id": self.debtor_id.id,
                "default_kind": "promise",
                "default_replaces_id": self.id,
                "default_date_from": fields.Date.to_string(self.date_from),
                "default_date_to": fields.Date.to_string(self.date_to),
                "default_amount": self.amount,
                "default_move_ids": [(6, 0, self.move_ids.ids)],
                "default_promised_by": self.promised_by,
                "default_promise_channel": self.promise_channel,
                "default_reason": self.reason,
            },
        }

    def _action_correct_plan(self):
        """Agree what is left anew; the old plan ends when the new one is made."""
        if not self.is_scheduled or self.state == "released":
            raise UserError(
                self.env._("%s is no plan that still counts.", self.display_name)
            )
        action = self.debtor_id.action_plan()
        context = {
            **action["context"],
            "default_replaces_id": self.id,
            "default_move_ids": [(6, 0, self.move_ids.ids)],
            "default_promised_by": self.promised_by,
            "default_plan_interest": self.plan_interest,
            "default_insurer_agreed_on": self.insurer_agreed_on,
        }
        name = self.env._("Correct the payment plan")
        return {**action, "name": name, "context": context}

    def _check_promise(self):
        wrong = self.filtered(lambda h: h.kind != "promise" or h.state == "released")
        if wrong:
            raise UserError(
                self.env._("%s is no promise that still counts.", wrong[0].display_name)
            )
