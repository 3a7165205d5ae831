"""Texts that the code puts together, as the reader's language writes them."""

import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path

from ..models.dunning_breakdown import debtors
from ..models.dunning_calculation_rate import Source
from ..tools.typography import NBSP, french
from ..tools.words import listed


@tagged("post_install", "-at_install")
class TestWords(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.french = cls.env(context=dict(cls.env.context, lang="fr_FR"))

    def test_french_sets_an_unbreakable_space_before_the_semicolon(self):
        self.assertEqual(listed(self.env, ["one", "two"]), "one; two")
        text = listed(self.french, ["un", "deux", "trois"])
        self.assertEqual(text, f"un{NBSP}; deux{NBSP}; trois")
        self.assertEqual(french(text), text, "as every other French text")
        self.assertEqual(listed(self.french, []), "")

    def test_the_sources_of_a_rate_are_listed_so(self):
        source = Source("Taux légal", ("art. D313-1-A", "", "arrêté du 23 juin 2026"))
        told = f"Taux légal (art. D313-1-A{NBSP}; arrêté du 23 juin 2026)"
        self.assertEqual(source.full_text(self.french), told)
        self.assertEqual(Source("Taux légal").full_text(self.french), "Taux légal")

    def test_no_code_joins_with_a_semicolon_of_its_own(self):
        joined = re.compile(r"""["']; ["']\.join""")
        root = Path(file_path("dunning_fr/__manifest__.py")).parent
        found = [
            path.name
            for folder in ("models", "wizards", "reports", "controllers")
            for path in (root / folder).glob("*.py")
            if joined.search(path.read_text(encoding="utf-8"))
        ]
        self.assertFalse(found)

    def test_nought_is_no_plural_in_french(self):
        counted = [debtors(self.french, count) for count in (0, 1, 2)]
        self.assertEqual(counted, ["aucun débiteur", "1 débiteur", "2 débiteurs"])
