from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class DunningDelivery(models.TransientModel):
    """What a person learnt of a batch of letters: posted, presented, not collected."""

    _name = "dunning.delivery"
    _description = "Posting and presentation of letters"

    stage = fields.Selection(
        [("posting", "Posting"), ("presentation", "Presentation")],
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
                Command.create(
                    {
                        "notice_id": notice.id,
                        "tracking_number": notice.tracking_number,
                    }
                )
                for notice in self._letters_at(notices, stage)
            ]
        return values

    @api.model
    def _letters_at(self, notices, stage):
        """Return the letters that wait for this stage."""
        states = {"posting": ("ready",), "presentation": ("sent",)}[stage]
        letters = notices.filtered(
            lambda notice: any(d.state in states for d in notice._postal())
        )
        if stage == "presentation":
            letters = letters.filtered(lambda notice: not notice.presented_date)
        if not letters:
            raise UserError(
                self.env._("None of these letters waits to be posted.")
                if stage == "posting"
                else self.env._(
                    "None of these letters is posted and not yet presented."
                )
            )
        return letters

    def action_register(self):
        """Record what was entered, letter by letter."""
        for line in self.line_ids:
            line.notice_id._register_delivery(line._prepare_delivery())
        return {"type": "ir.actions.act_window_close"}
