from odoo.tests import tagged

from .common_bad_debt import BadDebtCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadDebt(BadDebtCommon):
    """The entries of section 8.3, to the cent and to the account."""

    def test_r8_3_c_doubtful(self):
        """R8.3 c): 416000 D 1,200.00, 411100 C 1,200.00."""
        invoice = self._sale((1000, 20))
        step = self._doubtful(invoice)
        self.assertEqual(self._booked(step), [("416000", 1200, 0), ("411100", 0, 1200)])
        self.assertEqual(step.entry_id.state, "posted")
        self.assertTrue(self._items(invoice).reconciled)
        self.assertEqual((step.amount_net, step.amount_vat), (1000, 200))
        self.assertEqual(step.facts, "Judicial liquidation, judgment of 01/10/2026")

    def test_r8_3_d_impairment(self):
        """R8.3 d), R8.6: 60 % of 1,000 before VAT, 681740 D 600.00, 491000 C 600.00."""
        invoice = self._sale((1000, 20))
        self._doubtful(invoice)
        step = self._impair(invoice, 60)
        self.assertEqual(self._booked(step), [("681740", 600, 0), ("491000", 0, 600)])
        self.assertEqual((step.percent, step.amount_net), (60, 1000))

    def test_r8_3_e_loss(self):
        """R8.3 e): 654400 D 1,000, 445710 D 200, 416000 C 1,200; 491000, 781740."""
        invoice = self._sale((1000, 20))
        self._doubtful(invoice)
        self._impair(invoice, 60)
        loss, reversal = self._lose(invoice)
        self.assertEqual(
            self._booked(loss),
            [("654400", 1000, 0), ("445710", 200, 0), ("416000", 0, 1200)],
        )
        self.assertEqual(
            self._booked(reversal), [("491000", 600, 0), ("781740", 0, 600)]
        )
        self.assertEqual(reversal.origin_id, loss)
        self.assertEqual(loss.vat_recovered, 200)
        self.assertEqual(loss.vat_limit.isoformat(), "2028-12-31")

    def test_r8_3_f_recovery(self):
        """R8.3 f): 300 on a debt at 20 %: 758300 C 250.00, 445710 C 50.00."""
        invoice = self._sale((1000, 20))
        self._doubtful(invoice)
        loss = self._lose(invoice)
        step = self._recover(loss, 300)
        bank = self.cash.code
        self.assertEqual(
            self._booked(step),
            [(bank, 300, 0), ("758300", 0, 250), ("445710", 0, 50)],
        )
