from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.dunning_return import RETURN_KINDS


class DunningReturnWizard(models.TransientModel):
    """The bank returned a payment: from then on its invoices are reminded again.

    Opened on a payment, it can also take it back in the books: the payment is
    matched with its reversal, never with the invoice again.
    """

    _name = "dunning.return.wizard"
    _description = "Returned payment"

    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    payment_id = fields.Many2one(
        "account.payment",
        check_company=True,
        help="The payment that came back: it is taken back in the books first, so that "
        "the invoice is owed again.",
    )
    proof = fields.Char(
        help="Where there is no payment in Odoo: the bank's advice, the line of the "
        "statement, the number of the cheque. Nothing is reminded anew for a payment "
        "that nobody can name.",
    )
    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    kind = fields.Selection(RETURN_KINDS, required=True, default="direct_debit")
    date = fields.Date(
        string="Returned on",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
    )
    payment_date = fields.Date(string="Presented on", required=True)
    payment_amount = fields.Monetary(string="Amount of the payment", required=True)
    reason = fields.Char(
        string="Reason of the bank",
        help="As the bank gives it; it is told to the debtor alone.",
    )
    fee = fields.Monetary(
        string="Bank fee",
        currency_field="company_currency_id",
        help="Kept as information: no letter asks for it (R2.8).",
    )
    reverse_payment = fields.Boolean(
        string="Reverse the payment in the books",
        help="An entry of the day of the return takes the payment back; match its "
        "other side with the bank's return line.",
    )

    @api.model
    def default_get(self, fields):
        # EXTENDS 'base': the payment, or the invoices, it is opened on
        values = super().default_get(fields)
        records = self.env[self.env.context.get("active_model") or "account.move"]
        records = records.browse(self.env.context.get("active_ids") or ()).exists()
        if records._name == "account.payment" and records:
            values.update(self._from_payment(records))
        elif records._name == "account.move" and records:
            values.update(self._from_moves(records))
        elif records._name == "dunning.debtor" and records:
            values.update(self._from_debtor(records[0]))
        return {name: value for name, value in values.items() if name in fields}

    @api.model
    def _from_payment(self, payment):
        if len(payment) > 1:
            raise UserError(self.env._("Record one returned payment at a time."))
        moves = payment.reconciled_invoice_ids | payment.invoice_ids
        codes = {"sdd": "direct_debit", "check_printing": "cheque"}
        return {
            "company_id": payment.company_id.id,
            "currency_id": payment.currency_id.id,
            "payment_id": payment.id,
            "move_ids": [
                Command.set(moves.filtered(lambda m: m.is_sale_document(True)).ids)
            ],
            "payment_date": payment.date,
            "payment_amount": payment.amount,
            "kind": codes.get(payment.payment_method_code, "direct_debit"),
            "reverse_payment": bool(payment.move_id and moves),
        }

    @api.model
    def _from_debtor(self, debtor):
        return {
            "company_id": debtor.company_id.id,
            "currency_id": debtor.company_id.currency_id.id,
            "partner_id": debtor.partner_id.id,
        }

    @api.model
    def _from_moves(self, moves):
        if len(moves.company_id) > 1 or len(moves.currency_id) > 1:
            raise UserError(
                self.env._("Choose invoices of one company and one currency.")
            )
        return {
            "company_id": moves.company_id.id,
            "currency_id": moves.currency_id.id,
            "payment_id": self._payments_of(moves)[:1].id,
            "move_ids": [Command.set(moves.ids)],
            "payment_date": max(
                filter(None, moves.mapped("invoice_date_due")), default=False
            ),
            "payment_amount": sum(moves.mapped("amount_residual")),
        }

    @api.model
    def _payments_of(self, moves):
        """Return what customers once paid for ``moves`` and what counts no more."""
        return self.env["account.payment"].search(
            [
                ("company_id", "in", moves.company_id.ids),
                ("payment_type", "=", "inbound"),
                ("invoice_ids", "in", moves.ids),
                ("state", "in", ("canceled", "rejected")),
            ],
            order="date desc, id desc",
        )

    # ------------------------------------------------------------------- actions

    def action_register(self):
        """Take the payment back if asked to, then restart its invoices."""
        self.ensure_one()
        self.env["dunning.notice"]._check_sender()
        self.move_ids.check_access("read")
        self._check_dates()
        self._check_proof()
        if self.reverse_payment and self.payment_id:
            self._reverse()
        self._check_undone()
        items = self._items()
        self.env["dunning.return"]._register_returns(
            items,
            {
                "kind": self.kind,
                "date": self.date,
                "payment_date": self.payment_date,
                "payment_amount": self.payment_amount,
                "currency_id": self.currency_id.id,
                "reason": (self.reason or "").strip() or False,
                "payment_id": self.payment_id.id,
                "proof": self._proof(),
                "fee": self.fee,
            },
        )
        return {"type": "ir.actions.act_window_close"}

    def _check_dates(self):
        if self.date > self.company_id._dunning_today():
            raise UserError(self.env._("The day of the return is in the future."))
        if self.date < self.payment_date:
            raise UserError(
                self.env._("A payment is not returned before it was presented.")
            )

    def _proof(self):
        """Return which payment came back, in words that outlive its record."""
        payment, words = self.payment_id, (self.proof or "").strip()
        named = " ".join(filter(None, [payment.name, payment.memo]))
        return words or named or payment.display_name

    def _check_proof(self):
        """Refuse what nobody can name, and a payment of something else."""
        payment = self.payment_id
        if not payment and not (self.proof or "").strip():
            raise UserError(
                self.env._(
                    "Choose the payment that came back, or say where the bank says so: "
                    "an invoice that was never paid is not reminded anew."
                )
            )
        if not payment:
            return
        payment.check_access("read")
        customers = self.move_ids.commercial_partner_id
        known = payment.invoice_ids | payment.reconciled_invoice_ids
        if (
            payment.payment_type != "inbound"
            or payment.company_id != self.company_id
            or payment.partner_id.commercial_partner_id not in customers
            or (known and not self.move_ids <= known)
        ):
            raise UserError(
                self.env._(
                    "%(payment)s did not pay %(invoices)s: choose the payment that "
                    "came back, and the invoices that it had paid.",
                    payment=payment.display_name,
                    invoices=", ".join(
                        (self.move_ids - known or self.move_ids).mapped(
                            lambda move: move.name or "/"
                        )
                    ),
                )
            )

    def _check_undone(self):
        """Refuse to restart what the books still call paid."""
        payment = self.payment_id
        own = self._receivable(payment.move_id)
        matched = own.matched_debit_ids.debit_move_id
        counts = not payment.move_id and payment.state in ("in_process", "paid")
        if payment and (counts or matched.move_id & self.move_ids):
            raise UserError(
                self.env._(
                    "%s still counts as received: reverse it in the books here, or "
                    "reject it first.",
                    payment.display_name,
                )
            )

    def _items(self):
        """Return the open items of the invoices; refuse one that looks paid."""
        partners = self.move_ids.commercial_partner_id
        found = self.env["account.move.line"]._dunning_items(
            self.company_id, partner_ids=partners.ids
        )
        chosen = set(self.move_ids.ids)
        items = [i for i in found if i.move_id in chosen and i.residual > 0]
        paid = self.move_ids.browse(chosen - {item.move_id for item in items})
        if paid:
            raise UserError(
                self.env._(
                    "%s is paid, or owes nothing: open the returned payment and record "
                    "the return from there, so that the invoice is owed again.",
                    ", ".join(paid.mapped(lambda m: m.name or "/")),
                )
            )
        undated = [item for item in items if not item.date_maturity]
        if undated:
            raise UserError(
                self.env._("%s has no due date: enter one.", undated[0].move_name)
            )
        return items

    def _reverse(self):
        """Reverse the payment's entry and match the two: the invoice is owed again."""
        payment = self.payment_id
        if not payment.move_id:
            raise UserError(
                self.env._(
                    "This payment has no entry: reject or cancel it, then record the "
                    "return on the invoice."
                )
            )
        payment.move_id.check_access("write")
        own = self._receivable(payment.move_id)
        matched = own.matched_debit_ids.debit_move_id.move_id
        if all(own.mapped("reconciled")) and not matched & self.move_ids:
            # another reversal would have the debtor owe it twice
            raise UserError(
                self.env._(
                    "%s was taken back in the books already: it came back once.",
                    payment.display_name,
                )
            )
        own.remove_move_reconcile()
        back = payment.move_id._reverse_moves(
            [
                {
                    "date": self.date,
                    "ref": self.env._("Returned: %s", payment.name or ""),
                }
            ]
        )
        back.action_post()
        # posting a reversal may have matched the two already
        left = (own + self._receivable(back)).filtered(lambda li: not li.reconciled)
        left.reconcile()

    @api.model
    def _receivable(self, move):
        kind = Domain("account_id.account_type", "=", "asset_receivable")
        return move.line_ids.filtered_domain(kind)
