from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .account_move_line_overdue import NOTHING_OVERDUE
from .dunning_list_mixin import COMPARISONS

AMOUNT = "amount_overdue"
SUMS = (AMOUNT, "oldest_due")
# What a list may be ordered by that needs the sums
BY_SUM = (*SUMS, "desk_score", "desk_first")


class DunningDebtor(models.Model):
    """What a debtor owes late: shown, filtered and sorted by, read from the ledger."""

    _name = "dunning.debtor"
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = ["dunning.debtor", "dunning.list.mixin"]
    _counted_with_page = True

    amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_overdue",
        search="_search_amount_overdue",
        currency_field="company_currency_id",
        help="What is past due and not paid, in company currency; open credits are "
        "shown beside it.",
    )
    amount_credits = fields.Monetary(
        string="Open credits",
        compute="_compute_overdue",
        currency_field="company_currency_id",
        help="Credit notes and receipts that are not matched with an invoice yet.",
    )
    oldest_due = fields.Date(string="Oldest due date", compute="_compute_overdue")

    @api.depends_context("uid")
    def _compute_overdue(self):
        companies = self.company_id
        if not self.env.su:  # a form may ask for a debtor of any company
            companies &= self.env.companies
        found = self.env["account.move.line"]._dunning_overdue(
            self.partner_id, companies
        )
        for debtor in self:
            key = (debtor.partner_id.id, debtor.company_id.id)
            overdue = found.get(key, NOTHING_OVERDUE)
            debtor.amount_overdue = overdue.amount
            debtor.amount_credits = overdue.credits
            debtor.oldest_due = overdue.oldest

    @api.model
    def _search_amount_overdue(self, operator, value):
        if operator not in (">", ">=", "<", "<="):
            return NotImplemented

        def to_sql(model, alias, query):
            if operator == ">" and not value:
                if not model.env.context.get("dunning_by_amount"):
                    return model._owing_sql(alias)
                return SQL("%s > 0", model._overdue_joined(alias, query, AMOUNT))
            owed = model._field_to_sql(alias, "amount_overdue", query)
            return SQL("%s %s %s", owed, COMPARISONS[operator], value or 0)

        return Domain.custom(to_sql=to_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS 'base': lists are sorted by what is owed without storing it
        if field_expr not in SUMS:
            return super()._field_to_sql(alias, field_expr, query)
        value = self._overdue_joined(alias, query, field_expr)
        return SQL("COALESCE(%s, 0)", value) if field_expr == AMOUNT else value

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        # EXTENDS 'base': what is added up for the order serves the filter too
        by_amount = bool(order) and any(name in order for name in BY_SUM)
        debtors = self.with_context(dunning_by_amount=by_amount)
        return super(DunningDebtor, debtors)._search(
            domain, offset, limit, order, **kwargs
        )

    @api.model
    def _overdue_joined(self, alias, query, name, partner_ids=None):
        """Return the column ``name`` of what is owed, NULL = nothing, joined once.

        :param partner_ids: only these customers are asked for (None = all)
        """
        joined = query.make_alias(alias, "overdue")
        if joined not in query._joins:
            query.add_join(
                "LEFT JOIN",
                joined,
                self._overdue_sql(partner_ids),
                SQL(
                    "%s = %s AND %s = %s",
                    SQL.identifier(joined, "partner_id"),
                    SQL.identifier(alias, "partner_id"),
                    SQL.identifier(joined, "company_id"),
                    SQL.identifier(alias, "company_id"),
                ),
            )
        return SQL.identifier(joined, name)

    @api.model
    def _overdue_sql(self, partner_ids=None):
        """Return the SQL of what every customer owes late, by company.

        Added up once for all of them: twenty thousand sums of ten items each take
        four times as long as one pass over the index of open debts.
        """
        day = self.env.company._dunning_today()
        tables, condition = self.env["account.move.line"]._dunning_open_sql(
            day, debts_only=True
        )
        if partner_ids is not None:
            # in the words of Odoo's own index, which finds a customer's open items
            own = SQL("line.partner_id = ANY(%s)", list(partner_ids))
            condition = SQL("%s AND %s", condition, own)
        return SQL(
            "(SELECT line.partner_id, line.company_id,"
            " sum(line.amount_residual) AS amount_overdue,"
            " sum(line.amount_residual * (%s - line.date_maturity)) AS weighted_days,"
            " min(line.date_maturity) AS oldest_due"
            " FROM %s WHERE %s GROUP BY line.partner_id, line.company_id)",
            day,
            tables,
            condition,
        )

    @api.model
    def _owing_sql(self, alias):
        """Return the condition that anything is late: no sum is needed for that."""
        tables, condition = self.env["account.move.line"]._dunning_open_sql(
            self.env.company._dunning_today(), debts_only=True
        )
        return SQL(
            "EXISTS (SELECT FROM %s WHERE %s"
            " AND line.partner_id = %s AND line.company_id = %s)",
            tables,
            condition,
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
        )
