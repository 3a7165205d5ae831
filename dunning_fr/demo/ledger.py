"""Invoices, credit notes and bank statement lines of the demo company."""

import contextlib
import random
import re
import threading

from werkzeug.serving import make_server

from odoo import Command
from odoo.http import root
from odoo.tools import config

from . import scenario

FIRST_LINE_SHARE = 0.7
# Beyond this net amount an invoice has two lines.
TWO_LINES_FROM = 1000
CREDIT_LABELS = {
    "gesture": "Geste commercial",
    "correction": "Correction de facturation",
}


class Ledger:
    """Books the events of a scenario up to a day, oldest first."""

    def __init__(self, env, partners, invoices):
        self.env = env(context=dict(env.context, tracking_disable=True))
        self.partners = partners
        self.invoices = invoices
        self.moves = {}  # {Invoice: account.move}
        self.booked_until = None
        self.products = env["product.product"].search(
            [("default_code", "=like", "AV__")], order="default_code"
        )
        self.journal = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
        )
        self.terms = {}

    def book_until(self, day):
        """Book everything dated after the last call and up to ``day``."""
        new = [i for i in self.invoices if self._is_new(i.date, day)]
        self._book_invoices(new)
        self._book_credits(
            [
                (invoice, invoice.credit)
                for invoice in self.invoices
                if invoice.credit and self._is_new(invoice.credit.date, day)
            ]
        )
        self._book_receipts(
            [
                (invoice, receipt)
                for invoice in self.invoices
                for receipt in invoice.receipts
                if self._is_new(receipt.date, day)
            ]
        )
        self.booked_until = day

    def _is_new(self, date, day):
        return date <= day and (self.booked_until is None or date > self.booked_until)

    # ---------------------------------------------------------------- invoices

    def _book_invoices(self, invoices):
        moves = self.env["account.move"].create(
            [self._prepare_invoice_values(invoice) for invoice in invoices]
        )
        moves.action_post()
        self.moves.update(zip(invoices, moves, strict=True))

    def _prepare_invoice_values(self, invoice):
        partner = self.partners[invoice.debtor]
        public = partner.debtor_kind == "public"
        values = {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": invoice.date,
            "currency_id": self._currency(invoice).id,
            "ref": invoice.order or False,
            "invoice_line_ids": self._prepare_lines(invoice),
            # A public buyer's term runs from the day the portal shows the invoice
            "dunning_term_start": invoice.date if public else False,
        }
        if invoice.instalments:
            values["invoice_payment_term_id"] = self._instalments(invoice).id
        else:
            values["invoice_payment_term_id"] = False
            values["invoice_date_due"] = invoice.due
        return values

    def _prepare_lines(self, invoice):
        draw = random.Random(f"{scenario.SEED}:{invoice.debtor}:{invoice.net}")
        first = invoice.net
        if invoice.net > TWO_LINES_FROM:
            first = round(invoice.net * FIRST_LINE_SHARE, 2)
        amounts = (
            [first, round(invoice.net - first, 2)] if first < invoice.net else [first]
        )
        products = draw.sample(list(self.products), len(amounts))
        return [
            Command.create(
                {"product_id": product.id, "quantity": 1, "price_unit": amount}
            )
            for product, amount in zip(products, amounts, strict=True)
        ]

    def _currency(self, invoice):
        return self.env["res.currency"].search([("name", "=", invoice.currency)])

    def _instalments(self, invoice):
        """Return the payment term with equal parts on the days of the invoice."""
        days = invoice.instalments
        if days not in self.terms:
            share = round(100 / len(days), 2)
            shares = [share] * (len(days) - 1)
            shares.append(100 - sum(shares))
            self.terms[days] = self.env["account.payment.term"].create(
                {
                    "name": f"{len(days)} échéances ({', '.join(map(str, days))} j)",
                    "line_ids": [
                        Command.create(
                            {"value": "percent", "value_amount": part, "nb_days": after}
                        )
                        for part, after in zip(shares, days, strict=True)
                    ],
                }
            )
        return self.terms[days]

    def print_open(self, due_until):
        """Make the PDFs of what is open and fell due by then: formal notices carry
        copies of their invoices."""
        moves = self.env["account.move"].browse(
            move.id for invoice, move in self.moves.items() if invoice.due <= due_until
        )
        self.print_moves(moves.filtered(self.receivable))

    def print_moves(self, moves):
        """Make the PDFs of these invoices; nothing is sent."""
        with styles_served(self.env):
            self.env["account.move.send"]._generate_and_send_invoices(
                moves, sending_methods=["manual"], allow_raising=False
            )

    # ------------------------------------------------------- credits, receipts

    def receivable(self, move):
        """Return the open receivable lines of ``move``."""
        return move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    def open_moves(self, partner):
        """Return the invoices of ``partner`` that still owe something."""
        moves = self.env["account.move"].browse(move.id for move in self.moves.values())
        return moves.filtered(
            lambda move: move.partner_id == partner and self.receivable(move)
        )

    def _book_credits(self, booked):
        notes = self.env["account.move"].create(
            [
                self._prepare_credit_values(self.moves[invoice], credit)
                for invoice, credit in booked
            ]
        )
        notes.action_post()
        self._reconcile(
            (self.moves[invoice], note)
            for (invoice, _credit), note in zip(booked, notes, strict=True)
        )

    def _prepare_credit_values(self, move, credit):
        tax = move.amount_total / move.amount_untaxed
        line = {
            "product_id": move.invoice_line_ids[:1].product_id.id,
            "name": CREDIT_LABELS[credit.kind],
            "quantity": 1,
            "price_unit": credit.amount / tax,
        }
        return {
            "move_type": "out_refund",
            "partner_id": move.partner_id.id,
            "invoice_date": credit.date,
            "currency_id": move.currency_id.id,
            "ref": f"Avoir sur {move.name}",
            "reversed_entry_id": move.id,
            "invoice_line_ids": [Command.create(line)],
        }

    def _reconcile(self, pairs):
        """Reconcile each pair of entries; all in one go, which is far quicker."""
        plan = [self.receivable(move) + self.receivable(other) for move, other in pairs]
        self.env["account.move.line"]._reconcile_plan(plan)

    def _book_receipts(self, receipts):
        """Book bank statement lines, each against its invoice."""
        receipts.sort(key=lambda pair: pair[1].date)
        left = {
            invoice: sum(
                self.receivable(self.moves[invoice]).mapped("amount_residual_currency")
            )
            for invoice, _receipt in receipts
        }
        values, moves = [], []
        for invoice, receipt in receipts:
            move = self.moves[invoice]
            amount = receipt.amount or move.amount_total * (receipt.share or 1)
            amount = move.currency_id.round(min(amount, left[invoice]))
            if move.currency_id.is_zero(amount):
                continue  # settled by a credit note
            left[invoice] -= amount
            label = f"VIR {move.partner_id.name[:40]} {move.name}"
            values.append(
                self._prepare_bank_values(
                    move.partner_id, receipt.date, amount, move.currency_id, label
                )
            )
            moves.append(move)
        lines = self.env["account.bank.statement.line"].create(values)
        self._reconcile(zip(moves, lines.move_id, strict=True))

    def receive(self, partner, date, amount, label):
        """Book money in euros that nobody has allocated to an invoice."""
        currency = self.env.company.currency_id
        self.env["account.bank.statement.line"].create(
            self._prepare_bank_values(partner, date, amount, currency, label)
        )

    def pay(self, move, date):
        """Book a bank statement line that pays all of ``move``, and match them."""
        label = f"VIR {move.partner_id.name[:40]} {move.name}"
        values = self._prepare_bank_values(
            move.commercial_partner_id,
            date,
            move.amount_residual,
            move.currency_id,
            label,
        )
        line = self.env["account.bank.statement.line"].create(values)
        self._reconcile([(move, line.move_id)])

    def _prepare_bank_values(self, partner, date, amount, currency, label):
        values = {
            "journal_id": self.journal.id,
            "date": date,
            "payment_ref": label,
            "partner_id": partner.id,
            "amount": amount,
            "counterpart_account_id": partner.property_account_receivable_id.id,
        }
        own = self.env.company.currency_id
        if currency != own:
            values["amount"] = currency._convert(amount, own, self.env.company, date)
            values["foreign_currency_id"] = currency.id
            values["amount_currency"] = amount
        return values


@contextlib.contextmanager
def styles_served(env):
    """Answer HTTP while documents are printed: the PDF engine fetches their styles."""
    # The server may hold other databases: what is asked for is in this one
    before, config["dbfilter"] = config["dbfilter"], f"^{re.escape(env.cr.dbname)}$"
    server = make_server("127.0.0.1", 0, root, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    parameters = env["ir.config_parameter"].sudo()  # its own settings
    parameters.set_param("report.url", f"http://127.0.0.1:{server.port}")
    env.cr.commit()
    try:
        yield
    finally:
        parameters.set_param("report.url", False)
        config["dbfilter"] = before
        server.shutdown()
        thread.join()
