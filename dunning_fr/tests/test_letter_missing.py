from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_letter import TODAY, LetterCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestLetterMissing(LetterCommon):
    """An empty mandatory field stops the letter and is named; others leave."""

    def _missing(self, notice):
        return notice._freeze_text().get(notice.id, [])

    def test_each_missing_fact_is_named(self):
        for field, kind, level, label in (
            ("dunning_mediator_name", "consumer", 3, "Consumer mediator"),
            ("dunning_mediator_website", "consumer", 4, "Mediator's website"),
            ("dunning_signatory_name", "professional", 2, "Signatory"),
            ("company_registry", "professional", 1, "Legal form, SIREN and"),
        ):
            with self.subTest(field=field):
                notice = self._notice(kind, level)
                kept = self.company[field]
                self.company[field] = False
                self.assertRegex(" ".join(self._missing(notice)), label)
                self.assertFalse(notice.subject)
                self.assertFalse(notice.body)
                self.company[field] = kept
                self.assertEqual(self._missing(notice), [])
                self.assertTrue(notice.body)

    def test_no_bank_account(self):
        notice = self._notice("professional", 1)
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")]
        )
        journals.bank_account_id = False
        self.assertEqual(self._missing(notice), ["Bank account for payments"])

    def test_a_passage_that_is_not_printed_demands_nothing(self):
        """A consumer's mediator is not a professional's business."""
        self.company.dunning_mediator_name = False
        self.assertEqual(self._missing(self._notice("professional", 3)), [])
        self.assertEqual(self._missing(self._notice("non_professional", 3)), [])

    def test_missing_semester_is_named_and_stops_only_its_own(self):
        """R9.2: no letter states the last known rate of another semester."""
        business = self._notice("professional", 2)
        consumer = self._notice("consumer", 1)
        rates = self.env["dunning.rate"].search([("date_from", "=", "2026-07-01")])
        rates.unlink()
        missing = (business | consumer)._freeze_text()
        self.assertEqual(missing, {business.id: ["Rate of late-payment interest"]})
        self.assertTrue(consumer.body)

    def test_labels_are_in_the_users_language(self):
        self.company.dunning_mediator_name = False
        notice = self._notice("consumer", 3, lang="en_US")
        self.env.user.lang = "fr_FR"
        self.assertIn("Médiateur de la consommation", self._missing(notice))

    def test_a_default_makes_a_placeholder_optional(self):
        notice = self._notice("professional", 1)
        text = notice.level_id.template_id
        text.with_context(lang="fr_FR").write(
            {
                "subject": "Objet {{ object.tracking_number or 'sans numéro' }}",
                "body_html": '<p>A<t t-out="object.tracking_number">aucun</t></p>'
                '<p t-if="object.tracking_number">'
                '<t t-out="object.tracking_number"/></p>',
            }
        )
        self.assertEqual(self._missing(notice), [])
        self.assertEqual(notice.subject, "Objet sans numéro")
        self.assertIn("Aaucun", notice.body)

    def test_plain_fields_are_formatted(self):
        notice = self._notice("professional", 1)
        notice.level_id.template_id.with_context(lang="fr_FR").body_html = (
            "<p><t t-out='object.date'/> <t t-out='object.amount_total'/> "
            "<t t-out='object.partner_id.country_id'/></p>"
        )
        self.assertEqual(self._missing(notice), [])
        self.assertEqual(
            self._words(notice.body).replace("\u00a0", " "),
            "27 juillet 2026 1 000,00 € France",
        )


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestLetterHostile(LetterCommon):
    """Whoever edits a text gains no rights by it; data stays data."""

    HOSTILE = (
        '<t t-out="object.sudo().company_id.write({})"/>',
        '<t t-out="env"/>',
        '<t t-set="x" t-value="1"/>',
        '<t t-foreach="object.line_ids" t-as="line"/>',
        '<t t-call="web.login"/>',
        '<p t-if="object.unlink()">x</p>',
        "<p t-att=\"{'x': 1}\">x</p>",
        '<p t-attf-class="#{object.name}">x</p>',
        '<t t-out="object.company_id.env.cr"/>',
        '<t t-out="object.approved_by.totp_secret"/>',
    )

    def _smuggle(self, notice, source):
        """Give the notice's level a French text behind Odoo's back."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_template SET body_html = jsonb_build_object("
            "'en_US', '<p>x</p>'::text, 'fr_FR', %s::text) WHERE id = %s",
            [source, notice.level_id.template_id.id],
        )
        self.env.invalidate_all()

    def test_code_is_refused_when_written(self):
        text = self.env.ref("dunning_fr.mail_template_a1")
        for code in self.HOSTILE:
            with self.subTest(code=code), self.assertRaises(ValidationError):
                text.body_html = f"<div>{code}</div>"
        with self.assertRaisesRegex(ValidationError, "only print and test fields"):
            text.subject = "{{ object.sudo().name }}"

    def test_code_that_got_in_otherwise_is_not_run(self):
        """By SQL, or in another language: the letter stops, the others leave."""
        victim = self._notice("professional", 1)
        other = self._notice("consumer", 1)
        for code in self.HOSTILE:
            self._smuggle(victim, f"<div>{code}</div>")
            with self.subTest(code=code):
                missing = (victim | other)._freeze_text()
                self.assertEqual(list(missing), [victim.id])
                self.assertIn("only print", missing[victim.id][0])
                self.assertFalse(victim.body)
                self.assertTrue(other.body)

    def test_a_user_without_template_rights_cannot_edit_texts(self):
        group = self.env.ref("mail.group_mail_template_editor")
        self.env.ref("base.group_user").implied_ids -= group
        user = new_test_user(self.env, "clerk", "dunning_fr.group_dunning_user")
        text = self.env.ref("dunning_fr.mail_template_a1").with_user(user)
        with self.assertRaises(AccessError):
            text.body_html = "<p>Pay!</p>"

    def test_a_text_shows_what_the_acting_user_may_read(self):
        """Rendering drops sudo: a field of a group stays unreadable."""
        notice = self._notice("professional", 1)
        template = notice.level_id.template_id
        secret = self.env["res.partner"]._fields["signup_type"]
        self.assertTrue(secret.groups)
        with self.assertRaises(ValidationError):
            template.body_html = "<p><t t-out='object.partner_id.signup_type'/></p>"

    def test_references_are_escaped(self):
        partner = self._debtor("professional")
        hostile = "<script>alert(1)</script> {{7*7}} & <t t-out='1'/>"
        self._invoice(1000, "2026-07-20", partner, ref=hostile)
        notice = self._frozen(self._step(partner, date(2026, 7, 28)))
        self.assertNotIn("<script", notice.body)
        self.assertIn("&lt;script&gt;", notice.body)
        self.assertIn(hostile, self._words(notice.body))

    def test_a_hostile_name_is_text(self):
        partner = self._debtor("consumer", name="<img src=x onerror=alert(1)> ${7*7}")
        notice = self._frozen(self._notice("consumer", 1, partner=partner))
        self.assertNotIn("<img", notice.body)
        self.assertIn("<img src=x onerror=alert(1)> ${7*7}", self._words(notice.body))

    @mute_logger("odoo.addons.dunning_fr.models.dunning_letter_freeze_mixin")
    def test_a_text_that_cannot_be_rendered_stops_only_its_own(self):
        bad, good = self._notice("professional", 1), self._notice("consumer", 1)
        self._smuggle(bad, "<p t-if='object.date &gt; 3'>x</p>")
        missing = (bad | good)._freeze_text()
        self.assertEqual(list(missing), [bad.id])
        self.assertIn("cannot be rendered", missing[bad.id][0])
        self.assertTrue(good.body)
