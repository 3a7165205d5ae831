from odoo import api, fields, models
from odoo.exceptions import ValidationError

CLAIM_FLAGS = [
    ("none", "Not mentioned"),
    ("announced", "Announced, not claimed"),
    ("claimed", "Claimed"),
]


class DunningLevel(models.Model):
    """One stage of a policy: when it is reached, what it says, how it leaves."""

    _name = "dunning.level"
    _description = "Dunning level"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("policy_id", "company_id")
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "dunning.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        string="Level",
        required=True,
        help="1 to 4. An item climbs one level at a time and never skips one.",
    )
    delay_days = fields.Integer(
        required=True,
        aggregator=None,
        help="Calendar days after the due date (for a public buyer: after the end of "
        "the payment term), or after the expiry of the formal notice.",
    )
    delay_from = fields.Selection(
        [
            ("due_date", "Due date"),
            ("formal_notice_expiry", "Expiry of the formal notice"),
        ],
        required=True,
        default="due_date",
        help="A level counted from the expiry of the formal notice also needs its "
        "presentation to the debtor recorded.",
    )
    min_interval_days = fields.Integer(
        default=7,
        aggregator=None,
        required=True,
        help="Days that must pass since the last notice sent for the same item.",
    )
    min_amount = fields.Monetary(
        aggregator=None,
        currency_field="company_currency_id",
        help="Nothing leaves at this level under this amount, in company currency.",
    )
    company_currency_id = fields.Many2one(related="policy_id.company_id.currency_id")
    deadline_days = fields.Integer(
        default=8,
        aggregator=None,
        required=True,
        help="Days the debtor is given. The letter prints a date: the letter's date, "
        "plus 5 days of post for a registered letter, plus these days, moved to the "
        "next working day. To verify: no text sets a number, it must be reasonable "
        "(R5.13).",
    )
    channel_ids = fields.Many2many("dunning.channel", string="Channels")
    cc_collector = fields.Boolean(
        string="Copy to the collector", help="The e-mail is copied to the collector."
    )
    cc_salesperson = fields.Boolean(
        string="Copy to the salesperson",
        help="The e-mail is copied to the customer's salesperson, else to those of the "
        "invoices.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Text",
        domain=[("model", "=", "dunning.notice")],
        help="Subject and body, for the e-mail and the letter alike.",
        ondelete="restrict",
    )
    is_formal_notice = fields.Boolean(
        help="A mise en demeure: it claims only the items whose own next level it is."
    )
    claims_interest = fields.Selection(CLAIM_FLAGS, required=True, default="none")
    claims_indemnity = fields.Selection(CLAIM_FLAGS, required=True, default="none")
    auto_send = fields.Boolean(
        help="A scheduled run may send this level without a person's approval."
    )
    by_person_only = fields.Boolean(
        help="A run never proposes this level: a person drafts it from the debtor."
    )

    _sequence_range = models.Constraint(
        "CHECK (sequence BETWEEN 1 AND 4)",
        "A policy has four levels at most, numbered 1 to 4.",
    )
    _sequence_unique = models.UniqueIndex(
        "(policy_id, sequence)", "Two levels of a policy cannot have the same number."
    )
    _positive = models.Constraint(
        "CHECK (delay_days >= 0 AND min_interval_days >= 0 AND min_amount >= 0"
        " AND deadline_days >= 0)",
        "Delays, intervals and amounts of a level cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Number a level without number after the last one; refuse a fifth."""
        policies = self.env["dunning.policy"].browse(
            {vals["policy_id"] for vals in vals_list if vals.get("policy_id")}
        )
        taken = {policy.id: policy.level_ids.mapped("sequence") for policy in policies}
        for vals in vals_list:
            numbers = taken.get(vals.get("policy_id"), [])
            if len(numbers) >= 4:
                raise ValidationError(
                    self.env._(
                        "The policy “%s” already has four levels, the most a policy "
                        "can have. Remove one first.",
                        policies.browse(vals["policy_id"]).display_name,
                    )
                )
            vals.setdefault("sequence", max(numbers, default=0) + 1)
            numbers.append(vals["sequence"])
        return super().create(vals_list)

    @api.constrains(
        "policy_id", "sequence", "delay_days", "delay_from", "is_formal_notice"
    )
    def _check_delays(self):
        for policy in self.policy_id:
            policy._check_level_order()

    @api.constrains("channel_ids", "template_id")
    def _check_template(self):
        for level in self:
            if level.channel_ids and not level.template_id:
                raise ValidationError(
                    self.env._(
                        "Level %(level)s of “%(policy)s” has channels but no text. "
                        "Choose the text to send.",
                        level=level.sequence,
                        policy=level.policy_id.display_name,
                    )
                )

    @api.depends("sequence", "name")
    def _compute_display_name(self):
        for level in self:
            level.display_name = f"{level.sequence}. {level.name or ''}"
