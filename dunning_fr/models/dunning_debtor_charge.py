from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class DunningDebtor(models.Model):
    """Charges belong to the debtor, and move with it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    charge_count = fields.Integer(compute="_compute_charge_count")
    charge_receipt = fields.Char(
        string="Charges paid, not billed", compute="_compute_charge_receipt"
    )

    @api.depends("partner_id", "company_id")
    def _compute_charge_count(self):
        counts = {
            (partner, company): count
            for partner, company, count in self.env["dunning.charge"]._read_group(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ],
                ["partner_id", "company_id"],
                ["__count"],
            )
        }
        for debtor in self:
            key = (debtor.partner_id, debtor.company_id)
            debtor.charge_count = counts.get(key, 0)

    def _compute_charge_receipt(self):
        receipts = self.env["dunning.charge.receipt"]
        for company, debtors in self.grouped("company_id").items():
            matches = receipts._of_partners(company, debtors.partner_id)
            found = {}
            for match in matches:
                found.setdefault(match.credit.partner_id, []).append(match)
            for debtor in debtors:
                debtor.charge_receipt = debtor._receipt_text(
                    found.get(debtor.partner_id.id, ())
                )

    def _receipt_text(self, matches):
        """Say what a receipt paid beside the invoices, False if none did."""
        currencies = self.env["res.currency"]
        amounts = ", ".join(
            formatLang(
                self.env,
                float(match.amount),
                currency_obj=currencies.browse(match.credit.currency_id),
            )
            for match in matches
        )
        return amounts and self.env._(
            "A receipt pays late-payment charges exactly as they were claimed: "
            "%(amounts)s. It is kept for them and reduces no other invoice.",
            amounts=amounts,
        )

    def action_settle_charges(self):
        """Bill the charges that receipts of these debtors pay, and reconcile both."""
        self.check_access("read")
        receipts = self.env["dunning.charge.receipt"]
        notes = self.env["account.move"]
        for company, debtors in self.grouped("company_id").items():
            notes += receipts._settle(company, debtors.partner_id)
        if not notes:
            raise UserError(
                self.env._(
                    "No open receipt of these debtors equals what was claimed of them."
                )
            )
        return notes._dunning_open_notes()

    def action_open_charges(self):
        """Open the late-payment charges of this debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_charge"
        )
        domain = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        return {**action, "domain": domain, "context": {}}

    @api.model
    def _follow_partners(self, sources, target):
        result = super()._follow_partners(sources, target)
        # sudo: as for the debtors themselves
        charges = self.env["dunning.charge"].sudo()
        charges.search([("partner_id", "in", sources.ids)]).partner_id = target
        return result
