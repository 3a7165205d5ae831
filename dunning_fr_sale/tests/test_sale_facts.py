"""What people who sell are told of a customer: two facts, and no more."""

import polib

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import file_path

from .common_sale import TODAY, SaleDunningCommon

SAME = {"Contact", "ID"}  # the same word
FACTS = {"dunning_overdue", "dunning_level", "dunning_banner", "dunning_blocked"}


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestSaleFacts(SaleDunningCommon):
    def test_a_salesperson_without_accounting_rights_reads_both(self):
        self.assertFalse(self.seller.has_group("account.group_account_readonly"))
        self.assertFalse(self.seller.has_group("account.group_account_invoice"))
        self.assertEqual(self._facts(), (1300, 1))
        order = self._as("seller")
        self.assertIn("1,300.00", order.dunning_banner)
        self.assertIn("level sent: 1", order.dunning_banner)
        partner = order.partner_id
        self.assertEqual(
            (partner.dunning_sale_overdue, partner.dunning_sale_level), (1300, 1)
        )

    def test_and_nothing_else(self):
        partner = self._as("seller").partner_id
        for name in ("dunning_overdue", "dunning_level", "dunning_next_date"):
            with self.subTest(name), self.assertRaises(AccessError):
                partner.read([name])
        for model in ("dunning.debtor", "dunning.hold", "dunning.notice"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search([])

    def test_a_quiet_customer_has_no_banner(self):
        quiet = self._quote(self.calm)
        self.assertEqual(self._facts(order=quiet), (0, 0))
        self.assertFalse(self._as("seller", quiet).dunning_banner)
        due_today = self._invoice(500, TODAY, self.calm)
        self.assertEqual(self._facts(order=quiet), (0, 0), "due today is not late")
        due_today.button_draft()
        self._invoice(90, "2026-09-30", self.calm)
        self.assertEqual(self._facts(order=quiet), (90, 0))
        self.assertIn("no reminder", self._as("seller", quiet).dunning_banner)

    def test_open_credits_are_deducted(self):
        refund = self._invoice(400, "2026-09-20", move_type="out_refund")
        self.assertEqual(self._facts(), (900, 1))
        refund.button_draft()
        self._invoice(1300, "2026-09-20", move_type="out_refund")
        self.assertEqual(self._facts(), (0, 0), "nor the level of what is covered")
        self.assertFalse(self._as("seller").dunning_banner)

    def test_a_contact_owes_what_its_company_owes(self):
        contact = self.env["res.partner"].create(
            {"name": "Compta", "parent_id": self.pro.id}
        )
        self.assertEqual(self._facts(order=self._quote(contact)), (1300, 1))
        self.assertEqual(contact.with_user(self.seller).dunning_sale_overdue, 1300)

    def test_the_form_tells_while_the_customer_is_chosen(self):
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.partner_id = self.calm.with_user(self.seller)
            self.assertFalse(form.dunning_banner)
            form.partner_id = self.pro.with_user(self.seller)
            self.assertIn("1,300.00", form.dunning_banner)

    def test_the_company_of_the_order_counts(self):
        other = self.setup_other_company(name="Autre SAS")["company"]
        self.seller.company_ids += other
        elsewhere = self._quote(company_id=other.id)
        self.assertEqual(self._facts(order=elsewhere), (0, 0))
        both = self._as("seller", self.order + elsewhere)
        both = both.with_context(allowed_company_ids=(other + self.company).ids)
        self.assertEqual(both.mapped("dunning_overdue"), [1300, 0])
        partner = both.partner_id.with_company(other)
        self.assertEqual(partner.dunning_sale_overdue, 0)

    def test_confidential_proceedings_leave_no_mark(self):
        """R6.48: a hold, confidential or not, changes no word of the banner."""
        before = self._as("seller").read(list(FACTS))
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "other",
                "confidential_kind": "conciliation",
                "date_from": "2026-09-20",
            }
        )
        self.assertEqual(hold.confidential_kind, "conciliation")
        self.assertEqual(self._as("seller").read(list(FACTS)), before)
        self._block()
        blocked = self._as("seller").dunning_banner
        hold.action_release()
        self.assertEqual(self._as("seller").dunning_banner, blocked)

    def test_customers_on_the_portal_read_none_of_it(self):
        user = new_test_user(
            self.env, "durand", "base.group_portal", partner_id=self.pro.id
        )
        self.order.action_quotation_sent()
        self.order.message_subscribe(self.pro.ids)
        order = self.order.with_user(user)
        self.assertTrue(order.read(["name"]))
        self.assertFalse(FACTS & set(order.fields_get()))
        for name in [*FACTS, "dunning_lift_ids"]:
            with self.subTest(name), self.assertRaises(AccessError):
                order.read([name])
        for name in ("dunning_sale_overdue", "dunning_sale_level"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.pro.with_user(user).read([name])

    def _queries(self, orders):
        orders = self._as("seller", orders)
        before = self.env.cr.sql_log_count
        rows = orders.read(["name", *FACTS])
        self.assertTrue(all(row["dunning_overdue"] for row in rows))
        return self.env.cr.sql_log_count - before

    def test_a_list_of_a_hundred_costs_no_more_queries(self):
        self._block()
        orders = self.order
        for number in range(99):
            partner = self._customer(f"Client{number} SARL", "professional")
            self._invoice(2000, "2026-09-01", partner)
            orders += self._quote(partner)
        self._queries(self.order)  # caches
        self.assertEqual(len(orders), 100)
        self.assertLessEqual(self._queries(orders), self._queries(self.order) + 1)

    def test_every_term_has_its_french(self):
        french = polib.pofile(file_path("dunning_fr_sale/i18n/fr.po"))
        source = polib.pofile(file_path("dunning_fr_sale/i18n/dunning_fr_sale.pot"))
        told = {entry.msgid for entry in french if entry.msgstr} | SAME
        self.assertFalse([e.msgid for e in source if e.msgid not in told])
