from odoo.exceptions import ValidationError
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.dunning_fr.tests.common_case import DUE, CaseCommon
from odoo.addons.payment.tests.http_common import PaymentHttpCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPaymentStop(CaseCommon, AccountPaymentCommon, PaymentHttpCommon):
    """R6.12: no payment between the officer's letter and the record of the outcome."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo().set_param(
            "account_payment.enable_portal_payment", "True"
        )
        cls.consumer = cls._customer("Jeanne Petit", "consumer")
        cls.bill = cls._invoice(900, DUE, cls.consumer)
        cls.other = cls._invoice(90, DUE, cls.consumer)
        cls.case = cls._case("petites_creances", cls.bill)

    def _payable(self):
        return [bool(move._has_to_be_paid()) for move in (self.bill, self.other)]

    def test_payment_is_offered_but_for_the_officers_month(self):
        self.assertEqual(self._payable(), [True, True])
        for acts, expected in (
            ({"request": "2026-08-21"}, True),
            ({"sent": "2026-08-25"}, False),
            ({"answer": "2026-09-20"}, False),
            ({"outcome": "2026-09-28"}, True),
            ({"outcome": False}, False),
        ):
            self._date(self.case, **acts)
            with self.subTest(**acts):
                self.assertEqual(self._payable(), [expected, True])
                error = self.bill._get_online_payment_error()
                self.assertEqual("commissaire de justice" in error, not expected)
        self.case.action_withdraw()
        self.assertEqual(self._payable(), [True, True])

    def test_another_procedure_stops_nothing(self):
        case = self._date(self._case("injonction", self.other), request="2026-08-21")
        self.assertEqual(self._payable(), [True, True])
        self.assertFalse(case.payment_stop_text)

    def test_a_link_made_now_says_so(self):
        wizard = self.env["payment.link.wizard"].with_context(
            active_model="account.move", active_id=self.bill.id
        )
        self.assertFalse(wizard.create({}).warning_message)
        self._date(self.case, request="2026-08-21", sent="2026-08-25")
        self.assertIn("suspended", wizard.create({}).warning_message)
        other = wizard.with_context(active_id=self.other.id).create({})
        self.assertFalse(other.warning_message)

    def test_a_link_sent_before_pays_nothing(self):
        """Whoever asks for a transaction all the same, over HTTP, gets none."""
        self._date(self.case, request="2026-08-21", sent="2026-08-25")
        transactions = self.env["payment.transaction"].search_count([])
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/x",
            "is_validation": False,
            "amount": 900,
            "access_token": self.bill._portal_ensure_token(),
        }
        url = self._build_url(f"/invoice/transaction/{self.bill.id}")
        with (
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, "ValidationError"),
        ):
            self.make_jsonrpc_request(url, values)
        self.assertEqual(self.env["payment.transaction"].search_count([]), transactions)
        self._date(self.case, outcome="2026-09-28")
        self.assertTrue(self.make_jsonrpc_request(url, values)["reference"])

    def test_transactions_of_the_add_on_itself(self):
        self._date(self.case, request="2026-08-21", sent="2026-08-25")
        self.partner = self.consumer
        for moves, is_fine in ((self.other, True), (self.other + self.bill, False)):
            values = {"invoice_ids": [(6, 0, moves.ids)], "reference": f"T{is_fine}"}
            with self.subTest(moves=moves.mapped("name")):
                if is_fine:
                    self.assertTrue(self._create_transaction("redirect", **values))
                    continue
                with self.assertRaisesRegex(ValidationError, "suspended"):
                    self._create_transaction("redirect", **values)

    def test_the_page_of_overdue_invoices_leaves_it_out(self):
        self._date(self.case, request="2026-08-21", sent="2026-08-25")
        new_test_user(
            self.env,
            login="jeanne",
            password="jeanne-jeanne",
            groups="base.group_portal",
            partner_id=self.consumer.id,
        )
        self.authenticate("jeanne", "jeanne-jeanne")
        page = self.url_open("/my/invoices/overdue").text
        self.assertIn("90.00", page)
        self.assertNotIn("990.00", page)
        self._date(self.case, outcome="2026-09-28")
        self.assertIn("990.00", self.url_open("/my/invoices/overdue").text)
