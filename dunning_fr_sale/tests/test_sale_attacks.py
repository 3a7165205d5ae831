"""A salesperson who goes round the block, and one of another company."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_sale import PEOPLE, TODAY, SaleDunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestSaleAttacks(SaleDunningCommon):
    def assertBlocked(self, attempt):
        with (
            self.assertRaisesRegex(UserError, "dunning manager"),
            self.env.cr.savepoint(),
        ):
            attempt()

    def test_a_cancelled_quotation_is_not_confirmed_past_the_block(self):
        self._block()
        order = self._as("seller")
        order.action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertBlocked(lambda: order.write({"state": "sale"}))
        self.assertEqual(order.state, "cancel")

    def test_no_confirmed_order_is_handed_to_who_owes_late(self):
        self._block()
        order = self._quote(self.calm)
        self._as("seller", order).action_confirm()
        late = self._as("seller", order)
        self.assertBlocked(lambda: late.write({"partner_id": self.pro.id}))
        self.assertEqual(order.partner_id, self.calm)
        late.write({"client_order_ref": "12"})

    def test_an_order_confirmed_before_the_block_is_still_written_on(self):
        self._as("seller").action_confirm()
        self._block()
        order = self._as("seller")
        order.write({"partner_id": self.pro.id, "client_order_ref": "12"})
        order.write({"state": "sale"})
        self.assertEqual(order.state, "sale")

    def test_another_company_s_debts_stay_unknown(self):
        second = self.env["res.company"].create({"name": "Voisine SARL"})
        stranger = new_test_user(
            self.env,
            "sale_stranger",
            PEOPLE["seller"],
            company_id=second.id,
            company_ids=[Command.set(second.ids)],
        )
        self.env.flush_all()
        self.env.invalidate_all()
        orders = self.env["sale.order"].with_user(stranger)
        names = ("dunning_overdue", "dunning_level", "dunning_banner")
        values = {"company_id": self.company.id, "partner_id": self.pro.id}
        # what sudo has read in the same transaction is no way in either
        self.assertEqual(self.order.dunning_overdue, 1300)
        self.assertTrue(self.order.company_id.currency_id.display_name)
        with mute_logger("odoo.addons.base.models.ir_rule"):
            try:
                found = orders.onchange(
                    values, ["partner_id"], dict.fromkeys(names, {})
                )["value"]
            except AccessError:
                found = {}
        self.assertFalse(any(found.get(name) for name in names), found)
