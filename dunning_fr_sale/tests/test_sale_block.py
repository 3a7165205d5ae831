"""The optional block of the confirmation, and the manager's decision (R10.7)."""

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_sale import TODAY, SaleDunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestSaleBlock(SaleDunningCommon):
    def assertBlocked(self, attempt, error=UserError, text="dunning manager"):
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            attempt()

    def _lift(self, name="manager", order=None, **values):
        order = order or self.order
        values = {"order_id": order.id, "reason": "Paid in advance", **values}
        lifts = self.env["dunning.sale.lift"].with_user(self.people[name])
        return lifts.create(values)

    def test_off_by_default(self):
        self.assertFalse(self.company.dunning_sale_block)
        self.assertFalse(self._as("seller").dunning_blocked)
        self._as("seller").action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_both_sides_of_the_limit(self):
        for limit, blocked in ((1299.99, True), (1300, False), (0, True)):
            self._block(limit)
            with self.subTest(limit=limit):
                self.assertEqual(self._as("seller").dunning_blocked, blocked)
        quiet = self._quote(self.calm)
        self.assertFalse(self._as("seller", quiet).dunning_blocked, "owes nothing")
        self._as("seller", quiet).action_confirm()
        self._block(1300)
        self._as("seller").action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_nobody_confirms_it_whatever_the_way(self):
        self._block()
        for name in ("seller", "head"):
            order = self._as(name)
            for way, attempt in {
                "button": order.action_confirm,
                "state": lambda order=order: order.write({"state": "sale"}),
                "copy": lambda order=order: order.copy({"state": "sale"}),
            }.items():
                with self.subTest(name, way=way):
                    self.assertBlocked(attempt)
        with_quiet = self._as("seller", self.order + self._quote(self.calm))
        self.assertBlocked(with_quiet.action_confirm, text=self.order.name)
        self.assertEqual(set(with_quiet.mapped("state")), {"draft"})
        self.assertIn("1,000.00", self._as("seller").dunning_banner)

    def test_payment_ends_it(self):
        self._block()
        self._pay(self.second, 300, "2026-09-30")
        self.assertFalse(self._as("seller").dunning_blocked)
        self._as("seller").action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_a_manager_lifts_it_for_one_order(self):
        self._block()
        second = self._quote()
        lift = self._lift(user_id=self.seller.id, amount_overdue=1)
        self.assertEqual(lift.user_id, self.people["manager"], "whatever was sent")
        self.assertEqual(lift.amount_overdue, 1300)
        note = self.order.message_ids[0]
        self.assertIn("Paid in advance", note.body)
        self.assertIn("1,300.00", note.body)
        self.assertEqual(note.author_id, self.people["manager"].partner_id)
        self.assertTrue(note.is_internal, "customers do not read it")
        self.assertFalse(self._as("seller").dunning_blocked)
        self._as("seller").action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.assertBlocked(self._as("seller", second).action_confirm)
        self.assertTrue(self._as("seller", self.order.copy()).dunning_blocked)

    def test_the_dialog(self):
        self._block()
        action = self._as("manager").action_dunning_lift()
        model = self.env[action["res_model"]].with_user(self.people["manager"])
        with Form(model.with_context(**action["context"])) as form:
            form.reason = "Agreed with the managing director"
        self.assertFalse(self._as("seller").dunning_blocked)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nobody_else_lifts_it(self):
        self._block()
        for name in ("seller", "head", "collector"):
            with self.subTest(name):
                self.assertBlocked(lambda name=name: self._lift(name), AccessError, "")
        command = [Command.create({"reason": "me"})]
        order = self._as("seller")
        self.assertBlocked(
            lambda: order.write({"dunning_lift_ids": command}), AccessError, ""
        )
        self.assertTrue(self._as("seller").dunning_blocked)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_a_decision_is_kept_as_it_was(self):
        self._block()
        lift = self._lift()
        for attempt in (lambda: lift.write({"reason": "other"}), lift.unlink):
            self.assertBlocked(attempt, AccessError, "")
        other = self.setup_other_company(name="Autre SAS")["company"]
        self.people["collector"].write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        lifts = self.env["dunning.sale.lift"]
        self.assertFalse(lifts.with_user(self.people["collector"]).search([]))
        self.assertEqual(lifts.with_user(self.seller).search([]), lift)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_bad_input(self):
        self._block()
        self.assertBlocked(lambda: self._lift(reason="  "), ValidationError, "why")
        quiet = self._quote(self.calm)
        self.assertBlocked(lambda: self._lift(order=quiet), text="nothing to lift")
        self._lift()
        self.assertBlocked(self._lift, text="nothing to lift")
        with (
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            self.env.cr.execute(
                "UPDATE res_company SET dunning_sale_block_amount = -1 WHERE id = %s",
                [self.company.id],
            )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_not_in_another_company(self):
        """A manager of another company neither reads the order nor lifts its block."""
        self._block()
        other = self.setup_other_company(name="Autre SAS")["company"]
        manager = self.people["manager"]
        manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertBlocked(self._lift, AccessError, "")

    def test_the_setting(self):
        with Form(self.env["res.config.settings"]) as settings:
            settings.dunning_sale_block = True
            settings.dunning_sale_block_amount = 500
        settings.record.execute()
        self.assertTrue(self.company.dunning_sale_block)
        self.assertEqual(self.company.dunning_sale_block_amount, 500)
