from odoo import Command

from .common_ledger import LedgerCommon


class TransferCommon(LedgerCommon):
    """Entries of the general journal that move debts to other accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.doubtful = cls._account("416100", "asset_current")
        cls.child = cls._account("416200", "asset_receivable")  # R8.2
        cls.bill = cls._account("413100", "asset_receivable", dunning_excluded=True)
        cls.loss = cls.env["account.chart.template"].ref("pcg_6541")
        cls.cash = cls.company_data["default_journal_bank"].default_account_id

    @classmethod
    def _account(cls, code, account_type, **values):
        return cls.env["account.account"].create(
            {
                "code": code,
                "name": f"Account {code}",
                "account_type": account_type,
                "reconcile": True,
                **values,
            }
        )

    @classmethod
    def _entry(cls, day, *lines, **values):
        """Post a general entry of (account, debit - credit[, customer])."""
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": (partner[0] if partner else cls.pro).id,
                            "debit": max(amount, 0),
                            "credit": max(-amount, 0),
                        }
                    )
                    for account, amount, *partner in lines
                ],
                **values,
            }
        )
        entry.action_post()
        return entry

    @classmethod
    def _match(cls, *moves, account=None):
        """Reconcile the lines of one account of these entries."""
        lines = cls.env["account.move.line"].union(*(move.line_ids for move in moves))
        account = account or cls.receivable
        lines.filtered(lambda line: line.account_id == account).reconcile()

    @classmethod
    def _transfer(cls, *invoices, to=None, day="2026-10-15"):
        """Move ``invoices`` in one entry, each to a line of its own; return it."""
        lines = []
        for invoice in invoices:
            amount, partner = invoice.amount_residual, invoice.partner_id
            lines.append((cls.receivable, -amount, partner))
            lines.append((to or cls.doubtful, amount, partner))
        entry = cls._entry(day, *lines)
        for invoice in invoices:
            credit = entry.line_ids.filtered(
                lambda line, invoice=invoice: (
                    line.credit == invoice.amount_residual
                    and line.partner_id == invoice.partner_id
                    and not line.reconciled
                )
            )[:1]
            (cls._items(invoice) | credit).reconcile()
        return entry

    @classmethod
    def _back(cls, entry, account, amount, day="2026-10-20"):
        """Move what ``entry`` moved to ``account`` back to 411."""
        back = cls._entry(day, (account, -amount), (cls.receivable, amount))
        cls._match(entry, back, account=account)
        return back

    @classmethod
    def _receive(cls, entry, amount, account=None, day="2026-10-25"):
        """Receive ``amount`` on ``account``, where ``entry`` moved the debt."""
        account = account or cls.doubtful
        receipt = cls._entry(
            day,
            (cls.cash, amount),
            (account, -amount),
            journal_id=cls.company_data["default_journal_bank"].id,
        )
        cls._match(entry, receipt, account=account)
        return receipt
