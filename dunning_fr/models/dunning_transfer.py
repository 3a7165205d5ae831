from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.transfers import Line, Source, Transfers, groups
from .account_account import TRANSFER_PREFIXES
from .dunning_list_mixin import Once

NONE = Transfers({}, {})

# Accounts that hold customers' debts, doubtful ones and bills included
ACCOUNTS = """
    JOIN account_account account ON account.id = line.account_id
    JOIN res_company company ON company.id = line.company_id
"""
HOLDS_DEBTS = """
    (account.account_type = 'asset_receivable' AND account.dunning_excluded IS NOT TRUE
     OR left(account.code_store->>split_part(company.parent_path, '/', 1), 3)
        = ANY(%s))
"""
# Journals whose entries may move a debt; the others pay it
MOVING_JOURNALS = "journal.type NOT IN ('bank', 'cash', 'credit')"


class DunningTransfer(models.AbstractModel):
    """Debts that entries moved to other accounts: doubtful customers, bills…

    The debt lives on: its item is the line where it began, with what is left where it
    arrived; the line it arrived on is no item of its own.
    """

    _name = "dunning.transfer"
    _description = "Debts moved to other accounts"

    @api.model
    def _of_companies(self, companies):
        """Return the ``Transfers`` that led to debts still open.

        One query, and a second one where there are such debts.
        """
        key = ("transfers", *companies.ids)
        return Once.ask(self.env, key, lambda: self._read_companies(companies))

    @api.model
    def _read_companies(self, companies):
        self._flush()
        sources = self._sources(self._entries_sql(companies))
        if not sources:
            return NONE
        return Transfers(sources, self._lines(sources))

    @api.model
    def _of_entries(self, entry_ids):
        """Return {entry id: [``Group``]} of the debts that these entries moved.

        Two queries. Money that they kept back is among the targets, as retention.
        """
        self._flush()
        sources = self._sources(
            SQL("SELECT unnest(%s::int[])", array_literal(entry_ids))
        )
        if not sources:
            return {}
        lines = self._lines(sources, with_retention=True)
        return {id_: groups(own, lines.get(id_, [])) for id_, own in sources.items()}

    @api.model
    def _flush(self):
        for name in ("account", "move", "move.line", "partial.reconcile"):
            self.env[f"account.{name}"].flush_model()
        self.env["account.journal"].flush_model(["type"])

    @api.model
    def _arrived(self, entry_ids):
        """Return the lines of these entries that debts of elsewhere arrived on.

        Open or paid by now; two queries.
        """
        self._flush()
        entries = SQL("SELECT unnest(%s::int[])", array_literal(entry_ids))
        sources = self._sources(SQL("%s UNION %s", entries, self._earlier_sql()))
        return Transfers(sources, self._lines(sources)).arrived if sources else set()

    @api.model
    def _without_arrived(self, items):
        """Return the ``DunningItem``s that are debts of their own.

        No query where no item is one of an entry.
        """
        entries = {item.move_id for item in items if item.move_type == "entry"}
        arrived = self._arrived(entries) if entries else ()
        return [item for item in items if item.id not in arrived] if arrived else items

    @api.model
    def _unmatched(self, company):
        """Return {entry id: [``Source``]} of transfers whose credit is still open.

        Nobody told Odoo which debts they move: the credit counts as money received,
        and the debit as a debt of its own.
        """
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.id, line.id, move.name, line.partner_id, line.currency_id,
                       (-line.amount_residual_currency)::text
                  FROM account_move_line line %(accounts)s
                  JOIN account_move move
                    ON move.id = line.move_id AND move.move_type = 'entry'
                   AND move.origin_payment_id IS NULL
                  JOIN account_journal journal ON journal.id = line.journal_id
                 WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual_currency < 0
                   AND account.account_type = 'asset_receivable'
                   AND account.non_trade IS NOT TRUE
                   AND account.dunning_excluded IS NOT TRUE
                   AND line.partner_id IS NOT NULL AND %(journals)s
              ORDER BY line.date, line.id
                """,
                accounts=SQL(ACCOUNTS),
                company=company.id,
                journals=SQL(MOVING_JOURNALS),
            )
        )
        found = defaultdict(list)
        for move_id, *values, amount in rows:
            found[move_id].append(Source(*values, Decimal(amount)))
        lines = self._lines(found) if found else {}
        return {
            move_id: own
            for move_id, own in found.items()
            if groups(own, lines.get(move_id, []))
        }

    @api.model
    def _entries_sql(self, companies):
        """Return the entries that moved what is open now, and what led there."""
        return SQL(
            """
            SELECT line.move_id
              FROM account_move_line line %(accounts)s
              JOIN account_journal journal ON journal.id = line.journal_id
             WHERE line.parent_state = 'posted'
               AND line.amount_residual_currency > 0
               AND line.display_type = 'product'
               AND line.company_id = ANY(%(companies)s)
               AND %(journals)s AND %(holds)s
             UNION %(earlier)s
            """,
            accounts=SQL(ACCOUNTS),
            companies=companies.ids,
            journals=SQL(MOVING_JOURNALS),
            holds=SQL(HOLDS_DEBTS, list(TRANSFER_PREFIXES)),
            earlier=self._earlier_sql(),
        )

    @api.model
    def _earlier_sql(self):
        """Return the entries that what ``entry`` moved came from: the recursion."""
        return SQL(
            """
            SELECT debit.move_id
              FROM entry
              JOIN account_move_line credit ON credit.move_id = entry.id
              JOIN account_partial_reconcile partial
                ON partial.credit_move_id = credit.id
              JOIN account_move_line debit ON debit.id = partial.debit_move_id
              JOIN account_journal journal ON journal.id = debit.journal_id
             WHERE debit.display_type = 'product' AND %s
            """,
            SQL(MOVING_JOURNALS),
        )

    @api.model
    def _sources(self, entries):
        """Return {entry id: [``Source``]} of the debts that ``entries`` moved.

        :param entries: SQL of their ids
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE entry (id) AS (%(entries)s)
                SELECT entry.id, line.id, move.name, line.partner_id, line.currency_id,
                       sum(partial.debit_amount_currency)::text,
                       account.account_type = 'asset_receivable'
                       AND account.non_trade IS NOT TRUE
                  FROM entry
                  JOIN account_move move
                    ON move.id = entry.id AND move.move_type = 'entry'
                   AND move.origin_payment_id IS NULL
                  JOIN account_move_line credit ON credit.move_id = entry.id
                  JOIN account_partial_reconcile partial
                    ON partial.credit_move_id = credit.id
                  JOIN account_move_line line ON line.id = partial.debit_move_id
                   %(accounts)s
                 WHERE line.move_id <> entry.id AND line.parent_state = 'posted'
                   AND partial.debit_amount_currency > 0 AND %(holds)s
              GROUP BY entry.id, line.id, move.name, account.id
              ORDER BY line.date_maturity, line.id
                """,
                entries=entries,
                accounts=SQL(ACCOUNTS),
                holds=SQL(HOLDS_DEBTS, list(TRANSFER_PREFIXES)),
            )
        )
        found = defaultdict(list)
        for entry, id_, name, partner, currency, amount, is_debt in rows:
            source = Source(id_, name, partner, currency, Decimal(amount), is_debt)
            found[entry].append(source)
        return found

    @api.model
    def _lines(self, sources, with_retention=False):
        """Return {entry id: [``Line``]} of the customers of ``sources``."""
        holds = SQL(HOLDS_DEBTS, list(TRANSFER_PREFIXES))
        wanted = holds
        if with_retention:
            wanted = SQL("(account.account_type = 'asset_receivable' OR %s)", holds)
        customers = {s.partner_id for own in sources.values() for s in own}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.move_id, line.id, line.partner_id, line.account_id,
                       line.currency_id, line.amount_currency::text,
                       line.balance::text, line.amount_residual_currency::text,
                       line.amount_residual::text,
                       account.dunning_excluded IS TRUE OR account.non_trade IS TRUE,
                       NOT %(holds)s
                  FROM account_move_line line %(accounts)s
                 WHERE line.move_id = ANY(%(entries)s::int[])
                   AND line.parent_state = 'posted' AND %(wanted)s
                   AND (line.partner_id IS NULL
                        OR line.partner_id = ANY(%(customers)s::int[]))
              ORDER BY line.move_id, line.id
                """,
                accounts=SQL(ACCOUNTS),
                entries=array_literal(sources),
                customers=array_literal(customers - {None}),
                holds=holds,
                wanted=wanted,
            )
        )
        found = defaultdict(list)
        for entry, id_, partner, account, currency, *amounts, excluded, kept in rows:
            money = map(Decimal, amounts)
            line = Line(id_, partner, account, currency, *money, excluded, kept)
            found[entry].append(line)
        return found
