from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_breakdown import add_money, column, money, open_items, row, table


class DunningRunTable(models.AbstractModel):
    """The tables of a run: whom it reminds, whom it leaves alone, and why."""

    _name = "dunning.run.table"
    _description = "Tables of a run"

    summary = fields.Json(compute="_compute_summary")
    left_out_table = fields.Json(compute="_compute_left_out_table")

    @api.depends("notice_ids.state", "notice_ids.amount_total")
    def _compute_summary(self):
        for run in self:
            notices = run._summary_rows() if run.ids else []
            run.summary = notices and [
                run._summary_table("level", self.env._("By level"), notices),
                run._summary_table("kind", self.env._("By debtor kind"), notices),
                run._channel_table(),
            ]

    def _summary_rows(self):
        return self.env["dunning.notice"]._read_group(
            self._live_notices(),
            ["level_id", "debtor_kind", "currency_id"],
            ["__count", "amount_total:sum"],
            order="level_id, debtor_kind",
        )

    def _summary_table(self, axis, title, rows):
        """Return the table of ``rows`` added up by level or by debtor kind."""
        labels, counts, totals = {}, defaultdict(int), defaultdict(dict)
        for level, kind, currency, count, amount in rows:
            if axis == "level":
                key = level.sequence or 0
                labels[key] = self._level_label(level)
            else:
                key = kind or ""
                labels[key] = self._kind_label(kind)
            counts[key] += count
            add_money(totals[key], currency, amount)
        return table(
            title,
            self._summary_columns(title),
            [
                row(
                    labels[key],
                    counts[key],
                    money(self.env, totals[key]),
                    key=f"{axis}:{key}",
                )
                for key in sorted(labels)
            ],
        )

    def _summary_columns(self, title):
        return [
            column(""),
            column(self.env._("Notices"), numeric=True),
            column(self.env._("Amount"), numeric=True),
        ]

    def _level_label(self, level):
        """Name a level alike for every policy: runs mix policies."""
        if not level:
            return self.env._("Before the due date")
        return self.env._("Level %s", level.sequence)

    @api.model
    def _kind_label(self, kind):
        labels = dict(
            self.env["dunning.notice"]
            ._fields["debtor_kind"]
            ._description_selection(self.env)
        )
        return labels.get(kind) or self.env._("To qualify")

    def _channel_table(self):
        """Count by channel: dispatches made, and what the drafts' levels ask for."""
        counts = defaultdict(int)
        for channel, count in self.env["dunning.dispatch"]._read_group(
            [("notice_id.run_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["channel_id"],
            ["__count"],
        ):
            counts[channel] += count
        for level, count in self.env["dunning.notice"]._read_group(
            [("run_id", "in", self.ids), ("state", "=", "draft")],
            ["level_id"],
            ["__count"],
        ):
            for channel in level.channel_ids or self._pre_reminder_channels(level):
                counts[channel] += count
        return table(
            self.env._("By channel"),
            [column(""), column(self.env._("Notices"), numeric=True)],
            [
                row(channel.name, counts[channel])
                for channel in sorted(counts, key=lambda channel: channel.sequence)
            ],
        )

    @api.model
    def _pre_reminder_channels(self, level):
        channels = self.env["dunning.channel"]
        return channels if level else channels.search([("code", "=", "email")])

    @api.depends("left_out")
    def _compute_left_out_table(self):
        for run in self:
            groups = run.left_out or []
            amounts = run._residuals(groups)
            rows = [
                row(
                    self.env["dunning.engine"]._reason_label(group["code"]),
                    group["count"],
                    money(
                        self.env,
                        {
                            run.company_id.currency_id: sum(
                                amounts.get(line_id, 0) for line_id in group["line_ids"]
                            )
                        },
                    ),
                    key=f"left:{group['code']}",
                )
                for group in sorted(groups, key=lambda group: -group["count"])
            ]
            run.left_out_table = [
                table(
                    "",
                    [
                        column(self.env._("Reason")),
                        column(self.env._("Items"), numeric=True),
                        column(self.env._("Still owed today"), numeric=True),
                    ],
                    rows,
                    self.env._("Nothing overdue was left alone."),
                )
            ]

    @api.model
    def _residuals(self, groups):
        """Return {line id: residual in company currency} of the items left alone."""
        line_ids = [line_id for group in groups for line_id in group["line_ids"]]
        if not line_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT id, amount_residual FROM account_move_line"
                " WHERE id = ANY(%s) AND company_id = ANY(%s)",
                line_ids,
                self.env.companies.ids,  # a client may name any line
            )
        )
        found = dict(rows)
        moved = self.env["dunning.transfer"]._of_companies(self.env.companies).debts
        for line_id in found.keys() & moved.keys():
            left = moved[line_id]
            found[line_id] += float(left.company_residual or left.company_aside)
        return found

    def action_open_breakdown(self, key):
        """Open what a row of the run's tables stands for."""
        self.ensure_one()
        axis, _colon, value = key.partition(":")
        if axis == "left":
            return self._open_left_out(value)
        extra = {
            "level": [("level_id.sequence", "=", int(value))]
            if value.isdigit() and int(value)
            else [("level_id", "=", False)],
            "kind": [("debtor_kind", "=", value or False)],
        }[axis]
        return self._open_notices(extra)

    def _open_left_out(self, code):
        line_ids = [
            line_id
            for group in self.left_out or []
            if group["code"] == code
            for line_id in group["line_ids"]
        ]
        label = self.env["dunning.engine"]._reason_label(code)
        return open_items(self.env, label, [("id", "in", line_ids)])
