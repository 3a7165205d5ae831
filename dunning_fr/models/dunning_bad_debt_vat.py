from collections import defaultdict
from typing import NamedTuple

from odoo import api, models

from ..tools.bad_debt import share, without


class VatPart(NamedTuple):
    """The VAT of one rate on one invoice."""

    tax_id: int
    name: str
    account_id: int  # where the invoice has it: collected, or waiting for payment
    final_account_id: int  # where it is once it is due
    is_cash_basis: bool
    line_id: int


class Composition(NamedTuple):
    """What an invoice is made of, in the smallest unit of the company's currency."""

    parts: dict  # {VatPart: amount}
    total: int
    is_unclear: bool = False

    def share(self, before, amount):
        return share(self.parts, self.total, before, amount)


class DunningBadDebt(models.Model):
    """Net and VAT of what is left of an invoice (R8.6, R8.8, R8.11)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.bad.debt"

    @api.model
    def _compositions(self, moves, day=None):
        """Return {move id: ``Composition``} of invoices, less their credit notes.

        What was paid pays net and VAT alike; a credit note takes off its own.

        :param day: credit notes dated later are left out; None: all count
        """
        invoices = moves.filtered(lambda move: move.is_sale_document(True))
        credited = self._credited(invoices, day)
        found = {}
        for move in invoices:
            unit = 10**move.company_currency_id.decimal_places
            parts = self._vat_parts(move, unit)
            total = _minor(sum(self._term_lines(move).mapped("balance")), unit)
            by_tax = {part.tax_id: part for part in parts}
            notes = [
                ({by_tax.get(tax, tax): value for tax, value in own.items()}, amount)
                for own, amount in credited[move.id]
            ]
            less = without(parts, total, notes)
            if less is None or any(not isinstance(key, VatPart) for key in less[0]):
                found[move.id] = Composition(parts, total, True)
            else:
                found[move.id] = Composition(*less)
        return found

    @api.model
    def _term_lines(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    @api.model
    def _vat_parts(self, move, unit):
        """Return {VatPart: amount} of the tax lines of an invoice or credit note."""
        found = defaultdict(int)
        for line in move.line_ids.filtered("tax_repartition_line_id"):
            tax = line.tax_line_id
            part = VatPart(
                tax.id,
                tax.invoice_label or tax.name,
                line.account_id.id,
                line.tax_repartition_line_id.account_id.id or line.account_id.id,
                tax.tax_exigibility == "on_payment",
                line.id,
            )
            found[part] += _minor(-line.balance, unit)
        return {part: amount for part, amount in found.items() if amount}

    @api.model
    def _credited(self, invoices, day=None):
        """Return {invoice id: [({tax id: VAT}, amount)]} until that day."""
        found = defaultdict(list)
        terms = self.env["account.move.line"].union(*map(self._term_lines, invoices))
        for partial in terms.matched_credit_ids:
            refund = partial.credit_move_id.move_id
            if refund.move_type != "out_refund" or day and refund.date > day:
                continue
            unit = 10**refund.company_currency_id.decimal_places
            total = _minor(-sum(self._term_lines(refund).mapped("balance")), unit)
            amount = _minor(partial.amount, unit)
            taxes = defaultdict(int)
            for part, value in self._vat_parts(refund, unit).items():
                taxes[part.tax_id] -= value
            own = share(taxes, total, 0, amount)
            found[partial.debit_move_id.move_id.id].append((own, amount))
        return found

    @api.model
    def _written_off(self, company, move_ids):
        """Return {move id: what of the invoice is lost already}, company currency."""
        rows = self.sudo()._read_group(  # what was done decides, whoever asks
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("step", "=", "loss"),
                ("move_id", "in", list(move_ids)),
            ],
            ["move_id"],
            ["amount_company:sum"],
        )
        return {move.id: amount for move, amount in rows}


def _minor(amount, unit):
    return round(amount * unit)
