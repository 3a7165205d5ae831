"""The calculation on screen, on paper and as a workbook; and who sees it."""

import io
import json
from ast import literal_eval
from urllib.parse import quote

from lxml import html
from openpyxl import load_workbook
from pypdf import PdfReader

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..reports.calculation_xlsx import calculation_xlsx
from ..wizards import dunning_calculation_wizard
from .common_calculation import CalculationCommon

REPORT = "dunning_fr.report_calculation_sheet"
LONG = "Société des Établissements Réunis de Travaux Publics du Grand Sud-Ouest et Cie"
EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>'


class OutputCommon(CalculationCommon):
    @classmethod
    def _user(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _wizard(self, moves, **values):
        action = moves.action_open_dunning_calculation()
        wizard = moves.env[action["res_model"]].browse(action["res_id"])
        wizard.write(values)
        return wizard

    def _shown(self, wizard):
        return " ".join(html.fromstring(wizard.details).text_content().split())


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestCalculationScreen(OutputCommon):
    def test_from_an_invoice(self):
        move = self._invoice(12000, "2026-05-31")
        self._pay(move, 12000, "2026-09-30")
        wizard = self._wizard(move)
        self.assertEqual(str(wizard.as_of), "2026-11-22")
        shown = self._shown(wizard)
        for words in (
            "119.835616",
            "375.057534",
            "ECB 2.40% on 1 Jul 2026 + 10 points (C. com. art. L441-10 II)",
            "494.893151, rounded once",
            "534.89",
        ):
            self.assertIn(words, shown)

    def test_another_day(self):
        wizard = self._wizard(self._invoice(1000, "2026-10-31"))
        form = Form(wizard)
        form.as_of = fields.Date.to_date("2026-10-31")
        self.assertIn("Not late on this day", str(form.details))
        self.assertFalse(form.problem)

    def test_r9_2_half_year_missing(self):
        """The dialog says which rates are missing; nothing is printed without."""
        wizard = self._wizard(self._invoice(1000, "2026-10-31"))
        wizard.as_of = "2027-02-01"
        self.assertIn("2027", wizard.problem)
        self.assertFalse(wizard.details)
        for action in (wizard.action_pdf, wizard.action_xlsx):
            with self.assertRaisesRegex(UserError, "2027"):
                action()

    def test_nothing_to_compute(self):
        refund = self._refund(self._invoice(100, "2026-06-30"), 50, "2026-08-20")
        with self.assertRaisesRegex(UserError, "customer invoices"):
            refund.action_open_dunning_calculation()
        wizard = self.env["dunning.calculation.wizard"].create({})
        with self.assertRaisesRegex(UserError, "customer invoices"):
            wizard.action_xlsx()

    def test_files_of_nothing(self):
        """Over RPC too: what is missing and what to do, no broken file."""
        note = self._invoice(100, "2026-08-31")
        self.env.cr.execute(
            "UPDATE account_move SET dunning_is_debit_note = TRUE WHERE id = %s",
            note.ids,
        )
        self.env.invalidate_all()
        for moves in (self.env["account.move"], note):
            wizard = self.env["dunning.calculation.wizard"].create(
                {"move_ids": [Command.set(moves.ids)]}
            )
            for field in ("pdf_file", "xlsx_file"):
                with (
                    self.subTest(field=field, moves=moves),
                    self.assertRaisesRegex(UserError, "choose posted customer"),
                ):
                    wizard.read([field])

    def test_from_a_debtor(self):
        """Open late invoices; those paid late too, if asked for (R1.35)."""
        late = self._invoice(1000, "2026-10-01")
        paid_late = self._invoice(2000, "2026-05-31")
        self._pay(paid_late, 2000, "2026-06-30")
        in_time = self._invoice(3000, "2026-05-31")
        self._pay(in_time, 3000, "2026-05-31")
        self._invoice(4000, "2026-12-31")
        self._invoice(5000, "2026-06-30", self._customer("Other", "professional"))
        action = self._debtor(self.pro).action_open_calculation()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.move_ids, late)
        wizard.with_paid = True
        self.assertEqual(wizard.move_ids, late | paid_late)
        self.assertIn("Total EUR", self._shown(wizard))
        self._pay(late, 1000, "2026-10-15")
        action = self._debtor(self.pro).action_open_calculation()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.move_ids, late | paid_late)
        punctual = self._debtor(self._customer("Punctual", "professional"))
        with self.assertRaisesRegex(UserError, "or was paid late"):
            punctual.action_open_calculation()

    def test_nothing_a_customer_wrote_is_markup(self):
        partner = self._customer(EVIL, "professional")
        moves = self._invoice(1000, "2026-07-31", partner, ref=EVIL)
        moves |= self._invoice(1000, "2026-07-31")
        details = str(self._wizard(moves).details)
        self.assertIn("&lt;script&gt;", details)
        self.assertNotIn("<script", details)

    def test_many_invoices_on_screen(self):
        self.patch(dunning_calculation_wizard, "MAX_SHOWN", 2)
        moves = self.env["account.move"]
        for day in range(1, 6):
            moves |= self._invoice(100, f"2026-06-{day:02}")
        shown = self._shown(self._wizard(moves))
        self.assertIn("3 more invoices are in the PDF", shown)
        self.patch(dunning_calculation_wizard, "MAX_PDF", 4)
        with self.assertRaisesRegex(UserError, "5 invoices are too many"):
            self._wizard(moves).action_pdf()

    def test_screen_in_the_user_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        wizard = self._wizard(self._invoice(12000, "2026-05-31"))
        shown = self._shown(wizard.with_context(lang="fr_FR"))
        for words in ("Origine du taux annuel", "BCE 2,15 % au", "12 000,00 €"):
            self.assertIn(words, shown)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestCalculationFiles(OutputCommon):
    def _pdf(self, moves, day="2026-11-22"):
        moves = moves.with_context(force_report_rendering=True)
        pdf = moves._dunning_calculation_sheet_pdf(fields.Date.to_date(day))
        pages = PdfReader(io.BytesIO(pdf)).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    def _html(self, moves, **data):
        reports = self.env["ir.actions.report"]
        page, _ = reports._render_qweb_html(REPORT, moves.ids, data)
        return page.decode()

    def test_forty_invoices_and_another_debtor(self):
        """The header on every page, no page of two debtors, long names."""
        partner = self._customer(LONG, "professional")
        moves = self._invoice(1000, "2026-07-31")
        for number in range(40):
            moves |= self._invoice(
                100 + number, f"2026-05-{1 + number % 28:02}", partner, ref=LONG
            )
        texts = self._pdf(moves)
        self.assertGreater(len(texts), 4)
        self.assertIn("Durand SARL", texts[0])
        self.assertNotIn("Durand SARL", " ".join(texts[1:]))
        self.assertIn("Page 1 / 1", texts[0], "pages are counted for each debtor")
        self.assertIn("Établissements Réunis", texts[1])
        for text in texts[1:-1]:
            self.assertIn("Source of the yearly rate", text)
        for move in moves:
            found = sum(f"{move.name} of" in text for text in texts)
            self.assertEqual(found, 1, f"{move.name} stays on one page")
        self.assertIn(f"{moves[-1].name} 139.00", texts[-1], "a summary at the end")

    def test_day_of_the_sheet(self):
        move = self._invoice(10000, "2026-07-31")
        self.assertIn("156.273973", self._html(move, as_of="2026-09-15"))
        self.assertIn("At 22\u00a0November 2026, this day included", self._html(move))

    def test_it_can_be_printed_from_the_menu(self):
        report = self.env.ref("dunning_fr.action_report_calculation_sheet")
        self.assertEqual(report.binding_model_id.model, "account.move")
        bill = self._invoice(100, "2026-06-30", move_type="in_invoice")
        invoice = self._invoice(100, "2026-06-30")
        found = (bill | invoice).filtered_domain(literal_eval(report.domain))
        self.assertEqual(found, invoice)

    def test_nothing_a_customer_wrote_is_markup(self):
        partner = self._customer(EVIL, "professional")
        page = self._html(self._invoice(1000, "2026-07-31", partner, ref=EVIL))
        self.assertIn("&lt;script&gt;", page)
        self.assertNotIn("<script>alert", page)

    def test_no_claim_says_why(self):
        page = self._html(self._invoice(100, "2026-06-30", self._customer("X")))
        self.assertIn("The kind of debtor is not established", page)

    # --------------------------------------------------------------- the workbook

    def _book(self, moves, day="2026-11-22"):
        sections = self._sheet(moves, day, lang="en_US")
        content = calculation_xlsx(self.env, sections)
        return (
            load_workbook(io.BytesIO(content)),
            load_workbook(io.BytesIO(content), data_only=True),
        )

    def _cells(self, sheet, row, columns):
        return [sheet[f"{column}{row}"].value for column in columns]

    def test_the_workbook_read_back(self):
        move = self._invoice(12000, "2026-05-31", ref="PO 7")
        payment = self._pay(move, 12000, "2026-09-30")
        book, values = self._book(move)
        self.assertEqual(
            book.sheetnames, ["Summary", "Segments", "Payments and credits"]
        )
        for sheet in book.worksheets:
            self.assertEqual(sheet.freeze_panes, "D5")
            self.assertTrue(sheet.auto_filter.ref.startswith("A4:"))
        segments = book["Segments"]
        self.assertEqual(self._cells(segments, 5, "GK"), ["=F5-E5+1", "=H5*I5*G5/J5"])
        self.assertEqual(segments["K5"].number_format, "#,##0.000000")
        self.assertEqual(segments["I5"].number_format, "0.00##%")
        self.assertEqual(segments["E5"].number_format, "dd/mm/yyyy")
        self.assertEqual(
            self._cells(values["Segments"], 6, "GHIJKL"),
            [92, 12000, 0.124, 365, 375.057534, "EUR"],
        )
        self.assertIn("L441-10 II", segments["M6"].value)
        events = values["Payments and credits"]
        self.assertEqual(
            self._cells(events, 5, "EFH"),
            [f"Payment – {payment.move_id.name}", 12000, 0],
        )
        summary = book["Summary"]
        self.assertEqual(
            self._cells(summary, 5, "HJ"),
            [
                "=ROUND(SUMIFS('Segments'!$K$5:$K$6,'Segments'!$A$5:$A$6,A5),2)",
                "=H5+I5",
            ],
        )
        self.assertEqual(
            self._cells(values["Summary"], 5, "EFGHIJK"),
            ["PO 7", 12000, 0, 494.89, 40, 534.89, "EUR"],
        )
        self.assertEqual(summary["J7"].value, "=SUBTOTAL(109,J5:J5)")
        self.assertEqual(values["Summary"]["J7"].value, 534.89)

    def test_formulas_give_the_figures(self):
        """Every formula, worked out here, gives the value that stands beside it."""
        move = self._invoice(6000, "2025-11-30")
        self._pay(move, 2500, "2026-09-30")
        book, values = self._book(move | self._invoice(123.45, "2026-01-31"))
        sums = {}
        for row in values["Segments"].iter_rows(min_row=5, values_only=True):
            number, start, end, days, base, rate, year, amount = (
                row[0], *row[4:11],
            )  # fmt: skip
            self.assertEqual((end - start).days + 1, days)
            self.assertAlmostEqual(base * rate * days / year, amount, 6)
            sums[number] = sums.get(number, 0) + amount
        summary = values["Summary"]
        for row in (5, 6):
            self.assertTrue(book["Summary"][f"H{row}"].value.startswith("=ROUND("))
            number, interest = self._cells(summary, row, "AH")
            self.assertEqual(round(sums[number], 2), interest)

    def test_r1_29_interest_paid_first_is_no_plain_sum(self):
        """Rounded at each payment: where the sum differs, the figure stands alone."""
        self.company.dunning_imputation = "interest_first"
        move = self._invoice(1000, "2026-07-31")
        for day in range(1, 20, 2):
            self._pay(move, 10, f"2026-08-{day:02}")
        [section] = self._sheet(move)
        [invoice] = section["invoices"]
        book, values = self._book(move)
        self.assertEqual(values["Summary"]["H5"].value, float(invoice["interest"]))
        plain = round(float(invoice["unrounded"]), 2) == float(invoice["interest"])
        is_formula = str(book["Summary"]["H5"].value).startswith("=")
        self.assertEqual(is_formula, plain)

    def test_texts_are_never_formulas(self):
        partner = self._customer(EVIL, "professional")
        move = self._invoice(1000, "2026-07-31", partner, ref="+1+1")
        book, _values = self._book(move)
        for name in ("Summary", "Segments"):
            self.assertEqual(book[name]["B5"].data_type, "s")
            self.assertEqual(book[name]["B5"].value, EVIL)
        self.assertEqual(book["Summary"]["E5"].data_type, "s")

    def test_two_currencies(self):
        euro = self._invoice(10000, "2026-07-31")
        dollar = self._invoice(10000, "2026-07-31", currency_id=self._dollar().id)
        book, values = self._book(euro | dollar, "2026-09-15")
        self.assertEqual(
            [self._cells(values["Summary"], row, "JK") for row in (8, 9)],
            [[196.27, "EUR"], [206.27, "USD"]],
        )
        self.assertEqual(book["Summary"]["J9"].value, '=SUMIFS(J5:J6,K5:K6,"USD")')

    def test_no_claim(self):
        book, values = self._book(self._invoice(100, "2026-06-30", self._customer("X")))
        self.assertIsNone(book["Segments"]["A5"].value)
        self.assertEqual(self._cells(values["Summary"], 5, "HIJ"), [0, 0, 0])
        self.assertIn("not established", values["Summary"]["L5"].value)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCalculationDownload(OutputCommon, HttpCase):
    def test_files_are_downloaded_by_their_asker_alone(self):
        owner = self._user("calc_owner", "account.group_account_readonly")
        self._user("calc_curious", "account.group_account_manager")
        move = self._invoice(1000, "2026-07-31").with_user(owner)
        wizard = self._wizard(move)
        wizard.as_of = "2026-11-22"
        url = wizard.action_xlsx()["url"]
        for login, status in (("calc_curious", 404), (None, 404), ("calc_owner", 200)):
            self.authenticate(login, login)
            with self.subTest(login=login), mute_logger("odoo.http"):
                answer = self.url_open(quote(url, safe="/?=&"))
                self.assertEqual(answer.status_code, status)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(len(load_workbook(io.BytesIO(answer.content)).worksheets), 3)

    def test_reports_are_printed_by_the_browser(self):
        """Odoo's own and ours: a request takes ways that a script does not."""
        self._user("calc_owner", "account.group_account_readonly")
        move = self._invoice(1000, "2026-07-31")
        self.authenticate("calc_owner", "calc_owner")
        real = quote(json.dumps({"force_report_rendering": True}))
        for name in ("account.report_invoice", REPORT):
            with self.subTest(name):
                answer = self.url_open(f"/report/pdf/{name}/{move.id}?context={real}")
                self.assertEqual(answer.status_code, 200)
                pages = PdfReader(io.BytesIO(answer.content)).pages
                self.assertIn(move.name, pages[0].extract_text())

    def test_who_may_look(self):
        move = self._invoice(1000, "2026-07-31")
        for number, group in enumerate(
            ("account.group_account_readonly", "dunning_fr.group_dunning_user")
        ):
            user = self._user(f"calc_{number}", group)
            wizard = self._wizard(move.with_user(user))
            with self.subTest(group=group):
                self.assertIn("ECB", str(wizard.details))
        clerk = self._user("calc_clerk", "base.group_partner_manager")
        with self.assertRaises(AccessError):
            move.with_user(clerk).action_open_dunning_calculation()
