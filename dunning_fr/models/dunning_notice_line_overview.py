from odoo import api, fields, models


class DunningNoticeLine(models.Model):
    """How an item stands on its notice, in one word."""

    _inherit = "dunning.notice.line"

    role = fields.Selection(
        [
            ("claimed", "Asked for"),
            ("information", "For information"),
            ("credit", "Deducted"),
        ],
        string="On this notice",
        compute="_compute_role",
        help="Asked for: part of the total. For information: overdue too, but not part "
        "of this demand, and its level does not change. Deducted: an open credit.",
    )

    @api.depends("claimed", "residual")
    def _compute_role(self):
        for line in self:
            if line.claimed:
                line.role = "claimed"
            else:
                line.role = "credit" if line.residual < 0 else "information"

    def action_open_document(self):
        """Open the invoice or entry behind the item, if it is still there."""
        self.ensure_one()
        return self.move_line_id and self.move_line_id.action_open_business_doc()
