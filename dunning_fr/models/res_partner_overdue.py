from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .account_move_line_overdue import NOTHING_OVERDUE


class ResPartner(models.Model):
    """Customers who owe late: found, counted and qualified from the contact list."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    dunning_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_dunning_overdue",
        search="_search_dunning_overdue",
        currency_field="currency_id",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Past due and not paid, in the currency of the company.",
    )

    @api.depends_context("company")
    def _compute_dunning_overdue(self):
        found = self.env["account.move.line"]._dunning_overdue(
            self.commercial_partner_id, self.env.company
        )
        for partner in self:
            key = (partner.commercial_partner_id.id, self.env.company.id)
            partner.dunning_overdue = found.get(key, NOTHING_OVERDUE).amount

    @api.model
    def _search_dunning_overdue(self, operator, value):
        if operator != ">":
            return NotImplemented
        tables, condition = self.env["account.move.line"]._dunning_open_sql(
            self.env.company._dunning_today(), debts_only=True
        )
        late = SQL(
            "FROM %s WHERE %s AND line.company_id = %s",
            tables,
            condition,
            self.env.company.id,
        )
        if not value:  # no sum is needed

            def to_sql(model, alias, query):
                own = SQL.identifier(alias, "id")
                return SQL("EXISTS (SELECT %s AND line.partner_id = %s)", late, own)

            return Domain.custom(to_sql=to_sql)
        owing = SQL(
            "(SELECT line.partner_id %s AND line.partner_id IS NOT NULL"
            " GROUP BY line.partner_id HAVING sum(line.amount_residual) > %s)",
            late,
            value,
        )
        return [("id", "in", owing)]
