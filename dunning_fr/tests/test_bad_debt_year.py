import base64
import io

import openpyxl

from odoo.tests import new_test_user, tagged

from .common_bad_debt import BadDebtCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadDebtYear(BadDebtCommon):
    """The list of a year's end, and the file of VAT claimed back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open = cls._sale((1000, 20))
        cls.lost = cls._sale((1000, 20), (100, 5.5))
        cls._sale((700, 20))  # late, and nothing else
        cls._doubtful(cls.open | cls.lost)
        cls._impair(cls.open, 40)
        cls._impair(cls.lost, 60)
        cls._impair(cls.open, 70, day="2026-11-19", facts="Failed seizure")
        cls.loss = cls._lose(cls.lost, day="2026-11-20")[0]

    def _year(self, date, user=None):
        env = self.env(user=user) if user else self.env
        return env["dunning.doubtful.year"].create({"date": date})

    def _rows(self, date):
        return {row["move_id"]: row for row in self._year(date)._rows()}

    def _sheet(self, content):
        book = openpyxl.load_workbook(
            io.BytesIO(base64.b64decode(content)), data_only=True
        )
        return [list(row) for row in book.active.iter_rows(values_only=True)]

    def test_r8_6_the_year_of_the_transfer(self):
        rows = self._rows("2025-12-31")
        self.assertEqual(set(rows), {self.open.id, self.lost.id})
        row = rows[self.open.id]
        self.assertEqual((row["residual"], row["net"]), (1200, 1000))
        self.assertEqual((row["opening"], row["charged"]), (0, 400))
        self.assertEqual((row["impaired"], row["percent"]), (400, 40))
        self.assertEqual(row["days_late"], 184)
        self.assertIn("Judicial liquidation", row["facts"])
        self.assertNotIn("seizure", row["facts"], "known later")
        self.assertEqual(rows[self.lost.id]["lost"], 0, "lost later")
        self.assertEqual(rows[self.lost.id]["residual"], 1305.5)

    def test_the_year_after(self):
        rows = self._rows("2026-12-31")
        row = rows[self.open.id]
        self.assertEqual((row["opening"], row["charged"]), (400, 300))
        self.assertEqual(row["impaired"], 700)
        self.assertIn("Failed seizure", row["facts"])
        lost = rows[self.lost.id]
        self.assertEqual((lost["opening"], lost["released"]), (660, 660))
        self.assertEqual((lost["impaired"], lost["residual"]), (0, 0))
        self.assertEqual(lost["lost"], 1305.5)

    def test_before_and_long_after(self):
        self.assertFalse(self._rows("2025-12-30"))
        rows = self._rows("2027-12-31")
        self.assertEqual(set(rows), {self.open.id})
        self.assertEqual(rows[self.open.id]["opening"], 700)

    def test_agrees_with_the_ledger(self):
        """Impairment and doubtful debts of the list are the balances of 491 and 416."""
        for day in ("2025-12-31", "2026-12-31"):
            rows = self._rows(day).values()
            for code, name, sign in (("491", "impaired", -1), ("416", "residual", 1)):
                lines = self.env["account.move.line"].search(
                    [
                        ("company_id", "=", self.company.id),
                        ("parent_state", "=", "posted"),
                        ("account_id.code", "=like", f"{code}%"),
                        ("date", "<=", day),
                    ]
                )
                total = sum(row[name] for row in rows)
                self.assertAlmostEqual(sign * sum(lines.mapped("balance")), total, 2)

    def test_a_part_payment_after_the_closing(self):
        step = self.steps.search(
            [("move_id", "=", self.open.id), ("step", "=", "doubtful")]
        )
        account = step.entry_id.line_ids[0].account_id
        self._receive(step.entry_id, 300, account=account, day="2026-03-01")
        self.assertEqual(self._rows("2025-12-31")[self.open.id]["residual"], 1200)
        self.assertEqual(self._rows("2026-12-31")[self.open.id]["residual"], 900)
        self.assertEqual(self._rows("2026-12-31")[self.open.id]["net"], 750)

    def _credit(self, invoice, *lines, day):
        """Post a credit note of (amount before VAT, rate) and match it."""
        note = self._sale(*lines, due=day, move_type="out_refund")
        self._match(invoice, note)

    def test_a_credit_note_after_the_closing(self):
        """It corrects interest from the first day on, not what was owed that day."""
        invoice = self._sale((1000, 20), (1000, 5.5))
        self._impair(invoice, 50)
        self._credit(invoice, (1000, 20), day="2026-02-01")
        for day, left, net in (
            ("2025-12-31", 2255, 2000),
            ("2026-01-31", 2255, 2000),
            ("2026-02-01", 1055, 1000),
        ):
            row = self._rows(day)[invoice.id]
            self.assertEqual((row["residual"], row["net"]), (left, net), day)
        self.assertEqual(self._rows("2025-12-31")[invoice.id]["percent"], 50)

    def test_credited_in_full_after_the_closing(self):
        invoice = self._sale((500, 20))
        self._take_back(self._doubtful(invoice), day="2026-01-15")
        self._credit(invoice, (500, 20), day="2026-02-01")
        row = self._rows("2025-12-31")[invoice.id]
        self.assertEqual((row["residual"], row["net"]), (600, 500))
        self.assertNotIn(invoice.id, self._rows("2026-12-31"))

    def test_money_kept_back_after_the_closing(self):
        kept = self._account("411710", "asset_receivable", dunning_excluded=True)
        invoice = self._sale((500, 20))
        self._impair(invoice, 50)
        entry = self._entry("2026-03-01", (self.receivable, -30), (kept, 30))
        self._match(invoice, entry)
        self.assertEqual(self._rows("2025-12-31")[invoice.id]["residual"], 600)
        self.assertEqual(self._rows("2026-12-31")[invoice.id]["residual"], 570)

    def test_taken_back_after_the_closing(self):
        """What was in force at the closing is listed, whatever came later."""
        steps = self.steps.search([("move_id", "=", self.open.id)], order="id desc")
        self._take_back(steps[0])
        self.assertEqual(self._rows("2026-11-21")[self.open.id]["impaired"], 700)
        self.assertEqual(self._rows("2026-12-31")[self.open.id]["impaired"], 400)

    def test_moved_by_hand(self):
        invoice = self._sale((500, 20))
        self._transfer(invoice, to=self.doubtful, day="2025-11-30")
        self.assertNotIn(invoice.id, self._rows("2025-11-29"))
        row = self._rows("2025-12-31")[invoice.id]
        self.assertEqual((row["residual"], row["net"], row["impaired"]), (600, 500, 0))
        self.assertFalse(row["facts"])

    def test_shown_and_downloaded(self):
        year = self._year("2025-12-31")
        action = year.action_show()
        shown = self.env["dunning.doubtful.year.line"].search(action["domain"])
        self.assertEqual(len(shown), 2)
        self.assertEqual(shown[0].action_open_invoice()["res_id"], shown[0].move_id.id)
        self.assertIn("xlsx_file", shown[0].action_xlsx()["url"])
        rows = self._sheet(year.xlsx_file)
        self.assertIn("2505.5", str(rows[-1]))
        self.assertIn("Judicial liquidation", str(rows))
        empty = self._year("2024-12-31")
        self.assertIn("No debt was doubtful", empty.action_show()["help"])
        self.assertTrue(self._sheet(empty.xlsx_file))

    def test_r8_12_the_vat_file(self):
        self._recover(self.loss, 130.55)
        year = self._year("2026-12-31")
        rows = year._vat_rows()
        self.assertEqual(
            [(row["net"], row["vat"], row["recovered"]) for row in rows],
            [(1100, 200, 200), (0, 5.5, 5.5), (-110, -20, -20), (0, -0.55, -0.55)],
        )
        first = rows[0]
        self.assertEqual(first["name"], self.lost.name)
        self.assertEqual(first["entry"], self.loss.entry_id.name)
        self.assertEqual(str(first["event_date"]), "2026-10-01")
        self.assertEqual(str(first["duplicate"]), "2026-10-15")
        self.assertEqual(str(first["limit"]), "2028-12-31")
        self.assertEqual(self._year("2025-12-31")._vat_rows(), [])
        sheet = self._sheet(year.vat_file)
        self.assertIn(self.lost.name, str(sheet))
        self.assertIn("184.95", str(sheet[-1]))
        self.assertIn("vat_file", year.action_vat_xlsx()["url"])

    def test_r6_48_confidential_proceedings_are_not_listed(self):
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "other",
                "date_from": "2025-01-01",
                "confidential_kind": "mandat_ad_hoc",
            }
        )
        self.assertNotIn("andat", str(self._rows("2025-12-31")))

    def test_readers_see_their_company_alone(self):
        reader = new_test_user(
            self.env,
            login="bad_debt_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        rows = self._year("2025-12-31", reader)._rows()
        self.assertEqual(len(rows), 2)
