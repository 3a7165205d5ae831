from odoo import api, fields, models

from .dunning_policy import DEBTOR_KINDS

NOTICE_STATES = [
    ("draft", "Draft"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("unknown", "Unknown"),
    ("cancelled", "Cancelled"),
]

# Facts of delivery: the only things that may still be learnt of a frozen notice.
DELIVERY_FACTS = {"posted_date", "presented_date", "unclaimed", "tracking_number"}


class DunningNotice(models.Model):
    """One communication to one debtor in one currency under one policy.

    From ``queued`` on it is evidence: amounts, text, recipient and PDF are data
    of its own that no later change of the ledger, the customer or the templates
    can alter. Drafts are written set-based by ``dunning.run``.
    """

    _name = "dunning.notice"
    _description = "Dunning notice"
    _inherit = ["dunning.proof.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, index=True)
    run_id = fields.Many2one("dunning.run", index=True, ondelete="restrict")
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    policy_id = fields.Many2one(
        "dunning.policy", required=True, index=True, ondelete="restrict"
    )
    level_id = fields.Many2one(
        "dunning.level",
        index=True,
        ondelete="restrict",
        help="Highest level among its items; empty for a reminder before the due date.",
    )
    debtor_kind = fields.Selection(
        DEBTOR_KINDS, help="As it was when the notice was made; empty = to qualify."
    )
    is_formal_notice = fields.Boolean()
    is_pre_reminder = fields.Boolean(string="Before the due date")
    state = fields.Selection(NOTICE_STATES, required=True, default="draft", index=True)
    date = fields.Date(required=True, index=True, help="Amounts are stated at this date.")
    deadline_date = fields.Date(help="Last day the debtor is given to pay.")
    line_ids = fields.One2many("dunning.notice.line", "notice_id", string="Items")
    dispatch_ids = fields.One2many("dunning.dispatch", "notice_id", string="Dispatches")

    # What the debtor is told to owe
    amount_principal = fields.Monetary(string="Principal")
    amount_interest = fields.Monetary(string="Interest")
    amount_indemnity = fields.Monetary(string="Indemnity")
    amount_total = fields.Monetary(
        string="Total", help="Principal, plus what the level claims of interest and indemnity."
    )

    # Frozen when queued: recipient and text
    lang = fields.Char(string="Language")
    recipient_partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="set null", index="btree_not_null"
    )
    recipient_name = fields.Char()
    recipient_address = fields.Text()
    recipient_email = fields.Char()
    subject = fields.Char()
    body = fields.Html(sanitize=False)
    attachment_id = fields.Many2one("ir.attachment", string="PDF", ondelete="restrict")
    content_hash = fields.Char(readonly=True)
    approved_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    approved_on = fields.Datetime(readonly=True)

    # Delivery facts
    posted_date = fields.Date(help="Day the letter was handed to the post.")
    presented_date = fields.Date(
        help="Day the registered letter was first presented to the debtor."
    )
    unclaimed = fields.Boolean(
        help="The debtor did not collect the registered letter: the formal notice is "
        "still valid (R2.6)."
    )
    tracking_number = fields.Char(string="Registered number")
    failure_reason = fields.Text()

    _one_draft = models.UniqueIndex(
        "(debtor_id, currency_id, policy_id) WHERE state = 'draft'",
        "This debtor already has a draft notice in this currency under this policy.",
    )
    _level_or_pre = models.Constraint(
        "CHECK (level_id IS NOT NULL OR is_pre_reminder)", "A notice speaks at a level."
    )

    def _proof_frozen(self):
        return self.filtered(lambda notice: notice.state != "draft")
