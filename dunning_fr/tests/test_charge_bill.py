from datetime import date

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common_charge import ChargeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeBill(ChargeCommon):
    """From a late invoice to a note de débit, to the cent and to the account."""

    def test_the_entries_of_r8_3a(self):
        """R8.3 a), example 2: 411100 D 534.89, 763100 C 494.89, 758100 C 40.00."""
        invoice = self._example_2()
        note = self._bill(invoice)
        self.assertEqual(
            self._entries(note),
            {"411100": (534.89, 0), "763100": (0, 494.89), "758100": (0, 40)},
        )
        self.assertEqual(len(note.line_ids), 3)
        self.assertEqual((note.state, note.amount_tax), ("posted", 0))
        self.assertRegex(note.name, "^NDP/2026/")
        self.assertEqual(note.invoice_date_due, note.invoice_date)
        self.assertEqual(note.payment_reference, note.name)
        self.assertEqual(note.partner_bank_id, self.bank)
        charges = self._own(invoice)
        self.assertEqual(charges.mapped("state"), ["invoiced"] * 2)
        self.assertEqual(charges.charge_move_id, note)

    def test_each_line_names_invoice_period_days_and_rates(self):
        invoice = self._example_2()
        lines = self._bill(invoice).invoice_line_ids
        self.assertEqual(
            lines.mapped("name"),
            [
                f"Late-payment interest, invoice {invoice.name} due on 05/31/2026: "
                "122 days from 06/01/2026 to 09/30/2026 at 12.15\xa0% then 12.40\xa0%",
                f"Fixed recovery indemnity, invoice {invoice.name} due on 05/31/2026",
            ],
        )

    def test_out_of_the_scope_of_vat(self):
        """R8.9, R1.17: 0 %, category O, in no box of the VAT return."""
        note = self._bill(self._example_2())
        tax = note.invoice_line_ids.tax_ids
        self.assertEqual(len(tax), 1)
        self.assertEqual((tax.amount, tax.type_tax_use), (0, "sale"))
        self.assertEqual(tax.tax_group_id.name, "Hors champ de TVA")  # no “VAT 0 %”
        self.assertEqual(note.type_name, "Debit note")
        self.assertFalse(note.line_ids.tax_tag_ids)
        if "ubl_cii_tax_category_code" in tax._fields:
            self.assertEqual(tax.ubl_cii_tax_category_code, "O")
        send = self.env["account.move.send"]
        self.pro.invoice_edi_format = False
        self.assertFalse(send._get_default_invoice_edi_format(note))
        self.assertEqual(send._get_default_extra_edis(note), set())
        self.assertFalse(send._is_applicable_to_move("peppol", note))
        self.assertTrue(send._is_applicable_to_move("email", note))

    def test_sent_with_its_own_text_and_its_calculation(self):
        """G1: in the debtor's language, the PDF and the calculation attached."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.pro.lang = "fr_FR"
        note = self._bill(self._example_2())
        send = self.env["account.move.send"]
        settings = send._get_default_sending_settings(note)
        self.assertEqual(
            settings["mail_template"],
            self.env.ref("dunning_fr.mail_template_debit_note"),
        )
        self.assertIn(note.name, settings["mail_subject"])
        self.assertIn("534", settings["mail_body"])
        self.assertNotIn("{{", settings["mail_subject"])
        names = [one["name"] for one in settings["mail_attachments_widget"]]
        self.assertIn(note.dunning_sheet_id.name, names)
        self.assertTrue(note.dunning_sheet_id.raw)

    def test_a_sheet_that_fails_stops_no_note(self):
        invoice = self._example_2()
        make = type(invoice)._dunning_calculation_sheet_pdf
        self.patch(type(invoice), "_dunning_calculation_sheet_pdf", _broken)
        with mute_logger("odoo.addons.dunning_fr.models.account_move_charge_sheet"):
            note = self._bill(invoice)
        self.assertEqual(note.state, "posted")
        self.assertFalse(note.dunning_sheet_id)
        self.patch(type(invoice), "_dunning_calculation_sheet_pdf", make)
        told = []
        crons = type(self.env["ir.cron"])
        self.patch(crons, "_commit_progress", lambda *_a, **known: told.append(known))
        self.env["account.move"]._cron_attach_sheets()
        self.assertEqual(told, [{"remaining": 0}])
        self.assertTrue(note.dunning_sheet_id)

    def test_on_paper(self):
        """Its own title, no tax column, no 40 € threat; another one for the public."""
        for partner, title, law in (
            (self.pro, "Debit note: late-payment interest", "L. 441-10"),
            (self.commune, "Statement of default interest", "L. 2192-13"),
        ):
            note = self._bill(self._example_2(partner))
            page = (
                self.env["ir.actions.report"]
                ._render_qweb_html("account.account_invoices", note.ids)[0]
                .decode()
            )
            with self.subTest(partner=partner.name):
                for text in (title, law, note.name, "outside the scope of VAT"):
                    self.assertIn(text, page)
                self.assertNotIn("o_td_quantity", page)

    def _on_paper(self, note):
        reports = self.env["ir.actions.report"]
        page = reports._render_qweb_html("account.account_invoices", note.ids)[0]
        return html.fromstring(page.decode())

    def test_one_invoice_is_not_several(self):
        """The sentence above the lines agrees with them, paid or not (G1)."""
        for partner, paid, words in (
            (self.pro, True, "The invoice below was paid after its due date."),
            (self.pro, False, "The invoice below was not paid on its due date."),
            (self.commune, True, "paid after the end of its payment term."),
        ):
            with self.subTest(partner=partner.name, paid=paid):
                one = self._bill(self._example_2(partner, paid))
                self.assertIn(words, self._on_paper(one).text_content())
        several = self._bill(self._example_2() + self._example_2())
        words = "The invoices below were paid after their due date."
        self.assertIn(words, self._on_paper(several).text_content())

    def test_the_end_of_the_note_stays_on_one_page(self):
        """What is to be paid, where, and the mentions: never a line alone."""
        page = self._on_paper(self._bill(self._example_2()))
        [end] = page.xpath("//div[@name='o_note_end']")
        self.assertIn("page-break-inside: avoid", end.get("style"))
        text = " ".join(end.text_content().split())
        for words in (
            "Total to pay",
            "534.89",
            "Payment reference",
            "Bank account",
            "art. 256",
        ):
            self.assertIn(words, text)
        self.assertNotIn("invoice below", text)

    def test_the_wizard_says_what_is_selected(self):
        """In each currency, interest and indemnities apart; unticked rows are out."""
        moves = self._example_2() + self._example_2()
        wizard = (
            self.env["dunning.bill.wizard"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({})
        )
        self.assertIn("1,069.78", wizard.headline)
        self.assertIn("989.78", wizard.breakdown)
        self.assertIn("80.00", wizard.breakdown)
        wizard.line_ids[0].selected = False
        self.assertIn("late invoices: 1", wizard.headline)
        self.assertIn("534.89", wizard.headline)
        self.assertIn("494.89", wizard.breakdown)
        self.assertIn("40.00", wizard.breakdown)

    def test_out_of_turnover(self):
        invoice = self._example_2()
        note = self._bill(invoice)
        self.env.flush_all()
        report = self.env["account.invoice.report"]
        shown = report.search([("move_id", "in", (invoice + note).ids)]).move_id
        self.assertEqual(shown, invoice)

    def test_r3_11_a_public_buyer_has_45_days(self):
        """From the day the principal was paid, that of the note if it is open."""
        paid = self._invoice(25000, "2026-05-31", self.commune)
        self._pay(paid, 25000, "2026-11-10")
        open_ = self._invoice(25000, "2026-05-31", self.commune)
        long_ago = self._invoice(25000, "2026-05-31", self.commune)
        self._pay(long_ago, 25000, "2026-06-20")
        for moves, due in (
            (paid, "2026-12-25"),
            (open_, "2027-01-06"),
            (long_ago, "2026-11-22"),
        ):
            with self.subTest(due=due):
                note = self._bill(moves)
                self.assertEqual(str(note.invoice_date), "2026-11-22")
                self.assertEqual(str(note.invoice_date_due), due)
        figure = self.env["dunning.parameter"].search(
            [("key", "=", "fr.public_charge_days")]
        )
        self.assertEqual(figure.reference, "CCP art. R2192-36")

    def test_a_note_bears_nothing_itself(self):
        """Invariant 7: neither interest nor 40 €, however late."""
        note = self._bill(self._example_2(), date="2026-10-15")
        claim = note.get_late_payment_claim("2027-06-30")
        self.assertEqual((claim["interest"], claim["indemnity"]), (0, 0))
        self.assertEqual(claim["principal"], 534.89)
        [warning] = claim["warnings"]  # not the one of a commercial lease (R1.1)
        self.assertIn("neither interest", warning)
        with self.assertRaisesRegex(UserError, "nothing to bill"):
            self._claim(note, "2027-06-30")._bill()
        # it is reminded all the same, for its principal alone
        run = self._run("2026-11-20")
        line = run.notice_ids.line_ids.filtered(
            lambda line: line.move_name == note.name
        )
        self.assertEqual(
            (line.claimed, line.residual, line.interest, line.indemnity),
            (True, 534.89, 0, 0),
        )

    def test_a_note_bears_nothing_whoever_owes_it(self):
        """Invariant 7, kept by the ledger's own reading: kind and contract stay."""
        for partner in (self.pro, self.commune):
            note = self._bill(self._example_2(partner), date="2026-10-15")
            note.write(
                {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 15}
            )
            [item] = self.env["account.move.line"]._dunning_debts(self._items(note).ids)
            [line] = (
                self.env["dunning.claim"]
                ._for_lines([item.id], date(2027, 6, 30))
                .values()
            )
            with self.subTest(partner=partner.name):
                self.assertTrue(item.no_claim)
                self.assertEqual(line.claim.debt.kind, partner.debtor_kind)
                self.assertEqual((line.interest, line.indemnity), (0, 0))
                self.assertFalse(line.claim.segments)
                claim = note.get_late_payment_claim("2027-06-30")
                self.assertEqual(len(claim["warnings"]), 1)

    def test_later_bills_start_the_day_after(self):
        """An invoice that stays unpaid: interest is billed once for each day."""
        invoice = self._example_2(paid=False)
        first = self._bill(invoice, "2026-09-30")
        self.assertEqual(first.amount_total, 534.89)
        second = self._bill(invoice, "2026-11-22")
        claim = invoice.get_late_payment_claim("2026-11-22")
        self.assertEqual(second.amount_total, round(claim["interest"] - 494.89, 2))
        interest = self._own(invoice).filtered(lambda c: c.kind == "interest")
        self.assertEqual(
            [(str(c.date_from), str(c.date_to)) for c in interest],
            [("2026-06-01", "2026-09-30"), ("2026-10-01", "2026-11-22")],
        )
        self.assertIn("53 days", second.invoice_line_ids.name)
        with self.assertRaisesRegex(UserError, "nothing to bill"):
            self._bill(invoice, "2026-11-22")

    def test_instalments_bear_one_indemnity(self):
        """R1.21, invariant 2: also when another instalment bears it later."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (30, 60)
                ],
            }
        )
        invoice = self._invoice(
            2000, "2026-05-01", invoice_payment_term_id=term.id, invoice_date_due=False
        )
        first, second = self._items(invoice)
        self.assertEqual(
            sum(c.kind == "indemnity" for c in self._bill_lines(first, "2026-08-01")), 1
        )
        self._pay_line(first)
        later = self._bill_lines(second, "2026-08-01")
        self.assertEqual(later.mapped("kind"), ["interest"])
        both = self._own(invoice).filtered(lambda c: c.kind == "interest")
        claim = invoice.get_late_payment_claim("2026-08-01")
        self.assertEqual(round(sum(both.mapped("amount")), 2), claim["interest"])

    def _bill_lines(self, lines, day):
        charges = self.charges._claim_lines(
            self.company,
            lines,
            self.env["dunning.charge"]._fields["date_to"].to_date(day),
        )
        charges._bill()
        return charges

    def _pay_line(self, line):
        bank = self.company_data["default_journal_bank"]
        entry = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "date": "2026-08-01",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": line.partner_id.id,
                            "balance": sign * line.amount_residual,
                        }
                    )
                    for account, sign in (
                        (line.account_id, -1),
                        (
                            self.company_data[
                                "default_journal_bank"
                            ].default_account_id,
                            1,
                        ),
                    )
                ],
            }
        )
        entry.action_post()
        (line + entry.line_ids.filtered(lambda x: x.balance < 0)).reconcile()

    def test_one_note_per_debtor_and_currency(self):
        other = self._customer("Martin SAS", "professional")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        moves = self._example_2() + self._example_2() + self._example_2(other)
        moves += self._invoice(
            1000, "2026-08-01", currency_id=dollar.id, invoice_payment_term_id=False
        )
        notes = self._bill(moves)
        self.assertEqual(len(notes), 3)
        found = {(n.partner_id.name, n.currency_id.name): n for n in notes}
        self.assertEqual(found["Durand SARL", "EUR"].amount_total, 2 * 534.89)
        self.assertEqual(found["Martin SAS", "EUR"].amount_total, 534.89)
        self.assertIn(("Durand SARL", "USD"), found)

    def test_kinds_of_debtors(self):
        """Neither consumer nor non-professional ever owes 40 € (R1.25, R2.2)."""
        for partner in (self.consumer, self.association):
            with self.subTest(partner=partner.name), self.assertRaises(UserError):
                self._bill(self._example_2(partner))
        public = self._bill(self._example_2(self.commune))
        # one rate for the whole delay (R3.6): 12,000 × 10.15 % × 122 / 365
        self.assertEqual(self._entries(public)["763100"], (0, 407.11))
        self.assertEqual(self._entries(public)["758100"], (0, 40))

    def test_missing_settings_are_named(self):
        self.company.dunning_indemnity_account_id = False
        self.company.dunning_charge_journal_id = False
        with self.assertRaisesRegex(
            UserError, "Fill in.*Journal of debit notes, Account of the 40 €"
        ):
            self._bill(self._example_2())

    def test_what_the_french_chart_gives(self):
        """R8.1: 763100 and 758100, a journal of its own, once."""
        company = self.company
        self.assertEqual(company.dunning_interest_account_id.code, "763100")
        self.assertEqual(company.dunning_indemnity_account_id.code, "758100")
        self.assertEqual(company.dunning_charge_journal_id.code, "NDP")
        before = self.env["account.journal"].search_count([("code", "=", "NDP")])
        company._dunning_setup()
        after = self.env["account.journal"].search_count([("code", "=", "NDP")])
        self.assertEqual(before, after)

    def test_who_may_bill(self):
        invoice = self._example_2()
        for login, groups in (
            ("collector", "dunning_fr.group_dunning_user"),
            ("manager_only", "dunning_fr.group_dunning_manager"),
            ("billing", "account.group_account_invoice"),
        ):
            user = new_test_user(
                self.env,
                login=f"bill_{login}",
                groups=groups,
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            charges = self.charges.with_user(user)
            with self.subTest(login), self.assertRaisesRegex(AccessError, "Only a dun"):
                charges._claim_lines(
                    self.company,
                    self._items(invoice).with_user(user),
                    self.company._dunning_today(),
                )
        self.assertFalse(self._own(invoice))

    def test_the_wizard_from_invoices_and_debtors(self):
        invoice = self._example_2()
        other = self._example_2(self.commune)
        debtor = self._debtor(self.pro)
        for records in (invoice, debtor, self.pro):
            wizard = self.env["dunning.bill.wizard"].with_context(
                active_model=records._name, active_ids=records.ids
            )
            with self.subTest(records._name):
                shown = wizard.create({})
                self.assertEqual(shown.line_ids.move_id, invoice)
                self.assertEqual(shown.line_ids.interest, 494.89)
                self.assertEqual(shown.line_ids.indemnity, 40)
                self.assertEqual(shown.line_ids.total, 534.89)
        wizard = self.env["dunning.bill.wizard"].with_context(
            active_model="account.move", active_ids=(invoice + other).ids
        )
        form = Form(wizard)
        form.posting = "draft"
        for number in range(2):
            with form.line_ids.edit(number) as line:
                line.selected = line.partner_id == self.pro
        shown = form.save()
        self.assertIn("notes: 1 – late invoices: 1 –", shown.headline)
        self.assertFalse(shown.left_out)  # and not the text of a number
        action = shown.action_bill()
        note = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((note.state, note.partner_id), ("draft", self.pro))
        self.assertEqual(self._own(invoice).mapped("state"), ["claimed"] * 2)
        self.assertFalse(self._own(other))
        # a draft holds its charges: they are not billed twice
        with self.assertRaisesRegex(UserError, "nothing to bill"):
            self._bill(invoice)
        note.action_post()
        self.assertEqual(self._own(invoice).mapped("state"), ["invoiced"] * 2)

    def test_billing_costs_the_same_whatever_the_invoices(self):
        counts = []
        for size in (2, 2, 8):
            partner = self._customer(f"Q{size} SARL", "professional")
            moves = self.env["account.move"]
            for _ in range(size):
                moves += self._invoice(1000, "2026-06-01", partner)
            lines = self._items(moves)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            charges = self.charges._claim_lines(
                self.company, lines, self.company._dunning_today()
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(charges), 2 * size)
        self.assertEqual(*counts[1:])

    def test_texts_cost_the_same_whatever_the_days_of_payment(self):
        """Each invoice ends on a day of its own; the claims are read again once."""
        counts = []
        for size in (2, 2, 6):
            partner = self._customer(f"T{size} SARL", "professional")
            moves = self.env["account.move"]
            for number in range(size):
                move = self._invoice(1000, "2026-05-31", partner)
                self._pay(move, 1000, f"2026-07-{10 + number}")
                moves += move
            charges = self._claim(moves)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            segments = charges._segments(self.company)
            counts.append(self.env.cr.sql_log_count - before)
            # 30 days of June at one rate, the days of July at the next
            for number, charge in enumerate(
                charges.filtered(lambda c: c.kind == "interest").sorted("date_to")
            ):
                days = [segment.days for segment in segments[charge.id]]
                self.assertEqual(days, [30, 10 + number])
        self.assertEqual(*counts[1:])


def _broken(moves, *_arguments):
    raise ValueError(f"no sheet of {moves}")
