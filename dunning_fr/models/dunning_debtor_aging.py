import json
from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL, format_amount

# Last day late of each column; the first one is not late, the last one has no end
BOUNDS = (0, 30, 60, 90)


class DunningDebtor(models.Model):
    """What a debtor owes by age, as a small chart of its page."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    aging_graph = fields.Text(compute="_compute_aging_graph")

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_aging_graph(self):
        for company, debtors in self.grouped("company_id").items():
            found = debtors._amounts_by_age(company, company._dunning_today())
            for debtor in debtors:
                amounts = found.get(debtor.partner_id.id)
                debtor.aging_graph = amounts and debtor._aging_chart(amounts)

    def _amounts_by_age(self, company, day):
        """Return {customer: [not late, 1 to 30, 31 to 60, 61 to 90, more]}.

        In company currency, without credits; one query. Only customers who owe.
        """
        lines = self.env["account.move.line"]
        tables, condition = lines._dunning_open_sql(date.max, debts_only=True)
        late = SQL("(%s - line.date_maturity)", day)
        conditions = [SQL("%s <= 0", late)]
        for low, high in zip(BOUNDS, (*BOUNDS[1:], None), strict=True):
            beyond = SQL("%s > %s", late, low)
            within = SQL(" AND %s <= %s", late, high) if high else SQL()
            conditions.append(SQL("%s%s", beyond, within))
        columns = [
            SQL("COALESCE(sum(line.amount_residual) FILTER (WHERE %s), 0)", condition)
            for condition in conditions
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT line.partner_id, %s FROM %s WHERE %s"
                " AND line.company_id = %s AND line.partner_id = ANY(%s)"
                " GROUP BY line.partner_id",
                SQL(", ").join(columns),
                tables,
                condition,
                company.id,
                self.partner_id.ids,
            )
        )
        return {partner_id: amounts for partner_id, *amounts in rows}

    def _aging_chart(self, amounts):
        """Return the amounts as Odoo's own small chart reads them."""
        names = [
            self.env._("Not due"),
            *(
                self.env._("%(first)s to %(last)s days", first=low + 1, last=high)
                for low, high in zip(BOUNDS, BOUNDS[1:], strict=False)
            ),
            self.env._("Over %s days", BOUNDS[-1]),
        ]
        currency = self.company_currency_id
        values = [
            {
                # two lines: the age, and the amount
                "label": [name, format_amount(self.env, amount, currency)],
                "value": amount,
                "type": "past" if name != names[0] else "future",
            }
            for name, amount in zip(names, amounts, strict=True)
        ]
        title = self.env._("Balance by age")
        return json.dumps([{"key": title, "title": title, "values": values}])
