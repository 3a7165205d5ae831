from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_retention = fields.Boolean(
        related="company_id.dunning_retention", readonly=False
    )
    dunning_retention_notes_months = fields.Integer(
        related="company_id.dunning_retention_notes_months", readonly=False
    )
    dunning_retention_proofs_months = fields.Integer(
        related="company_id.dunning_retention_proofs_months", readonly=False
    )
    dunning_retention_mode = fields.Selection(
        related="company_id.dunning_retention_mode", readonly=False
    )
    dunning_retention_user_id = fields.Many2one(
        related="company_id.dunning_retention_user_id", readonly=False
    )
    dunning_retention_proposed = fields.Char(
        string="Proposed", compute="_compute_dunning_retention_texts"
    )
    dunning_retention_warning = fields.Char(
        string="To know", compute="_compute_dunning_retention_texts"
    )

    @api.depends("company_id", "dunning_retention_notes_months")
    def _compute_dunning_retention_texts(self):
        get = self.env["dunning.parameter"]._get
        for settings in self:
            day = settings.company_id._dunning_today()
            notes = int(get("fr.retention_notes_months", day))
            settings.dunning_retention_proposed = self.env._(
                "Proposed by rule R10.8 (to verify): free text %(notes)s months after "
                "full payment; notices and proofs until limitation and title "
                "(%(title)s years) are over, %(proofs)s months more. Accounting "
                "documents are kept %(accounts)s years (C. com. L123-22): nothing here "
                "erases them.",
                notes=notes,
                proofs=int(get("fr.retention_proofs_months", day)),
                title=int(get("fr.title_years", day)),
                accounts=int(get("fr.retention_accounting_years", day)),
            )
            own = settings.dunning_retention_notes_months
            settings.dunning_retention_warning = False
            if own and own != notes:
                settings.dunning_retention_warning = self.env._(
                    "Rule R10.8 proposes %(notes)s months for free text; yours is "
                    "%(own)s. Write down why in your record of processing.",
                    notes=notes,
                    own=own,
                )
