import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.dunning_receipt import RECEIPT_KINDS


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
    outcome = fields.Selection(
        [
            ("presented", "Presented, nothing more known"),
            ("received", "Received"),
            ("refused", "Refused"),
            ("unclaimed", "Not collected"),
            ("unknown", "Came back: not known at this address"),
        ],
        default="presented",
        help="A letter that was refused or not collected is still a valid formal "
        "notice (R2.6). One that came back because the debtor is not known at the "
        "address was not presented: correct the address and send again.",
    )
    received_date = fields.Date(
        string="Handed over on", help="Empty: the day it was presented."
    )
    scan = fields.Binary(string="Scan of the receipt", attachment=False)
    scan_name = fields.Char()
    scan_kind = fields.Selection(
        RECEIPT_KINDS, string="Shows", default="acknowledgment"
    )

    def _record(self):
        """Record the facts and keep the scan of one letter."""
        notice = self.notice_id
        if self.delivery_id.stage == "presentation" and self.outcome == "unknown":
            notice._register_return(self.env._("not known at this address"))
        elif self.delivery_id.stage != "receipt":
            notice._register_delivery(self._prepare_delivery())
        content = base64.b64decode(self.with_context(bin_size=False).scan or b"")
        if content:
            notice._add_receipt(self.scan_kind or "other", content, self.scan_name)
        elif self.delivery_id.stage == "receipt" and len(self.delivery_id.line_ids) < 2:
            raise UserError(self.env._("Choose the scan to add."))

    def _prepare_delivery(self):
        day = self.date or self.delivery_id.date
        if self.delivery_id.stage == "posting":
            return {"posted_date": day, "tracking_number": self.tracking_number}
        if self.outcome == "unclaimed" and not self.date:
            return {"unclaimed": True}
        received = self.outcome == "received" and (self.received_date or day)
        return {
            "presented_date": day,
            "received_date": received or False,
            "refused": self.outcome == "refused",
            "unclaimed": self.outcome == "unclaimed",
        }
