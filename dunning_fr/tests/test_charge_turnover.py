from odoo.tests import tagged

from .common_charge import ChargeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeTurnover(ChargeCommon):
    """Notes de débit are no sales: days sales outstanding do not know them (R8.9)."""

    def _days(self, partner):
        partner.invalidate_recordset(["days_sales_outstanding", "credit"])
        return partner.days_sales_outstanding

    def _late_customer(self):
        """Return a customer who paid late and owes a new invoice of 3,000."""
        partner = self._customer("Retardataire SARL", "professional")
        paid = self._example_2(partner)
        self._invoice(3000, "2026-10-31", partner)
        return partner, paid

    def test_a_note_changes_nothing(self):
        partner, paid = self._late_customer()
        before = self._days(partner)
        # 3,000 owed of 15,000 invoiced since 31 May, 175 days ago
        self.assertAlmostEqual(before, 3000 / 15000 * 175)
        note = self._bill(paid)
        self.assertAlmostEqual(self._days(partner), before)
        self.assertEqual(partner.credit, 3000 + note.amount_total)

    def test_nor_does_its_payment(self):
        partner, paid = self._late_customer()
        before = self._days(partner)
        note = self._bill(paid)
        self._pay(note, 100, "2026-11-22")
        self.assertAlmostEqual(self._days(partner), before)
        self._pay(note, note.amount_residual, "2026-11-22")
        self.assertEqual(note.amount_residual, 0)
        self.assertAlmostEqual(self._days(partner), before)

    def test_a_customer_without_notes_is_odoos(self):
        partner, _paid = self._late_customer()
        other, paid = self._late_customer()
        self._bill(paid)
        both = partner + other
        both.invalidate_recordset(["days_sales_outstanding"])
        self.assertAlmostEqual(*both.mapped("days_sales_outstanding"))

    def test_sales_of_nothing(self):
        """A customer whose sales were all cancelled since: no division by zero."""
        partner = self._customer("Annulé SARL", "professional")
        paid = self._example_2(partner)
        note = self._bill(paid)
        refund = paid._reverse_moves([{"invoice_date": "2026-11-22"}])
        refund.action_post()
        self.assertTrue(note.amount_residual)
        self.assertEqual(self._days(partner), 0)
