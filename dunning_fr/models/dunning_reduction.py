from collections import defaultdict
from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.allocation import Source, Target, follow
from ..tools.arrays import array_literal
from .account_account import LOSS_PREFIXES, TRANSFER_PREFIXES

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
      customers, 413 bills, another receivable account). The debt lives on: what
      reduces the new line reduces it.
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
        # sudo: the claim is read by people who may not open the general journal
        lines = self.env["account.move.line"].sudo()
        lines = lines.search(
            [("move_id", "in", [e.move_id for e in entries]), ("balance", ">", 0)]
        )
        debits = lines.grouped(lambda line: line.move_id.id)
        transfers = defaultdict(list)
        for entry in entries:
            own = debits.get(entry.move_id, lines.browse())
            nature = self._nature(own) if depth else "payment"
            if nature == "transfer":
                transfers[entry.move_id].append(entry)
                continue
            found[entry.line_id].append(entry.reduction(nature))
        targets = {
            move_id: debits[move_id].filtered(_is_transfer) for move_id in transfers
        }
        self._follow(transfers, targets, found, depth)

    @api.model
    def _nature(self, debits):
        if debits.filtered(_is_transfer):
            return "transfer"
        if debits.filtered(_is_retention):
            return "retention"
        if any(_code(line).startswith(LOSS_PREFIXES) for line in debits):
            return "loss"
        return "payment"

    @api.model
    def _follow(self, transfers, targets, found, depth):
        """Give the debts what reduced the lines they were transferred to."""
        ids = [line.id for lines in targets.values() for line in lines]
        if not ids:
            return
        later = self._found(ids, depth - 1)
        sources = self._sources(list(transfers))
        for move_id, entries in transfers.items():
            wanted = {entry.line_id for entry in entries}
            moved = [
                Target(_in_minor(line), later.get(line.id, []), line.partner_id.id)
                for line in targets[move_id]
            ]
            for line_id, reduction in follow(sources[move_id], moved):
                if line_id in wanted:
                    found[line_id].append(reduction)

    @api.model
    def _sources(self, move_ids):
        """Return {entry: [``Source``]} of all debts these entries transferred."""
        self.env.cr.execute(
            SQL(
                """
                SELECT counterpart.move_id, debit.id,
                       round(sum(partial.debit_amount_currency)::float8
                             * 10 ^ max(currency.decimal_places))::bigint,
                       debit.partner_id
                  FROM account_partial_reconcile partial
                  JOIN account_move_line counterpart
                    ON counterpart.id = partial.credit_move_id
                  JOIN account_move_line debit ON debit.id = partial.debit_move_id
                  JOIN res_currency currency
                    ON currency.id = partial.debit_currency_id
                 WHERE counterpart.move_id = ANY(%s::int[])
              GROUP BY counterpart.move_id, debit.id
              ORDER BY debit.date_maturity, debit.id
                """,
                array_literal(move_ids),
            )
        )
        found = defaultdict(list)
        for move_id, *row in self.env.cr.fetchall():
            found[move_id].append(Source._make(row))
        return found


def _in_minor(line):
    """Return the amount of ``line`` in the minor unit of its currency."""
    return round(abs(line.amount_currency) * 10**line.currency_id.decimal_places)


def _is_transfer(line):
    if _code(line).startswith(TRANSFER_PREFIXES):
        return True
    return _is_receivable(line) and not line.account_id.dunning_excluded


def _is_retention(line):
    """Whether money is kept back on an account that is not reminded (411700)."""
    return not _is_transfer(line) and _is_receivable(line)


def _is_receivable(line):
    return line.account_id.account_type == "asset_receivable"


def _code(line):
    return line.account_id.with_company(line.company_id).code or ""
