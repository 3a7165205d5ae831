from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestDunningParameter(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["dunning.parameter"]
        cls.today = date(2026, 11, 22)

    def _create(self, **values):
        return self.parameters.create({"key": "fr.test", "name": "Test", **values})

    def test_shipped_figures(self):
        """Section 14 of the rule book."""
        for key, value in (
            ("fr.flat_fee", 40),
            ("fr.public_flat_fee", 40),
            ("fr.b2b_margin", 10),
            ("fr.public_margin", 8),
            ("fr.floor_multiplier", 3),
            ("fr.judgment_surcharge", 5),
            ("fr.judgment_surcharge_months", 2),
            ("fr.b2b_term_default", 30),
            ("fr.b2b_term_max", 60),
            ("fr.b2b_term_eom", 45),
            ("fr.b2b_term_periodic", 45),
            ("fr.injonction_opposition_months", 1),
            ("fr.small_claims_ceiling", 5000),
            ("fr.amicable_ceiling_tj", 5000),
            ("fr.lawyer_threshold", 10000),
            ("fr.tae_contribution_min", 50000),
            ("fr.tae_contribution_employees", 250),
            ("fr.claim_declaration_months", 2),
            ("fr.claim_declaration_abroad_extra", 2),
            ("fr.claim_declaration_relief", 6),
        ):
            with self.subTest(key):
                self.assertEqual(self.parameters._get(key, self.today), value)

    def test_a_family_has_the_members_of_its_day(self):
        self.parameters.create(
            [
                {"key": key, "name": key, "value": value, "date_from": first}
                for key, value, first in (
                    ("x.days.old", 1, "2020-01-01"),
                    ("x.days.new", 2, "2026-01-01"),
                    ("x.daysoff", 3, "2020-01-01"),
                )
            ]
        )
        family = self.parameters._get_family
        self.assertEqual(family("x.days", date(2025, 12, 31)), {"old": 1})
        self.assertEqual(family("x.days", date(2026, 1, 1)), {"old": 1, "new": 2})
        self.assertEqual(family("x.day", date(2026, 1, 1)), {})

    def test_families(self):
        family = self.parameters._get_family
        self.assertEqual(
            family("fr.public_term_days", self.today),
            {
                "state": 30,
                "local": 30,
                "health": 50,
                "undertaking": 60,
                "private_law": 30,
            },
        )
        self.assertEqual(
            family("fr.prescription_years", self.today),
            {
                "professional": 5,
                "non_professional": 5,
                "consumer": 2,
                "public": 4,
                "transport": 1,
                "telecom": 1,
            },
        )
        self.assertEqual(
            family("fr.default_deadline_days", self.today),
            {"professional": 8, "non_professional": 15, "consumer": 15, "public": 30},
        )
        self.assertEqual(family("fr.tae_contribution", self.today), {})

    def test_value_depends_on_the_day(self):
        """R6.21, R6.23, R6.10: the date of the order decides."""
        for key, day, value in (
            ("fr.injonction_service_months", date(2026, 8, 31), 6),
            ("fr.injonction_service_months", date(2026, 9, 1), 3),
            ("fr.injonction_exec_wait_months", date(2026, 8, 31), 0),
            ("fr.injonction_exec_wait_months", date(2026, 9, 1), 2),
            ("fr.small_claims_excludes_merchants", date(2026, 4, 24), 0),
            ("fr.small_claims_excludes_merchants", date(2026, 4, 25), 1),
        ):
            with self.subTest(key=key, day=day):
                self.assertEqual(self.parameters._get(key, day), value)

    def test_r3_10_the_public_indemnity_has_its_own_text(self):
        """Another article than between professionals, older contracts another one."""
        references = self.env["dunning.calculation.rate"]._references()
        for day, reference in (
            (date(2013, 3, 15), ""),
            (date(2013, 3, 16), "Décret 2013-269 du 29/03/2013"),
            (date(2019, 3, 31), "Décret 2013-269 du 29/03/2013"),
            (date(2019, 4, 1), "CCP art. D2192-35"),
        ):
            with self.subTest(day=day):
                found = references.figure("fr.public_flat_fee", day)
                self.assertEqual(found, reference)

    def test_every_figure_is_sourced(self):
        """Each row has a reference, and is either checked or says what is open."""
        for row in self.parameters.search([]):
            with self.subTest(row.key):
                self.assertTrue(row.reference)
                self.assertEqual(bool(row.checked_on), not row.to_verify)

    def test_missing_figure_names_key_and_day(self):
        with self.assertRaisesRegex(
            UserError, r"fr\.nothing has no value on 11/22/2026"
        ):
            self.parameters.with_context(lang="en_US")._get("fr.nothing", self.today)
        with self.assertRaisesRegex(UserError, "tae_contribution_min"):
            self.parameters._get("fr.tae_contribution_min", date(2029, 1, 1))
        with self.assertRaisesRegex(UserError, "flat_fee"):
            self.parameters._get("fr.flat_fee", date(2012, 12, 31))
        self.assertIsNone(self.parameters._find("fr.nothing", self.today))

    def test_cache_never_outlives_a_change(self):
        row = self._create(value=1, date_from="2026-01-01")
        self.assertEqual(self.parameters._get("fr.test", self.today), 1)
        row.value = 2
        self.assertEqual(self.parameters._get("fr.test", self.today), 2)
        row.date_to = "2026-06-30"
        self.assertIsNone(self.parameters._find("fr.test", self.today))
        self._create(value=3, date_from="2026-07-01")
        self.assertEqual(self.parameters._get("fr.test", self.today), 3)
        self.parameters.search([("key", "=", "fr.test")]).unlink()
        self.assertIsNone(self.parameters._find("fr.test", self.today))

    def test_two_values_on_one_day_are_refused(self):
        self._create(value=1, date_from="2026-01-01")
        for overlapping in ({"date_from": "2026-07-01"}, {"date_to": "2026-01-01"}):
            with (
                self.subTest(**overlapping),
                self.assertRaisesRegex(ValidationError, "two values on the same day"),
                self.env.cr.savepoint(),
            ):
                self._create(value=2, **overlapping)
        self._create(value=2, date_to="2025-12-31")

    @mute_logger("odoo.sql_db")
    def test_database_refuses_impossible_rows(self):
        self._create(value=1, date_from="2026-01-01", date_to="2026-06-30")
        for values, constraint in (
            ({"date_from": "2026-01-01"}, "dunning_parameter_key_date_unique"),
            (
                {"date_from": "2026-08-01", "date_to": "2026-07-31"},
                "dunning_parameter_dates_in_order",
            ),
        ):
            with (
                self.subTest(**values),
                self.assertRaisesRegex(IntegrityError, constraint),
                self.env.cr.savepoint(),
            ):
                self._create(value=2, **values)

    def test_same_empty_start_twice_is_refused(self):
        self._create(value=1, date_to="2026-06-30")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "key_date_unique"),
            self.env.cr.savepoint(),
        ):
            self._create(value=2, date_to="2025-06-30")

    def test_collectors_read_and_managers_write(self):
        row = self._create(value=1)
        collector = new_test_user(
            self.env, "figure_user", groups="dunning_fr.group_dunning_user"
        )
        manager = new_test_user(
            self.env, "figure_manager", groups="dunning_fr.group_dunning_manager"
        )
        self.assertEqual(row.with_user(collector).value, 1)
        with self.assertRaises(AccessError):
            row.with_user(collector).value = 2
        row.with_user(manager).value = 2
        self.assertEqual(row.value, 2)
