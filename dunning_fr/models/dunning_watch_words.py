from markupsafe import Markup

from odoo import models
from odoo.tools import format_date

NAMED = 20  # invoices named in an activity; the rest are counted


class DunningWatch(models.Model):
    """Warnings in the words of who reads them."""

    _inherit = "dunning.watch"

    def _summary(self):
        """Return the title of the activity, of its first row."""
        self.ensure_one()
        if self.code == "limitation":
            return self.env._(
                "Lost unless you act: %(months)s months or less left",
                months=self.threshold,
            )
        words = {
            "publication": self.env._("Find the publication in the BODACC"),
            "declaration": self.env._("Declare the claim"),
            "relief": self.env._("Ask for relief: the claim was not declared in time"),
            "reclaim": self.env._("Claim back the goods under retention of title"),
        }[self.code]
        if not self.threshold:
            return words
        return self.env._(
            "%(task)s: %(days)s days or less left", task=words, days=self.threshold
        )

    def _note(self):
        """Return the text of the activity, of all its rows."""
        if self[:1].code == "limitation":
            lines = self._limitation_lines()
        elif self[:1].code == "publication":
            lines = [
                self.env._(
                    "The time limits run from the publication of the judgment in the "
                    "BODACC, which is not entered: without it none is computed "
                    "(R6.32, R6.35). Enter it on the hold."
                )
            ]
        else:
            lines = self._limit_lines()
        return Markup("").join(Markup("<p>%s</p>") % line for line in lines)

    def _limitation_lines(self):
        lines = []
        by_day = self.sorted("date").grouped("date")
        left = NAMED
        for day, rows in by_day.items():
            named = rows[: max(left, 0)]
            left -= len(named)
            if named:
                names = ", ".join(row.label for row in named)
                lines.append(f"{format_date(self.env, day)} – {names}")
        if len(self) > NAMED:
            lines.append(self.env._("and %s more", len(self) - NAMED))
        lines.append(
            self.env._(
                "After these days the debts can no longer be claimed in court. A "
                "reminder or a formal notice interrupts nothing, except for a public "
                "body: act in court, or obtain a written acknowledgement (R7.7, R7.8)."
            )
        )
        return lines

    def _limit_lines(self):
        first = self.sorted("date")[0]
        values = {
            "raw": format_date(self.env, first.date),
            "limit": format_date(self.env, first.limit_date),
            "alert": format_date(self.env, first._alert_day()),
        }
        rules = {"declaration": "R6.35", "relief": "R6.38", "reclaim": "R6.43"}
        if first.date == first.limit_date:
            when = self.env._("Time limit: %s (R7.16).", values["raw"])
        else:
            when = self.env._(
                "Time limit: %(raw)s, no working day, hence %(limit)s (R7.16). "
                "Act by %(alert)s: do not count on the extension.",
                **values,
            )
        return [
            when,
            self.env._("Rule %s; see the hold of the debtor.", rules[first.code]),
        ]
