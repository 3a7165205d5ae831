from odoo import api, fields, models
from odoo.exceptions import AccessError

RETURN_KINDS = [
    ("direct_debit", "Direct debit"),
    ("cheque", "Cheque"),
    ("bill", "Bill of exchange"),
]


class DunningReturn(models.Model):
    """A payment the bank returned unpaid, for one item it was meant to pay.

    A cheque, a debit or a bill pays only once it is cashed: the item is owed as
    before. It starts again at the level its policy says, with the notice of the
    returned payment as its text; a formal notice already sent stays valid.
    """

    _name = "dunning.return"
    _description = "Returned payment"
    _order = "date desc, id desc"
    _rec_name = "move_name"

    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", ondelete="set null", index="btree_not_null"
    )
    move_name = fields.Char(string="Document", required=True)
    document_key = fields.Char(required=True, index=True)
    date_maturity = fields.Date(string="Due date", required=True)
    kind = fields.Selection(RETURN_KINDS, required=True)
    date = fields.Date(string="Returned on", required=True)
    payment_date = fields.Date(string="Presented on", required=True)
    payment_amount = fields.Monetary(string="Amount of the payment", required=True)
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    reason = fields.Char(string="Reason of the bank")
    payment_id = fields.Many2one(
        "account.payment", ondelete="set null", index="btree_not_null"
    )
    proof = fields.Char(
        required=True,
        help="The payment that came back, or where the bank says so.",
    )
    fee = fields.Monetary(
        string="Bank fee",
        currency_field="company_currency_id",
        help="Kept as information: no letter asks for it. Without a clause or a text "
        "of law it stays with the creditor, and always for a consumer (R2.8).",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    restart_level = fields.Integer(
        string="Starts again at level", required=True, aggregator=None
    )

    _restart_range = models.Constraint(
        "CHECK (restart_level BETWEEN 1 AND 3)",
        "An item starts again at level 1, 2 or 3.",
    )
    _date_order = models.Constraint(
        "CHECK (date >= payment_date)",
        "A payment is returned on the day it was presented, or later.",
    )
    _proved = models.Constraint(
        "CHECK (btrim(proof) <> '')",
        "Say which payment came back, or where the bank says so.",
    )
    _once = models.UniqueIndex(
        "(document_key, partner_id, date)",
        "The return of this payment is recorded already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        returns = super().create(vals_list)
        self.env["dunning.item"]._refresh(returns.mapped("document_key"))
        return returns

    def unlink(self):
        keys, moves = self.mapped("document_key"), self.move_id
        for move, returns in self.grouped("move_id").items():
            text = self.env._("Return of the payment taken back.")
            move.sudo()._message_log(  # sudo: a trace, whoever takes it back
                body=text, author_id=self.env.user.partner_id.id
            )
            if move.dunning_rejected_on in returns.mapped("date"):
                move.sudo().dunning_rejected_on = False
        result = super().unlink()
        self.env["dunning.item"]._refresh(keys)
        moves.invalidate_recordset(["dunning_level"])
        return result

    @api.model
    def _register_returns(self, items, values):
        """Record that the payment of these items came back; restart them.

        :param items: ``DunningItem``s of one company, owed again
        :param values: ``kind``, ``date``, ``payment_date``, ``payment_amount``,
            ``currency_id``, ``reason``, ``fee``, and the ``proof`` that something
            was paid at all, with its ``payment_id`` where there is one
        """
        if not self.env.user.has_group("dunning_fr.group_dunning_user"):
            raise AccessError(
                self.env._("Only collectors may record a returned payment.")
            )
        lines = self.env["account.move.line"]
        rows = []
        for item in items:
            move = self.env["account.move"].browse(item.move_id)
            policy = self._policy_of(move, item)
            rows.append(
                {
                    **values,
                    "company_id": item.company_id,
                    "partner_id": item.partner_id,
                    "move_id": item.move_id,
                    "move_name": item.move_name or "/",
                    "document_key": lines._dunning_document_key(item),
                    "date_maturity": item.date_maturity,
                    "restart_level": policy.returned_level or 1,
                }
            )
        # sudo: nobody has rights to write returns; the person was checked above
        returns = self.sudo().create(rows)
        returns._trace()
        return returns.sudo(False)

    @api.model
    def _policy_of(self, move, item):
        company = self.env["res.company"].browse(item.company_id)
        # sudo: the policy decides, whoever records the return
        debtors = self.env["dunning.debtor"].sudo()
        ids = debtors._ensure(company, {item.partner_id})
        debtor = debtors.browse(ids[item.partner_id])
        return move.sudo().dunning_policy_id or debtor.policy_id

    def _trace(self):
        """Write it on each invoice, and let reminders of it begin."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for move, returns in self.grouped("move_id").items():
            first = returns[0]
            move.dunning_rejected_on = first.date
            move._message_log(
                body=self.env._(
                    "%(kind)s returned unpaid on %(date)s (%(proof)s): reminders start "
                    "again at level %(level)s.",
                    kind=kinds[first.kind],
                    proof=first.proof,
                    date=fields.Date.to_string(first.date),
                    level=first.restart_level,
                ),
                author_id=self.env.user.partner_id.id,
            )
