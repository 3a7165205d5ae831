from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.deadlines import LAST_DAY
from .dunning_policy import DEBTOR_KINDS
from .res_partner import RATE_TYPES

CLAIMED_TYPES = ("out_invoice", "out_receipt")
LIMITATION_PERIODS = [
    ("transport", "Carriage contract (1 year)"),
    ("telecom", "Telecom service (1 year)"),
]


class AccountMove(models.Model):
    _inherit = "account.move"

    debtor_kind = fields.Selection(
        DEBTOR_KINDS,
        string="Debtor kind for this invoice",
        help="Empty: the customer's own.",
        groups="base.group_user",
    )
    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Dunning policy",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the customer's policy, else the default of the debtor kind.",
        groups="base.group_user",
    )
    dunning_term_start = fields.Date(
        string="Payment term starts on",
        help="Public buyers: the day the invoice became available on Chorus Pro, or of "
        "performance if later (R3.3). Empty: the due date ends the term.",
        groups="base.group_user",
    )
    dunning_suspension_from = fields.Date(
        help="Public buyers: first day of the suspension of the payment term (R3.4).",
        groups="base.group_user",
    )
    dunning_suspension_to = fields.Date(
        help="Last day of the suspension, included.",
        groups="base.group_user",
    )
    dunning_market_number = fields.Char(
        string="Public contract no.",
        help="Public buyers: as letters name it; empty: the contract given to Chorus "
        "Pro, where that add-on is installed.",
        groups="base.group_user",
    )
    dunning_market_object = fields.Char(
        string="Object of the contract",
        help="Public buyers: what the contract is for, as a formal notice names it.",
        groups="base.group_user",
    )
    dunning_service_done = fields.Boolean(
        string="Service done, not contested",
        help="Public buyers: the buyer found the service done, or did not contest it. "
        "A formal notice then says so; enclose the proof.",
        groups="base.group_user",
    )
    dunning_ccag = fields.Selection(
        [("yes", "Refers to a CCAG"), ("no", "No CCAG")],
        string="General conditions (CCAG)",
        help="Public buyers: with a CCAG, a formal notice left without answer starts "
        "the two months of the statement of claim (R3.18); without one, it is also the "
        "prior claim for payment. Empty: not known, and not said.",
        groups="base.group_user",
    )
    dunning_contract_rate_type = fields.Selection(
        RATE_TYPES,
        string="Contract rate",
        help="Empty: not stated. The rate that the invoice bore when it was posted "
        "applies, where the add-on of electronic invoices kept it; else the "
        "customer's, else the law's. To set a kept rate aside, choose one here.",
        groups="base.group_user",
    )
    dunning_contract_rate = fields.Float(
        string="Rate or points",
        digits=(6, 3),
        groups="base.group_user",
    )

    dunning_no_claim = fields.Boolean(
        string="No late-payment claim",
        tracking=True,
        help="The principal alone is claimed. Commercial leases and insurance premiums "
        "are reported as outside the rules on late payment; to verify (R1.1). Set "
        "when an invoice is posted in a journal marked so.",
        groups="base.group_user",
    )
    dunning_credit_kind = fields.Selection(
        [("correction", "Correction"), ("gesture", "Commercial gesture")],
        string="Kind of credit note",
        help="A correction of price or goods reduces late-payment interest from the "
        "first day; a commercial gesture only from its own date. Empty: a correction. "
        "To verify: no text says so (R1.27).",
        groups="base.group_user",
    )
    dunning_judgment_served = fields.Date(
        string="Decision served on",
        help="Day a court decision that grants legal interest was served: from the day "
        "after, the legal rate replaces late-payment interest, raised by 5 points "
        "after two months (R2.7, R1.10). To verify: the exact first day of the "
        "increase.",
        groups="base.group_user",
    )

    dunning_completion_date = fields.Date(
        string="Service completed on",
        help="Day the service or the delivery was completed: the prudent start of the "
        "limitation (R7.7). Empty: the delivery date of the invoice where it is "
        "known, else the date of the invoice, which is made out at the latest that "
        "day; earlier if the due date is earlier.",
        groups="base.group_user",
    )
    dunning_limitation_period = fields.Selection(
        LIMITATION_PERIODS,
        string="Limitation of its own",
        help="Carriage, freight included, and telecom services not claimed within the "
        "year are limited to one year, whoever owes them (R7.4, R7.6). Empty: by the "
        "kind of debtor. Set when an invoice is posted in a journal marked so.",
        groups="base.group_user",
    )

    _dunning_days_countable = models.Constraint(
        f"CHECK (GREATEST(dunning_term_start, dunning_suspension_to,"
        f" dunning_judgment_served, dunning_completion_date) <= DATE '{LAST_DAY}')",
        "No day after the year 2999: nothing can be counted from it.",
    )
    _dunning_suspension = models.Constraint(
        "CHECK (dunning_suspension_to IS NULL OR dunning_suspension_from IS NOT NULL"
        " AND dunning_suspension_to >= dunning_suspension_from)",
        "A suspension of the payment term ends on or after its first day.",
    )

    def _post(self, soft=True):
        # EXTENDS 'account': the rate agreed with the customer when the sale was made
        # stays the invoice's, whatever is agreed later
        for move in self.filtered(lambda m: m.move_type in CLAIMED_TYPES):
            partner = move.commercial_partner_id.with_company(move.company_id).sudo()
            if not move.dunning_contract_rate_type and (
                partner.dunning_contract_rate_type
            ):
                move.dunning_contract_rate_type = partner.dunning_contract_rate_type
                move.dunning_contract_rate = partner.dunning_contract_rate
            if move.journal_id.dunning_no_claim:
                move.dunning_no_claim = True
            if not move.dunning_limitation_period:
                own = move.journal_id.dunning_limitation_period
                if own:
                    move.dunning_limitation_period = own
        return super()._post(soft)

    def get_late_payment_claim(self, as_of=None):
        """What late payment adds to this invoice, up to a day. Read-only.

        :param as_of: last day counted (date or ISO text), by default today in the
            company's time zone
        :return: dict of ``as_of``, ``debtor_kind``, ``currency`` (its code),
            ``principal`` (still owed), ``interest``, ``indemnity``, ``warnings``
            (texts) and ``segments``: dicts of ``date_from``, ``date_to``, ``days``,
            ``base``, ``rate`` (percent a year) and ``amount`` (unrounded)
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "posted":
            raise UserError(
                self.env._(
                    "%(name)s is not posted: nothing can be late on it.",
                    name=self.display_name,
                )
            )
        day = fields.Date.to_date(as_of) or self.company_id._dunning_today()
        return self.env["dunning.claim"]._statement(self, day)
