from odoo import api, fields, models

from odoo.addons.dunning_fr.models.account_move_line_overdue import NOTHING_OVERDUE

SALES = "sales_team.group_sale_salesman"


class ResPartner(models.Model):
    """The two facts that sales are told of a customer: how much is late, how far."""

    _inherit = "res.partner"

    dunning_sale_overdue = fields.Monetary(
        string="Owed late",
        compute="_compute_dunning_sale",
        currency_field="currency_id",
        groups=SALES,
        help="Past due and not paid, less open credits and receipts not matched yet; "
        "in the currency of the company.",
    )
    dunning_sale_level = fields.Integer(
        string="Highest level",
        compute="_compute_dunning_sale",
        groups=SALES,
        help="Highest reminder level sent for what is still open, 1 to 4; 0: none.",
    )

    @api.depends("parent_id", "is_company")
    @api.depends_context("company")
    def _compute_dunning_sale(self):
        facts = self._dunning_sale_facts(self.env.company)
        for partner in self:
            overdue, level = facts[partner.id]
            partner.dunning_sale_overdue = overdue
            partner.dunning_sale_level = level

    def _dunning_sale_facts(self, company):
        """Return {partner id: (owed late, highest level)} as ``company`` sees it.

        Contacts owe what their company owes. Nothing else leaves this method: no
        invoice, no hold, no reason (R6.48). A constant number of queries.

        :return: amounts in company currency, net of open credits, never below 0;
            level 0 where nothing was sent or nothing is owed
        """
        # sudo: who sells reads neither journal items nor reminders, and is told these
        # two sums alone
        customers = self.sudo().with_company(company).commercial_partner_id._origin
        lines = customers.env["account.move.line"]
        found = lines._dunning_overdue(customers, company)
        owed = {}
        for customer in customers:
            overdue = found.get((customer.id, company.id), NOTHING_OVERDUE)
            late = company.currency_id.round(overdue.amount - overdue.credits)
            owed[customer.id] = (late, customer.dunning_level) if late > 0 else (0.0, 0)
        return {
            # sudo: the customer of a contact that is read already
            partner.id: owed.get(partner.sudo().commercial_partner_id._origin.id)
            or (0.0, 0)
            for partner in self
        }
