"""``readme/RULES.md`` tells the truth: each rule has its tests, each test exists."""

import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

ADDON = Path(__file__).parents[1]
LAST_RULES = {
    1: 39,
    2: 16,
    3: 19,
    6: 49,
    7: 16,
    8: 14,
    10: 12,
}  # of each section of the rule book
EXAMPLES = (1, 2, 3, 5, 7, 9, 10, 12)
EXTRA_CASES = 8
WITHOUT_TEST = ("not code: ", "not here: ", "said on ")


@tagged("post_install", "-at_install")
class TestRuleIndex(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        text = (ADDON / "readme" / "RULES.md").read_text(encoding="utf-8")
        cls.rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in text.splitlines()
            if re.match(r"\| (R\d|Ex|Extra)", line)
        ]
        cls.tests = {
            path.name: re.findall(
                r"^    def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE
            )
            for path in (ADDON / "tests").glob("test_*.py")
        }

    def test_every_rule_once_and_in_order(self):
        rules = [
            f"R{section}.{number}"
            for section, last in LAST_RULES.items()
            for number in range(1, last + 1)
        ]
        rules += [f"Ex. {number}" for number in EXAMPLES]
        rules += [f"Extra {number}" for number in range(1, EXTRA_CASES + 1)]
        self.assertEqual([row[0] for row in self.rows], rules)

    def test_every_test_exists(self):
        known = {name for names in self.tests.values() for name in names}
        for rule, _short, found in self.rows:
            for name in re.findall(r"`(test_\w+)`", found):
                with self.subTest(rule=rule, test=name):
                    self.assertIn(name, known)

    def test_a_rule_without_test_says_why(self):
        for rule, short, found in self.rows:
            with self.subTest(rule):
                self.assertTrue(short)
                if not found.startswith("`test_"):
                    self.assertTrue(found.startswith(WITHOUT_TEST), found)

    def test_the_tests_of_the_rules_are_listed(self):
        listed = {
            (rule, name)
            for rule, _short, found in self.rows
            for name in re.findall(r"`(test_\w+)`", found)
        }
        legal = [
            name
            for names in self.tests.values()
            for name in names
            if name.startswith(("test_r6_", "test_r7_", "test_r8_"))
        ]
        laws = self.tests["test_rules.py"] + self.tests["test_claim_rules.py"]
        for name in laws + legal:
            numbers = re.match(r"test_r([123678])_(\d+)_", name)
            if numbers:
                with self.subTest(name):
                    self.assertIn(("R{}.{}".format(*numbers.groups()), name), listed)
