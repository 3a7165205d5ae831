from odoo import api, fields, models

ASIDE = ("document", "trace")


class DunningDebtor(models.Model):
    """What happened with a debtor, its documents and its contacts."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    history_ids = fields.One2many(
        "dunning.history",
        "debtor_id",
        domain=[("kind", "not in", ASIDE)],
        readonly=True,
    )
    document_ids = fields.One2many(
        "dunning.history",
        "debtor_id",
        string="Documents",
        domain=[("kind", "=", "document")],
        readonly=True,
    )
    contact_ids = fields.Many2many(
        "res.partner", string="Contacts", compute="_compute_contact_ids"
    )

    @api.depends("partner_id.child_ids")
    def _compute_contact_ids(self):
        """Return the people and addresses of the customer, itself first."""
        for debtor in self:
            debtor.contact_ids = debtor.partner_id | debtor.partner_id.child_ids

    def action_open_history(self):
        """Open the whole history, to search and filter it."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "dunning_fr.action_dunning_history"
            ),
            "domain": [("debtor_id", "=", self.id)],
        }
