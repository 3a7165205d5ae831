from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_policy import DEBTOR_KINDS

CHARGE_STATES = [
    ("claimed", "Claimed"),
    ("invoiced", "Invoiced"),
    ("settled", "Settled"),
    ("waived", "Waived"),
]


class DunningCharge(models.Model):
    """A claim put to the debtor, or billed: interest of a period, or the indemnity.

    It is claimed by a sent notice or by a manager's decision, invoiced by a note de
    débit, settled when that note is paid; Odoo's reconciliation says so, nothing is
    copied. What was claimed and not billed follows each new claim; what is on a note
    or waived does not change any more, and later claims ask for the rest.

    Nobody has rights to write: every change comes from a method that checks them.
    """

    _name = "dunning.charge"
    _description = "Late-payment charge"
    _order = "partner_id, date_maturity, document_key, kind desc, date_from, id"
    _rec_name = "move_name"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    debtor_kind = fields.Selection(
        DEBTOR_KINDS, required=True, help="As it was when this was claimed."
    )
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    kind = fields.Selection(
        [("interest", "Interest"), ("indemnity", "Indemnity")], required=True
    )
    amount = fields.Monetary(required=True, aggregator="sum")
    state = fields.Selection(
        CHARGE_STATES,
        compute="_compute_state",
        store=True,
        index=True,
        help="Claimed: put to the debtor, or ready to be billed. Invoiced: on a posted "
        "debit note. Settled: that note is paid. Follows the note's "
        "reconciliation: a payment undone or a note reversed brings it back.",
    )

    # The late invoice, as data of its own: its journal items may be made anew
    move_id = fields.Many2one(
        "account.move",
        string="Late invoice",
        index="btree_not_null",
        ondelete="set null",
    )
    move_line_id = fields.Many2one(
        "account.move.line", index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char(string="Document", required=True)
    document_key = fields.Char(
        required=True,
        index=True,
        help="Stable name of the item: the entry and its due date.",
    )
    indemnity_document = fields.Char(
        help="What bears one indemnity: the invoice, or the instalment (R1.21)."
    )
    date_maturity = fields.Date(string="Due date")
    amount_original = fields.Monetary(string="Amount incl. VAT", aggregator=None)
    date_from = fields.Date(string="From", help="First day of the interest.")
    date_to = fields.Date(string="To", help="Last day claimed, included.")
    notice_line_id = fields.Many2one(
        "dunning.notice.line",
        string="Claimed by",
        index="btree_not_null",
        ondelete="set null",
    )
    notice_id = fields.Many2one(related="notice_line_id.notice_id")

    charge_move_id = fields.Many2one(
        "account.move",
        string="Debit note",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    payment_state = fields.Selection(related="charge_move_id.payment_state")

    waived_on = fields.Date(readonly=True)
    waived_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    waive_reason = fields.Char(string="Reason of the waiver", readonly=True)

    # Invariant 2; waived or not, a document never gets a second one
    _one_indemnity = models.UniqueIndex(
        "(company_id, indemnity_document) WHERE kind = 'indemnity'",
        "This invoice already bears its indemnity: somebody claimed or billed it just "
        "now.",
    )
    _one_period = models.UniqueIndex(
        "(company_id, document_key, date_from) WHERE kind = 'interest'",
        "The interest of this period is already claimed: somebody claimed or billed it "
        "just now.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A charge is an amount above zero."
    )
    _indemnity_kinds = models.Constraint(
        "CHECK (kind = 'interest' OR (debtor_kind IN ('professional', 'public')"
        " AND indemnity_document IS NOT NULL))",
        "A consumer or a non-professional never owes the indemnity (R1.25, R2.2).",
    )
    _interest_dates = models.Constraint(
        "CHECK (kind = 'indemnity' OR (date_from IS NOT NULL AND date_to IS NOT NULL))",
        "Interest runs from a day to a day.",
    )
    _public_never_waived = models.Constraint(
        "CHECK (waived_on IS NULL OR debtor_kind <> 'public')",
        "Interest and indemnity of a public buyer cannot be waived (R3.12).",
    )
    _waived_with_reason = models.Constraint(
        "CHECK (waived_on IS NULL OR (waive_reason IS NOT NULL"
        " AND waived_by IS NOT NULL AND charge_move_id IS NULL))",
        "A waiver has a reason and an author, and what is billed is not waived.",
    )

    @api.depends("waived_on", "charge_move_id.state", "charge_move_id.payment_state")
    def _compute_state(self):
        for charge in self.sudo():  # Odoo's state of the note, whoever may read it
            note = charge.charge_move_id
            if charge.waived_on:
                charge.state = "waived"
            elif note.state != "posted" or note._dunning_is_reversed():
                charge.state = "claimed"
            elif note.payment_state in ("paid", "in_payment", "reversed"):
                charge.state = "settled"
            else:
                charge.state = "invoiced"

    @api.depends("move_name", "kind", "date_to")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for charge in self:
            charge.display_name = f"{charge.move_name} · {labels.get(charge.kind, '')}"

    @api.model
    def _document(self, key):
        """Return the document of an item: its invoice, or the line of an entry."""
        move, _due, *line = key.split(":")
        return ":".join([move, *line])

    def _is_free(self):
        """Return whether a new claim may replace it: neither billed nor waived."""
        self.ensure_one()
        note = self.charge_move_id
        return self.state == "claimed" and (
            not note or note.state == "cancel" or note._dunning_is_reversed()
        )

    @api.model
    def _free_sql(self):
        """Return the same condition on ``charge`` and its note (``note``)."""
        return SQL(
            "(charge.waived_on IS NULL AND (note.id IS NULL OR note.state = 'cancel'"
            " OR note.payment_state = 'reversed' AND EXISTS (SELECT FROM account_move"
            " credit WHERE credit.reversed_entry_id = note.id"
            " AND credit.state = 'posted')))"
        )
