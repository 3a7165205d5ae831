from odoo import fields, models


class DunningHoldLift(models.TransientModel):
    """Asks why holds are lifted."""

    _name = "dunning.hold.lift"
    _description = "Lift holds"

    hold_ids = fields.Many2many("dunning.hold", string="Holds", required=True)
    reason = fields.Char(
        required=True, help="Facts only: the debtor may ask to read it (R10.9)."
    )

    def action_lift(self):
        """Lift the holds."""
        self.ensure_one()
        self.hold_ids.action_lift(self.reason)
        return {"type": "ir.actions.act_window_close"}
