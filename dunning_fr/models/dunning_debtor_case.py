from odoo import api, fields, models


class DunningDebtor(models.Model):
    """The legal cases of a debtor."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    case_ids = fields.One2many("dunning.case", "debtor_id", string="Legal cases")
    case_count = fields.Integer(compute="_compute_case_count")

    @api.depends("case_ids")
    def _compute_case_count(self):
        counts = dict(
            self.env["dunning.case"]._read_group(
                [("debtor_id", "in", self.ids)], ["debtor_id"], ["__count"]
            )
        )
        for debtor in self:
            debtor.case_count = counts.get(debtor, 0)

    def action_open_cases(self):
        """Open the cases of this debtor, closed ones too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_case"
        )
        return {
            **action,
            "domain": [("debtor_id", "=", self.id)],
            "context": {"default_debtor_id": self.id},
        }
