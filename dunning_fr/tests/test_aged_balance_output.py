"""The aged balance on screen, on paper and as a sheet; and who sees which."""

import io

from lxml import html
from openpyxl import load_workbook
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..wizards import dunning_aged_balance
from .common_aged import AgedCommon

DAY = "2026-06-30"
REPORT = "dunning_fr.report_dunning_aged_balance"
LONG = "Société des Établissements Réunis de Travaux Publics du Grand Sud-Ouest et Cie"


class OutputCommon(AgedCommon):
    """Two debtors: one with everything, one with a formula for a name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoices = [
            cls._invoice(1000, due, invoice_date="2026-01-05")
            for due in ("2026-07-15", "2026-06-15", "2026-05-15", "2026-04-15")
        ]
        cls.invoices.append(cls._invoice(1234.56, "2026-01-31"))
        cls.trick = cls._customer("=1+1", "professional")
        cls._invoice(200, "2026-06-01", cls.trick)
        cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": cls.trick.id,
                "amount": 300,
                "date": "2026-06-20",
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        ).action_post()

    @classmethod
    def _user(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestAgedBalanceOutput(OutputCommon):
    # ----------------------------------------------------------------- screen

    def _shown(self, action):
        """Return (groups, records) of an action, asked for as the web client does."""
        model = self.env[action["res_model"]].with_context(**action["context"])
        groups = model.web_read_group(
            action["domain"],
            action["context"]["group_by"],
            ["total:sum", "unmatched:sum", "currency_id:array_agg_distinct"],
            auto_unfold=True,
            unfold_read_specification={"total": {}},
            unfold_read_default_limit=80,
        )["groups"]
        return groups, model.search(action["domain"])

    def test_debtors_under_one_exact_total(self):
        groups, rows = self._shown(self._balance(DAY).action_show())
        self.assertEqual([group["total:sum"] for group in groups], [5134.56])
        self.assertEqual([group["unmatched:sum"] for group in groups], [-300])
        self.assertEqual(rows.mapped("name"), ["=1+1", "Durand SARL"])
        self.assertEqual(rows.mapped("item_count"), [2, 5])
        self.assertEqual(rows[1].bucket_over, 1234.56)
        self.assertEqual(rows.currency_id, self.company.currency_id)

    def test_from_a_debtor_to_its_items_to_the_invoice(self):
        balance = self._balance(DAY, with_detail=True)
        action = balance.action_show()
        groups, _ = self._shown(action)
        self.assertEqual([group["total:sum"] for group in groups], [5134.56])
        debtor = balance.debtor_ids.filtered(lambda row: row.partner_id == self.pro)
        action = debtor.action_open_lines()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.mapped("days_late"), [150, 76, 46, 15, 0])
        opened = rows[0].action_open_document()
        self.assertEqual(opened["res_id"], self.invoices[-1].id)

    def test_a_debtor_opens_without_detail_too(self):
        balance = self._balance(DAY)
        balance.action_show()
        self.assertFalse(self.env["dunning.aged.balance.line"].search([]))
        debtor = balance.debtor_ids.filtered(lambda row: row.partner_id == self.pro)
        for _ in range(2):
            action = debtor.action_open_lines()
            rows = self.env[action["res_model"]].search(action["domain"])
            self.assertAlmostEqual(sum(rows.mapped("total")), debtor.total, 2)
            self.assertEqual(len(rows), 5)

    def test_a_second_look_replaces_the_first(self):
        balance = self._balance(DAY)
        balance.action_show()
        self._invoice(50, "2026-06-01")
        _, rows = self._shown(balance.action_show())
        self.assertAlmostEqual(sum(rows.mapped("total")), 5184.56, 2)

    def test_titles_follow_the_bounds(self):
        balance = self._balance(DAY, bound_1=15, bound_2=45, bound_3=120)
        action = balance.action_show()
        model = self.env[action["res_model"]].with_context(**action["context"])
        found = model.get_views([(False, "list")])["models"][action["res_model"]]
        titles = [
            found["fields"][name]["string"]
            for name in ("bucket_1", "bucket_2", "bucket_3", "bucket_over")
        ]
        expected = ["1 to 15 days", "16 to 45 days", "46 to 120 days", "Over 120 days"]
        self.assertEqual(titles, expected)
        for rubbish in ("1-2", "a-b-c", "1-2-3-4", 7):
            model = model.with_context(dunning_aged_bounds_view_ref=rubbish)
            self.assertEqual(model.fields_get()["bucket_1"]["string"], "1 to 30 days")

    def test_a_constant_number_of_queries(self):
        counts = []
        for customers in (0, 1, 20):  # the first time fills the caches
            for number in range(customers):
                self._invoice(10, "2026-06-01", self._customer(f"Q{number}"))
            balance = self._balance(DAY, with_detail=True)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            balance.action_show()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    # ------------------------------------------------------------------ paper

    def _pdf(self, balance):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        pdf, kind = reports._render_qweb_pdf(REPORT, balance.ids)
        self.assertEqual(kind, "pdf")
        return PdfReader(io.BytesIO(pdf)).pages

    def test_paper_with_forty_invoices_and_a_long_name(self):
        partner = self._customer(LONG, "professional")
        for number in range(40):
            self._invoice(100 + number, "2026-05-15", partner)
        balance = self._balance(DAY, with_detail=True)
        self.assertEqual(balance.action_pdf()["report_name"], REPORT)
        self.assertEqual(str(balance.printed_on), "2026-11-22")
        pages = self._pdf(balance)
        self.assertGreater(len(pages), 1)
        self.assertGreater(pages[0].mediabox.width, pages[0].mediabox.height)
        texts = [" ".join(page.extract_text().split()) for page in pages]
        for text in texts:
            self.assertIn("Days late", text, "the header is on every page")
        self.assertIn("Établissements Réunis", texts[0] + texts[1])
        self.assertIn("9,914.56", texts[-1])

    def test_paper_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        french = self._balance(DAY, bound_3=75).with_context(lang="fr_FR")
        reports = self.env["ir.actions.report"].with_context(lang="fr_FR")
        page, _ = reports._render_qweb_html(REPORT, french.ids)
        text = " ".join(html.fromstring(page).text_content().split())
        for words in (
            "Balance âgée au 30 juin 2026",
            "Non échu",
            "1 à 30 jours",
            "61 à 75 jours",
            "Plus de 75 jours",
            "Reçu, non lettré",
            self.company.name,
            "5 134,56",
        ):
            self.assertIn(words, text)

    def test_too_many_rows_for_paper(self):
        balance = self._balance(DAY)
        self.patch(dunning_aged_balance, "MAX_PDF_ROWS", 1)
        with self.assertRaisesRegex(UserError, "2 rows are too many"):
            balance.action_pdf()

    def test_nothing_open(self):
        balance = self._balance("2020-01-01", with_detail=True)
        page, _ = self.env["ir.actions.report"]._render_qweb_html(REPORT, balance.ids)
        self.assertIn(b"Nothing was open on that day", page)
        self.assertIn("Nothing was open", balance.action_show()["help"])
        self.assertEqual(self._sheets(balance)[0]["A4"].value, "Debtor")

    # ------------------------------------------------------------------ sheet

    def _sheets(self, balance):
        content = dunning_aged_balance.aged_balance_xlsx(balance)
        return load_workbook(io.BytesIO(content)).worksheets

    def test_the_sheet_read_back(self):
        debtors, items = self._sheets(self._balance(DAY))
        self.assertEqual([sheet.freeze_panes for sheet in (debtors, items)], ["B5"] * 2)
        self.assertEqual(debtors.auto_filter.ref, "A4:I6")
        self.assertEqual(items.auto_filter.ref, "A4:M11")
        rows = list(debtors.iter_rows(min_row=4, max_row=6, values_only=True))
        self.assertEqual(rows[0][2:4], ("Not due", "1 to 30 days"))
        self.assertEqual(rows[1][0], "=1+1")
        self.assertEqual(debtors["A5"].data_type, "s", "a name is never a formula")
        self.assertEqual(rows[2][6:], (1234.56, None, 5234.56))
        self.assertEqual(debtors["I8"].value, "=SUBTOTAL(109,I5:I6)")
        self.assertEqual(items["M13"].value, "=SUBTOTAL(109,M5:M11)")
        self.assertEqual(debtors["G6"].number_format, "#,##0.00")
        self.assertEqual(items["E5"].number_format, "dd/mm/yyyy")
        self.assertEqual(items["E5"].value.strftime("%Y-%m-%d"), "2026-06-01")

    # ------------------------------------------------------------------ rights

    def test_who_may_look(self):
        for number, group in enumerate(
            (
                "account.group_account_readonly",
                "account.group_account_invoice",
                "dunning_fr.group_dunning_user",
            )
        ):
            user = self._user(f"aged_{number}", group)
            balance = self.env["dunning.aged.balance"].with_user(user).create({})
            action = balance.action_show()
            rows = self.env[action["res_model"]].with_user(user)
            rows = rows.search(action["domain"])
            with self.subTest(group=group):
                self.assertAlmostEqual(sum(rows.mapped("total")), 5134.56, 2)
                self.assertTrue(rows[0].action_open_lines())
                self.assertTrue(balance.xlsx_file)
        user = self._user("aged_clerk", "base.group_partner_manager")
        with self.assertRaises(AccessError):
            self.env["dunning.aged.balance"].with_user(user).create({})

    def test_rows_are_their_askers_alone(self):
        balance = self._balance(DAY, with_detail=True)
        balance.action_show()
        lines = self.env["dunning.aged.balance.line"].search([])
        self.assertTrue(lines)
        colleague = self._user("aged_colleague", "account.group_account_manager")
        for records in (balance, balance.debtor_ids, lines):
            theirs = records.with_user(colleague)
            with self.subTest(model=records._name):
                self.assertFalse(theirs.search([]))
                with (
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_rule"),
                ):
                    theirs.read(["display_name"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAgedBalanceDownload(OutputCommon, HttpCase):
    def test_the_sheet_is_downloaded_by_its_owner_alone(self):
        owner = self._user("aged_owner", "account.group_account_readonly")
        self._user("aged_curious", "account.group_account_manager")
        balance = self.env["dunning.aged.balance"].with_user(owner).create({})
        url = balance.action_xlsx()["url"]
        for login, status in (("aged_curious", 404), (None, 404), ("aged_owner", 200)):
            self.authenticate(login, login)
            with self.subTest(login=login), mute_logger("odoo.http"):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, status)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertIn(".xlsx", answer.headers["Content-Disposition"])
        self.assertEqual(len(load_workbook(io.BytesIO(answer.content)).worksheets), 2)
