"""The late-payment rate that another add-on kept with a posted invoice.

Every invoice: 10,000.00 due 20/06/2026, claimed on 22/11/2026: 10 days of the first
half of 2026 (ECB 2.15, floor 3 × 2.62 = 7.86), 145 of the second (2.40, 8.25).
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

SCRIPT = Path(__file__).with_name("process_stated.py")
COMMANDS = Path(__file__).resolve().parents[2] / "bin" / "_newdb.py"
MARK = "ANSWER "
LAW = [12.15, 12.4]
LAW_INTEREST = 525.89  # 10,000 × (12.15 × 10 + 12.40 × 145) / 36,500
KEPT = "Rate kept on the invoice when it was posted"


class StatedRateCase(BaseCase):
    """Two processes on a database of their own."""

    state = None  # of the stand-in, see ``process_stated.py``
    period = ", first half of 2026"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_{cls.state}"
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.addClassCleanup(cls.step, "drop")
        found = cls.step("beside")
        cls.alone, cls.installed = found["before"], found["install"]
        cls.told, cls.modes = found["claims"], found["modes"]

    @classmethod
    def step(cls, name):
        done = subprocess.run(
            [sys.executable, SCRIPT, name, cls.database, cls.state, cls.folder],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        answers = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
        if done.returncode or not answers:
            raise AssertionError(f"{name}: {done.stdout}{done.stderr}")
        return json.loads(answers[-1][len(MARK) :])

    def assertLaw(self, told):
        self.assertEqual((told["rates"], told["interest"]), (LAW, LAW_INTEREST))
        self.assertNotIn("kept", str(told["sources"]))
        self.assertIn("ECB refinancing rate plus 10 points", told["mention"])


class StatedRateTests:
    """What holds in every state of the other add-on."""

    def test_r1_5_kept_rate_is_the_rate_of_the_whole_delay(self):
        told = self.told["kept"]
        # 10,000 × 13 % × 155 / 365
        self.assertEqual((told["rates"], told["interest"]), ([13.0], 552.05))
        self.assertEqual(told["sources"], [KEPT + self.period])
        self.assertEqual(told["warnings"], [])
        self.assertIn("13.00% a year", told["mention"])
        self.assertNotIn("as agreed", told["mention"])

    def test_half_year_not_known(self):
        told = self.told["no half-year"]
        self.assertEqual(told["rates"], [13.0])
        self.assertEqual(told["sources"], [KEPT])

    def test_nothing_kept(self):
        """Zero states no rate; 10 without a half-year is what nobody decided."""
        self.assertLaw(self.told["zero"])
        self.assertLaw(self.told["fallback"])

    def test_posted_before_the_other_addon_came(self):
        self.assertLaw(self.alone["told"])
        self.assertEqual(self.installed["told"], self.alone["told"])

    def test_r1_6_floor_of_each_half_year(self):
        told = self.told["at the floors"]
        self.assertEqual((told["rates"], told["warnings"]), ([8.25], []))
        told = self.told["at one floor"]
        self.assertEqual(told["rates"], [7.86, 12.4])
        told = self.told["between floors"]
        self.assertEqual(told["rates"], [8.24, 12.4])
        [warning] = told["warnings"]
        self.assertIn("The rate kept on the invoice is lower", warning)
        self.assertIn("2026 S2", warning)
        self.assertNotIn("2026 S1", warning)
        first, second = told["sources"]
        self.assertEqual(first, KEPT + self.period)
        self.assertIn("ECB 2.40% on 1 Jul 2026 + 10 points; rate of 8.24% kept", second)
        self.assertIn("set aside, below the floor of 8.25%", second)
        told = self.told["under the floor"]
        self.assertEqual((told["rates"], told["interest"]), (LAW, LAW_INTEREST))
        self.assertIn("2026 S1, 2026 S2", told["warnings"][0])

    def test_r1_8_company_raises_to_the_floor(self):
        low, high = self.modes["raised"]
        self.assertEqual((low["rates"], high["rates"]), ([8.0, 8.25], [13.0]))
        self.assertIn("rate of 8.00% kept on the invoice raised", low["sources"][1])
        self.assertIn("raised to the floor", low["warnings"][0])

    def test_r1_4_frozen_at_the_due_date(self):
        """A rate of its own stays; the law's that replaces it is the due date's."""
        low, high = self.modes["frozen"]
        self.assertEqual((low["rates"], high["rates"]), ([8.0, 12.15], [13.0]))

    def test_who_wins(self):
        """Typed or agreed before posting, then kept, then agreed since (CC 1119)."""
        for name, rates in (
            ("invoice", [20.0]),
            ("law", LAW),
            ("customer", [20.0]),
            ("customer later", [13.0]),
            ("none, customer later", [20.0]),
        ):
            with self.subTest(name):
                self.assertEqual(self.told[name]["rates"], rates)
        self.assertIn("20.00% a year, as agreed", self.told["customer"]["mention"])
        self.assertIn("13.00% a year", self.told["customer later"]["mention"])

    def test_not_between_professionals(self):
        """A consumer owes nothing yet (R2.3), a public buyer the law's rate (R3.6)."""
        words = "The rate kept on the invoice is not used"
        told = self.told["consumer"]
        self.assertEqual((told["rates"], told["mention"]), ([], ""))
        self.assertIn(words, told["reasons"][0])
        told = self.told["commune"]
        self.assertEqual(told["rates"], [10.15])
        self.assertIn(words, str(told["reasons"]))
        self.assertIn(words, str(told["warnings"]))
        self.assertNotIn("13.00", told["mention"])

    def test_currency_means_nothing(self):
        told = self.told["dollars"]
        self.assertEqual((told["rates"], told["interest"]), ([13.0], 552.05))

    def test_some_of_many(self):
        self.assertEqual(self.modes["batch"], [552.05, *[LAW_INTEREST] * 3])

    def test_fewest_rights(self):
        self.assertEqual(self.modes["clerk"], 552.05)

    def test_draft_states_the_law(self):
        self.assertNotIn("13.00", self.modes["draft"])

    def test_one_query_more(self):
        one, three = self.alone["queries"]
        self.assertEqual(one, three)
        self.assertEqual(self.modes["queries"], [one + 1, one + 1])


@unittest.skipUnless(COMMANDS.exists(), "needs the commands of the repository")
@tagged("post_install", "-at_install")
class TestStatedRateTable(StatedRateTests, StatedRateCase):
    """Rates in a table of their own."""

    state = "table"

    def test_ten_with_its_half_year(self):
        self.assertEqual(self.told["ten"]["rates"], [10.0])


@unittest.skipUnless(COMMANDS.exists(), "needs the commands of the repository")
@tagged("post_install", "-at_install")
class TestStatedRateColumns(StatedRateTests, StatedRateCase):
    """Rate and half-year in columns of the entry."""

    state = "columns"

    def test_ten_with_its_half_year(self):
        self.assertEqual(self.told["ten"]["rates"], [10.0])


@unittest.skipUnless(COMMANDS.exists(), "needs the commands of the repository")
@tagged("post_install", "-at_install")
class TestStatedRateBare(StatedRateTests, StatedRateCase):
    """A column of the entry for the rate, none for the half-year."""

    state = "bare"
    period = ""

    def test_ten_may_be_nobodys(self):
        self.assertLaw(self.told["ten"])
