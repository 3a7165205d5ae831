from collections import defaultdict

from odoo import api, models
from odoo.tools import format_date

FACTS_KINDS = ("insolvency", "overindebtedness", "dispute")


class DunningBadDebt(models.Model):
    """Facts that make a loss probable; late payment alone is none (R8.6).

    Only what every reader of the year-end list may know: confidential proceedings
    (R6.48) are no fact here, whoever asks.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.bad.debt"

    @api.model
    def _facts(self, company, items, day):
        """Return {item id: ([text], key of the percentage or None)} known on ``day``.

        :param items: ``DunningItem``s of ``company``
        """
        found = {item.id: ([], None) for item in items}
        self._facts_of_holds(company, items, day, found)
        self._facts_of_cases(company, items, day, found)
        return found

    @api.model
    def _facts_of_holds(self, company, items, day, found):
        # sudo: readers of accounts read these facts, not the collectors' files
        holds = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", [item.partner_id for item in items]),
                    ("kind", "in", FACTS_KINDS),
                    ("state", "in", ("active", "kept")),
                    ("date_from", "<=", day),
                ],
                order="date_from, id",
            )
        )
        by_partner = defaultdict(list)
        for hold in holds:
            by_partner[hold.partner_id.id].append((hold, hold._fact(day)))
        for item in items:
            for hold, text in by_partner[item.partner_id]:
                if text and (not hold.move_ids or item.move_id in hold.move_ids.ids):
                    texts, key = found[item.id]
                    found[item.id] = [*texts, text], key or hold._fact_key()

    @api.model
    def _facts_of_cases(self, company, items, day, found):
        # sudo: as above
        cases = (
            self.env["dunning.case"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("move_ids", "in", [item.move_id for item in items]),
                    ("state", "not in", ("prepared", "settled", "withdrawn")),
                    ("date", "<=", day),
                ],
                order="date, id",
            )
        )
        labels = dict(cases._fields["state"]._description_selection(self.env))
        for case in cases:
            text = self.env._(
                "%(procedure)s, case %(case)s of %(day)s: %(state)s",
                procedure=case.procedure_id.name,
                case=case.name,
                day=format_date(self.env, case.date),
                state=labels[case.state],
            )
            for item in items:
                if item.move_id in case.move_ids.ids:
                    texts, key = found[item.id]
                    found[item.id] = [*texts, text], key or "case"

    @api.model
    def _percent_of(self, key, day):
        """Return the percentage the house proposes for a fact, 0 without any."""
        if not key:
            return 0.0
        return self.env["dunning.parameter"]._find(f"fr.impairment_percent.{key}", day)

    @api.model
    def _percent_by_age(self, days, day):
        """Return the percentage the house proposes for a number of days late."""
        ages = self.env["dunning.parameter"]._get_family("fr.impairment_age", day)
        reached = [(int(age), value) for age, value in ages.items() if int(age) <= days]
        return max(reached)[1] if reached else 0.0


class DunningHold(models.Model):
    """What a hold says of the risk, for the accounts."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    def _fact(self, day):
        """Return one sentence for the auditor, empty where it says nothing."""
        self.ensure_one()
        if self.date_to and self.date_to < day and self.kind == "dispute":
            return ""
        if self.judgment_date and self.judgment_date > day:
            return ""  # not known on that day
        if self.kind == "insolvency":
            return self._fact_of_proceedings()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        text = self.env._(
            "%(kind)s since %(day)s",
            kind=labels[self.kind],
            day=format_date(self.env, self.judgment_date or self.date_from),
        )
        if not self.reason:
            return text
        return self.env._("%(fact)s (%(reason)s)", fact=text, reason=self.reason)

    def _fact_of_proceedings(self):
        labels = dict(self._fields["proceedings"]._description_selection(self.env))
        name = labels.get(self.proceedings) or self.env._("Insolvency proceedings")
        parts = [name]
        if self.judgment_date:
            day = format_date(self.env, self.judgment_date)
            parts.append(self.env._("judgment of %s", day))
        if self.court_name:
            parts.append(self.court_name)
        if self.declared_on:
            day = format_date(self.env, self.declared_on)
            parts.append(self.env._("declared on %s", day))
        return ", ".join(parts)

    def _fact_key(self):
        """Return the last part of the key of its percentage."""
        if self.kind == "insolvency":
            return self.proceedings or "insolvency"
        return self.kind
