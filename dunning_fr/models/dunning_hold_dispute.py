from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

RESOLUTIONS = [
    ("credit_note", "Credit note"),
    ("rejected", "Rejected"),
    ("settlement", "Settlement"),
    ("paid", "Paid"),
]
# Resolutions that wait for a credit note
CREDITED = ("credit_note", "settlement")


class DunningHold(models.Model):
    """A dispute: what it is about, who answers by when, and how it ends.

    Reminders go on for the undisputed part. A rejected dispute ends at once; one that
    is granted waits for its credit note, so that nothing is asked for meanwhile.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    category_id = fields.Many2one(
        "dunning.dispute.category",
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    dispute_owner_id = fields.Many2one(
        "res.users",
        string="Answered by",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who finds the answer, in sales or logistics: this person gets a task "
        "when the deadline has passed. Empty: the collector.",
    )
    answer_by = fields.Date(
        tracking=True, help="The day by which the debtor is answered."
    )
    debtor_says = fields.Char(
        tracking=True,
        help="What the debtor says, as in its letter; printed in the acknowledgement. "
        "Facts only (R10.9).",
    )
    requested_documents = fields.Char(
        help="What we need from the debtor; printed in the acknowledgement."
    )
    entry_ids = fields.One2many(
        "dunning.dispute.entry", "hold_id", string="Points and offers", copy=False
    )
    resolution = fields.Selection(RESOLUTIONS, tracking=True, readonly=True, copy=False)
    is_answer_late = fields.Boolean(
        string="Answer late",
        compute="_compute_is_answer_late",
        search="_search_is_answer_late",
    )
    amount_at_stake = fields.Monetary(
        string="Disputed",
        compute="_compute_amount_at_stake",
        currency_field="company_currency_id",
        help="The disputed amount; of a dispute without amount, all that is owed on "
        "its invoices.",
    )
    answer_activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null", copy=False
    )
    answer_told_on = fields.Date(copy=False, readonly=True)

    @api.depends("answer_by", "state", "kind", "company_id")
    def _compute_is_answer_late(self):
        for hold in self:
            hold.is_answer_late = (
                hold.kind == "dispute"
                and hold.state == "active"
                and bool(hold.answer_by)
                and hold.answer_by < hold.company_id._dunning_today()
            )

    def _search_is_answer_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("kind", "=", "dispute") & self._late_domain(
            self.env.company._dunning_today()
        )

    @api.model
    def _late_domain(self, day):
        return Domain("state", "=", "active") & Domain("answer_by", "<", day)

    @api.depends("amount", "move_ids", "debtor_id", "kind", "state")
    def _compute_amount_at_stake(self):
        disputes = self.filtered(lambda h: h.kind == "dispute" and h.state == "active")
        for hold in self - disputes:
            hold.amount_at_stake = hold.amount
        for company, holds in disputes.grouped("company_id").items():
            items, left = holds._open_items(company), holds._origin._still_disputed()
            for hold in holds:
                own = [item for item in items if hold._speaks_of(item)]
                owed = float(sum(item.company_residual for item in own))
                amount = hold.amount or owed
                hold.amount_at_stake = min(left.get(hold._origin.id, amount), owed)

    @api.model
    def _is_at_hand(self, company):
        """Return whether a hold's company is one of those the user works in now."""
        return bool(company) and (self.env.su or company._origin in self.env.companies)

    def _open_items(self, company):
        """Return the open items of the debtors of these holds of one company.

        None of a company that is not at hand: a form asks for what is computed before
        anything is saved, and a client names any debtor in it.
        """
        if not self._is_at_hand(company):
            return []
        lines = self.env["account.move.line"]
        return lines._dunning_items(company, None, self.partner_id.ids)

    @api.constrains("entry_ids", "category_id", "kind")
    def _check_category(self):
        for hold in self.filtered("category_id"):
            if hold.kind != "dispute":
                raise ValidationError(
                    self.env._(
                        "%s is no dispute: it has no category.", hold.display_name
                    )
                )

    def action_resolve(self, resolution=None, note=None, amount=None):
        """End disputes; without a resolution, ask for it in a dialog.

        :param resolution: ``rejected``: reminders go on at once; ``credit_note`` or
            ``settlement``: once credit notes reach the amount
        :param note: why, on the discussion
        :param amount: what will be credited; None: the disputed amount
        """
        self.check_access("write")
        wrong = self.filtered(lambda h: h.kind != "dispute" or h.state != "active")
        if wrong:
            raise UserError(
                self.env._("%s is no dispute in force.", wrong[0].display_name)
            )
        if not resolution:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("End the dispute"),
                "res_model": "dunning.dispute.close",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_hold_ids": [(6, 0, self.ids)]},
            }
        if resolution not in dict(RESOLUTIONS) or resolution == "paid":
            raise UserError(
                self.env._("A dispute ends by a decision or by its payment.")
            )
        self._resolve(resolution, note, amount)
        return True

    def _resolve(self, resolution, note, amount):
        labels = dict(self._fields["resolution"]._description_selection(self.env))
        values = {"resolution": resolution}
        if resolution in CREDITED and amount:
            values["amount"] = amount
        elif resolution == "rejected":
            values["state"] = "released"
        self._check_kept()
        # sudo: the resolution is written by this method alone
        self.sudo().write(values)
        body = f"{labels[resolution]}. {note or ''}".strip()
        self._message_log_batch(dict.fromkeys(self.ids, body))
