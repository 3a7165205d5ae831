from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_list_mixin import COMPARISONS


class DunningDebtor(models.Model):
    """What a debtor's page says of limitation and insolvency."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    limitation_event_ids = fields.One2many(
        "dunning.limitation.event", "debtor_id", string="Limitation events"
    )
    limitation_date = fields.Date(
        string="First limitation",
        compute="_compute_limitation_date",
        search="_search_limitation_date",
        help="First of the prudent limitation dates of what is still owed (R7.7).",
    )
    insolvency = fields.Char(compute="_compute_insolvency")

    @api.depends("partner_id", "company_id", "limitation_event_ids.state")
    def _compute_limitation_date(self):
        for company, debtors in self.grouped("company_id").items():
            scope = SQL("line.partner_id = ANY(%s)", debtors.partner_id.ids)
            found = dict(
                self.env.execute_query(debtors._limitations_sql(company, scope))
            )
            for debtor in debtors:
                debtor.limitation_date = found.get(debtor.partner_id.id, False)

    def _search_limitation_date(self, operator, value):
        if operator not in COMPARISONS or not value:
            return NotImplemented
        parts = [
            SQL(
                "SELECT debtor.id FROM dunning_debtor debtor"
                " JOIN (%s) found ON found.owner_id = debtor.partner_id"
                " WHERE debtor.company_id = %s AND found.value %s %s",
                self._limitations_sql(company),
                company.id,
                COMPARISONS[operator],
                value,
            )
            for company in self.env.companies
        ]
        return [("id", "in", SQL("(%s)", SQL(" UNION ").join(parts)))]

    @api.model
    def _limitations_sql(self, company, scope=None):
        schedule = self.env["dunning.schedule"].with_company(company)
        return schedule._limitations("partner_id", company, scope)

    @api.depends("hold_ids.state", "hold_ids.kind", "hold_ids.proceedings")
    def _compute_insolvency(self):
        """Say which proceedings are open; the confidential ones are no such holds."""
        for debtor in self:
            hold = debtor._insolvency_hold()
            debtor.insolvency = hold._sentence() if hold else False

    def _insolvency_hold(self):
        """Return the insolvency in force, or none."""
        return self.hold_ids.filtered(
            lambda hold: hold.kind == "insolvency" and hold.state == "active"
        )[:1]

    def _is_public_body(self):
        """Whether the four years of public bodies run, by their own law (R7.5)."""
        partner = self.partner_id
        return (
            partner.debtor_kind == "public"
            and partner.public_buyer_type != "private_law"
        )

    def action_new_limitation_event(self):
        """Record what interrupts or suspends the limitation, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a limitation event"),
            "res_model": "dunning.limitation.event",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }
