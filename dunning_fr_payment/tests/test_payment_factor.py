from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.dunning_fr.tests.common_hold import DUE, HoldCommon
from odoo.addons.payment.tests.http_common import PaymentHttpCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPaymentFactor(HoldCommon, AccountPaymentCommon, PaymentHttpCommon):
    """What was sold to a factor is not paid to us: it would not free the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo().set_param(
            "account_payment.enable_portal_payment", "True"
        )
        cls.kept = cls._invoice(90, DUE)
        cls.factor = cls._customer("Factor SA")
        cls.sold = cls.env["dunning.hold"].create(
            {
                "debtor_id": cls.debtor.id,
                "kind": "factored",
                "date_from": DUE,
                "factor_id": cls.factor.id,
                "move_ids": [Command.set(cls.invoice.ids)],
            }
        )

    def test_it_is_neither_offered_nor_taken(self):
        with freeze_time("2026-09-20"):
            self.assertFalse(self.invoice._has_to_be_paid())
            self.assertTrue(self.kept._has_to_be_paid())
            error = self.invoice._get_online_payment_error()
            self.assertIn("transferred to Factor SA", error)
            wizard = self.env["payment.link.wizard"].with_context(
                active_model="account.move", active_id=self.invoice.id
            )
            self.assertIn("Factor SA", wizard.create({}).warning_message)
            self.partner = self.pro
            both = [Command.set((self.invoice + self.kept).ids)]
            with self.assertRaisesRegex(ValidationError, "Factor SA"):
                self._create_transaction("redirect", invoice_ids=both, reference="T1")
            own = [Command.set(self.kept.ids)]
            self._create_transaction("redirect", invoice_ids=own, reference="T2")

    def test_the_page_of_overdue_invoices_leaves_it_out(self):
        """The browser's own day: the hold is open-ended."""
        new_test_user(
            self.env,
            login="durand",
            password="durand-durand",
            groups="base.group_portal",
            partner_id=self.pro.id,
        )
        self.authenticate("durand", "durand-durand")
        page = self.url_open("/my/invoices/overdue").text
        self.assertIn("90.00", page)
        self.assertNotIn("1,090.00", page)
        self.sold.action_lift("Bought back")
        self.assertIn("1,090.00", self.url_open("/my/invoices/overdue").text)
