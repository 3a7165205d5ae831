from collections import defaultdict
from datetime import date

from odoo import api, models

from ..tools.calculation import Event


class DunningCalculationEvent(models.AbstractModel):
    """What reduced a debt, with the name of the entry that did it."""

    _name = "dunning.calculation.event"
    _description = "Events of a calculation"

    @api.model
    def _of_claims(self, claims, as_of):
        """Return {line id: [``Event``]} of {line id: ``LineClaim``}, by day."""
        traced = self.env["dunning.reduction"]._traced(list(claims))
        names = self._names(traced)
        receipts = self._receipts(claims)
        return {
            line_id: self._events(
                traced.get(line_id, ()),
                names,
                line.claim.debt.unallocated,
                receipts.get(line_id, {}),
                as_of,
            )
            for line_id, line in claims.items()
        }

    @api.model
    def _events(self, reductions, names, unallocated, receipts, as_of):
        """Return the named events of one debt up to a day."""
        events = [
            Event(day, amount, is_payment, names[move_id], nature)
            for day, amount, is_payment, nature, move_id in reductions
            if day <= as_of
        ]
        events += [
            Event(
                day, amount, is_payment, ", ".join(receipts.get(day, ())), "unmatched"
            )
            for day, amount, is_payment in unallocated
            if day <= as_of
        ]
        return sorted(events, key=lambda event: event.day)

    @api.model
    def _names(self, traced):
        """Return {entry: name} of {line id: [``Reduction``]}."""
        ids = {row.move_id for rows in traced.values() for row in rows}
        # sudo: the claim is read by people who may not open the general journal
        moves = self.env["account.move"].sudo().browse(ids)
        return {move.id: move.name or "" for move in moves}

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
