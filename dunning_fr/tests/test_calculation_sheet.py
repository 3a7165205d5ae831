"""The calculation sheet: a judge can redo the sum by hand."""

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common_ledger import LedgerCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestCalculationSheet(LedgerCommon):
    def _sheet(self, moves, day="2026-11-22", **options):
        return moves._dunning_calculation_sheet(fields.Date.to_date(day), **options)

    def _lone(self, move, day="2026-11-22"):
        """Return the invoice of a sheet of one."""
        [section] = self._sheet(move, day)
        [invoice] = section["invoices"]
        return invoice

    def test_example_2_two_half_years(self):
        """R1.4, R1.16: 494.89 and 40.00, each half-year with its own rate."""
        move = self._invoice(12000, "2026-05-31")
        payment = self._pay(move, 12000, "2026-09-30")
        invoice = self._lone(move)
        [item] = invoice["items"]
        first, second, paid = item["rows"]
        self.assertEqual(
            [(str(r["rate"]), r["days"], str(r["amount"])) for r in (first, second)],
            [("12.15", 30, "119.835616"), ("12.4", 92, "375.057534")],
        )
        self.assertEqual(
            [row["source"] for row in (first, second)],
            [
                "ECB 2.15% on 1 Jan 2026 + 10 points (C. com. art. L441-10 II)",
                "ECB 2.40% on 1 Jul 2026 + 10 points (C. com. art. L441-10 II)",
            ],
        )
        self.assertEqual(paid["text"], f"Payment – {payment.move_id.name}")
        self.assertEqual((str(paid["date"]), paid["base"]), ("2026-09-30", 0))
        self.assertEqual(str(item["unrounded"]), "494.893151")
        self.assertEqual(
            [float(invoice[name]) for name in ("interest", "indemnity", "total")],
            [494.89, 40.0, 534.89],
        )
