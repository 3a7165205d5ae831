from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.deadlines import LAST_DAY

HOLD_KINDS = [
    ("dispute", "Dispute"),
    ("promise", "Promise to pay"),
    ("plan", "Payment plan"),
    ("insolvency", "Insolvency proceedings"),
    ("overindebtedness", "Over-indebtedness of an individual"),
    ("other", "Other"),
]

# What says whether a hold is in force: personal data is kept then (R10.8)
KEEPING = {"state", "date_from", "date_to", "grace_days", "kind"}
# What says how long interest does not run, and on what
SUSPENSION = {"suspends_interest", "date_from", "date_to", "move_ids", "debtor_id"}


class DunningHold(models.Model):
    """A reason not to dun a debtor, or some of its invoices, for some time."""

    _name = "dunning.hold"
    _description = "Dunning hold"
    _inherit = ["dunning.anchor.mixin", "mail.thread"]
    _anchors = ("debtor_id", "company_id")
    _order = "date_from desc, id desc"

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(HOLD_KINDS, required=True, default="dispute", tracking=True)
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain="[('commercial_partner_id', '=', partner_id),"
        " ('company_id', '=', company_id), ('move_type', 'in', ('out_invoice', "
        "'out_refund', 'entry'))]",
        help="Leave empty to hold the whole debtor.",
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        tracking=True,
        help="First day without reminders, included.",
    )
    date_to = fields.Date(
        tracking=True,
        help="Last day without reminders, included; empty while the end is not known. "
        "For a promise: the promised day.",
    )
    state = fields.Selection(
        [
            ("active", "In force"),
            ("released", "Released"),
            ("kept", "Kept"),
            ("broken", "Broken"),
        ],
        required=True,
        default="active",
        tracking=True,
        index=True,
    )
    amount = fields.Monetary(
        currency_field="company_currency_id",
        tracking=True,
        help="Disputed or promised amount; empty for the whole of the invoices. The "
        "undisputed part goes on being reminded. Interest on a disputed part depends "
        "on the outcome: it is not claimed until then; to verify (R1.31).",
    )
    reason = fields.Char(
        tracking=True, help="Facts only: the debtor may ask to read it."
    )
    judgment_date = fields.Date(
        help="Insolvency: date of the opening judgment; interest stops the day before "
        "(R6.41). The 40 € stay due for an invoice already late, not for one due on "
        "this day or later; to verify (R1.26). Over-indebtedness: date the file was "
        "declared admissible (R2.15)."
    )
    publication_date = fields.Date(
        help="Insolvency: date of publication in the BODACC."
    )

    suspends_interest = fields.Boolean(
        string="Interest suspended",
        tracking=True,
        help="No interest runs on the invoices from the first to the last day of the "
        "hold. A judge's period of grace (C. civ. 1343-5) suspends it by law; a "
        "payment plan only where it says so; to verify (R1.32). It stays so after "
        "the hold is released: change the dates to take it back.",
    )

    _date_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A hold cannot end before it begins.",
    )
    _pause_ends = models.Constraint(
        "CHECK (suspends_interest IS NOT TRUE OR date_to IS NOT NULL)",
        "Interest is suspended up to a day: enter the last day of the hold.",
    )
    _days_countable = models.Constraint(
        f"CHECK (GREATEST(date_from, date_to, answer_by) <= DATE '{LAST_DAY}')",
        "No day after the year 2999: nothing can be counted from it.",
    )
    _amount_positive = models.Constraint(
        # PostgreSQL's NaN, which JSON may carry, is above every number
        "CHECK (amount >= 0 AND amount <= 1e15)",
        "The amount of a hold cannot be negative, nor beyond a million billion.",
    )

    @api.constrains("judgment_date", "publication_date")
    def _check_publication(self):
        for hold in self:
            judgment, publication = hold.judgment_date, hold.publication_date
            if judgment and publication and publication < judgment:
                raise ValidationError(
                    self.env._(
                        "%(debtor)s: a judgment is published after it was given, not "
                        "before.",
                        debtor=hold.debtor_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds.company_id._dunning_keep_data()
        # A judge's delay suspends it by law, whoever enters it (R1.32)
        holds.filtered(lambda hold: hold.kind != "grace")._check_suspends()
        holds._log_suspends()
        return holds

    def write(self, vals):
        if not SUSPENSION.isdisjoint(vals):
            self._check_suspends()
        if not KEEPING.isdisjoint(vals):
            self.company_id._dunning_keep_data()
        before = self.filtered("suspends_interest")
        result = super().write(vals)
        if "suspends_interest" in vals:
            self._check_suspends()
        if not (SUSPENSION | {"reason"}).isdisjoint(vals):
            (before | self)._log_suspends(before)
        return result

    def _check_suspends(self):
        """Interest that never runs is waived: a manager's decision, as a waiver is."""
        if not self.filtered("suspends_interest") or self.env.su:
            return
        if not self.env.user.has_group("dunning_fr.group_dunning_manager"):
            raise AccessError(
                self.env._("Only a dunning manager suspends interest, or changes it.")
            )

    def _log_suspends(self, before=()):
        """Write on the debtor who suspended interest, for which days and why."""
        for hold in self:
            if not hold.suspends_interest and hold not in before:
                continue
            values = {
                "first": format_date(self.env, hold.date_from),
                "last": format_date(self.env, hold.date_to),
                "reason": hold._detail() or self.env._("no reason given"),
            }
            text = self.env._(
                "Interest runs again from %(first)s to %(last)s, it was suspended: "
                "%(reason)s"
            )
            if hold.suspends_interest:
                text = self.env._(
                    "Interest suspended from %(first)s to %(last)s: %(reason)s"
                )
            hold.debtor_id._message_log(body=text % values)

    @api.model
    def _acting_domain(self, *days):
        """Return the domain of the holds in force on one of these days."""
        covers = Domain.OR(
            Domain("date_from", "<=", day)
            & (Domain("silent_to", "=", False) | Domain("silent_to", ">=", day))
            for day in days
        )
        return Domain("state", "=", "active") & covers

    @api.constrains("move_ids", "debtor_id")
    def _check_moves(self):
        """Refuse invoices of another customer or company."""
        for hold in self:
            hold.debtor_id._check_own_moves(hold.move_ids)

    @api.depends("kind", "debtor_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for hold in self:
            hold.display_name = (
                f"{labels.get(hold.kind, '')} · {hold.partner_id.display_name}"
            )

    def action_release(self):
        """End the hold; the items come back in the next run."""
        self.write({"state": "released"})
        return True
