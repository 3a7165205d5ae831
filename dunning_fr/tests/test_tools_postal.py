"""The window of an envelope: six lines of 38 characters (the post's own limits)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.postal import LINES, WIDTH, window_lines

QUICK = settings(max_examples=80, deadline=None, database=None, derandomize=True)
WORDS = st.text(alphabet="abcdéÉ-'", min_size=1, max_size=15)
NAMES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
STREETS = st.lists(NAMES.map(lambda name: f"12 {name}"), max_size=6)
TOWNS = NAMES.map(lambda name: f"69003 {name}")


@tagged("post_install", "-at_install")
class TestWindow(BaseCase):
    def assertWindow(self, name, rows, expected):
        self.assertEqual(window_lines(name, "\n".join(rows)), expected)

    def test_size_of_the_window(self):
        """AFNOR XP Z10-011: six lines of 38 signs."""
        self.assertEqual((LINES, WIDTH), (6, 38))

    def test_town_is_in_capitals_and_nothing_else(self):
        street, town = "5 avenue des Tilleuls", "69003 Lyon"
        for name, rows, expected in (
            ("plain", [street, town], [street, "69003 LYON"]),
            (
                "accents",
                [street, "42000 Saint-Étienne"],
                [street, "42000 SAINT-ÉTIENNE"],
            ),
            ("town alone", [town], ["69003 LYON"]),
            (
                "country below",
                [street, "1000 Bruxelles", "Belgique"],
                [street, "1000 BRUXELLES", "BELGIQUE"],
            ),
            (
                "town without a code",
                [street, "Monaco"],
                ["5 AVENUE DES TILLEULS", "MONACO"],
            ),
            ("no address", [], []),
        ):
            with self.subTest(name):
                self.assertWindow("Durand", rows, ["Durand", *expected])

    def test_blank_lines_and_double_spaces_disappear(self):
        self.assertWindow(
            "Durand",
            ["", "  5   rue Haute ", "   ", "\t69003  Lyon", "", " "],
            ["Durand", "5 rue Haute", "69003 LYON"],
        )

    def test_exactly_full_lines_stay_whole(self):
        full = "N" * 38
        self.assertWindow(full, [full, "6" * 38], [full, full, "6" * 38])

    def test_long_lines(self):
        rows = ["5 rue Haute", "69003 " + "L" * 33]
        for name, debtor, expected in (
            (
                "a long town is cut with an ellipsis",
                "Durand",
                ["Durand", "5 rue Haute", "69003 " + "L" * 31 + "…"],
            ),
            (
                "one word longer than the window is broken",
                "N" * 50,
                ["N" * 38, "N" * 12, "5 rue Haute", "69003 " + "L" * 31 + "…"],
            ),
            (
                "a name takes two lines at most",
                "Société " + " ".join(["Durand"] * 12),
                [
                    "Société Durand Durand Durand Durand",
                    "Durand Durand Durand Durand Durand…",
                    "5 rue Haute",
                    "69003 " + "L" * 31 + "…",
                ],
            ),
        ):
            with self.subTest(name):
                self.assertWindow(debtor, rows, expected)

    def test_a_cut_leaves_no_space_before_its_ellipsis(self):
        rows = ["6" * 36 + " Lyon"]
        self.assertWindow("Durand", rows, ["Durand", "6" * 36 + "…"])

    def test_too_many_rows_give_way_from_the_middle(self):
        rows = ["Bâtiment B", "Étage 3", "5 rue Haute", "BP 12", "69003 Lyon"]
        long_name = "Société coopérative agricole des producteurs réunis"
        for name, debtor, given_rows, expected in (
            ("six lines fit", "Durand", rows, ["Durand", *rows[:4], "69003 LYON"]),
            (
                "the name gives up its second line first",
                long_name,
                rows,
                ["Société coopérative agricole des…", *rows[:4], "69003 LYON"],
            ),
            (
                "then the rows are joined",
                "Durand",
                ["Escalier 2", *rows],
                [
                    "Durand",
                    "Escalier 2, Bâtiment B, Étage 3, 5 rue",
                    "Haute, BP 12",
                    "69003 LYON",
                ],
            ),
            (
                "and cut",
                "Durand",
                ["12 chemin de la très longue montagne"] * 8
                + ["1000 Bruxelles", "Belgique"],
                [
                    "Durand",
                    "12 chemin de la très longue montagne,",
                    "12 chemin de la très longue montagne,",
                    "12 chemin de la très longue montagne,…",
                    "1000 BRUXELLES",
                    "BELGIQUE",
                ],
            ),
        ):
            with self.subTest(name):
                self.assertWindow(debtor, given_rows, expected)

    def test_own_size(self):
        self.assertEqual(
            window_lines("Durand et fils", "5 rue Haute\n69003 Lyon", 10, 3),
            ["Durand et…", "5 rue…", "69003 LYON"],
        )

    @QUICK
    @given(NAMES, STREETS, TOWNS)
    def test_what_fits_is_never_shortened(self, name, streets, town):
        lines = window_lines(name, "\n".join([*streets, town]))
        self.assertLessEqual(len(lines), LINES)
        self.assertLessEqual(max(map(len, lines)), WIDTH)
        short = [name, *streets, town]
        if len(short) <= LINES and all(len(row) <= WIDTH for row in short):
            self.assertEqual(lines, [*short[:-1], town.upper()])
        last = lines[-1]
        self.assertTrue(town.upper().startswith(last.rstrip("…")))
