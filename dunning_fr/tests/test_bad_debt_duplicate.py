from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_bad_debt import BadDebtCommon

REPORT = "dunning_fr.report_duplicate_invoice"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadDebtDuplicate(BadDebtCommon):
    """R8.10: the duplicate invoice, with what is still unpaid to the cent."""

    day = date(2026, 11, 20)

    def _said(self, invoice):
        self.env.invalidate_all()
        return (
            invoice._dunning_duplicate_mentions(self.day)[invoice.id]
            .replace("\xa0", " ")
            .replace("\u202f", " ")
        )

    def test_r8_10_the_mention(self):
        invoice = self._sale((1000, 20), (100, 5.5))
        self.assertEqual(
            self._said(invoice),
            "Facture demeurée impayée pour la somme de 1 100,00 € (prix net) et pour "
            "la somme de 205,50 € (TVA correspondante) qui ne peut faire l'objet d'une "
            "déduction (article 272 du CGI)",
        )

    def test_r8_14_the_article_moves_to_another_code(self):
        """The old number is accepted for a time; then a new one has to be entered."""
        invoice = self._sale((1000, 20))
        self.day = date(2028, 6, 30)
        self.assertIn("(article 272 du CGI)", self._said(invoice))
        self.day = date(2028, 7, 1)
        with self.assertRaisesRegex(UserError, r"fr\.vat_duplicate_article.*2028"):
            self._said(invoice)
        self.env["dunning.parameter"].create(
            {
                "key": "fr.vat_duplicate_article",
                "name": "Article of a duplicate",
                "value": 211,
                "date_from": "2028-07-01",
                "reference": "article L. 211-1 du CIBS",  # any text
            }
        )
        self.assertIn("déduction (article L. 211-1 du CIBS)", self._said(invoice))

    def test_r8_10_what_was_paid_and_credited(self):
        invoice = self._sale((1000, 20))
        self._pay(invoice, 400, "2025-09-01")
        self.assertEqual(invoice._dunning_unpaid()[invoice.id], (666.67, 133.33))
        other = self._sale((1000, 20), (1000, 5.5))
        refund = self._sale(
            (1000, 5.5), move_type="out_refund", invoice_date="2025-09-01"
        )
        (self._items(other) | self._items(refund)).reconcile()
        self.assertEqual(other._dunning_unpaid()[other.id], (1000, 200))
        both = (invoice | other)._dunning_unpaid()
        self.assertEqual(set(both), {invoice.id, other.id})

    def test_r8_10_after_the_transfer_and_the_loss(self):
        """Still unpaid: printed again after the loss it says the same."""
        invoice = self._sale((1000, 20))
        before = self._said(invoice)
        self._doubtful(invoice)
        self.assertEqual(self._said(invoice), before)
        self._lose(invoice, amount=600)
        self.assertEqual(self._said(invoice), before)
        self._lose(invoice)
        self.assertEqual(self._said(invoice), before)

    def test_the_report_bears_it_in_large_characters(self):
        invoice = self._sale((1000, 20))
        self._doubtful(invoice)
        reports = self.env["ir.actions.report"]
        content, _type = reports._render_qweb_html(REPORT, invoice.ids)
        text = content.decode()
        self.assertIn("DUPLICATA", text)
        self.assertIn("article 272 du CGI", text)
        self.assertIn("font-size: 20px", text)
        self.assertIn(invoice.name, text)
        self.assertNotIn("Paid on", text, "a transfer is no payment")
        self.assertNotIn("Amount Due", text)

    def test_each_invoice_of_a_batch_bears_its_own_sums(self):
        both = self._sale((1000, 20)) | self._sale((500, 20))
        reports = self.env["ir.actions.report"]
        content, _type = reports._render_qweb_html(REPORT, both.ids)
        text = " ".join(content.decode().replace("\xa0", " ").split())
        said = [
            text.index(f"somme de {net} € (prix net)") for net in ("1 000,00", "500,00")
        ]
        self.assertEqual(said, sorted(said))

    def test_the_invoice_itself_bears_no_mention(self):
        invoice = self._sale((1000, 20))
        reports = self.env["ir.actions.report"]
        plain, _type = reports._render_qweb_html("account.report_invoice", invoice.ids)
        self.assertNotIn("DUPLICATA", plain.decode())
