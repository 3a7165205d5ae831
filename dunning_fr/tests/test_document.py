"""Documents of cases: kept as they were made, numbered, by whom and for whom."""

from odoo.tests import tagged

from .common_document import DAY, DocumentCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocument(DocumentCommon):
    def test_a_document_is_made_from_the_case_and_kept(self):
        case = self._full_case()
        document = case._produce_document("injonction", DAY)
        self.assertEqual(document.name, f"{case.name}/D01")
        self.assertEqual(document.kind, "injonction")
        self.assertEqual(document.amount_principal, 6000)
        self.assertTrue(document.is_intact)
        [first, *_rest] = self._pages(document._raw())
        self.assertIn("Requête en injonction de payer", first)
        self.assertIn("Durand SARL", first)

    def test_every_kind_of_document_has_its_text(self):
        case = self._full_case()
        for kind in self.env["dunning.document.kind"].search([]):
            with self.subTest(kind=kind.code):
                title, text, gaps = self._text(case, kind.code)
                self.assertTrue(title)
                self.assertIn("Durand SARL", text)
                self.assertNotIn("Court", gaps)
