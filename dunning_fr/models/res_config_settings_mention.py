import re

from odoo import api, fields, models

# How terms of sale quote late-payment law
QUOTES = re.compile(r"441-10|D\.?\s?441-5|40(?:[.,]00)?\s*(?:€|euro|EUR)")


class ResConfigSettings(models.TransientModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    dunning_print_mention = fields.Boolean(
        related="company_id.dunning_print_mention", readonly=False
    )
    dunning_mention_professional = fields.Text(
        related="company_id.dunning_mention_professional", readonly=False
    )
    dunning_mention_public = fields.Text(
        related="company_id.dunning_mention_public", readonly=False
    )
    dunning_standard_professional = fields.Char(compute="_compute_dunning_standard")
    dunning_standard_public = fields.Char(compute="_compute_dunning_standard")
    dunning_mention_twice = fields.Boolean(compute="_compute_dunning_standard")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_dunning_standard(self):
        for settings in self:
            company = settings.company_id
            standard = company._dunning_standard_mention
            settings.dunning_standard_professional = standard("professional")
            settings.dunning_standard_public = standard("public")
            own_terms = str(company.invoice_terms or "")
            settings.dunning_mention_twice = bool(QUOTES.search(own_terms))
