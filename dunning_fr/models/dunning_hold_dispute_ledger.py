from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .dunning_hold_dispute import CREDITED
from .dunning_hold_settle import LOOK_BACK_DAYS

SCOPE = {"state", "amount", "move_ids", "kind", "date_from", "date_to"}


class DunningHold(models.Model):
    """Disputes and the ledger: what ends them, and Odoo's block of a payment.

    A dispute that the ledger ended is open again once its payment or credit note is
    undone, as a promise is; one that a person ended stays ended.

    An invoice that is disputed as a whole is blocked in Odoo, and freed once it is
    paid or the dispute has ended. A block that a person set is never touched.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    is_to_block = fields.Boolean(
        string="Blocks its invoices once it begins",
        readonly=True,
        copy=False,
        help="The dispute begins on a later day: the payment of its invoices is "
        "blocked on that day.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._block_disputed()
        return holds

    def write(self, vals):
        if SCOPE.isdisjoint(vals):
            return super().write(vals)
        before = self._disputed_moves()
        result = super().write(vals)
        self._block_disputed()
        self._free_moves(before | self._disputed_moves())
        if vals.get("state", "active") != "active":
            # sudo: the task may be on a colleague's list
            self.sudo().answer_activity_id.unlink()
        return result

    def unlink(self):
        moves = self._disputed_moves()
        result = super().unlink()
        self._free_moves(moves)
        return result

    def _disputed_moves(self):
        # sudo: whether they are blocked, whoever may read them
        return self.sudo().filtered(lambda hold: hold.kind == "dispute").move_ids

    def _whole_moves(self, day):
        """Return the invoices that these disputes hold as a whole on ``day``."""
        found = self.env["account.move"].sudo()
        for hold in self.sudo():
            moves = hold.move_ids
            owed = sum(abs(move.amount_residual_signed) for move in moves)
            is_part = hold.amount and hold.amount < owed
            acts = hold.date_from <= day and not (
                hold.silent_to and hold.silent_to < day
            )
            if hold.kind == "dispute" and hold.state == "active" and acts:
                found |= found.browse() if is_part else moves
        return found

    def _block_disputed(self, day=None):
        """Block the payment of what is disputed as a whole, unless a person did.

        Once: a person who frees an invoice has decided. What begins later is blocked
        when its day has come.
        """
        for company, holds in self.grouped("company_id").items():
            on = day or company._dunning_today()
            for hold in holds:
                is_later = hold.kind == "dispute" and hold.date_from > on
                if is_later != hold.is_to_block:
                    # sudo: the machine's own fact
                    hold.sudo().is_to_block = is_later
            moves = holds._whole_moves(on).filtered(
                lambda move: (
                    move.state == "posted"
                    and move.move_type == "out_invoice"
                    and move.payment_state in ("not_paid", "partial")
                    and not move.currency_id.is_zero(move.amount_residual)
                )
            )
            if moves:
                moves.write({"payment_state": "blocked", "dunning_dispute_block": True})

    @api.model
    def _free_moves(self, moves, day=None):
        """Take our own block off the invoices that no dispute holds any more."""
        # sudo: the block is ours, whoever ends the dispute
        moves = moves.sudo().exists().filtered("dunning_dispute_block")
        for company, own in moves.grouped("company_id").items():
            disputes = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("kind", "=", "dispute"),
                    ("state", "=", "active"),
                    ("move_ids", "in", own.ids),
                ]
            )
            still = disputes._whole_moves(day or company._dunning_today())
            paid = own.filtered(lambda m: m.currency_id.is_zero(m.amount_residual))
            (own - (still - paid))._dunning_take_block_off()

    # -------------------------------------------------------------------- settling

    @api.model
    def _settle_holds(self, company, day):
        result = super()._settle_holds(company, day)
        self._settle_disputes(company, day)
        return result

    @api.model
    def _settle_disputes(self, company, day):
        """End the disputes that the ledger has settled, or open them again.

        Those that begin block their invoices; those who answer late are told.
        """
        # sudo: the ledger decides, whoever prepares the run
        disputes = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", "dispute")
            & (
                Domain("state", "=", "active")
                | Domain("state", "=", "released")
                & Domain("is_settled_by_ledger", "=", True)
                & Domain("settled_on", ">=", day - timedelta(days=LOOK_BACK_DAYS))
            )
        )
        if not disputes:
            return
        disputes.filtered(
            lambda h: h.is_to_block and h.date_from <= day
        )._block_disputed(day)
        credited = self._credited(disputes.move_ids)
        for hold in disputes.filtered("move_ids"):
            resolution = hold._settled_by(credited)
            if resolution and hold.state == "active":
                hold._end_by_ledger(resolution, day)
            elif not resolution and hold.state == "released":
                hold._open_again()
        blocked = disputes.move_ids.filtered("dunning_dispute_block")
        if blocked:
            self._free_moves(blocked, day)
        late = disputes.filtered_domain(self._late_domain(day))
        late.filtered(
            lambda h: h.state == "active" and h.answer_told_on != h.answer_by
        )._tell_late()

    def _settled_by(self, credited):
        """Return how the ledger has settled the dispute, or None while it has not."""
        self.ensure_one()
        currency = self.company_currency_id
        tolerance = self.company_id.dunning_tolerance
        moves = self.move_ids.filtered(lambda move: move.state == "posted")
        owed = sum(abs(move.amount_residual_signed) for move in moves)
        amount = self._credited_since(moves, credited)
        is_credited = not currency.is_zero(amount)
        if moves and currency.compare_amounts(owed, tolerance) <= 0:
            how = "credit_note" if is_credited else "paid"
        elif self.amount and currency.compare_amounts(amount, self.amount) >= 0:
            how = "credit_note"
        else:
            return None
        return self.resolution if self.resolution and is_credited else how

    def _end_by_ledger(self, resolution, day):
        labels = dict(self._fields["resolution"]._description_selection(self.env))
        self.with_context(tracking_disable=True).write(
            {
                "state": "released",
                "resolution": resolution,
                "is_settled_by_ledger": True,
                "settled_on": day,
            }
        )
        self._message_log(
            body=self.env._(
                "Ended by the ledger: %s. Nothing of it is owed any more.",
                labels[resolution],
            )
        )

    def _open_again(self):
        """Take an end by the ledger back, unless the invoices are no more.

        A decision to credit stands: its credit note is waited for again.
        """
        if not self.move_ids.filtered(lambda move: move.state == "posted"):
            return
        kept = self.resolution if self.resolution in CREDITED else False
        self.with_context(tracking_disable=True).write(
            {
                "state": "active",
                "resolution": kept,
                "is_settled_by_ledger": False,
                "settled_on": False,
            }
        )
        self._message_log(
            body=self.env._(
                "Open again: the ledger no longer shows what had ended this dispute."
            )
        )

    def _tell_late(self):
        """Give those who answer a task for each answer that is late, once."""
        if not self:
            return
        rows = []
        for hold in self:
            owner = hold.dispute_owner_id.filtered("active")
            person = owner or hold.debtor_id._person()
            told = hold.with_context(lang=person.lang)
            rows.append(
                {
                    "res_model_id": self.env["ir.model"]._get_id("dunning.hold"),
                    "res_id": hold.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "automated": True,
                    "user_id": person.id,
                    "date_deadline": hold.answer_by,
                    "summary": told.env._(
                        "Dispute: answer was due on %s",
                        format_date(told.env, hold.answer_by),
                    ),
                }
            )
        # nobody is written to: the list of activities is where people look
        quick = {"mail_activity_quick_update": True}
        opened = self.env["mail.activity"].with_context(**quick).create(rows)
        for hold, activity in zip(self, opened, strict=True):
            hold.write(
                {"answer_activity_id": activity.id, "answer_told_on": hold.answer_by}
            )
