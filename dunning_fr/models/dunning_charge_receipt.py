from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal


class Match(NamedTuple):
    """A receipt that pays claimed charges, to the cent."""

    credit: object  # ``DunningItem`` of the receipt
    debts: tuple  # ``DunningItem``s it pays as well; empty when it is matched already
    move_ids: tuple  # late invoices whose charges it pays
    amount: Decimal  # of the charges


class DunningChargeReceipt(models.AbstractModel):
    """A debtor who pays what the notice says: principal and claimed charges.

    What such a receipt pays above the invoices is exactly what was claimed: it
    belongs to the charges and reduces no other invoice, whatever is matched with it
    meanwhile. Bill and settle makes the note and reconciles it.
    """

    _name = "dunning.charge.receipt"
    _description = "Receipts of claimed charges"

    @api.model
    def _without(self, company, items):
        """Return open ``items`` with what belongs to charges taken off the receipts."""
        matches = {match.credit.id: match for match in self._matches(company, items)}
        if not matches:
            return items
        kept = []
        for item in items:
            match = matches.get(item.id)
            if match is None:
                kept.append(item)
            elif match.debts:
                left = item.residual + match.amount
                share = left / item.residual
                kept.append(
                    item._replace(
                        residual=left, company_residual=item.company_residual * share
                    )
                )
        return kept

    @api.model
    def _matches(self, company, items):
        """Return the ``Match``es among open ``items`` of one company.

        Two queries, and none where nobody is in credit.
        """
        receipts = [
            item
            for item in items
            if item.residual < 0
            and not item.account_excluded
            and not item.reverses
            and item.move_type != "out_refund"
        ]
        if not receipts:
            return []
        claimed = self._claimed(company, {item.partner_id for item in receipts})
        if not claimed:
            return []
        paid = self._paid_moves([item.id for item in receipts])
        debts = defaultdict(list)
        for item in items:
            if item.residual > 0 and not item.account_excluded:
                debts[item.move_id].append(item)
        found = []
        for credit in receipts:
            charges = claimed.get((credit.partner_id, credit.currency_id))
            match = charges and self._match(credit, charges, paid[credit.id], debts)
            if match:
                found.append(match)
                for move_id in match.move_ids:
                    charges.pop(move_id)
        return found

    @api.model
    def _of_partners(self, company, partners):
        """Return the ``Match``es of these customers in one company."""
        lines = self.env["account.move.line"]
        items = lines._dunning_items(company, partner_ids=partners.ids)
        return self._matches(company, items)

    @api.model
    def _settle(self, company, partners):
        """Bill the charges that receipts pay, and reconcile both; return the notes.

        The charges are billed as they were claimed: that is what was paid. A receipt
        nobody has matched yet is matched with its invoices first.
        """
        charges = self.env["dunning.charge"]
        charges._check_biller()
        charges._lock(company, partners)
        notes = self.env["account.move"]
        for match in self._of_partners(company, partners):
            claimed = charges.search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "=", match.credit.partner_id),
                    ("currency_id", "=", match.credit.currency_id),
                    ("move_id", "in", match.move_ids),
                    ("state", "=", "claimed"),
                ]
            )
            note = claimed.charge_move_id.filtered(lambda move: move.state == "draft")
            if note:
                note.action_post()
            free = claimed.filtered(lambda charge: charge.sudo()._is_free())
            note += free._bill() if free else note.browse()
            self._reconcile(match, note)
            notes += note
        return notes

    @api.model
    def _reconcile(self, match, notes):
        lines = self.env["account.move.line"]
        credit = lines.browse(match.credit.id)
        if match.debts:
            (credit + lines.browse(debt.id for debt in match.debts)).reconcile()
        receivable = notes.line_ids.filtered(
            lambda line: line.account_id == credit.account_id
        )
        (credit + receivable).reconcile()

    @api.model
    def _match(self, credit, charges, paid, debts):
        """Return the ``Match`` of one receipt, or None.

        :param charges: {late invoice: claimed amount} of the customer
        :param paid: late invoices the receipt is matched with
        :param debts: {entry: open debts}
        """
        received = -credit.residual
        of_paid = tuple(move_id for move_id in charges if move_id in paid)
        everything = tuple(charges)
        for move_ids in (of_paid, everything):
            amount = sum(charges[move_id] for move_id in move_ids)
            if move_ids and received == amount:
                return Match(credit, (), move_ids, amount)
        if paid:
            return None
        for move_ids in (*((move_id,) for move_id in charges), everything):
            open_debts = tuple(d for id_ in move_ids for d in debts[id_])
            amount = sum(charges[move_id] for move_id in move_ids)
            owed = sum(debt.residual for debt in open_debts)
            if open_debts and received == owed + amount:
                return Match(credit, open_debts, move_ids, amount)
        return None

    @api.model
    def _claimed(self, company, partner_ids):
        """Return {(customer, currency): {late invoice: claimed and not billed}}."""
        charges = self.env["dunning.charge"]
        charges.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, currency_id, move_id, sum(amount)::text
                  FROM dunning_charge
                 WHERE company_id = %s AND partner_id = ANY(%s::int[])
                   AND state = 'claimed' AND move_id IS NOT NULL
              GROUP BY partner_id, currency_id, move_id
              ORDER BY min(date_maturity), move_id
                """,
                company.id,
                array_literal(filter(None, partner_ids)),
            )
        )
        found = defaultdict(dict)
        for partner_id, currency_id, move_id, amount in rows:
            found[partner_id, currency_id][move_id] = Decimal(amount)
        return found

    @api.model
    def _paid_moves(self, credit_ids):
        """Return {line id of a receipt: entries it is matched with}."""
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partial.credit_move_id, debit.move_id
                  FROM account_partial_reconcile partial
                  JOIN account_move_line debit ON debit.id = partial.debit_move_id
                 WHERE partial.credit_move_id = ANY(%s::int[])
                """,
                array_literal(credit_ids),
            )
        )
        found = defaultdict(set)
        for line_id, move_id in rows:
            found[line_id].add(move_id)
        return found
