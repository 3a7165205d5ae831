from collections import Counter

from odoo import api, models
from odoo.tools import SQL, format_date

from ..tools.personal_data import RULES

EXAMPLES = 3


class DunningPurge(models.Model):
    """What may be erased on a day and what must be kept, for a person to read."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.purge"

    @api.model
    def _overview(self, company, day):
        """Return what an erasure would do on a day; writes nothing.

        A constant number of queries, whatever the number of debtors and records.

        :return: {"count": records, "rules": [{"label", "count", "kinds": [{"label",
            "count", "examples"}], "kept": [{"label", "count", "until"}]}]}
        """
        self._check_scope(company)
        # sudo: records of every kind are counted; manager and company were checked
        trusted = self.sudo()
        planned, verdicts = trusted._planned_sql(company, day)
        found = trusted._count_planned(planned)
        labels = trusted.env["dunning.purge.line"]._model_labels()
        names = self._rule_labels()
        rules = [
            {
                "label": names[rule],
                "count": sum(
                    count for own, _model, count, _ids in found if own == rule
                ),
                "kinds": [
                    {
                        "label": labels.get(model, model),
                        "count": count,
                        "examples": trusted._examples(model, ids),
                    }
                    for own, model, count, ids in found
                    if own == rule
                ],
                "kept": self._kept(rule, verdicts),
            }
            for rule in RULES
        ]
        return {"count": sum(rule["count"] for rule in rules), "rules": rules}

    @api.model
    def _count_planned(self, planned):
        """Return [(rule, model, number of records, first ids)], in order."""
        return self.env.execute_query(
            SQL(
                """
                SELECT rule, res_model, count(*),
                       (array_agg(res_id ORDER BY res_id))[:%s]
                  FROM (SELECT DISTINCT ON (res_model, res_id) *
                          FROM (%s) planned
                         ORDER BY res_model, res_id, place) planned
              GROUP BY rule, res_model, place
              ORDER BY place
                """,
                EXAMPLES,
                planned,
            )
        )

    @api.model
    def _examples(self, model, ids):
        """Name a few records by number and date, without anything personal."""
        records = self.env[model].browse(ids)
        by_number = model in ("dunning.notice", "dunning.case")
        return ", ".join(
            self.env._(
                "%(number)s of %(date)s",
                number=record.name if by_number else f"#{record.id}",
                date=format_date(self.env, record.create_date),
            )
            for record in records
        )

    @api.model
    def _kept(self, rule, verdicts):
        """Return why debtors' data is kept: [{"label", "count", "until"}]."""
        reasons = self.env["dunning.purge.line"]._fields["reason"]
        labels = dict(reasons._description_selection(self.env))
        counts, first = Counter(), {}
        for found in verdicts.values():
            if found[rule] is None:
                continue
            code, until = found[rule]
            counts[code] += 1
            if until:
                first[code] = min(until, first.get(code, until))
        return [
            {
                "label": labels[code],
                "count": count,
                "until": first.get(code) and format_date(self.env, first[code]),
            }
            for code, count in counts.most_common()
        ]
