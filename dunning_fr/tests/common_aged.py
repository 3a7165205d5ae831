from odoo.fields import Date

from odoo.addons.dunning_fr.wizards.dunning_aged_ledger_mixin import AMOUNTS

from .common import DunningCommon


class AgedCommon(DunningCommon):
    """Short ways to look at the aged balance, and at the trial balance beside it."""

    @classmethod
    def _balance(cls, date, **values):
        return cls.env["dunning.aged.balance"].create({"date": date, **values})

    def _columns(self, date, partner=None, **values):
        """Return {column: amount} of one partner, only the amounts that are not 0."""
        partner = self.pro if partner is None else partner
        for row in self._balance(date, **values)._debtors():
            if row["partner_id"] == (partner.id or None):
                return {name: float(row[name]) for name in AMOUNTS if row[name]}
        return {}

    def _totals(self, rows):
        """Return {partner id or None: total} of rows of debtors or items."""
        totals = {}
        for row in rows:
            key = row["partner_id"]
            totals[key] = totals.get(key, 0) + row["total"]
        return {key: float(value) for key, value in totals.items()}

    def _trial_balance(self, date, company=None):
        """Return {commercial partner id or None: balance}, as the ledger says."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("company_id", "=", (company or self.company).id),
                ("parent_state", "=", "posted"),
                ("date", "<=", date),
            ],
            ["partner_id"],
            ["balance:sum"],
        )
        totals = {}
        for partner, balance in groups:
            key = partner.commercial_partner_id.id or None
            totals[key] = totals.get(key, 0) + balance
        return totals

    def _assert_trial_balance(self, date):
        """The whole, each partner, and what the screen stores, to the cent."""
        ledger = {k: round(v, 2) for k, v in self._trial_balance(date).items()}
        ledger = {key: value for key, value in ledger.items() if value}
        balance = self._balance(date, with_detail=True)
        for rows in (balance._debtors(), balance._lines()):
            found = {k: round(v, 2) for k, v in self._totals(rows).items()}
            self.assertEqual({k: v for k, v in found.items() if v}, ledger)
            for row in rows:
                parts = sum(row[name] for name in AMOUNTS[:-1])
                self.assertAlmostEqual(parts, row["total"], 2)
        balance.action_show()
        for name in ("debtor", "line"):
            rows = self.env[f"dunning.aged.balance.{name}"]
            [[stored]] = rows._read_group(
                [("balance_id", "=", balance.id)], [], ["total:sum"]
            )
            self.assertAlmostEqual(stored, sum(ledger.values()), 2)

    def _entry(self, date, *lines, **values):
        """Post an entry of (account, balance, partner) ``lines`` and return it."""
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": account.id,
                            "debit": max(balance, 0),
                            "credit": max(-balance, 0),
                            "partner_id": partner and partner.id,
                        },
                    )
                    for account, balance, partner in lines
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def _receipt(self, amount, date, partner=None):
        """Post a customer payment that is matched with nothing; return it."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.pro).id,
                "amount": amount,
                "date": date,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def _receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _refund(self, amount, date, partner=None):
        return self._invoice(
            amount, date, partner, move_type="out_refund", invoice_date=date
        )

    @staticmethod
    def _after(date, days):
        return Date.add(Date.to_date(date), days=days)
