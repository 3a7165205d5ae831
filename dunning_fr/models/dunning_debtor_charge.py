from odoo import api, fields, models


class DunningDebtor(models.Model):
    """Charges belong to the debtor, and move with it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    charge_count = fields.Integer(compute="_compute_charge_count")

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
        super()._follow_partners(sources, target)
        # sudo: as for the debtors themselves
        charges = self.env["dunning.charge"].sudo()
        charges.search([("partner_id", "in", sources.ids)]).partner_id = target
