from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDebtorKind(DunningCommon):
    """R1.1: what Odoo knows suggests a kind; a person confirms it."""

    def _assert_suggestion(self, kind, *reason_parts, **values):
        partner = self._customer("Client", **{"is_company": True, **values})
        self.assertEqual(partner.debtor_kind_suggestion, kind)
        for part in reason_parts or ("",):
            self.assertIn(part, partner.debtor_kind_reason)
        self.assertTrue(partner.debtor_kind_reason)
        self.assertFalse(partner.debtor_kind, "a suggestion decides nothing")
        return partner

    def test_siren_and_siret_are_professional(self):
        self._assert_suggestion(
            "professional", "732829320", company_registry="732 829 320"
        )
        self._assert_suggestion(
            "professional", "732829320", company_registry="732 829 320 00074"
        )

    def test_a_wrong_siren_proves_nothing(self):
        self._assert_suggestion(False, "without proof", company_registry="732829321")

    def test_french_tax_number_is_professional(self):
        partner = self._customer("Client", is_company=True)
        partner.vat = "FR44732829320"
        self.assertEqual(partner.debtor_kind_suggestion, "professional")
        self.assertIn("SIREN 732829320.", partner.debtor_kind_reason)

    def test_foreign_tax_number_is_professional(self):
        self._assert_suggestion(
            "professional",
            "BE0477472701",
            vat="BE0477472701",
            country_id=self.env.ref("base.be").id,
        )

    def test_a_foreign_registry_is_no_siren(self):
        self._assert_suggestion(
            False, company_registry="732829320", country_id=self.env.ref("base.be").id
        )

    def test_overseas_france_has_siren_too(self):
        self._assert_suggestion(
            "professional",
            company_registry="732829320",
            country_id=self.env.ref("base.re").id,
        )

    def test_tax_number_slash_is_none(self):
        partner = self._assert_suggestion("consumer", vat="/", is_company=False)
        self.assertFalse(partner.public_buyer_type_suggestion)

    def test_person_is_consumer_unless_registered(self):
        self._assert_suggestion("consumer", "person", is_company=False)
        self._assert_suggestion(
            "professional", is_company=False, company_registry="732829320"
        )

    def test_company_without_proof_is_to_qualify(self):
        self._assert_suggestion(False, "without proof of business activity")

    def test_association_number_is_non_professional(self):
        self._assert_suggestion(
            "non_professional", "W751234567", company_registry="W751234567"
        )
        self._assert_suggestion("non_professional", company_registry="w9r 1001234")

    def test_association_with_tax_number_is_left_to_a_person(self):
        self._assert_suggestion(
            False,
            "A person decides",
            company_registry="W751234567",
            vat="BE0477472701",
            country_id=self.env.ref("base.be").id,
        )

    def test_public_bodies_by_siren(self):
        """R3.19: the type only where the number settles it."""
        for registry, buyer in (
            ("217500016", "local"),  # Paris
            ("110046018", "state"),  # a ministry
            ("267500452", False),  # public hospitals of Paris: 26 is also welfare
            ("180089013", False),  # a national establishment
        ):
            with self.subTest(registry):
                partner = self._assert_suggestion(
                    "public", registry, company_registry=registry
                )
                self.assertEqual(partner.public_buyer_type_suggestion, buyer)

    def test_public_body_by_chorus_pro(self):
        self.assertIn("peppol_endpoint", self.env["res.partner"]._fields)
        partner = self._assert_suggestion(
            "public",
            "Chorus Pro",
            peppol_eas="0009",
            peppol_endpoint="11000201100044",
            company_registry="217 500 016 00019",
        )
        self.assertEqual(partner.public_buyer_type_suggestion, "local")

    def test_a_contact_follows_its_company(self):
        company = self._customer(
            "Client", is_company=True, company_registry="732829320"
        )
        contact = self._customer("Contact", is_company=False, parent_id=company.id)
        self.assertEqual(contact.debtor_kind_suggestion, "professional")
        contact.action_confirm_debtor_kind()
        self.assertEqual(company.debtor_kind, "professional")

    def test_confirm_many(self):
        pro = self._customer("Pro", is_company=True, company_registry="732829320")
        town = self._customer("Town", is_company=True, company_registry="217500016")
        unknown = self._customer("Unknown", is_company=True)
        chosen = self._customer(
            "Chosen", "non_professional", company_registry="732829320"
        )
        partners = pro | town | unknown | chosen
        action = partners.action_confirm_debtor_kind()
        self.assertEqual(
            partners.mapped("debtor_kind"),
            ["professional", "public", False, "non_professional"],
        )
        self.assertEqual(town.public_buyer_type, "local")
        self.assertIn("2 customers confirmed, 1 left", action["params"]["message"])
        self.assertEqual(action["params"]["type"], "warning")
        done = (pro | chosen).action_confirm_debtor_kind()
        self.assertEqual(done["params"]["type"], "success")
        self.assertIn("SIREN 732829320", pro.message_ids[0].body)
        self.assertIn(self.env.user.name, pro.message_ids[0].body)

    def test_a_collector_who_may_not_edit_contacts_confirms(self):
        pro = self._customer("Pro", is_company=True, company_registry="732829320")
        collector = new_test_user(
            self.env,
            "collector",
            "dunning_fr.group_dunning_user",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            pro.with_user(collector).debtor_kind = "consumer"
        pro.with_user(collector).action_confirm_debtor_kind()
        self.assertEqual(pro.debtor_kind, "professional")

    def test_others_do_not_confirm(self):
        pro = self._customer("Pro", is_company=True, company_registry="732829320")
        user = new_test_user(
            self.env,
            "biller",
            "account.group_account_invoice",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            pro.with_user(user).action_confirm_debtor_kind()

    def test_suggestions_cost_no_query_each(self):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"P{number}",
                    "is_company": True,
                    "company_registry": "732829320",
                }
                for number in range(50)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        partners[:1].mapped("debtor_kind_suggestion")
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            partners.mapped("debtor_kind_suggestion")
