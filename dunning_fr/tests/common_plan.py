from contextlib import contextmanager
from datetime import date, timedelta

from odoo import Command

from .common_send import SendCommon

MADE, DAY = date(2026, 9, 10), date(2026, 10, 1)
THIRDS = (333.33, 333.33, 333.34)
LATER = (DAY, date(2026, 11, 2), date(2026, 12, 1))


def after(days, day=DAY):
    return day + timedelta(days=days)


class PlanCommon(SendCommon):
    """A debtor of 1,000 in one invoice, plans of it in three instalments, receipts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1000, "2026-08-01")
        cls.debtor = cls._debtor_of(cls.pro)
        cls.debtor.user_id = cls.collector
        cls.holds = cls.env["dunning.hold"]

    @classmethod
    def _debtor_of(cls, partner):
        debtors = cls.env["dunning.debtor"]
        return debtors.browse(debtors._ensure(cls.company, [partner.id])[partner.id])

    @classmethod
    def _values(cls, debtor=None, moves=None, amounts=THIRDS, **values):
        days = values.pop("days", LATER)
        return {
            "debtor_id": (debtor or cls.debtor).id,
            "kind": "plan",
            "date_from": MADE,
            "move_ids": [Command.set((moves or cls.invoice).ids)],
            "instalment_ids": [
                Command.create({"due_date": day, "amount": amount})
                for day, amount in zip(days, amounts, strict=False)
            ],
            **values,
        }

    @classmethod
    def _plan(cls, debtor=None, moves=None, **values):
        return cls.env["dunning.hold"].create(cls._values(debtor, moves, **values))

    @contextmanager
    def _refused(self, error, words):
        """Expect an error, and that nothing is left of what it stopped."""
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    def _settle(self, day):
        self.env["dunning.hold"]._settle_holds(self.company, day)

    def _receive(self, amount, day, partner=None):
        """Book money on the bank that nobody matched."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.pro).id,
                "amount": amount,
                "date": day,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def _credit(self, invoice, amount, day):
        """Credit a part of an invoice, and match it."""
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "invoice_date": day,
                "reversed_entry_id": invoice.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Avoir", "price_unit": amount, "tax_ids": []}
                    )
                ],
            }
        )
        note.action_post()
        lines = (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        return note

    def _shares(self, plan, day):
        """Return [(paid, left)] of the instalments as the ledger has it on a day."""
        shares = plan._plan_shares(day)
        return [
            (float(shares[ln.id].paid), float(shares[ln.id].left))
            for ln in plan.instalment_ids
        ]
