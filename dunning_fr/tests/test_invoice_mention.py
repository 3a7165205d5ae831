"""What invoices say of late payment: for whom, in which words, and never in the way."""

from lxml import html

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import DunningCommon

REPORT = "account.report_invoice"


class MentionCommon(DunningCommon):
    def _mention(self, move, lang="en_US"):
        text = move.with_context(lang=lang)._dunning_legal_mention()
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    def _printed(self, move):
        page, _ = self.env["ir.actions.report"]._render_qweb_html(REPORT, move.ids)
        return " ".join(html.fromstring(page).text_content().split())

    def _french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestInvoiceMention(MentionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls._invoice(1000, "2026-10-31", invoice_date="2026-10-01")

    def test_r1_37_professional(self):
        """Payment date, discount, penalty rate, the 40 € in figures."""
        self.assertEqual(
            self._mention(self.move),
            "Payment due on 31 October 2026. Discount for early payment: none. "
            "Late-payment penalties, due from the next day without any reminder: ECB "
            "refinancing rate plus 10 points, revised every half-year, i.e. 12.40% "
            "for the second half of 2026. Indemnity for recovery costs in case of "
            "late payment: 40 € (C. com. art. L441-10 II and D441-5).",
        )

    def test_r1_37_in_french(self):
        self._french()
        text = self.move.with_context(lang="fr_FR")._dunning_legal_mention()
        for words in (
            "31\u00a0octobre 2026",
            "Escompte pour paiement anticipé\u00a0: néant.",
            "majoré de 10 points",
            "soit 12,40\u00a0% ",
            "40\u00a0€",
            "L441-10 II et D441-5",
        ):
            self.assertIn(words, text)

    def test_r1_38_only_who_it_concerns(self):
        """Never the 40 € to a consumer, nor to whom might be one."""
        for kind in ("consumer", "non_professional", None):
            move = self._invoice(100, "2026-10-31", self._customer("X", kind))
            with self.subTest(kind=kind):
                self.assertEqual(self._mention(move), "")
                self.assertNotIn("40 €", self._printed(move).replace("\u00a0", " "))
        self.move.debtor_kind = "consumer"  # the invoice's own kind decides
        self.assertEqual(self._mention(self.move), "")

    def test_foreign_law(self):
        """R1.1: no French penalties are announced where none could be claimed."""
        german = self.env.ref("base.de").id
        move = self._invoice(
            100,
            "2026-10-31",
            self._customer("Kunde", "professional", country_id=german),
        )
        self.assertIn("40 €", self._mention(move))
        move.partner_id.dunning_law = "foreign"
        self.assertEqual(self._mention(move), "")

    def test_r3_6_public_buyer(self):
        commune = self._customer("Commune", "public", public_buyer_type="health")
        text = self._mention(self._invoice(100, "2026-10-31", commune))
        for words in (
            "within 50 days from receipt of the payment request",
            "plus 8 points, i.e. 10.40% in the second half of 2026",
            "40 € (CCP art. L2192-13, R2192-31 and D2192-35)",
        ):
            self.assertIn(words, text)
        self.assertNotIn("441-10", text)
        commune.public_buyer_type = False
        move = self._invoice(100, "2026-10-31", commune)
        self.assertIn("within the term set by law", self._mention(move))

    def test_contract_rates(self):
        """R1.5, R1.8: the agreed rate, unless the law sets it aside."""
        for rate_type, value, words in (
            ("fixed", 15, "15.00% a year, as agreed"),
            ("fixed", 5, "ECB refinancing rate plus 10 points"),
            ("ecb_plus", 12, "plus 12 points, revised every half-year, i.e. 14.40%"),
            ("legal_multiple", 5, "5 times the legal interest rate, i.e. 13.75%"),
            ("statutory", 0, "ECB refinancing rate plus 10 points"),
        ):
            self.move.write(
                {
                    "dunning_contract_rate_type": rate_type,
                    "dunning_contract_rate": value,
                }
            )
            with self.subTest(rate_type=rate_type, value=value):
                self.assertIn(words, self._mention(self.move))
        self.move.write(
            {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 5}
        )
        self.company.dunning_rate_below_floor = "raise"
        self.assertIn(
            "3 times the legal interest rate, i.e. 8.25%", self._mention(self.move)
        )

    def test_rate_of_the_customer(self):
        """Before posting the invoice has no rate of its own: the customer's."""
        self.pro.write(
            {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 15}
        )
        draft = self._invoice(100, "2026-10-31")
        self.assertIn("15.00% a year, as agreed", self._mention(draft))
        draft.button_draft()
        draft.dunning_contract_rate_type = False
        self.assertIn("15.00% a year, as agreed", self._mention(draft))

    def test_frozen_at_the_due_date(self):
        self.company.dunning_rate_mode = "frozen_at_due_date"
        move = self._invoice(100, "2026-07-31", invoice_date="2026-06-15")
        self.assertIn("12.40%, the rate of the second half", self._mention(move))

    def test_r9_2_rates_missing(self):
        """Printing goes on: the mention without its figure."""
        commune = self._customer("Commune", "public")
        for partner, figure in ((self.pro, "12."), (commune, "10.")):
            move = self._invoice(100, "2027-03-31", partner, invoice_date="2027-02-01")
            text = self._mention(move)
            with self.subTest(kind=partner.debtor_kind):
                self.assertIn("ECB refinancing rate", text)
                self.assertIn("points", text)
                self.assertIn("40 €", text)
                self.assertNotIn(figure, text)
                self.assertIn("40 €", self._printed(move).replace("\u00a0", " "))

    def test_before_there_was_an_indemnity(self):
        move = self._invoice(100, "2012-03-31", invoice_date="2012-03-01")
        self.assertEqual(self._mention(move), "")

    def test_discount_of_the_payment_term(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % à 10 jours",
                "early_discount": True,
                "discount_percentage": 2.5,
                "discount_days": 10,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        move = self._invoice(
            100, False, invoice_date="2026-10-01", invoice_payment_term_id=term.id
        )
        self.assertIn(
            "Discount for early payment: 2.50% within 10 days of the invoice date.",
            self._mention(move),
        )

    def test_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (30, 60)
                ],
            }
        )
        move = self._invoice(
            100, False, invoice_date="2026-10-01", invoice_payment_term_id=term.id
        )
        self.assertIn("31 October 2026 and 30 November 2026", self._mention(move))

    def test_other_documents(self):
        for move_type in ("out_refund", "in_invoice"):
            move = self._invoice(100, "2026-10-31", move_type=move_type)
            with self.subTest(move_type=move_type):
                self.assertEqual(self._mention(move), "")

    def test_r1_37_sales_receipt(self):
        """Between professionals it is an invoice; never to a consumer (R1.38)."""
        receipt = self._invoice(100, "2026-10-31", move_type="out_receipt")
        self.assertIn("Indemnity for recovery costs", self._mention(receipt))
        self.assertIn("441-10", self._printed(receipt))
        consumer = self._customer("X", "consumer")
        receipt = self._invoice(100, "2026-10-31", consumer, move_type="out_receipt")
        self.assertEqual(self._mention(receipt), "")

    def test_r8_9_debit_note(self):
        """Invariant 7: it bears neither interest nor 40 € itself."""
        note = self._invoice(100, "2026-08-31")
        self.assertTrue(self._mention(note) and note.dunning_claim_total)
        self.env.cr.execute(
            "UPDATE account_move SET dunning_is_debit_note = TRUE WHERE id = %s",
            note.ids,
        )
        self.env.invalidate_all()
        self.assertEqual((self._mention(note), note.dunning_claim_total), ("", 0))
        day = self.company._dunning_today()
        self.assertEqual(note._dunning_calculation_sheet(day), [])

    def test_company_elsewhere(self):
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        self.assertEqual(self._mention(self.move), "")

    # ------------------------------------------ the company's own words, the switch

    def test_printed_once_on_the_invoice(self):
        self.assertEqual(self._printed(self.move).count("Late-payment penalties"), 1)
        self.company.dunning_print_mention = False
        self.assertNotIn("Late-payment penalties", self._printed(self.move))

    def test_own_text(self):
        self.company.dunning_mention_professional = (
            "Due {due_date}; {fee}, {rate}.\n{discount} <b>100 % net</b>"
        )
        text = self._mention(self.move)
        self.assertTrue(text.startswith("Due 31 October 2026; 40 €, ECB"), text)
        page, _ = self.env["ir.actions.report"]._render_qweb_html(REPORT, self.move.ids)
        self.assertIn(b"&lt;b&gt;100 % net", page)

    def test_own_text_in_another_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.dunning_mention_professional = "Due {due_date}"
        self.company.with_context(
            lang="fr_FR"
        ).dunning_mention_professional = "Échéance {due_date}"
        self.assertEqual(self._mention(self.move), "Due 31 October 2026")
        self.assertEqual(self._mention(self.move, "fr_FR"), "Échéance 31 octobre 2026")

    def test_only_known_placeholders(self):
        for text in (
            "{name}",
            "{due_date.year}",
            "{fee[0]}",
            "{fee!r}",
            "{fee:>99}",
            "{",
            "}",
            "{}",
            "{fee:{rate}}",
        ):
            for name in ("dunning_mention_professional", "dunning_mention_public"):
                with self.subTest(text=text), self.assertRaises(ValidationError):
                    self.company[name] = text
                    self.company.flush_recordset()

    def test_a_broken_text_never_stops_printing(self):
        self.env.cr.execute(
            "UPDATE res_company SET dunning_mention_professional ="
            ' \'{"en_US": "{boom"}\' WHERE id = %s',
            self.company.ids,
        )
        self.env.invalidate_all()
        self.assertIn("40 €", self._mention(self.move))

    def test_settings_show_the_standard_text_and_a_doubled_one(self):
        settings = self.env["res.config.settings"].create({})
        self.assertIn("{rate}", settings.dunning_standard_professional)
        self.assertIn("R2192-31", settings.dunning_standard_public)
        self.assertFalse(settings.dunning_mention_twice)
        self.company.invoice_terms = "<p>Retard : 40 € (art. L. 441-10)</p>"
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.dunning_mention_twice)

    def test_settings_write_it(self):
        with Form(self.env["res.config.settings"]) as settings:
            settings.dunning_mention_professional = "Own {fee}"
        settings.save().execute()
        self.assertEqual(self.company.dunning_mention_professional, "Own {fee}")

    def test_whoever_prints(self):
        """A salesperson without accounting, the customer on the portal."""
        for login, group in (
            ("mention_seller", "base.group_user"),
            ("mention_portal", "base.group_portal"),
        ):
            user = new_test_user(
                self.env,
                login,
                group,
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            move = self.move.with_user(user).sudo()  # as Odoo's own pages do
            with self.subTest(login=login):
                self.assertIn("40 €", self._mention(move.with_user(user).sudo()))
