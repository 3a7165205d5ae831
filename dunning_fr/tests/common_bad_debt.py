import base64
from datetime import date

from odoo import Command
from odoo.tests import freeze_time

from .common_transfer import TransferCommon

CLOCK = freeze_time("2026-11-22")
FACTS = "Judicial liquidation, judgment of 01/10/2026"
PDF = base64.b64encode(b"%PDF-1.4 proof")


class BadDebtCommon(TransferCommon):
    """Invoices with VAT of one company, and short ways to end their lives."""

    @classmethod
    def setUpClass(cls):
        CLOCK.start()
        cls.addClassCleanup(CLOCK.stop)
        super().setUpClass()
        cls.doubtful.code = "416300"  # 416100 is what the settings make
        cls.steps = cls.env["dunning.bad.debt"]
        cls.vat = {
            rate: cls._sale_tax(rate, ref)
            for rate, ref in (
                (20, "tva_normale"),
                (10, "tva_intermediaire"),
                (5.5, "tva_reduite"),
            )
        }

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        return groups | cls.env.ref("account.group_account_user")

    @classmethod
    def _sale_tax(cls, rate, ref):
        tax = cls.env["account.chart.template"].ref(ref)
        assert (tax.amount, tax.type_tax_use) == (rate, "sale")
        return tax

    @classmethod
    def _sale(cls, *lines, due="2025-06-30", partner=None, **values):
        """Post an invoice of (amount before VAT, tax or rate)."""
        found = [
            Command.create(
                {
                    "name": "Travaux",
                    "price_unit": amount,
                    "tax_ids": [Command.set(cls.vat.get(tax, tax).ids if tax else [])],
                }
            )
            for amount, tax in lines
        ]
        return cls._invoice(0, due, partner, invoice_line_ids=found, **values)

    @classmethod
    def _wizard(cls, step, moves=None, env=None, **values):
        """Open the wizard on invoices, as the action of their list does."""
        context = {"default_step": step}
        if moves:
            context |= {"active_model": moves._name, "active_ids": moves.ids}
        wizards = (env or cls.env)["dunning.bad.debt.wizard"].with_context(**context)
        return wizards.create(values)

    @classmethod
    def _doubtful(cls, moves, day="2025-12-31", facts=FACTS, **values):
        wizard = cls._wizard("doubtful", moves, date=day, **values)
        wizard.line_ids.write({"facts": facts, "selected": True})
        return cls._confirm(wizard)

    @classmethod
    def _impair(cls, moves, percent, day="2025-12-31", facts=FACTS, **values):
        wizard = cls._wizard("impairment", moves, date=day, **values)
        wizard.line_ids.write({"facts": facts, "percent": percent, "selected": True})
        return cls._confirm(wizard)

    @classmethod
    def _loss_wizard(cls, moves, day="2026-11-20", amount=None, **values):
        wizard = cls._wizard(
            "loss",
            moves,
            **{
                "date": day,
                "event_id": cls.env.ref("dunning_fr.dunning_loss_event_closing").id,
                "event_date": "2026-10-01",
                "proof_file": PDF,
                "proof_file_name": "closing.pdf",
                "duplicate_sent_on": "2026-10-15",
                "duplicate_file": PDF,
                "duplicate_file_name": "duplicate.pdf",
                **values,
            },
        )
        if amount is not None:
            wizard.line_ids.amount = amount
        return wizard

    @classmethod
    def _lose(cls, moves, day="2026-11-20", amount=None, **values):
        return cls._confirm(cls._loss_wizard(moves, day, amount, **values))

    @classmethod
    def _recover(cls, loss, amount, day="2026-11-21", **values):
        wizard = cls._wizard(
            "recovery",
            loss,
            date=day,
            **values
            or {"money_journal_id": cls.company_data["default_journal_bank"].id},
        )
        wizard.line_ids.write({"selected": True, "amount": amount})
        return cls._confirm(wizard)

    @classmethod
    def _confirm(cls, wizard):
        """Post what the wizard shows; return the steps."""
        action = wizard.action_confirm()
        return wizard.env["dunning.bad.debt"].search(action["domain"], order="id")

    @classmethod
    def _take_back(cls, steps, day="2026-11-22", reason="Wrong customer"):
        return steps._take_back(date.fromisoformat(day), reason)

    def _booked(self, steps):
        """Return [(account code, debit, credit)] of the entries, in their order."""
        return [
            (line.account_id.code, line.debit, line.credit)
            for line in steps.entry_id.line_ids.sorted("id")
        ]

    def _trial_balance(self):
        """Return {account code: balance} of posted entries; zeros left out."""
        rows = self.env["account.move.line"]._read_group(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        return {
            account.code: round(balance, 2)
            for account, balance in rows
            if round(balance, 2)
        }
