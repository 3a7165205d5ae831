import base64
import io

import openpyxl

from odoo import Command
from odoo.tests import tagged

from .common_charge import ChargeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeYear(ChargeCommon):
    """CGI 237 sexies (R8.4): penalties booked and not collected at a year's end."""

    def setUp(self):
        super().setUp()
        # booked in 2026: one paid at once, one in part, one in the next year
        self.paid, self.part, self.later = (
            self._bill(self._example_2(), date="2026-10-15") for _ in range(3)
        )
        self._pay(self.paid, 534.89, "2026-11-01")
        self._pay(self.part, 100, "2026-12-31")
        self._pay(self.later, 534.89, "2027-01-10")

    def _year(self, date):
        return self.env["dunning.penalty.year"].create({"date": date})

    def _rows(self, date):
        return {row["note_id"]: row for row in self._year(date)._rows()}

    def test_the_year_it_was_booked(self):
        rows = self._rows("2026-12-31")
        self.assertNotIn(self.paid.id, rows)
        part, later = rows[self.part.id], rows[self.later.id]
        self.assertEqual((part["collected"], part["open"]), (100, 434.89))
        self.assertEqual((part["deduct"], part["add_back"]), (434.89, 0))
        self.assertEqual((later["deduct"], later["add_back"]), (534.89, 0))

    def test_the_year_it_is_collected(self):
        rows = self._rows("2027-12-31")
        self.assertEqual(set(rows), {self.part.id, self.later.id})
        part, later = rows[self.part.id], rows[self.later.id]
        self.assertEqual((part["deduct"], part["add_back"]), (0, 0))
        self.assertEqual((later["open"], later["add_back"]), (0, 534.89))

    def test_before_it_was_booked(self):
        self.assertFalse(self._rows("2026-09-30"))

    def test_a_credit_note(self):
        note = self._bill(self._example_2(), date="2026-10-15")
        note._reverse_moves(
            [{"date": "2027-02-01", "invoice_date": "2027-02-01"}], True
        )
        self.assertEqual(self._rows("2026-12-31")[note.id]["deduct"], 534.89)
        after = self._rows("2027-12-31")[note.id]
        self.assertEqual((after["open"], after["add_back"]), (0, 534.89))

    def test_written_off_is_not_collected(self):
        """A loss of a note is no receipt: like a credit note, it is added back."""
        note = self._bill(self._example_2(), date="2026-10-15")
        receivable = note.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        loss = self.env["account.account"].search(
            [
                ("code", "=like", "6541%"),
                ("company_ids", "in", self.company.ids),
            ],
            limit=1,
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2027-03-01",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": loss.id, "debit": 534.89}),
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": note.partner_id.id,
                            "credit": 534.89,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (receivable + entry.line_ids).filtered(
            lambda line: line.account_id == receivable.account_id
        ).reconcile()
        after = self._rows("2027-12-31")[note.id]
        self.assertEqual((after["collected"], after["credited"]), (0, 534.89))
        self.assertEqual((after["open"], after["add_back"]), (0, 534.89))

    def test_on_screen_and_as_a_sheet(self):
        self.part.partner_id.name = "=1+1"
        year = self._year("2026-12-31")
        action = year.action_show()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(round(sum(lines.mapped("deduct")), 2), 969.78)
        content = base64.b64decode(year.xlsx_file)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        rows = list(sheet.iter_rows(min_row=5, max_row=6, values_only=True))
        self.assertEqual([row[0] for row in rows], ["=1+1", "=1+1"])
        self.assertEqual({row[8] for row in rows}, {434.89, 534.89})
        cell = sheet.cell(5, 1)
        self.assertEqual(cell.data_type, "s", "text, not a formula")
        self.assertIn("xlsx_file", year.action_xlsx()["url"])
