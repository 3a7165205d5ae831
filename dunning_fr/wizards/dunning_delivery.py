from odoo import Command, api, fields, models
from odoo.exceptions import UserError

OPEN_OUTCOMES = ("posted", "presented")


class DunningDelivery(models.TransientModel):
    """What a person learnt of a batch of letters: posted, presented, not collected."""

    _name = "dunning.delivery"
    _description = "Posting and presentation of letters"

    stage = fields.Selection(
        [
            ("posting", "Posting"),
            ("presentation", "Presentation"),
            ("receipt", "Scans"),
        ],
        required=True,
        default="posting",
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        help="The day for every letter below, unless a letter has its own.",
    )
    line_ids = fields.One2many("dunning.delivery.line", "delivery_id", string="Letters")

    @api.model
    def default_get(self, fields):
        # EXTENDS 'base': the letters selected in the list
        values = super().default_get(fields)
        if (
            "line_ids" in fields
            and self.env.context.get("active_model") == "dunning.notice"
        ):
            notices = self.env["dunning.notice"].browse(self.env.context["active_ids"])
            stage = values.get("stage", "posting")
            values["line_ids"] = [
                Command.create(self._prepare_line(notice))
                for notice in self._letters_at(notices, stage)
            ]
        return values

    @api.model
    def _prepare_line(self, notice):
        return {
            "notice_id": notice.id,
            "tracking_number": notice.tracking_number,
            "date": notice.presented_date,
        }

    @api.model
    def _letters_at(self, notices, stage):
        """Return the letters that wait for this stage."""
        if stage == "receipt":
            letters = notices.filtered(lambda notice: notice._postal())
        elif stage == "posting":
            letters = notices._unsent()
        else:
            letters = notices.filtered(self._waits_for_news)
        if not letters:
            messages = {
                "posting": self.env._("None of these letters waits to be posted."),
                "presentation": self.env._(
                    "None of these letters is posted and not yet presented."
                ),
                "receipt": self.env._("None of these notices was sent by post."),
            }
            raise UserError(messages[stage])
        return letters

    @api.model
    def _waits_for_news(self, notice):
        """Return whether the post may still tell something of a posted letter."""
        if not any(d.state == "sent" for d in notice._postal()):
            return False
        if notice.is_registered:
            return notice.delivery_outcome in OPEN_OUTCOMES
        return not notice.presented_date

    def action_register(self):
        """Record what was entered, letter by letter."""
        for line in self.line_ids:
            line._record()
        return {"type": "ir.actions.act_window_close"}
