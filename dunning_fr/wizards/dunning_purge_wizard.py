from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningPurgeWizard(models.TransientModel):
    """What may be erased on a day, and the confirmation to erase it."""

    _name = "dunning.purge.wizard"
    _description = "Retention of personal data"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    date = fields.Date(
        string="On",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        help="Look at any day, a coming one too; only what may go today is erased.",
    )
    is_on = fields.Boolean(compute="_compute_overview")
    is_today = fields.Boolean(compute="_compute_overview")
    open_purge_id = fields.Many2one(
        "dunning.purge", string="Not finished", compute="_compute_overview"
    )
    count = fields.Integer(string="Records to erase", compute="_compute_overview")
    overview = fields.Html(compute="_compute_overview", sanitize=False)
    typed = fields.Integer(
        string="Type this number to confirm",
        help="What is erased does not come back: the number shows that you have read "
        "how much it is.",
    )

    @api.depends("company_id", "date")
    @api.depends_context("lang")
    def _compute_overview(self):
        purges = self.env["dunning.purge"]
        for wizard in self:
            company = wizard.company_id
            found = {"count": 0, "rules": []}
            if company and wizard.date and company in self.env.companies:
                found = purges._overview(company, wizard.date)
            wizard.count = found["count"]
            wizard.overview = self.env["ir.qweb"]._render(
                "dunning_fr.purge_overview", found
            )
            wizard.is_on = company.sudo().dunning_retention  # a setting, no secret
            wizard.is_today = bool(company) and wizard.date == company._dunning_today()
            wizard.open_purge_id = purges.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", ("running", "stopped")),
                ],
                limit=1,
            )

    @api.model
    def _open(self, company):
        """Return the action that shows what may be erased today."""
        wizard = self.create({"company_id": company.id})
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "dunning_fr.action_dunning_purge_wizard"
            ),
            "res_id": wizard.id,
        }

    def action_erase(self):
        """Hand what was confirmed to the worker, and show how far it is."""
        self.ensure_one()
        if self.typed != self.count or not self.count:
            raise UserError(
                self.env._(
                    "Type %(count)s, the number of records, to confirm that they are "
                    "erased for good.",
                    count=self.count,
                )
            )
        purge = self.env["dunning.purge"]._start(
            self.company_id, self.date, expected=self.typed
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.purge",
            "res_id": purge.id,
            "views": [(False, "form")],
        }
