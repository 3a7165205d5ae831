from odoo import fields, models

from .account_move import LIMITATION_PERIODS


class AccountJournal(models.Model):
    _inherit = "account.journal"

    dunning_no_claim = fields.Boolean(
        string="No late-payment claim",
        help="Invoices posted here claim the principal alone. For what is outside the "
        "rules on late payment: commercial leases, insurance premiums; to verify "
        "(R1.1).",
        groups="base.group_user",
    )
    dunning_limitation_period = fields.Selection(
        LIMITATION_PERIODS,
        string="Limitation of its invoices",
        help="For a journal of carriage or telecom invoices, limited to one year "
        "(R7.4, R7.6). Empty: by the kind of debtor.",
        groups="base.group_user",
    )
