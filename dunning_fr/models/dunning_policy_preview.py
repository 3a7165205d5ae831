from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .dunning_breakdown import column, row, table


class DunningPolicy(models.Model):
    """Answers “when would an invoice due on that day be reminded?” while editing."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.policy"

    preview_due_date = fields.Date(
        string="An invoice due on",
        compute="_compute_preview_due_date",
        readonly=False,
        help="Shows when this policy would remind it, if a run is made every day and "
        "nothing is paid.",
    )
    preview = fields.Json(compute="_compute_preview")

    @api.depends("company_id")
    def _compute_preview_due_date(self):
        for policy in self:
            company = policy.company_id or self.env.company
            policy.preview_due_date = company._dunning_today()

    @api.depends(
        "preview_due_date",
        "pre_reminder",
        "pre_reminder_days",
        "level_ids.sequence",
        "level_ids.name",
        "level_ids.delay_days",
        "level_ids.delay_from",
        "level_ids.min_interval_days",
        "level_ids.deadline_days",
        "level_ids.channel_ids",
        "level_ids.is_formal_notice",
        "level_ids.by_person_only",
    )
    def _compute_preview(self):
        for policy in self:
            due = policy.preview_due_date
            policy.preview = due and [policy._preview_table(due)]

    def _preview_table(self, due):
        rows = [
            row(
                level.display_name if level else self.env._("Before the due date"),
                format_date(self.env, day, date_format="EEE d MMM y"),
                self._preview_remark(level),
                format_date(self.env, deadline) if deadline else "–",
            )
            for level, day, deadline in self._schedule(due)
        ]
        return table(
            "",
            [
                column(self.env._("Level")),
                column(self.env._("Leaves on")),
                column(self.env._("How")),
                column(self.env._("To be paid by")),
            ],
            rows,
            self.env._("Add levels to see when they would leave."),
        )

    def _schedule(self, due):
        """Return [(level, day, deadline)] of an invoice due on ``due``, never paid."""
        self.ensure_one()
        schedule = []
        if self.pre_reminder and self.pre_reminder_days > 0:
            day = due - timedelta(days=self.pre_reminder_days)
            schedule.append((self.env["dunning.level"], day, due))
        last = expiry = None
        for level in self.level_ids.sorted("sequence"):
            start = expiry if level.delay_from == "formal_notice_expiry" else due
            if start is None:
                break  # the policy is not valid yet: no formal notice comes before
            day = max(start, due) + timedelta(days=level.delay_days)
            if last:
                day = max(day, last + timedelta(days=level.min_interval_days))
            deadline = self.env["dunning.notice"]._deadline(day, level)
            schedule.append((level, day, deadline))
            last = day
            if level.is_formal_notice:
                expiry = deadline
        return schedule

    def _preview_remark(self, level):
        channels = level.channel_ids or self.env["dunning.run"]._pre_reminder_channels(
            level
        )
        parts = channels.mapped("name") or [self.env._("no channel yet")]
        if level.is_formal_notice:
            parts = [*parts, self.env._("formal notice")]
        if level.by_person_only:
            parts = [*parts, self.env._("drafted by a person")]
        return ", ".join(parts)
