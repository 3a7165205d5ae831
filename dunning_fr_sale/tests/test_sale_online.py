"""Blocked quotations online: nothing leaks, nothing breaks, nothing goes through."""

from odoo.exceptions import ValidationError
from odoo.tests import JsonRpcException, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from .common_sale import TODAY, SaleDunningCommon

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
SECRET = ("1,300", "1 300", "owes", "late", "reminder", "dunning manager")


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestSaleOnline(SaleDunningCommon, AccountPaymentCommon, PaymentHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order.write(
            {
                "require_signature": True,
                "require_payment": False,
                "validity_date": "2099-12-31",
            }
        )
        cls.order.action_quotation_sent()
        cls.order._portal_ensure_token()
        cls.partner = cls.pro
        cls.env.flush_all()

    def _page(self):
        return self.url_open(self.order.get_portal_url()).text

    def _sign(self):
        return self.make_jsonrpc_request(
            self._build_url(f"/my/orders/{self.order.id}/accept"),
            {
                "access_token": self.order.access_token,
                "name": "Paul",
                "signature": PIXEL,
            },
        )

    def _transaction(self, **values):
        values = {"sale_order_ids": [(6, 0, self.order.ids)], "amount": 200, **values}
        return self._create_transaction("redirect", **values)

    def test_the_page_offers_no_signature_and_says_why_in_neutral_words(self):
        self.assertIn("Accept & Sign", self._page())
        self.assertNotIn("for the moment", self._page())
        self._block()
        page = self._page()
        self.assertNotIn("Accept & Sign", page)
        self.assertIn("cannot be accepted online for the moment", page)
        stop = self.order._dunning_online_stop()
        for word in SECRET:
            self.assertNotIn(word, stop)
        self.assertNotIn("1,300", page)

    def test_a_signature_sent_all_the_same_is_refused(self):
        self._block()
        self.assertIn("not in a state", self._sign()["error"])
        self.assertFalse(self.order.signature)
        self.assertEqual(self.order.state, "sent")
        self.company.dunning_sale_block = False
        self.assertTrue(self._sign()["force_refresh"])
        self.assertEqual(self.order.state, "sale")

    def test_what_outsiders_read_when_it_is_confirmed_for_them(self):
        """Another add-on may confirm with a customer's own rights."""
        self._block()
        public = self.env.ref("base.public_user")
        error = self.order.with_user(public).sudo()._confirmation_error_message()
        self.assertIn("for the moment", error)
        for word in SECRET:
            self.assertNotIn(word, error)

    def test_a_link_sent_before_pays_nothing(self):
        self.order.write({"require_signature": False, "require_payment": True})
        self.assertTrue(self.order._has_to_be_paid())
        self._block()
        self.assertFalse(self.order._has_to_be_paid())
        count = self.env["payment.transaction"].search_count([])
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/x",
            "amount": 200,
            "access_token": self.order.access_token,
        }
        url = self._build_url(f"/my/orders/{self.order.id}/transaction")
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException) as refused:
            self.make_jsonrpc_request(url, values)
        for word in SECRET:
            self.assertNotIn(word, str(refused.exception))
        self.assertEqual(self.env["payment.transaction"].search_count([]), count)
        self.company.dunning_sale_block = False
        self.assertTrue(self.make_jsonrpc_request(url, values)["reference"])

    def test_money_on_its_way_is_kept_and_a_person_decides(self):
        self.order.write({"require_signature": False, "require_payment": True})
        transaction = self._transaction(reference="T1", state="done")
        self._block()
        transaction._post_process()
        self.assertTrue(transaction.is_post_processed)
        self.assertEqual(self.order.state, "sent")
        activity = self.order.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("T1", activity.note)
        lifts = self.env["dunning.sale.lift"].with_user(self.people["manager"])
        lifts.create({"order_id": self.order.id, "reason": "Paid"})
        self._as("seller").action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_without_a_block_money_confirms_as_ever(self):
        self.order.write({"require_signature": False, "require_payment": True})
        transaction = self._transaction(reference="T2", state="done")
        self._block(1300)
        transaction._post_process()
        self.assertEqual(self.order.state, "sale")
        self.assertFalse(self.order.activity_ids)

    def test_orders_confirmed_already_are_paid_as_ever(self):
        self.order.action_confirm()
        self._block()
        self.assertTrue(self._transaction(reference="T3"))
        with self.assertRaisesRegex(ValidationError, "for the moment"):
            self._transaction(
                reference="T4", sale_order_ids=[(6, 0, self._quote().ids)]
            )
