from odoo import fields, models


class DunningDispatch(models.Model):
    """One attempt to send a notice through one channel."""

    _name = "dunning.dispatch"
    _description = "Dunning dispatch"
    _inherit = ["dunning.proof.mixin"]
    _order = "notice_id, id"

    notice_id = fields.Many2one(
        "dunning.notice", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    channel_id = fields.Many2one("dunning.channel", required=True, ondelete="restrict")
    channel_code = fields.Char(related="channel_id.code")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("ready", "Ready"),
            ("sending", "Sending"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("unknown", "Unknown"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="queued",
        index=True,
    )
    recipient = fields.Char(help="E-mail address or first line of the postal address.")
    sending_since = fields.Datetime()
    done_on = fields.Datetime(string="Sent or failed on")
    attempts = fields.Integer()
    message_id = fields.Char(string="Message-Id", index="btree_not_null")
    mail_message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null"
    )
    failure_reason = fields.Text()
    bounced_on = fields.Datetime()
    bounce_reason = fields.Text()

    def _proof_frozen(self):
        return self

    def _compute_display_name(self):
        for dispatch in self:
            dispatch.display_name = (
                f"{dispatch.notice_id.name} · {dispatch.channel_id.name}"
            )
