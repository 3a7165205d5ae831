from odoo import api, fields, models

from .dunning_policy import DEBTOR_KINDS


class DunningDebtor(models.Model):
    """One customer as seen by one company's receivables: who owes, who chases."""

    _name = "dunning.debtor"
    _description = "Debtor"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "partner_id, id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    debtor_kind = fields.Selection(DEBTOR_KINDS, related="partner_id.debtor_kind")
    policy_id = fields.Many2one(
        "dunning.policy",
        compute="_compute_policy_id",
        help="The customer's own policy, else the default of the debtor kind.",
    )
    hold_ids = fields.One2many("dunning.hold", "debtor_id", string="Holds")
    notice_ids = fields.One2many("dunning.notice", "debtor_id", string="Notices")
    note = fields.Html(string="Internal note")

    _partner_company_unique = models.UniqueIndex(
        "(partner_id, company_id)", "This customer is already a debtor of this company."
    )
