from collections import defaultdict
from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.allocation import follow
from ..tools.arrays import array_literal
from .account_account import LOSS_PREFIXES

# A correction reduces the claim from its first day on (R1.27)
ALWAYS = date.min
FROM_FIRST_DAY = ("correction", "retention")

MONEY_JOURNALS = SQL("('bank', 'cash', 'credit')")  # what they match is a payment

MAX_TRANSFERS = 10  # a debt moved more often than that is a loop


class Entry(NamedTuple):
    """A reconciliation whose nature is to be looked into."""

    line_id: int
    day: object
    amount: int
    move_id: int

    def reduction(self, nature):
        day = ALWAYS if nature in FROM_FIRST_DAY else self.day
        return Reduction(day, self.amount, nature == "payment", nature, self.move_id)


class Reduction(NamedTuple):
    """What reduced a debt, with the entry that did it."""

    day: object
    amount: int  # minor unit of the debt's currency
    is_payment: bool
    nature: str
    move_id: int


class DunningReduction(models.AbstractModel):
    """What each reconciliation of a debt is: payment, correction, gesture, transfer…

    A reduction is a tuple: day, amount in the minor unit of the debt's currency,
    whether it is a payment (one pays interest first where the company says so, R1.29).

    - payment: a bank or cash entry, or one made by a payment; also a set-off in the
      journal of sundry operations. Dated by its own line, whenever it was matched.
    - correction: a credit note; it counts from the first day (R1.27).
    - gesture: a credit note marked so, or a loss written off; from its own day, and
      it never pays interest.
    - retention: an entry that keeps a part back on a receivable account that is not
      reminded (411700): out of the base from the first day (R3.8).
    - transfer: an entry that moves the debt to another account (416 doubtful
      customers, 413 bills, another receivable account), as ``dunning.transfer`` reads
      it. The debt lives on: what reduces the new line reduces it. What the entry did
      not move is a loss, money kept back or a payment, on its own.
    - exchange differences reduce nothing in the debt's own currency.
    """

    _name = "dunning.reduction"
    _description = "What reduces a debt"

    @api.model
    def _of_lines(self, line_ids):
        """Return {line id: [reduction]} in order of date.

        A constant number of queries, a few more each time a debt was transferred.
        """
        return self._found(line_ids, MAX_TRANSFERS, traced=False)

    @api.model
    def _traced(self, line_ids):
        """Return {line id: [``Reduction``]}: ``_of_lines``, with natures and entries.

        For the few lines of a document: nothing is left to the faster way.
        """
        return {
            line_id: [Reduction._make(row) for row in rows]
            for line_id, rows in self._found(line_ids, MAX_TRANSFERS).items()
        }

    @api.model
    def _booked_until(self, line_ids, day):
        """Return {line id: what entries dated until ``day`` took off it}, minor unit.

        As the books of that day had it: a credit note counts from its own date, which
        it does not for interest (R1.27).
        """
        traced = self._traced(line_ids)
        entries = {row.move_id for rows in traced.values() for row in rows}
        # sudo: days alone, of entries that may be of another branch
        moves = self.env["account.move"].sudo().browse(entries)
        dates = {move.id: move.date for move in moves}
        return {
            line_id: sum(row.amount for row in rows if _booked(row, dates) <= day)
            for line_id, rows in traced.items()
        }

    @api.model
    def _found(self, line_ids, depth, traced=True):
        found, others, entries = defaultdict(list), [], []
        for line_id, day, amount, move_id in self._partials(line_ids, traced):
            if move_id:
                others.append(Entry(line_id, day, amount, move_id))
            else:
                found[line_id].append((day, amount, True))
        if others:
            entries = self._other_than_payments(others, found)
        if entries:
            self._look_into(entries, found, depth)
        for line_id in {entry.line_id for entry in others}:
            found[line_id].sort()
            if not traced:
                found[line_id] = [row[:3] for row in found[line_id]]
        return found

    @api.model
    def _partials(self, line_ids, traced):
        """Return (line, day, amount, entry to be looked into or None) by day.

        Nearly all money comes through the bank: what else a counterpart may be is
        read apart, for those few, or for all where each is to be traced.
        """
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["date", "parent_state"])
        self.env.cr.execute(
            SQL(
                """
                SELECT partial.debit_move_id, counterpart.date,
                       round(partial.debit_amount_currency::float8
                             * 10 ^ currency.decimal_places)::bigint,
                       CASE WHEN %(traced)s OR journal.type NOT IN %(money)s
                            THEN counterpart.move_id END
                  FROM unnest(%(lines)s::int[]) AS debt (id)
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = debt.id
                  JOIN account_move_line counterpart
                    ON counterpart.id = partial.credit_move_id
                  JOIN account_journal journal ON journal.id = counterpart.journal_id
                  JOIN res_currency currency
                    ON currency.id = partial.debit_currency_id
                 WHERE partial.debit_amount_currency > 0
                   AND counterpart.parent_state = 'posted'
              ORDER BY counterpart.date
                """,
                traced=traced,
                money=MONEY_JOURNALS,
                lines=array_literal(line_ids),
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _other_than_payments(self, others, found):
        """Add credit notes and payments to ``found``; return the general ``Entry``s."""
        natures = self._natures({entry.move_id for entry in others})
        entries = []
        for entry in others:
            nature = natures[entry.move_id]
            if nature:
                found[entry.line_id].append(entry.reduction(nature))
            else:
                entries.append(entry)
        return entries

    @api.model
    def _natures(self, move_ids):
        """Return {entry: its nature, None where its own lines decide}."""
        self.env["account.move"].flush_model(
            ["move_type", "dunning_credit_kind", "journal_id", "origin_payment_id"]
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT move.id,
                       CASE WHEN journal.type IN %s THEN 'payment'
                            WHEN move.move_type = 'out_refund'
                            THEN COALESCE(move.dunning_credit_kind, 'correction')
                            WHEN move.origin_payment_id IS NOT NULL THEN 'payment'
                        END
                  FROM account_move move
                  JOIN account_journal journal ON journal.id = move.journal_id
                 WHERE move.id = ANY(%s::int[])
                """,
                MONEY_JOURNALS,
                array_literal(move_ids),
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _look_into(self, entries, found, depth):
        """Add to ``found`` what the ``entries`` of the general journal are."""
        wanted = _by_move(entries)
        groups = self._groups(wanted) if depth else {}
        losses = self._losses(wanted)
        later = self._later(groups, depth)
        for move_id, debts in wanted.items():
            nature = "loss" if move_id in losses else "payment"
            for group in groups.get(move_id, ()):
                entry = next(debts[s.id] for s in group.sources if s.id in debts)
                for line_id, row in self._followed(group, entry, nature, later):
                    if line_id in debts:
                        found[line_id].append(Reduction._make(row))
            moved = {s.id for group in groups.get(move_id, ()) for s in group.sources}
            for line_id in debts.keys() - moved:
                found[line_id].append(debts[line_id].reduction(nature))

    @api.model
    def _groups(self, wanted):
        """Return {entry: [``Group``]} of the debts of {entry: {line id: …}}."""
        moved = self.env["dunning.transfer"]._of_entries(list(wanted))
        return {
            move_id: [
                group
                for group in groups
                if any(source.id in wanted[move_id] for source in group.sources)
            ]
            for move_id, groups in moved.items()
        }

    @api.model
    def _losses(self, move_ids):
        """Return the entries that write something off."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT line.move_id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_company company ON company.id = line.company_id
                 WHERE line.move_id = ANY(%s::int[]) AND line.balance > 0
                   AND left(account.code_store->>split_part(company.parent_path,
                                                            '/', 1), 3) = ANY(%s)
                """,
                array_literal(move_ids),
                list(LOSS_PREFIXES),
            )
        )
        return {move_id for (move_id,) in rows}

    @api.model
    def _later(self, groups, depth):
        """Return {line id: [reduction]} of the lines that debts were moved to."""
        ids = [
            line.id
            for own in groups.values()
            for group in own
            for line in group.targets
            if not line.is_retention
        ]
        return self._found(ids, depth - 1) if ids else {}

    @api.model
    def _followed(self, group, entry, nature, later):
        """Return [(debt id, reduction)] of the debts of ``group``, first debts first.

        What the entry kept back or wrote off, and what reduced the rest since.

        :param nature: of what did not arrive
        """
        currency = self.env["res.currency"].browse(group.sources[0].currency_id)
        unit = 10**currency.decimal_places
        kept = sum(line.amount for line in group.targets if line.is_retention)
        lost = group.lost if group.is_one_currency else 0
        rows = [
            entry._replace(amount=round(amount * unit)).reduction(why)
            for amount, why in ((kept, "retention"), (lost, nature))
            if amount > 0
        ]
        rows += sorted(row for line in group.targets for row in later.get(line.id, ()))
        room = {source.id: round(source.amount * unit) for source in group.sources}
        return follow(group.sources, room, rows)


def _booked(reduction, dates):
    """Return the day on which the entry of a reduction is dated."""
    if reduction.nature in FROM_FIRST_DAY:
        return dates[reduction.move_id]
    return reduction.day


def _by_move(entries):
    """Return {entry: {line id: ``Entry``}}, one of each debt and entry."""
    found = defaultdict(dict)
    for entry in entries:
        own = found[entry.move_id]
        known = own.get(entry.line_id)
        amount = entry.amount + (known.amount if known else 0)
        own[entry.line_id] = entry._replace(amount=amount)
    return found
