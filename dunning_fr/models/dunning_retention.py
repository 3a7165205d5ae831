from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.personal_data import NOTES, PROOFS, RULES
from ..tools.retention import Periods, Standing, notes_before, verdict


class DunningRetention(models.AbstractModel):
    """Why data about a debtor must be kept on a day (R10.8), whatever their number.

    One query reads the standing of all debtors asked for; the arithmetic is plain
    Python (``tools/retention.py``). In doubt it says: keep.
    """

    _name = "dunning.retention"
    _description = "Retention of personal data"

    @api.model
    def _periods(self, company, day):
        """Return the ``Periods`` of a company on a day."""
        get = self.env["dunning.parameter"]._get
        years = self.env["dunning.limitation"]._years(day)
        company = company.sudo()  # settings, no secrets
        return Periods(
            company._dunning_retention_months("notes", day),
            company._dunning_retention_months("proofs", day),
            int(get("fr.title_years", day)),
            years,
            int(get("fr.retention_accounting_years", day)),
        )

    @api.model
    def _verdicts(self, company, day, debtor_ids=None):
        """Return why data of a company's debtors is kept, and which of it may go.

        A note about what is settled goes though its debtor owes again.

        :return: ({debtor id: {rule: (code, until), or None: for no reason}},
            {rule: {debtor id: day before which a record must have been made to go}})
        """
        periods = self._periods(company, day)
        since = day - relativedelta(months=periods.notes_months)
        verdicts, before = {}, {rule: {} for rule in RULES}
        for standing in self._standings(company, day, since, debtor_ids):
            id_ = standing.debtor_id
            verdicts[id_] = {
                rule: verdict(rule, standing, periods, day) for rule in RULES
            }
            notes = notes_before(standing, periods, day)
            if notes:
                before[NOTES][id_] = min(notes, since)
            if verdicts[id_][PROOFS] is None:
                before[PROOFS][id_] = day
        return verdicts, before

    @api.model
    def _standings(self, company, day, since, debtor_ids=None):
        """Return the ``Standing`` of each debtor, in one query.

        :param since: documents settled from that day on keep their notes
        """
        self.env.flush_all()  # half of the add-on's tables are read below
        rows = self.env.execute_query(
            SQL(
                """
                WITH own AS MATERIALIZED (%(own)s)
                SELECT own.id, COALESCE(ledger.is_open, FALSE)
                               OR COALESCE(claimed.is_open, FALSE),
                       COALESCE(notice.waits, FALSE), COALESCE(legal.is_open, FALSE),
                       COALESCE(hold.acts, FALSE), COALESCE(event.lasts, FALSE),
                       ledger.lost IS NOT NULL, COALESCE(charge.waits, FALSE),
                       ARRAY[own.kind] || COALESCE(notice.kinds, '{}'), event.years,
                       COALESCE(GREATEST(ledger.last, notice.last, hold.last,
                                         legal.last), own.born),
                       GREATEST(ledger.due, event.last, charge.last),
                       CASE WHEN COALESCE(title.last, event.title) IS NOT NULL
                            THEN GREATEST(title.last, event.last, ledger.last) END,
                       ledger.lost, GREATEST(hold.last, legal.last),
                       LEAST(ledger.oldest, claimed.oldest)
                  FROM own
             LEFT JOIN (%(ledger)s) ledger ON ledger.owner = own.owner
             LEFT JOIN (%(claimed)s) claimed ON claimed.debtor_id = own.id
             LEFT JOIN (%(notice)s) notice ON notice.debtor_id = own.id
             LEFT JOIN (%(hold)s) hold ON hold.debtor_id = own.id
             LEFT JOIN (%(legal)s) legal ON legal.debtor_id = own.id
             LEFT JOIN (%(title)s) title ON title.debtor_id = own.id
             LEFT JOIN (%(event)s) event ON event.debtor_id = own.id
             LEFT JOIN (%(charge)s) charge ON charge.owner = own.owner
              ORDER BY own.id
                """,
                own=self._debtors_sql(company, debtor_ids),
                ledger=self._ledger_sql(company, since),
                claimed=self._claimed_sql(),
                notice=self._notices_sql(company),
                hold=self._holds_sql(day),
                legal=self._cases_sql(),
                title=self._titles_sql(),
                event=self._events_sql(),
                charge=self._charges_sql(company),
            )
        )
        return self._to_standings(company, rows)

    @api.model
    def _to_standings(self, company, rows):
        """Return the ``Standing`` of each row; a loss is of its accounting year."""
        ends = {
            day: company.compute_fiscalyear_dates(day)["date_to"]
            for day in {row[13] for row in rows}
            if day
        }
        return [
            Standing(
                *row[:8],
                tuple(sorted(set(row[8]))),
                row[9] or 0,
                *row[10:13],
                ends.get(row[13]),
                *row[14:],
            )
            for row in rows
        ]
