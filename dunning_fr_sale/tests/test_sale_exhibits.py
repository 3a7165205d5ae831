"""Orders and deliveries among the exhibits of a case."""

import io

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from odoo.addons.dunning_fr.tests.common_case import DUE, CaseCommon

SALE_FILES = ("order", "delivery")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSaleExhibits(CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            "exhibit_seller",
            "sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.goods = cls.env["product.product"].create(
            {"name": "Table", "type": "consu", "list_price": 500, "taxes_id": False}
        )
        cls.order = cls._order()
        cls.picking = cls._deliver(cls.order)
        cls.bill = cls._bill(cls.order)
        cls.case = cls._case(moves=cls.bill)

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        for name in ("sales_team.group_sale_manager", "stock.group_stock_manager"):
            groups |= cls.env.ref(name)
        return groups

    @classmethod
    def _order(cls, quantity=4):
        line = {"product_id": cls.goods.id, "product_uom_qty": quantity}
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.pro.id,
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "order_line": [Command.create(line)],
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, order, quantity=None):
        """Hand over what is ordered, or so much of it; return the delivery."""
        picking = order.picking_ids.filtered(lambda row: row.state != "done")
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    @classmethod
    def _bill(cls, order):
        move = order._create_invoices()
        move.write(
            {
                "invoice_date": DUE,
                "invoice_payment_term_id": False,
                "invoice_date_due": DUE,
            }
        )
        move.action_post()
        return move

    def _found(self, case=None):
        rows = (case or self.case).exhibit_ids
        return rows.filtered(lambda row: row.kind in SALE_FILES)._sorted()

    def _close(self, model):
        """Take the records of ``model`` away from everybody but who is trusted."""
        self.env["ir.rule"].create(
            {
                "name": f"closed {model}",
                "model_id": self.env["ir.model"]._get(model).id,
                "domain_force": [(0, "=", 1)],
            }
        )

    # ------------------------------------------------------------------ proposed

    def test_a_confirmed_order_and_its_delivery_are_proposed(self):
        self.assertEqual((self.order.state, self.picking.state), ("sale", "done"))
        self.case.with_user(self.people["user"]).action_find_exhibits()
        order, delivery = self._found()
        self.assertEqual((order.origin_model, order.origin_id),
                         ("sale.order", self.order.id))  # fmt: skip
        self.assertIn(self.order.name, order.title)
        self.assertEqual(order.date, self.order.date_order.date())
        self.assertEqual((delivery.origin_model, delivery.origin_id),
                         ("stock.picking", self.picking.id))  # fmt: skip
        self.assertIn(self.picking.name, delivery.title)
        self.assertEqual(delivery.date, self.picking.date_done.date())
        self.assertTrue(order.include and delivery.include)
        self.assertNotIn(self.order.name, self.case.missing_exhibits)

    def test_what_proves_nothing_is_not_proposed(self):
        """Neither a delivery that waits, nor an order that was cancelled or another."""
        other = self._order()
        part = self._order()
        done = self._deliver(part, 1)
        bill = self._bill(part)
        waiting = part.picking_ids - done
        self.assertTrue(waiting, "the rest of it is still to be delivered")
        case = self._case(moves=bill)
        case.action_find_exhibits()
        found = {(row.origin_model, row.origin_id) for row in self._found(case)}
        self.assertEqual(
            found, {("sale.order", part.id), ("stock.picking", done.id)}, other.name
        )
        part._action_cancel()
        again = self._case(moves=self._bill_again(bill))
        again.action_find_exhibits()
        self.assertFalse(self._found(again).filtered(lambda r: r.kind == "order"))

    def _bill_again(self, bill):
        """Return another invoice of the same order."""
        move = bill.copy({"invoice_date": DUE, "invoice_date_due": DUE})
        for line, old in zip(move.invoice_line_ids, bill.invoice_line_ids, strict=True):
            line.sale_line_ids = old.sale_line_ids
        move.action_post()
        return move

    # ------------------------------------------------------------------- as PDF

    def test_their_pdf_are_made_with_the_rights_of_who_asks(self):
        user = self.people["user"]
        case = self.case.with_user(user)
        case.action_find_exhibits()
        for row in self._found().with_user(user):
            with self.subTest(row.kind):
                finding, pages, _name = row._content({}, "2026-08-20")
                self.assertEqual((finding.how, finding.reason), ("merge", ""))
                reader = PdfFileReader(io.BytesIO(pages))
                text = "".join(page.extract_text() for page in reader.pages)
                self.assertIn(row._found_at().name, text)

    def test_the_court_file_holds_them(self):
        case = self.case.with_user(self.people["user"])
        case.action_find_exhibits()
        (self.case.exhibit_ids - self._found()).include = False
        case.action_build_file()
        self.env["dunning.court.file"]._process_queue()
        file = self.case.court_file_id
        self.assertEqual((file.state, file.exhibit_count), ("ready", 2), file.problems)
        self.assertFalse(file.problems)

    # ------------------------------------------------------------------- rights

    def test_what_may_not_be_read_is_named_not_proposed(self):
        self._close("sale.order")
        self._close("stock.picking")
        case = self.case.with_user(self.people["user"])
        case.action_find_exhibits()
        self.assertFalse(self._found())
        said = case.missing_exhibits
        for record in (self.order, self.picking):
            [line] = [row for row in said.splitlines() if record.name in row]
            self.assertIn("may not read", line)

    def test_who_has_no_right_to_the_application_is_told_as_well(self):
        """Not even the access list: other than a rule, it closes the whole model."""
        models = ("sale.order", "sale.order.line", "stock.picking")
        access = self.env["ir.model.access"].search([("model_id.model", "in", models)])
        access.active = False
        case = self.case.with_user(self.people["user"])
        case.invalidate_recordset()
        case.action_find_exhibits()
        self.assertFalse(self._found())
        self.assertIn(self.order.name, case.missing_exhibits)
        self.assertIn(self.picking.name, case.missing_exhibits)

    def test_what_a_colleague_proposed_is_left_out_of_my_file_and_said(self):
        self.case.action_find_exhibits()
        name = self.order.name
        self._close("sale.order")
        case = self.case.with_user(self.people["user"])
        self.assertNotIn(name, case.missing_exhibits)
        (self.case.exhibit_ids - self._found()).include = False
        case.action_build_file()
        with mute_logger("odoo.addons.base.models.ir_rule"):
            self.env["dunning.court.file"]._process_queue()
        file = self.case.court_file_id
        self.assertEqual((file.state, file.exhibit_count), ("ready", 1))
        [line] = [row for row in file.problems.splitlines() if name in row]
        self.assertIn("may not read", line)
