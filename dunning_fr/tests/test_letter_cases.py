from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from ..tools.typography import NBSP
from .common_letter import TODAY, LetterCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestLetterCases(LetterCommon):
    """Rates, credits, references, history: what changes from letter to letter."""

    def _body(self, notice):
        return self._words(self._frozen(notice).body).replace(NBSP, " ")

    def _rate(self, kind="professional", due="2026-05-31", day="2026-06-15", **partner):
        partner = self._debtor(kind, **partner)
        self._invoice(12000, due, partner)
        notice = self._step(partner, date.fromisoformat(day))
        return notice.rate_text.replace(NBSP, " ")

    # ------------------------------------------------------------------ rates

    def test_statutory_rate_is_that_of_the_semester_of_the_letter(self):
        """R1.4: 12.15 % in June, 12.40 % in July, for the same debt."""
        self.assertEqual(
            self._rate(day="2026-06-15"),
            "taux de refinancement de la BCE majoré de 10 points, révisé chaque "
            "semestre, soit 12,15 % au 1er semestre 2026",
        )
        self.assertIn("12,40 % au 2e semestre 2026", self._rate(day="2026-07-15"))

    def test_rate_frozen_at_the_due_date(self):
        self.company.dunning_rate_mode = "frozen_at_due_date"
        rate = self._rate(day="2026-07-15")
        self.assertIn("soit 12,15 %, taux du 1er semestre 2026", rate)
        self.assertNotIn("révisé", rate)

    def test_agreed_rates(self):
        def rate(rate_type, value):
            return self._rate(
                dunning_contract_rate_type=rate_type, dunning_contract_rate=value
            )

        self.assertEqual(rate("fixed", 15), "15,00 % l’an, taux convenu")
        self.assertIn("majoré de 12 points", rate("ecb_plus", 12))
        self.assertEqual(
            rate("legal_multiple", 5),
            "5 fois le taux d’intérêt légal, soit 13,10 % au 1er semestre 2026",
        )

    def test_agreed_rate_under_the_floor(self):
        """R1.8: ignored by default, raised to three times the legal rate if chosen."""
        low = {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 5}
        self.assertIn("majoré de 10 points", self._rate(**low))
        self.company.dunning_rate_below_floor = "raise"
        self.assertIn("3 fois le taux d’intérêt légal, soit 7,86 %", self._rate(**low))

    def test_daily_interest(self):
        """12,000.00 x 12.40 % / 365 = 4.08 a day."""
        partner = self._debtor("professional")
        self._invoice(12000, "2026-05-31", partner)
        notice = self._step(partner, date(2026, 7, 15))
        self.assertEqual(notice.daily_interest_text, f"4,08{NBSP}€")

    def test_a_debtor_to_qualify_owes_the_principal_alone(self):
        body = self._body(self._notice(None, 2))
        self.assertIn("Total restant dû : 1 000,00 €", body)
        for word in ("pénalités", "40 €", "L. 441-10"):
            self.assertNotIn(word, body)

    # ---------------------------------------------------------------- amounts

    def test_credits_are_shown_and_deducted(self):
        partner = self._debtor("professional")
        self._invoice(1000, "2026-07-20", partner)
        credit = self._invoice(150, "2026-07-25", partner, move_type="out_refund")
        body = self._body(self._step(partner, date(2026, 7, 28)))
        self.assertIn("déduits du total", body)
        self.assertIn(credit.name, body)
        self.assertIn("-150,00 €", body)
        self.assertIn("Reste dû au 28 juillet 2026 : 850,00 €", body)

    def test_part_payment_shows_in_the_table(self):
        partner = self._debtor("professional")
        invoice = self._invoice(1000, "2026-07-20", partner)
        self._pay(invoice, 300, "2026-07-21")
        body = self._body(self._step(partner, date(2026, 7, 28)))
        self.assertIn("Déjà réglé", body)
        self.assertIn("1 000,00 € 300,00 € 700,00 € 8", body)

    def test_invoices_that_have_not_reached_the_level_are_for_information(self):
        """A formal notice claims only the items whose own next level it is."""
        partner = self._debtor("professional")
        notice = self._notice("professional", 2, partner=partner)
        late = self._invoice(500, "2026-08-10", partner)
        self._send(notice)
        formal = self._step(partner, date(2026, 8, 19))
        self.assertTrue(formal.is_formal_notice)
        body = self._body(formal)
        claimed, _sep, informed = body.partition("Pour information")
        self.assertNotIn(late.name, claimed)
        self.assertIn(late.name, informed)
        self.assertIn("Principal restant dû 1 000,00 €".replace(" 1", "1"), claimed)

    def test_payments_since_the_formal_notice(self):
        partner = self._debtor("professional")
        formal = self._notice("professional", 3, partner=partner)
        self._send(formal)
        self._pay(formal.line_ids.move_line_id.move_id, 400, "2026-08-25")
        body = self._body(
            self._step(partner, formal.deadline_date + timedelta(days=20))
        )
        self.assertIn("depuis la mise en demeure, déjà déduits : 400,00 €", body)
        self.assertIn("Principal restant dû600,00 €", body)

    # ------------------------------------------------------------- references

    def test_payment_reference_is_the_invoice_if_alone_else_the_notice(self):
        alone = self._notice("professional", 1)
        move = alone.line_ids.move_line_id.move_id
        self.assertEqual(alone.payment_reference, move.payment_reference or move.name)
        several = self._notice("professional", 1, count=2)
        self.assertEqual(several.payment_reference, several.name)

    def test_two_instalments_are_one_invoice(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half, half",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 5}),
                ],
            }
        )
        partner = self._debtor("professional")
        self._invoice(
            1000,
            False,
            partner,
            invoice_date="2026-07-01",
            invoice_payment_term_id=term.id,
        )
        notice = self._step(partner, date(2026, 7, 28))
        self.assertEqual(len(notice.line_ids), 2)
        self.assertTrue(notice.is_single_item)
        self.assertRegex(self._frozen(notice).subject, "^Votre facture ")

    def test_last_notice_after_an_unclaimed_letter(self):
        """R2.6: an unclaimed registered letter is still a formal notice."""
        partner = self._debtor("professional")
        formal = self._notice("professional", 3, partner=partner)
        self._send(formal)
        formal.sudo()._proof_unlocked().write(
            {"presented_date": False, "unclaimed": True}
        )
        last = self._step(partner, formal.deadline_date + timedelta(days=25))
        self.assertIn("que vous n’avez pas réclamée", self._body(last))

    def test_transfer_and_retention_only_when_the_company_says_so(self):
        partner = self._debtor("professional")
        formal = self._notice("professional", 3, partner=partner)
        self.assertNotIn("réserve de propriété", self._body(formal))
        self.company.write(
            {
                "dunning_retention_clause": "article 8 de nos CGV",
                "dunning_transfer_recipient": "Maître Roux, commissaire de justice",
            }
        )
        self.assertIn("(article 8 de nos CGV)", self._body(formal))
        self._send(formal)
        last = self._step(partner, formal.deadline_date + timedelta(days=20))
        self.assertIn("à Maître Roux, commissaire de justice, avec", self._body(last))
        self.assertIn("transmission de votre dossier", last.subject)

    def test_language_without_a_text_falls_back_to_english_as_a_whole(self):
        self.env["res.lang"]._activate_lang("de_DE")
        notice = self._frozen(self._notice("professional", 1, lang="de_DE"))
        self.assertEqual(notice.lang, "en_US")
        self.assertIn("20 Jul 2026", self._words(notice.body))

    # ---------------------------------------------------------------- batches

    def test_queries_do_not_grow_with_the_number_of_letters(self):
        notices = self.env["dunning.notice"]
        for level in (3, 3, 4, 3, 3, 3, 4, 3):
            notices |= self._notice("professional", level)
        self.env.flush_all()

        def queries(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(
                [gap for text in some._render_texts().values() for gap in text[2]]
            )
            return self.env.cr.sql_log_count - before

        queries(notices)  # warm caches
        self.assertAlmostEqual(queries(notices[:3]), queries(notices), delta=2)

    def test_odoo_preview_renders_every_text(self):
        """The placeholders are plain fields: Odoo's own engine prints them too."""
        notice = self._notice("professional", 3)
        templates = self.env["mail.template"].search([("model", "=", "dunning.notice")])
        self.assertGreaterEqual(len(templates), 14)
        silent = templates.filtered(lambda text: text.name == "Dunning: text message")
        for template in templates:
            with self.subTest(text=template.name):
                body = template._render_field("body_html", notice.ids)[notice.id]
                template._render_field("subject", notice.ids)
                # a text message names no debt: others may read the screen
                shown = f"1{NBSP}000,00{NBSP}€" in body
                self.assertEqual(shown, template not in silent)
                self.assertTrue(shown or notice.name in body)

    def test_placeholders_are_offered_by_the_picker(self):
        fields = self.env["dunning.notice"].fields_get(["total_text", "invoice_table"])
        self.assertTrue(all(field["searchable"] for field in fields.values()))

    def test_bic_only_if_the_bank_is_known(self):
        notice = self._frozen(self._notice("professional", 1))
        self.assertNotIn("BIC", self._words(notice.body))
        self.bank.bank_id = self.env["res.bank"].create(
            {"name": "Banque du Rhône", "bic": "BDRHFR2L"}
        )
        notice = self._frozen(self._notice("consumer", 1))
        self.assertIn("BIC BDRHFR2L", self._words(notice.body))
