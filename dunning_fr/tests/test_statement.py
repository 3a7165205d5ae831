import base64
import io
import zipfile

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from .common_send import DAY, SendCommon


class StatementCommon(SendCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-03-16 10:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.partner = cls._customer("Alpha", "professional")
        cls.late = cls._invoice(
            1000, "2026-02-01", cls.partner, invoice_date="2026-01-02"
        )
        cls.later = cls._invoice(
            200, "2026-04-01", cls.partner, invoice_date="2026-03-02"
        )
        cls.alpha = cls._debtor_of(cls.partner)

    @classmethod
    def _debtor_of(cls, partner):
        ids = cls.env["dunning.debtor"]._ensure(cls.company, partner.ids)
        debtors = cls.env["dunning.debtor"].with_user(cls.collector)
        return debtors.with_company(cls.company).browse(ids[partner.id])

    @classmethod
    def _receive(cls, amount, day, partner=None):
        payment = cls.env["account.payment"].create(
            {
                "partner_id": (partner or cls.partner).id,
                "amount": amount,
                "payment_type": "inbound",
                "partner_type": "customer",
                "date": day,
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def _page(self, day=DAY, debtor=None, **options):
        debtor = debtor or self.alpha
        day = fields.Date.to_date(day)
        return debtor._statement_pages(day, **options)[debtor.id]

    def _rows(self, page, kind="debts"):
        [section] = page["sections"]
        return [
            (row["name"], row["late"], row["settled"], row["residual"])
            for row in section[kind]
        ]

    def _amount(self, value):
        return f"{value:,.2f}\xa0€"

    def _wizard(self, debtors, **values):
        action = debtors.action_statement()
        wizard = self.env[action["res_model"]].with_user(self.collector)
        wizard = wizard.with_company(self.company).browse(action["res_id"])
        wizard.write(values)
        return wizard


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStatement(StatementCommon):
    """What is open on an account on a day, as the ledger had it that day."""

    def test_due_or_not_and_credits(self):
        self._pay(self.late, 300, "2026-03-10")
        receipt = self._receive(50, "2026-03-12")
        page = self._page()
        self.assertEqual(
            self._rows(page),
            [
                (self.late.name, "43", self._amount(300), self._amount(700)),
                (self.later.name, "", "", self._amount(200)),
            ],
        )
        self.assertEqual(
            self._rows(page, "credits"),
            [(receipt.move_id.name, "4", "", self._amount(-50))],
        )
        [section] = page["sections"]
        self.assertEqual(section["total_due"], self._amount(700))
        self.assertEqual(section["total_later"], self._amount(200))
        self.assertEqual(section["balance"], self._amount(850))

    def test_as_the_books_were_on_a_past_day(self):
        self._pay(self.late, 300, "2026-03-10")
        self._pay(self.late, 700, "2026-03-15")
        self.assertEqual(
            [row[3] for row in self._rows(self._page("2026-03-09"))],
            [self._amount(1000), self._amount(200)],
        )
        self.assertEqual(
            [row[3] for row in self._rows(self._page("2026-03-10"))],
            [self._amount(700), self._amount(200)],
        )
        self.assertEqual(
            [row[3] for row in self._rows(self._page("2026-03-15"))],
            [self._amount(200)],
        )
        # before the second invoice was made; due today is not late
        self.assertEqual(
            self._rows(self._page("2026-02-01")),
            [(self.late.name, "", "", self._amount(1000))],
        )
        self.assertFalse(self._page("2026-01-01")["sections"])

    def test_it_is_what_the_aged_balance_says(self):
        self._pay(self.late, 300, "2026-03-10")
        self._receive(50, "2026-03-12")
        for day, total in (("2026-03-09", 1200), ("2026-03-16", 850)):
            balance = self.env["dunning.aged.balance"].create(
                {
                    "company_id": self.company.id,
                    "date": day,
                    "partner_ids": self.partner.ids,
                }
            )
            [row] = balance._debtors()
            self.assertEqual(row["total"], total)
            [section] = self._page(day)["sections"]
            self.assertEqual(section["balance"], self._amount(total))

    def test_each_currency_its_own_table(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self._invoice(500, "2026-02-10", self.partner, currency_id=dollar.id)
        home, foreign = self._page()["sections"]
        self.assertEqual((home["currency"], foreign["currency"]), ("EUR", "USD"))
        self.assertIn("500.00", foreign["balance"])
        self.assertIn("$", foreign["balance"])
        self.assertEqual(home["balance"], self._amount(1200))

    def test_a_part_in_dispute_is_told_with_its_amount(self):
        owed = self.later.amount_residual
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self.alpha.id,
                "kind": "dispute",
                "move_ids": self.later.ids,
                "amount": 100,
                "date_from": "2026-03-12",
            }
        )

        def marks():
            self.env.invalidate_all()
            rows = self._page()["sections"][0]["debts"]
            return [row["mark"] for row in rows if row["mark"]]

        self.assertEqual(marks(), [f"Disputed: {self._amount(100)}"])
        hold.amount = owed
        self.assertEqual(marks(), ["In dispute"], "all of it")

    def test_marks_only_where_they_are_wanted(self):
        holds = self.env["dunning.hold"]
        holds.create(
            {
                "debtor_id": self.alpha.id,
                "kind": "promise",
                "date_from": "2026-03-10",
                "date_to": "2026-03-20",
            }
        )
        holds.create(
            {
                "debtor_id": self.alpha.id,
                "kind": "dispute",
                "move_ids": self.later.ids,
                "date_from": "2026-03-12",
            }
        )
        marks = [row["mark"] for row in self._page()["sections"][0]["debts"]]
        self.assertEqual(marks, ["Promised for 03/20/2026", "In dispute"])
        [section] = self._page("2026-03-11")["sections"]
        self.assertEqual(
            [row["mark"] for row in section["debts"]],
            ["Promised for 03/20/2026", ""],
            "not due by the promised day; not disputed yet",
        )
        [section] = self._page(with_marks=False)["sections"]
        self.assertFalse(any(row["mark"] for row in section["debts"]))
        self.company.dunning_statement_marks = False
        self.assertFalse(self._wizard(self.alpha).with_marks)

    def test_interest_and_fee_stand_apart(self):
        [section] = self._page()["sections"]
        self.assertFalse(section["has_claims"])
        [section] = self._page(with_interest=True)["sections"]
        claim = self.late.get_late_payment_claim(DAY)
        self.assertTrue(claim["interest"])
        self.assertEqual(section["interest"], self._amount(claim["interest"]))
        self.assertEqual(section["indemnity"], self._amount(40))
        self.assertEqual(section["balance"], self._amount(1200), "not in it")
        consumer = self._customer("Person", "consumer")
        self._invoice(100, "2026-02-01", consumer)
        page = self._page(debtor=self._debtor_of(consumer), with_interest=True)
        self.assertFalse(page["sections"][0]["has_claims"], "never a fee")

    def test_half_years_without_rates_are_named(self):
        self._invoice(100, "2027-01-05", self.partner, invoice_date="2026-12-05")
        with freeze_time("2027-09-16 10:00:00"):
            page = self._page("2027-09-16", with_interest=True)
        self.assertIn("2027 S", page["missing"])

    def test_nothing_open(self):
        page = self._page(debtor=self._debtor_of(self._customer("Empty", "consumer")))
        self.assertFalse(page["sections"])

    def test_many_cost_no_query_each(self):
        debtors = self.alpha
        for number in range(5):
            partner = self._customer(f"Many {number}", "professional")
            self._invoice(10, "2026-02-01", partner)
            debtors |= self._debtor_of(partner)
        day, counts = self.company._dunning_today(), []
        for chosen in (debtors, debtors[:2], debtors):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            chosen._statement_pages(day, with_interest=True)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # ----------------------------------------------------------------- rights

    def test_who_may_not(self):
        day = self.company._dunning_today()
        reader = new_test_user(
            self.env, "reader", groups="account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            self.alpha.with_user(reader).action_statement()
        other = self.setup_other_company(name="Beta SAS")["company"]
        stranger = self._stranger(other)
        with self.assertRaises(AccessError):
            self.alpha.with_user(stranger)._statement_pages(day)
        with self.assertRaises(AccessError):
            report = self.env["report.dunning_fr.report_dunning_statement"]
            report.with_user(stranger)._get_report_values(self.alpha.ids)
        with self.assertRaises(AccessError):
            wizard = self.env["dunning.statement.wizard"].with_user(stranger)
            wizard.create({"company_id": self.company.id, "debtor_ids": self.alpha.ids})

    def test_what_the_dialog_refuses(self):
        with self.assertRaisesRegex(UserError, "to come"):
            self._wizard(self.alpha, date="2026-03-17").action_pdf()
        wizard = self._wizard(self.alpha)
        many = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(201)])
        ids = self.env["dunning.debtor"]._ensure(self.company, many.ids)
        with self.assertRaisesRegex(UserError, "at most 200"):
            self.alpha.browse(ids.values()).action_statement()
        wizard.debtor_ids = [Command.clear()]
        with self.assertRaisesRegex(UserError, "Choose the debtors"):
            wizard.action_email()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStatementOutput(StatementCommon):
    """On paper, in an archive and by e-mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beta_partner = cls._customer("Beta", "professional")
        cls._invoice(70, "2026-02-01", cls.beta_partner)
        cls.beta = cls._debtor_of(cls.beta_partner)

    def _text(self, pdf):
        pages = PdfFileReader(io.BytesIO(pdf)).pages
        return [page.extract_text() for page in pages]

    def test_forty_items_go_over_pages_with_their_heads(self):
        for number in range(40):
            self._invoice(10 + number, "2026-02-10", self.partner)
        self.partner.name = "Alpha " + "Very Long Name of a Trading Company " * 4
        wizard = self._wizard(self.alpha, with_interest=True)
        pages = self._text(base64.b64decode(wizard.pdf_file))
        self.assertGreater(len(pages), 1)
        for page in pages[:2]:
            self.assertIn("Still owed", page)
        self.assertIn("Late-payment interest", "".join(pages))
        self.assertRegex(pages[0], rf"1\s*/\s*{len(pages)}\b")
        self.assertIn("neither a reminder", pages[-1])

    def test_one_file_or_one_each(self):
        both = self.alpha + self.beta
        wizard = self._wizard(both)
        pages = self._text(base64.b64decode(wizard.pdf_file))
        self.assertEqual(len(pages), 2)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(wizard.zip_file))) as archive:
            names = sorted(archive.namelist())
            self.assertEqual(
                names,
                [
                    "Statement Alpha 2026-03-16.pdf",
                    "Statement Beta 2026-03-16.pdf",
                ],
            )
            for name, debtor in zip(names, both, strict=True):
                [page] = self._text(archive.read(name))
                self.assertIn(f"RC/20260316/{debtor.id:05d}", page)
        self.assertIn("pdf_file", wizard.action_pdf()["url"])
        self.assertIn("zip_file", wizard.action_zip()["url"])

    def test_one_debtor_is_written_to_by_odoos_composer(self):
        action = self._wizard(self.alpha).action_email()
        composer = self.env[action["res_model"]].with_user(self.collector)
        composer = composer.with_context(**action["context"]).create({})
        self.assertIn("16\xa0March 2026", composer.subject)
        self.assertEqual(composer.partner_ids, self.partner)
        composer._action_send_mail()
        message = self.alpha.message_ids[0]
        self.assertEqual(message.attachment_ids.name, "Statement Alpha 2026-03-16.pdf")
        self.assertEqual(message.attachment_ids.res_model, "dunning.debtor")
        self.assertEqual(message.attachment_ids.res_id, self.alpha.id)
        self.assertIn("%PDF", message.attachment_ids.raw[:8].decode())

    def test_many_are_written_to_and_those_left_out_are_said(self):
        silent = self._customer("Silent", "professional", email=False)
        quiet_partner = self._customer("Quiet", "professional")
        quiet = self._debtor_of(quiet_partner)
        quiet.write({"quiet_from": DAY, "quiet_to": DAY})
        chosen = self.alpha + self.beta + self._debtor_of(silent) + quiet
        wizard = self._wizard(chosen)
        self.assertEqual((wizard.debtor_count, wizard.mail_count), (4, 2))
        self.assertIn("Silent (no e-mail address that works)", wizard.left_out)
        self.assertIn("Quiet (not to be disturbed)", wizard.left_out)
        told = wizard.action_email()
        self.assertIn("2 statements are on their way", told["params"]["message"])
        for debtor, partner in (
            (self.alpha, self.partner),
            (self.beta, self.beta_partner),
        ):
            message = debtor.message_ids[0]
            self.assertEqual(message.partner_ids, partner)
            self.assertEqual(len(message.attachment_ids), 1)
        self.assertFalse(quiet.message_ids.attachment_ids)

    def test_who_is_not_pressed_gets_none_among_many(self):
        holds = self.env["dunning.hold"]
        chosen = self.alpha + self.beta
        for number, values in enumerate(
            (
                {"kind": "overindebtedness"},
                {"kind": "death"},
                {
                    "kind": "insolvency",
                    "proceedings": "safeguard",
                    "judgment_date": DAY,
                },
            )
        ):
            debtor = self._debtor_of(self._customer(f"Spared {number}", "consumer"))
            holds.create({"debtor_id": debtor.id, "date_from": DAY, **values})
            chosen += debtor
        wizard = self._wizard(chosen)
        self.assertEqual((wizard.debtor_count, wizard.mail_count), (5, 2))
        self.assertIn("Spared 1 (Death of the debtor)", wizard.left_out)
        wizard.action_email()
        spared = chosen - self.alpha - self.beta
        self.assertFalse(spared.message_ids.attachment_ids)
        composer = self._wizard(spared[1]).action_email()["context"]
        self.assertFalse(composer["default_partner_ids"], "a person chooses whom")

    def test_many_want_their_number(self):
        wizard = self._wizard(self.alpha + self.beta)
        self.assertFalse(wizard.must_type)
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@client.example"} for n in range(51)]
        )
        ids = self.env["dunning.debtor"]._ensure(self.company, partners.ids)
        wizard = self._wizard(self.alpha.browse(ids.values()))
        self.assertTrue(wizard.must_type)
        with self.assertRaisesRegex(UserError, "51 would leave"):
            wizard.action_email()
        wizard.typed_count = 50
        with self.assertRaisesRegex(UserError, "You wrote 50"):
            wizard._check_typed(51)
        wizard.typed_count = 51
        wizard._check_typed(51)

    def test_a_french_debtor_reads_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        module = self.env["ir.module.module"].search([("name", "=", "dunning_fr")])
        module._update_translations(["fr_FR"])
        self.partner.lang = "fr_FR"
        [page] = self._text(base64.b64decode(self._wizard(self.alpha).pdf_file))
        self.assertIn("Relevé de compte au 16", page.replace("\xa0", " "))
        self.assertIn("Reste dû", page.replace("\xa0", " "))
