from odoo import api, fields, models


class DunningRun(models.Model):
    """Everything due for one company at one date."""

    _name = "dunning.run"
    _description = "Dunning run"
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._dunning_today()
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "Prepared"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
    )
    notice_ids = fields.One2many("dunning.notice", "run_id", string="Notices", copy=False)
    left_out = fields.Json(
        copy=False,
        help="Items that were looked at and left alone: [{code, reason, count, "
        "line_ids}], as prepared.",
    )
    notice_count = fields.Integer(compute="_compute_counts")

    @api.depends("date", "company_id")
    def _compute_name(self):
        for run in self:
            run.name = self.env._("Run of %s", fields.Date.to_string(run.date) or "")

    @api.depends("notice_ids")
    def _compute_counts(self):
        counts = dict(
            self.env["dunning.notice"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.notice_count = counts.get(run, 0)
