from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..tools.claim import LEGAL_RATE_KINDS
from .dunning_proof_mixin import PROOF_SENTINEL

ACCOUNTING = "account.group_account_invoice,account.group_account_readonly"
GUARDED = ("dunning_is_debit_note", "dunning_sheet_id")
NO_DEFAULTS = {f"default_{name}": False for name in GUARDED}


class AccountMove(models.Model):
    """Notes de débit among the invoices, and the charges of a late invoice."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    dunning_is_debit_note = fields.Boolean(
        string="Debit note",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Bills late-payment charges: bears neither interest nor indemnity itself.",
    )
    dunning_note_charge_ids = fields.One2many(
        "dunning.charge", "charge_move_id", string="Charges billed", groups=ACCOUNTING
    )
    dunning_charge_ids = fields.One2many(
        "dunning.charge", "move_id", string="Charges", groups=ACCOUNTING
    )
    dunning_charge_count = fields.Integer(
        compute="_compute_dunning_charge_count", groups=ACCOUNTING
    )

    _dunning_debit_note_idx = models.Index("(id) WHERE dunning_is_debit_note")

    # ---------------------------------------------------------------------- one kind

    def _dunning_notes(self):
        """Return the notes de débit among ``self``, credit notes of them too."""
        # sudo: a portal customer pays them like invoices
        return self.filtered(lambda move: move.sudo().dunning_is_debit_note)

    def _dunning_trusted(self):
        """Return the records for the code that makes notes; no client can."""
        return self.with_context(dunning_proof=PROOF_SENTINEL)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("dunning_proof") is not PROOF_SENTINEL:
            if any(name in self.env.context for name in NO_DEFAULTS):
                self = self.with_context(**NO_DEFAULTS)
            vals_list = [
                {name: value for name, value in vals.items() if name not in GUARDED}
                for vals in vals_list
            ]
        moves = super().create(vals_list)
        moves._dunning_check_reversed()
        return moves

    def write(self, vals):
        if self.env.context.get("dunning_proof") is not PROOF_SENTINEL:
            if "dunning_is_debit_note" in vals:
                raise UserError(
                    self.env._("An invoice does not become a debit note, nor one less.")
                )
            if "dunning_sheet_id" in vals:  # it leaves with the note's e-mail
                raise UserError(
                    self.env._("Billing alone attaches a calculation sheet to a note.")
                )
            if "journal_id" in vals:
                self._dunning_check_journal(vals["journal_id"])
        result = super().write(vals)
        if vals.get("reversed_entry_id"):
            self._dunning_check_reversed()
        return result

    def copy(self, default=None):
        # A reversal goes through here too, with the entry it reverses
        notes = self._dunning_notes()
        if notes and not (default or {}).get("reversed_entry_id"):
            raise UserError(
                self.env._(
                    "%s is a debit note and cannot be duplicated: bill the charges "
                    "of the late invoices instead.",
                    notes[0].display_name,
                )
            )
        return super().copy(default)

    def _dunning_check_journal(self, journal_id):
        """A note keeps its journal: its numbers are not those of invoices (R8.9)."""
        for note in self._dunning_notes():
            if note.move_type == "out_invoice" and note.journal_id.id != journal_id:
                raise UserError(
                    self.env._(
                        "%(note)s is a debit note: it stays in the journal "
                        "%(journal)s, apart from invoices. To bill its charges in "
                        "another one, change the journal of debit notes in the dunning "
                        "settings, delete this draft and bill them again.",
                        note=note.display_name,
                        journal=note.journal_id.display_name,
                    )
                )

    # --------------------------------------------------------------- it adds up (7)

    def _post(self, soft=True):
        # EXTENDS 'account'
        posted = super()._post(soft)
        posted._dunning_check_charges()
        return posted

    def _dunning_check_charges(self):
        """Refuse a posted note that is not the sum of its charges (invariant 7)."""
        for note in self._dunning_notes():
            # sudo: whoever posts need not see the charges
            charges = note.sudo().dunning_note_charge_ids
            if (
                (note.move_type != "out_invoice" and not charges)
                or note.state != "posted"
                or note._dunning_is_reversed()
            ):
                continue
            note._dunning_check_debtor(charges)
            digits = note.currency_id.decimal_places
            if float_compare(sum(charges.mapped("amount")), note.amount_total, digits):
                raise UserError(
                    self.env._(
                        "%s is not the sum of the charges it bills any more: they were "
                        "billed or claimed anew. Cancel it and bill them again.",
                        note.display_name,
                    )
                )

    def _dunning_check_debtor(self, charges):
        """Refuse a note of somebody else, in other money, with VAT, or a credit."""
        self.ensure_one()
        if charges and (
            self.move_type != "out_invoice"
            or charges.partner_id.commercial_partner_id != self.commercial_partner_id
            or charges.currency_id != self.currency_id
            or not self.currency_id.is_zero(self.amount_tax)
        ):
            raise UserError(
                self.env._(
                    "%s bills charges: to their debtor, in their currency and without "
                    "VAT. Cancel it and bill them again.",
                    self.display_name,
                )
            )

    def _dunning_is_reversed(self):
        """Whether its own credit note undid it; another one matched with it pays it."""
        self.ensure_one()
        if self.payment_state != "reversed":
            return False
        credits_ = self.sudo().reversal_move_ids  # sudo: a fact of the note
        return any(credit.state == "posted" for credit in credits_)

    # --------------------------------------------------- public buyers (invariant 5)

    def _dunning_is_public_note(self):
        self.ensure_one()
        charges = self.sudo().dunning_note_charge_ids  # as above
        partner = self.commercial_partner_id.sudo()
        kinds = {partner.debtor_kind, *charges.mapped("debtor_kind")}
        return bool(self._dunning_notes()) and "public" in kinds

    def _dunning_check_reversed(self):
        """A public buyer's charges cannot be credited away (R3.12)."""
        for note in self.reversed_entry_id._dunning_notes():
            if note._dunning_is_public_note():
                raise UserError(note._dunning_public_message())
        # A credit note of a note is one of its kind: it is no turnover either
        own = self.filtered(lambda move: move.reversed_entry_id._dunning_notes())
        own -= own._dunning_notes()
        if own:
            own.sudo()._dunning_trusted().write({"dunning_is_debit_note": True})

    def _dunning_public_message(self):
        return self.env._(
            "%s bills interest and indemnity to a public buyer: waiving them is void "
            "(art. L2192-14 of the public procurement code, R3.12), also by a credit "
            "note. To correct an error, reset it to draft and cancel it.",
            self.display_name,
        )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS 'account'
        for note in self._dunning_notes():
            if note._dunning_is_public_note():
                raise UserError(note._dunning_public_message())
        return super()._reverse_moves(default_values_list, cancel)

    # ----------------------------------------------------------------------- screens

    @api.depends("dunning_charge_ids", "dunning_note_charge_ids")
    def _compute_dunning_charge_count(self):
        charges = self.env["dunning.charge"]
        late = dict(
            charges._read_group([("move_id", "in", self.ids)], ["move_id"], ["__count"])
        )
        billed = dict(
            charges._read_group(
                [("charge_move_id", "in", self.ids)], ["charge_move_id"], ["__count"]
            )
        )
        for move in self:
            own = move._origin
            move.dunning_charge_count = late.get(own, 0) + billed.get(own, 0)

    def action_open_dunning_charges(self):
        """Show the charges of a late invoice, or those a note bills."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_charge"
        )
        domain = ["|", ("move_id", "in", self.ids), ("charge_move_id", "in", self.ids)]
        return {**action, "domain": domain, "context": {}}

    def _compute_type_name(self):
        # EXTENDS 'account': what screens, e-mails and the portal call it
        result = super()._compute_type_name()
        for note in self._dunning_notes():
            if note.move_type == "out_invoice":
                note.type_name = self.env._("Debit note")
        return result

    def _dunning_open_notes(self):
        """Return the action that shows these notes de débit."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Debit notes"),
            "res_model": "account.move",
            "context": {"create": False},
        }
        if len(self) == 1:
            return {**action, "view_mode": "form", "res_id": self.id}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", self.ids)]}

    def _get_name_invoice_report(self):
        # EXTENDS 'account': it has its own title and texts, and no column of taxes
        self.ensure_one()
        if self._dunning_notes() and self.move_type == "out_invoice":
            return "dunning_fr.report_debit_note_document"
        return super()._get_name_invoice_report()

    def _dunning_note_facts(self):
        """Return what the note says beside its lines."""
        self.ensure_one()
        charges = self.sudo().dunning_note_charge_ids  # whoever may print the note
        by_kind = charges.grouped("kind")
        none = charges.browse()
        indemnities = by_kind.get("indemnity", none)
        interest = by_kind.get("interest", none)
        return {
            "first": min(filter(None, interest.mapped("date_from")), default=None),
            "last": max(filter(None, charges.mapped("date_to")), default=None),
            "many": len(set(charges.mapped("move_name"))) > 1,
            "unpaid": any(move.amount_residual > 0 for move in charges.move_id),
            "legal_rate": set(charges.mapped("debtor_kind")) <= set(LEGAL_RATE_KINDS),
            "interest": sum(interest.mapped("amount")),
            "indemnity": sum(indemnities.mapped("amount")),
            "indemnity_count": len(indemnities),
            "sender": self._dunning_note_sender(),
        }

    def _dunning_note_sender(self):
        """Return what every business letter must say of its sender (R10.3)."""
        notice = self.env["dunning.notice"].sudo()  # the note's own company, in words
        return notice.new({"company_id": self.company_id.id})._letter_legal_line()
