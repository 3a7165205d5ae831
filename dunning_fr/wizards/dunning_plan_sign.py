from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class DunningPlanSign(models.TransientModel):
    """Takes the signed copy of an agreement, and what it does to the limitation."""

    _name = "dunning.plan.sign"
    _description = "Signed agreement of a payment plan"

    hold_id = fields.Many2one(
        "dunning.hold", string="Payment plan", required=True, ondelete="cascade"
    )
    signed_on = fields.Date(
        required=True, default=lambda self: self.env.company._dunning_today()
    )
    file = fields.Binary(string="Signed copy", required=True)
    file_name = fields.Char()
    is_recorded = fields.Boolean(
        string="Record the acknowledgement",
        compute="_compute_is_recorded",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="A signed plan acknowledges the debt: a limitation event with the copy as "
        "its proof. It counts as possible only, unless the settings say otherwise; to "
        "verify (R7.10).",
    )

    @api.depends("hold_id")
    def _compute_is_recorded(self):
        for wizard in self:
            wizard.is_recorded = not wizard.hold_id.debtor_id._is_public_body()

    def action_keep(self):
        """Keep the copy with the plan, agree to it, record the acknowledgement."""
        self.ensure_one()
        hold = self.hold_id
        hold._check_collector()
        hold._check_kept()
        if not hold.is_scheduled:
            raise UserError(self.env._("%s is no payment plan.", hold.display_name))
        name = self.file_name or f"{hold.reference}.pdf"
        copy = self.env["ir.attachment"].create(
            {
                "name": name,
                "datas": self.file,
                "res_model": hold._name,
                "res_id": hold.id,
            }
        )
        if not hold.agreed_on:
            hold.action_agree(self.signed_on)
        hold._keep_signed(copy)
        hold._message_log(
            body=self.env._("Signed copy received: %s", name),
            attachment_ids=copy.ids,
        )
        if self.is_recorded:
            self.env["dunning.limitation.event"].create(
                {
                    "debtor_id": hold.debtor_id.id,
                    "kind": "acknowledgement",
                    "date": self.signed_on,
                    "move_ids": [Command.set(hold.move_ids.ids)],
                    "note": self.env._("Payment plan %s, signed", hold.reference),
                    "attachment_ids": [Command.set(copy.ids)],
                }
            )
        return {"type": "ir.actions.act_window_close"}
