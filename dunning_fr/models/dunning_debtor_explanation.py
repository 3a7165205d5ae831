from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.words import within
from .dunning_breakdown import DayTexts, add_money, column, money, row, table

# Verdicts whose level follows by itself on the day they name
PLANNED = ("wait_delay", "wait_interval", "too_soon", "one_message", "do_not_disturb")


class DunningDebtorExplanation(models.AbstractModel):
    """What happens next to each open item of a debtor, as tables to read."""

    _name = "dunning.debtor.explanation"
    _description = "Explanation of a debtor's items"

    explanation = fields.Json(compute="_compute_explanation")
    levels_table = fields.Json(compute="_compute_explanation")
    next_step = fields.Char(
        compute="_compute_explanation",
        help="Which level comes next, and when, or what holds it back.",
    )

    @api.depends_context("lang")
    def _compute_explanation(self):
        for debtor in self:
            if not debtor.ids:
                debtor.explanation = debtor.levels_table = debtor.next_step = False
                continue
            told = debtor.explain()
            lines = self.env["account.move.line"].browse(
                e["move_line_id"] for e in told
            )
            pairs = list(zip(told, lines, strict=True))
            debtor.explanation = [debtor._explanation_table(pairs)]
            debtor.levels_table = [debtor._overdue_by_level(pairs)]
            debtor.next_step = debtor._next_step(told)

    def _explanation_table(self, pairs):
        """Put ``explain()`` into a table: each open item, what comes next, why."""
        claims = self._claims_to_date(line for item, line in pairs)
        days = DayTexts(self.env)
        rows = [
            row(
                line.move_name or line.name or "",
                days[line.date_maturity] or "–",
                money(self.env, {line.currency_id: item["residual"]}),
                self._claim_text(line, claims.get(line.id)),
                item["level"] or "–",
                self._next_text(item, days),
                item["reason"],
                key=f"item:{line.id}",
            )
            for item, line in pairs
        ]
        return table(
            "",
            [
                column(self.env._("Document")),
                column(self.env._("Due date")),
                column(self.env._("Still owed"), numeric=True),
                column(self.env._("Interest and 40 €"), numeric=True),
                column(self.env._("Level sent")),
                column(self.env._("Next")),
                column(self.env._("Why")),
            ],
            rows,
            self.env._("Nothing is open: this customer owes nothing."),
        )

    def _claims_to_date(self, lines):
        """Return {line id: its claim of today}, all of them computed at once."""
        today = self.company_id._dunning_today()
        return self.env["dunning.claim"]._for_lines([line.id for line in lines], today)

    def _claim_text(self, line, claim):
        if not claim:
            return "–"
        if claim.claim.missing:
            return self.env._("Rates missing")
        amount = float(claim.interest + claim.indemnity)
        return money(self.env, {line.currency_id: amount}) if amount else "–"

    def _overdue_by_level(self, pairs):
        """Add up what is overdue by the level last sent."""
        today = self.company_id._dunning_today()
        counts, totals = {}, {}
        for item, line in pairs:
            late = line.date_maturity and line.date_maturity < today
            if late and item["residual"] > 0:
                level = item["level"]
                counts[level] = counts.get(level, 0) + 1
                add_money(
                    totals.setdefault(level, {}),
                    line.currency_id,
                    item["residual"],
                )
        return table(
            self.env._("Overdue, by level sent"),
            [
                column(""),
                column(self.env._("Items"), numeric=True),
                column(self.env._("Still owed"), numeric=True),
            ],
            [
                row(
                    self.env._("Level %s", level) if level else self.env._("None yet"),
                    counts[level],
                    money(self.env, totals[level]),
                )
                for level in sorted(counts)
            ],
        )

    def _next_text(self, item, days):
        if item["next_level"]:
            return self.env._("Level %s now", item["next_level"])
        day = days[item["next_date"]]
        if item["planned_level"] and day and item["code"] in PLANNED:
            level = item["planned_level"]
            return self.env._("Level %(level)s on %(day)s", level=level, day=day)
        is_to_come = day and item["next_date"] >= self.company_id._dunning_today()
        return day if is_to_come else "–"

    def _next_step(self, told):
        """Return in one sentence what comes next for the debtor, or why nothing does.

        :param told: what ``explain()`` answers
        """
        debts = [item for item in told if item["residual"] > 0]
        ready = [item for item in debts if item["next_level"]]
        if ready:
            return self.env._(
                "Level %(level)s is due now. Items: %(count)s of %(all)s.",
                level=max(item["next_level"] for item in ready),
                count=len(ready),
                all=len(debts),
            )
        planned = [i for i in debts if i["code"] in PLANNED and i["next_date"]]
        if planned:
            first = min(planned, key=lambda item: item["next_date"])
            return self.env._(
                "Nothing leaves today; next, level %(level)s on %(day)s.",
                level=first["planned_level"],
                day=format_date(self.env, first["next_date"]),
            )
        labels = dict.fromkeys(
            self.env["dunning.engine"]._reason_label(item["code"])
            for item in debts
            if item["code"] != "not_late"
        )
        if labels:
            return self.env._("Nothing leaves: %s.", ", ".join(map(within, labels)))
        return self.env._("Nothing is late.") if debts else ""

    def action_open_breakdown(self, key):
        """Open the document behind a row of the explanation."""
        self.ensure_one()
        line_id = int(key.partition(":")[2])
        return self.env["account.move.line"].browse(line_id).action_open_business_doc()
