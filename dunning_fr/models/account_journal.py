from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    dunning_no_claim = fields.Boolean(
        string="No late-payment claim",
        help="Invoices posted here claim the principal alone. For what is outside the "
        "rules on late payment: commercial leases, insurance premiums; to verify "
        "(R1.1).",
        groups="base.group_user",
    )
