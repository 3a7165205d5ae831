from collections import namedtuple
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal

DunningItem = namedtuple(
    "DunningItem",
    "id move_id move_name move_type partner_id currency_id original residual "
    "company_residual date_maturity date invoice_date order_ref no_followup "
    "payment_state account_excluded debtor_kind policy_id term_start "
    "suspension_from suspension_to company_id rate_type rate "
    "judgment_served reverses credit_kind is_whole no_claim unclear completion "
    "limitation_period",
)

ITEMS = """
    SELECT line.id, line.move_id,
           COALESCE(NULLIF(line.dunning_document, ''), move.name, ''), move.move_type,
           line.partner_id, line.currency_id, line.amount_currency::text,
           line.amount_residual_currency::text, line.amount_residual::text,
           line.date_maturity, line.date,
           COALESCE(line.dunning_document_date, move.invoice_date), move.ref,
           line.no_followup,
           CASE WHEN move.dunning_dispute_block THEN NULL ELSE move.payment_state END,
           line.account_id = ANY(%s::int[]),
           move.debtor_kind, move.dunning_policy_id, move.dunning_term_start,
           move.dunning_suspension_from, move.dunning_suspension_to,
           line.company_id, move.dunning_contract_rate_type,
           move.dunning_contract_rate::float8,
           move.dunning_judgment_served, move.reversed_entry_id,
           move.dunning_credit_kind, line.amount_currency = move.amount_total,
           move.dunning_no_claim OR move.dunning_is_debit_note, NULL,
           COALESCE(move.dunning_completion_date, move.delivery_date),
           move.dunning_limitation_period
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
     WHERE line.parent_state = 'posted' AND line.account_id = ANY(%s::int[]) AND %s
  ORDER BY line.partner_id, line.date_maturity, line.id
"""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Open debts alone, with what the lists of invoices and customers read of them
    _dunning_open_idx = models.Index(
        "(move_id) INCLUDE (id, account_id, amount_residual, company_id, date_maturity,"
        " dunning_document_date, invoice_date, no_followup, partner_id)"
        " WHERE parent_state = 'posted' AND amount_residual_currency > 0"
    )
    # Open debits of entries: few, and among them the debts that were moved
    _dunning_moved_idx = models.Index(
        "(company_id) INCLUDE (move_id, account_id, journal_id)"
        " WHERE parent_state = 'posted' AND amount_residual_currency > 0"
        " AND display_type = 'product'"
    )

    @api.model
    def _dunning_document_key(self, item):
        """Return the stable name of ``item``: its entry and due date.

        Line ids are not stable: re-dating a reset invoice reuses or swaps them. An
        opening entry holds many documents, so its line belongs to the name.
        """
        due = item.date_maturity
        key = f"{item.move_id}:{due.isoformat() if due else ''}"
        return f"{key}:{item.id}" if item.move_type == "entry" else key

    @api.model
    def _dunning_items(self, company, due_before=None, partner_ids=None, left_alone=()):
        """Return the open receivable lines of ``company``, credits included.

        A debt that was moved to another account is the line where it began, with
        what is left of it. Two queries, whatever the number of items, and a third
        where debts were moved; nothing is decided here.

        :param due_before: leave out debts due on or after this day, except those of
            a public buyer whose term runs from another day
        :param partner_ids: only these customers
        :param left_alone: not these customers
        :return: list of ``DunningItem``; amounts are Decimal, ``residual`` and
            ``original`` in the item's currency
        """
        transfers = self.env["dunning.transfer"]._of_companies(company)
        conditions = [
            SQL("line.company_id = %s", company.id),
            *self._dunning_open_conditions(transfers),
        ]
        if due_before:
            conditions.append(
                SQL(
                    "(line.date_maturity IS NULL OR line.date_maturity < %s"
                    " OR move.dunning_term_start IS NOT NULL"
                    " OR line.amount_residual_currency < 0)",
                    due_before,
                )
            )
        if partner_ids is not None:
            conditions.append(SQL("line.partner_id = ANY(%s)", list(partner_ids)))
        if left_alone:
            conditions.append(
                SQL(
                    "(line.partner_id <> ALL(%s::int[]) OR line.partner_id IS NULL)",
                    array_literal(left_alone),
                )
            )
        items = self._dunning_read(conditions)
        if transfers:
            items = [self._dunning_moved(item, transfers) for item in items]
        return items

    @api.model
    def _dunning_open_conditions(self, transfers):
        is_open = SQL(
            "line.reconciled IS NOT TRUE AND line.amount_residual_currency <> 0"
        )
        if not transfers:
            return [is_open]
        return [
            SQL("(%s OR line.id = ANY(%s))", is_open, list(transfers.debts)),
            SQL("line.id <> ALL(%s)", list(transfers.arrived)),
        ]

    @api.model
    def _dunning_moved(self, item, transfers):
        """Return ``item`` with what is left of it on the accounts it was moved to."""
        left = transfers.debts.get(item.id)
        if not left:
            return item
        residual = left.residual
        company_residual = left.company_residual
        if not item.account_excluded:
            residual += item.residual
            company_residual += item.company_residual
        excluded = not residual
        if excluded:
            residual, company_residual = left.aside, left.company_aside
        return item._replace(
            residual=residual,
            company_residual=company_residual,
            account_excluded=excluded,
            unclear=left.unclear,
        )

    @api.model
    def _dunning_debts(self, line_ids):
        """Return the debts among these lines, open or paid, as ``DunningItem``s."""
        return self._dunning_read(
            [
                SQL("line.id = ANY(%s::int[])", array_literal(line_ids)),
                SQL("line.amount_currency > 0"),
            ],
            reminded_only=True,
        )

    @api.model
    def _dunning_other_instalments(self, items):
        """Return the other debts of the documents of ``items``, open or paid."""
        documents = {
            item.move_id
            for item in items
            if item.move_type != "entry" and not item.is_whole
        }
        if not documents:
            return []
        return self._dunning_read(
            [
                SQL("line.move_id = ANY(%s::int[])", array_literal(documents)),
                SQL(
                    "NOT EXISTS (SELECT 1 FROM unnest(%s::int[]) AS known (id)"
                    " WHERE known.id = line.id)",
                    array_literal(item.id for item in items),
                ),
                SQL("line.amount_currency > 0"),
            ],
            reminded_only=True,
        )

    @api.model
    def _dunning_read(self, conditions, reminded_only=False):
        """Return the posted trade receivable lines that meet ``conditions``.

        :param reminded_only: leave out accounts whose debts are not reminded
        """
        reminded, excluded = self._dunning_accounts()
        for model in ("account.move.line", "account.move"):
            self.env[model].flush_model()
        accounts = reminded if reminded_only else reminded + excluded
        condition = SQL(" AND ").join(conditions)
        self.env.cr.execute(
            SQL(ITEMS, array_literal(excluded), array_literal(accounts), condition)
        )
        make, exact = DunningItem._make, Decimal
        return [
            # Text on the way: the driver turns numbers into floats, money stays exact.
            make((*row[:6], exact(row[6]), exact(row[7]), exact(row[8]), *row[9:]))
            for row in self.env.cr.fetchall()
        ]

    @api.model
    def _dunning_accounts(self):
        """Return the ids of trade receivable accounts: reminded, not reminded.

        Read before their lines: the planner knows how many lines an account has, not
        how many all accounts of a type have.
        """
        self.env["account.account"].flush_model()
        self.env.cr.execute(
            """
            SELECT id, dunning_excluded IS TRUE
              FROM account_account
             WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE
            """
        )
        accounts = ([], [])
        for account_id, is_excluded in self.env.cr.fetchall():
            accounts[is_excluded].append(account_id)
        return accounts

    @api.model
    def _dunning_customers_with_receipts(self, company, partner_ids):
        """Return the ids of those customers whose money is not all matched.

        They have an open credit, or a registered payment without entry.
        """
        self.env["account.move.line"].flush_model()
        self.env["account.payment"].flush_model(["state", "partner_id", "move_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT line.partner_id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.company_id = %(company)s
                   AND line.partner_id = ANY(%(partners)s::int[])
                   AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                   AND line.amount_residual_currency < 0
                   AND account.account_type = 'asset_receivable'
                 UNION
                SELECT line.partner_id
                  FROM account_payment payment
                  JOIN account_move__account_payment link
                    ON link.payment_id = payment.id
                  JOIN account_move_line line ON line.move_id = link.invoice_id
                 WHERE payment.state = 'in_process' AND payment.move_id IS NULL
                   AND line.company_id = %(company)s
                   AND line.partner_id = ANY(%(partners)s::int[])
                """,
                company=company.id,
                partners=array_literal(partner_ids),
            )
        )
        return {partner_id for (partner_id,) in self.env.cr.fetchall()}

    @api.model
    def _dunning_payments_in_process(self, move_ids):
        """Return {move id: [(day, amount)]} of registered payments without entry.

        Enterprise payments may stay without journal entry until the bank confirms:
        the residual does not know them, the debtor has paid all the same.
        """
        self.env["account.payment"].flush_model(["state", "amount", "date", "move_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT link.invoice_id, payment.date, payment.amount::text
                  FROM account_move__account_payment link
                  JOIN account_payment payment ON payment.id = link.payment_id
                 WHERE payment.state = 'in_process' AND payment.move_id IS NULL
                   AND link.invoice_id = ANY(%s::int[])
              ORDER BY payment.date, payment.id
                """,
                array_literal(move_ids),
            )
        )
        found = {}
        for move_id, day, amount in self.env.cr.fetchall():
            found.setdefault(move_id, []).append((day, Decimal(amount)))
        return found
