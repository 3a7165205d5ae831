from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.interest import MissingRate, Terms


@tagged("post_install", "-at_install")
class TestDunningRate(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rates = cls.env["dunning.rate"]
        cls.s2_2026 = cls.env.ref("dunning_fr.dunning_rate_2026_s2")
        cls.manager = new_test_user(
            cls.env, "rate_manager", groups="dunning_fr.group_dunning_manager"
        )
        cls.collector = new_test_user(
            cls.env, "rate_user", groups="dunning_fr.group_dunning_user"
        )

    def _values(self, date_from, **values):
        return {
            "date_from": date_from,
            "ecb_rate": 2.65,
            "legal_rate": 2.8,
            "legal_rate_individual": 6.9,
            **values,
        }

    def test_every_semester_since_2015_is_shipped(self):
        """Section 9: 24 semesters without a gap (R9.3)."""
        table = self.rates._rate_table()
        self.assertEqual(table.gaps, ())
        self.assertEqual(table.first_day, date(2015, 1, 1))
        self.assertEqual(table.last_day, date(2026, 12, 31))
        self.assertEqual(self.rates.search_count([]), 24)

    def test_shipped_values(self):
        """Both columns and the derived rates of section 9."""
        for semester, ecb, pro, individual, statutory, public, floor in (
            ("2015_s1", 0.05, 0.93, 4.06, 10.05, 8.05, 2.79),
            ("2018_s1", 0, 0.89, 3.73, 10, 8, 2.67),
            ("2022_s2", 0, 0.77, 3.15, 10, 8, 2.31),
            ("2024_s1", 4.5, 5.07, 8.01, 14.5, 12.5, 15.21),
            ("2024_s2", 4.25, 4.92, 8.16, 14.25, 12.25, 14.76),
            ("2026_s2", 2.4, 2.75, 6.84, 12.4, 10.4, 8.25),
        ):
            with self.subTest(semester):
                rate = self.env.ref(f"dunning_fr.dunning_rate_{semester}")
                self.assertAlmostEqual(rate.ecb_rate, ecb, 6)
                self.assertAlmostEqual(rate.legal_rate, pro, 6)
                self.assertAlmostEqual(rate.legal_rate_individual, individual, 6)
                self.assertAlmostEqual(rate.statutory_rate, statutory, 6)
                self.assertAlmostEqual(rate.public_rate, public, 6)
                self.assertAlmostEqual(rate.floor_rate, floor, 6)

    def test_what_is_not_sure_says_so(self):
        self.assertIn("decree", self.s2_2026.to_verify)
        self.assertFalse(self.s2_2026.checked_on)
        sure = self.env.ref("dunning_fr.dunning_rate_2025_s2")
        self.assertFalse(sure.to_verify)
        self.assertEqual(sure.checked_on, date(2026, 11, 22))
        for rate in self.rates.search([("to_verify", "=", False)]):
            self.assertTrue(rate.reference, rate.semester)

    def test_display_name_is_the_semester(self):
        self.assertEqual(self.s2_2026.display_name, "2026 S2")

    def test_rates_the_law_gives_are_those_of_its_days(self):
        """R1.3, R1.5, R3.6; before the law set a margin there is none to add."""
        self.assertEqual(
            (
                self.s2_2026.statutory_rate,
                self.s2_2026.public_rate,
                self.s2_2026.floor_rate,
            ),
            (12.4, 10.4, 8.25),
        )
        old = self.rates.create(self._values("1999-01-01"))
        self.assertEqual(
            (old.statutory_rate, old.public_rate, old.floor_rate), (0, 0, 0)
        )

    def test_table_follows_the_rows(self):
        """The cache never outlives a change."""
        day, terms = date(2027, 1, 15), Terms.legal()
        with self.assertRaises(MissingRate):
            self.rates._rate_table().rate(terms, day)
        rate = self.rates.create(self._values("2027-01-01"))
        self.assertEqual(self.rates._rate_table().rate(terms, day), Decimal("2.8"))
        rate.legal_rate = 2.9
        self.assertEqual(self.rates._rate_table().rate(terms, day), Decimal("2.9"))
        rate.unlink()
        with self.assertRaises(MissingRate):
            self.rates._rate_table().rate(terms, day)

    def test_message_names_the_semester_and_the_remedy(self):
        message = self.rates._missing_rate_message("2027 S1")
        self.assertIn("2027 S1", message)
        self.assertIn("Configuration > Rates", message)

    @mute_logger("odoo.sql_db")
    def test_impossible_rows_are_refused(self):
        for values, constraint in (
            ({"date_from": "2026-07-01"}, "dunning_rate_date_from_unique"),
            ({"date_from": "2027-02-01"}, "dunning_rate_date_from_semester"),
            ({"date_from": "2027-01-02"}, "dunning_rate_date_from_semester"),
            ({"ecb_rate": -0.25}, "dunning_rate_rates_possible"),
            ({"legal_rate": 0}, "dunning_rate_rates_possible"),
            ({"legal_rate_individual": 0}, "dunning_rate_rates_possible"),
        ):
            with (
                self.subTest(**values),
                self.assertRaisesRegex(IntegrityError, constraint),
                self.env.cr.savepoint(),
            ):
                self.rates.create({**self._values("2027-01-01"), **values})

    # -- the request for a new semester ------------------------------------------
    def _requests(self):
        return self.rates._requests()

    def test_managers_are_asked_once(self):
        """R9.2: on 2 January, one activity each, however often the cron runs."""
        self.rates._ask_rates(date(2027, 1, 2))
        asked = self._requests()
        self.assertEqual(asked.user_id, self.rates._managers())
        self.assertIn(self.manager, asked.user_id)
        self.assertNotIn(self.collector, asked.user_id)
        self.assertEqual(len(asked), len(asked.user_id))
        self.assertIn("2027 S1", asked[0].summary)
        self.rates._ask_rates(date(2027, 1, 3))
        self.assertEqual(self._requests(), asked)

    def test_nothing_is_asked_while_all_is_there(self):
        self.rates._ask_rates(date(2026, 12, 31))
        self.assertFalse(self._requests())

    def test_first_day_of_the_semester_is_left_in_peace(self):
        self.rates._ask_rates(date(2027, 1, 1))
        self.assertFalse(self._requests())

    def test_cron_method_runs(self):
        today = self.env.company._dunning_today()
        missing = self.rates._missing_semesters(today)
        self.env.ref("dunning_fr.ir_cron_ask_rates").method_direct_trigger()
        self.assertEqual(bool(self._requests()), bool(missing))

    def test_requests_end_when_the_rates_are_entered(self):
        today = self.env.company._dunning_today()
        missing = self.rates._missing_semesters(today)
        last = self.rates.search([], limit=1)
        if not missing:
            last.unlink()
        self.rates._ask_rates(date(2030, 7, 2))
        self.assertTrue(self._requests())
        day = self.rates._rate_table().last_day
        while self.rates._missing_semesters(today):
            start = day.replace(year=day.year + 1, month=1, day=1)
            if day.month == 6:
                start = day.replace(month=7, day=1)
            self.rates.create(self._values(start))
            day = self.rates._rate_table().last_day
        self.assertFalse(self._requests())

    def test_all_missing_semesters_are_named(self):
        """A gap is named too (R9.3)."""
        self.env.ref("dunning_fr.dunning_rate_2020_s1").unlink()
        self.assertEqual(
            self.rates._missing_semesters(date(2027, 8, 1)),
            ["2020 S1", "2027 S1", "2027 S2"],
        )

    # -- rights ---------------------------------------------------------------------
    def test_collectors_read_and_managers_write(self):
        rate = self.s2_2026.with_user(self.collector)
        self.assertAlmostEqual(rate.ecb_rate, 2.4)
        with self.assertRaises(AccessError):
            rate.ecb_rate = 1
        self.s2_2026.with_user(self.manager).ecb_rate = 2.5
        self.assertAlmostEqual(self.s2_2026.ecb_rate, 2.5)

    def test_table_needs_no_rights(self):
        nobody = new_test_user(self.env, "rate_nobody", groups="base.group_user")
        table = self.rates.with_user(nobody)._rate_table()
        self.assertEqual(table.at(date(2026, 9, 1)).ecb, Decimal("2.4"))
