from collections import defaultdict
from datetime import date

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.calculation import Event
from .dunning_reduction import MAX_TRANSFERS, _is_transfer


class DunningCalculationEvent(models.AbstractModel):
    """What reduced a debt, with the name of the entry that did it.

    The claim's own reductions decide; the ledger only gives their names.
    """

    _name = "dunning.calculation.event"
    _description = "Events of a calculation"

    @api.model
    def _of_claims(self, claims, as_of):
        """Return {line id: [``Event``]} of {line id: ``LineClaim``}, by day."""
        names = self._names(list(claims), MAX_TRANSFERS)
        receipts = self._receipts(claims)
        return {
            line_id: self._events(
                line.claim.debt,
                as_of,
                names[line_id],
                receipts.get(line_id, {}),
                10**line.places,
            )
            for line_id, line in claims.items()
        }

    @api.model
    def _events(self, debt, as_of, names, receipts, factor):
        """Return the named events of one debt up to a day."""
        known = defaultdict(list)
        for day, amount, name, nature in names:
            known[day].append((round(amount * factor), name, nature))
        events = [
            Event(
                day,
                amount,
                is_payment,
                *_pick(known[day], amount, is_payment, day == date.min),
            )
            for day, amount, is_payment in debt.reductions
            if day <= as_of
        ]
        events += [
            Event(
                day, amount, is_payment, ", ".join(receipts.get(day, ())), "unmatched"
            )
            for day, amount, is_payment in debt.unallocated
            if day <= as_of
        ]
        return sorted(events, key=lambda event: event.day)

    @api.model
    def _names(self, line_ids, depth):
        """Return {line id: [(day, amount, name, nature)]} of what paid the lines.

        The entries that moved a debt to another account are followed: what paid the
        new line paid the debt.
        """
        found, moved = defaultdict(list), defaultdict(list)
        for line_id, day, amount, name, nature, entry_id in self._partials(line_ids):
            found[line_id].append((day, amount, name, nature))
            if entry_id:
                moved[entry_id].append(line_id)
        if not moved or not depth:
            return found
        # sudo: the claim is read by people who may not open the general journal
        lines = self.env["account.move.line"].sudo()
        lines = lines.search([("move_id", "in", list(moved)), ("balance", ">", 0)])
        later = self._names(lines.filtered(_is_transfer).ids, depth - 1)
        for line in lines:
            for origin in moved[line.move_id.id]:
                found[origin] += later.get(line.id, [])
        return found

    @api.model
    def _partials(self, line_ids):
        """Return (line, day, amount, name, nature, entry that may be a transfer)."""
        if not line_ids:
            return []
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move"].flush_model(["dunning_credit_kind", "name"])
        self.env.cr.execute(
            SQL(
                """
                SELECT partial.debit_move_id,
                       CASE WHEN other.move_type = 'out_refund'
                             AND other.dunning_credit_kind IS DISTINCT FROM 'gesture'
                            THEN '0001-01-01'::date ELSE counterpart.date END,
                       partial.debit_amount_currency::float8, other.name,
                       CASE WHEN other.move_type <> 'out_refund' THEN 'payment'
                            WHEN other.dunning_credit_kind = 'gesture' THEN 'gesture'
                            ELSE 'correction' END,
                       CASE WHEN journal.type = 'general' THEN other.id END
                  FROM account_partial_reconcile partial
                  JOIN account_move_line counterpart
                    ON counterpart.id = partial.credit_move_id
                  JOIN account_move other ON other.id = counterpart.move_id
                  JOIN account_journal journal ON journal.id = other.journal_id
                 WHERE partial.debit_move_id = ANY(%s::int[])
                   AND partial.debit_amount_currency > 0
                   AND other.state = 'posted'
              ORDER BY counterpart.date, partial.id
                """,
                array_literal(line_ids),
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _receipts(self, claims):
        """Return {line id: {day: names}} of open credits that count unmatched."""
        ids = [id_ for id_, line in claims.items() if line.claim.debt.unallocated]
        if not ids:
            return {}
        # sudo: names of entries of the customers whose claims are read
        lines = self.env["account.move.line"].sudo()
        debts = lines.browse(ids)
        open_credits = lines.search(
            [
                ("partner_id", "in", debts.partner_id.ids),
                ("company_id", "in", debts.company_id.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual_currency", "<", 0),
            ],
            order="date, id",
        )
        found = defaultdict(lambda: defaultdict(list))
        for line in open_credits:
            # a credit note that corrects counts from the first day (R1.27)
            for day in (line.date, *([date.min] * (line.move_type == "out_refund"))):
                found[line.company_id, line.partner_id][day].append(line.move_name)
        return {
            debt.id: found.get((debt.company_id, debt.partner_id), {}) for debt in debts
        }


def _pick(known, amount, is_payment, from_first_day=False):
    """Return (name, nature) of a reduction among what happened on its day."""
    for place, (found, _name, nature) in enumerate(known):
        if found == amount and (nature == "payment" or not is_payment):
            _amount, name, nature = known.pop(place)
            break
    else:  # a share of an entry that paid several debts
        name = ", ".join(dict.fromkeys(row[1] for row in known))
        nature = "payment"
    if not is_payment and nature == "payment":
        nature = "retention" if from_first_day else "loss"  # R3.8
    return name or "", nature
