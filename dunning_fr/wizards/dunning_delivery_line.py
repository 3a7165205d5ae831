from odoo import fields, models


class DunningDeliveryLine(models.TransientModel):
    """One letter of the batch."""

    _name = "dunning.delivery.line"
    _description = "Letter posted or presented"

    delivery_id = fields.Many2one(
        "dunning.delivery", required=True, index=True, ondelete="cascade"
    )
    notice_id = fields.Many2one("dunning.notice", required=True, ondelete="cascade")
    # not as superuser: a client may name a notice of another company
    partner_id = fields.Many2one(related="notice_id.partner_id", related_sudo=False)
    level_id = fields.Many2one(related="notice_id.level_id", related_sudo=False)
    is_formal_notice = fields.Boolean(
        related="notice_id.is_formal_notice", related_sudo=False
    )
    date = fields.Date(help="Empty: the day of the whole batch.")
    tracking_number = fields.Char(string="Registered number")
    unclaimed = fields.Boolean(
        string="Not collected",
        help="The debtor did not collect the registered letter (R2.6).",
    )

    def _prepare_delivery(self):
        day = self.date or self.delivery_id.date
        if self.delivery_id.stage == "posting":
            return {"posted_date": day, "tracking_number": self.tracking_number}
        if self.unclaimed and not self.date:
            return {"unclaimed": True}
        return {"presented_date": day, "unclaimed": self.unclaimed}
