"""Contacts, credit insurance, solvency, and customers with the same SIREN."""

import json

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"
SIREN = "552100554"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestDebtorCover(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env,
            "cover_collector",
            "dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.invoice = cls._invoice(1000, "2026-09-01")
        cls.debtor = cls._debtor(cls.pro)
        cls.debtor.user_id = cls.collector
        cls.mine = cls.debtor.with_user(cls.collector)

    def _told(self, code):
        """Return the activity of the kind ``code``, as the night leaves it."""
        self.env["dunning.watch"]._watch_company(self.company)
        rows = self.env["dunning.watch"].search(
            [("debtor_id", "=", self.debtor.id), ("code", "=", code)]
        )
        return rows.activity_id

    def _insure(self, **values):
        values = {"insurer": "Assureur SA", "insured_amount": 5000, **values}
        self.mine.write(values)

    def test_both_sides_of_the_warning(self):
        for day, told in (("2026-12-06", False), ("2026-12-05", True)):
            self._insure(insurance_declare_by=day)
            with self.subTest(day=day):
                self.assertEqual(bool(self._told("insurance")), told)
        activity = self._told("insurance")
        self.assertEqual(activity.user_id, self.collector)
        self.assertIn("Assureur SA", activity.summary)
        self.assertIn("12/05/2026", activity.note)
        self.company.dunning_insurance_days = 3
        self.assertFalse(self._told("insurance"))

    def test_it_is_told_at_once_and_ends_with_the_declaration(self):
        self._insure(insurance_declare_by="2026-11-25")
        self.assertIn("Assureur SA", str(self.debtor.activity_ids.mapped("summary")))
        self._insure(insurance_declared_on=TODAY)
        self.assertFalse(self.debtor.activity_ids)

    def test_a_day_that_passed_stays_told(self):
        self._insure(insurance_declare_by="2026-11-01")
        self.assertTrue(self._told("insurance"))

    def test_who_owes_nothing_late_is_not_told_of(self):
        self._pay(self.invoice, 1000, "2026-11-01")
        self._insure(insurance_declare_by="2026-11-25")
        self.mine.solvency_checked_on = "2020-01-01"
        self.assertFalse(self._told("insurance"))
        self.assertFalse(self._told("solvency"))

    def test_both_sides_of_an_old_check(self):
        for day, told in (("2025-11-20", False), ("2025-11-19", True)):
            self.mine.solvency_checked_on = day
            with self.subTest(day=day):
                self.assertEqual(bool(self._told("solvency")), told)
        self.assertIn("again", self._told("solvency").summary)
        self.company.dunning_solvency_months = 0
        self.assertFalse(self._told("solvency"), "0 = never")
        self.company.dunning_solvency_months = 12
        self.assertTrue(self._told("solvency"))
        self.mine.solvency_checked_on = TODAY
        self.assertFalse(self._told("solvency"))

    def test_other_warnings_keep_their_words(self):
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "judgment_date": "2026-11-10",
                "date_from": "2026-11-10",
            }
        )
        self._insure(insurance_declare_by="2026-11-25")
        activity = self._told("publication")
        self.assertIn("BODACC", activity.summary)
        self.assertIn("BODACC", activity.note)
        self.assertTrue(self._told("insurance"))

    def test_same_siren(self):
        self.assertEqual(self.debtor.twin_count, 0)
        self.pro.company_registry = SIREN + "00013"
        twin = self._customer("Durand Lyon", "professional", company_registry=SIREN)
        self._customer("Sans facture", "professional", company_registry=SIREN)
        other = self._debtor(twin)
        self.env.invalidate_all()
        self.assertEqual((self.debtor + other).mapped("twin_count"), [1, 1])
        action = self.mine.action_open_twins()
        found = self.env["dunning.debtor"].search(action["domain"])
        self.assertEqual(found, self.debtor + other)

    def test_same_siren_of_another_company_is_not_counted(self):
        company = self.setup_other_company(name="Autre SAS")["company"]
        self.pro.company_registry = SIREN
        twin = self._customer("Durand Lyon", "professional", company_registry=SIREN)
        self._debtor(twin, company)
        self.env.invalidate_all()
        self.assertEqual(self.debtor.twin_count, 0)

    def test_contacts_and_page(self):
        contact = self._customer("Paul", parent_id=self.pro.id, is_company=False)
        self.pro.with_company(self.company).dunning_contact_id = contact
        with Form(self.mine) as form:
            self.assertEqual(form.dunning_contact_id, contact)
            form.decision_maker_id = contact
            form.insurer = "Assureur SA"
            self.assertTrue(form.insurance_consent)
        self.assertEqual(self.debtor.decision_maker_id, contact)

    def test_contacts_are_entered_on_the_page(self):
        """Both people by name alone, as contacts of the customer, by own rights."""
        view = self.env["dunning.debtor"].get_view(
            self.env.ref("dunning_fr.dunning_debtor_view_form").id
        )
        page = etree.fromstring(view["arch"]).find(".//page[@name='contacts']")
        self.collector.group_ids += self.env.ref("base.group_partner_manager")
        for name, typed in (
            ("decision_maker_id", "Mme Roux"),
            ("dunning_contact_id", "M. Petit"),
        ):
            [field] = page.findall(f".//field[@name='{name}']")
            self.assertNotIn("no_create", field.get("options", ""))
            defaults = safe_eval(field.get("context"), {"partner_id": self.pro.id})
            contacts = self.env["res.partner"].with_user(self.collector)
            made = contacts.with_context(**defaults).name_create(typed)[0]
            with Form(self.mine) as form:
                setattr(form, name, contacts.browse(made))
        self.assertEqual(self.debtor.decision_maker_id.name, "Mme Roux")
        self.assertEqual(self.debtor.decision_maker_id.parent_id, self.pro)
        chosen = self.pro.with_company(self.company).dunning_contact_id
        self.assertEqual(chosen.name, "M. Petit")
        self.assertIn(chosen, self.debtor.contact_ids)
        self.assertFalse(chosen.is_company)
        self.env.invalidate_all()
        with Form(self.mine) as form:
            form.dunning_contact_id = contacts.browse()
        self.assertFalse(self.pro.with_company(self.company).dunning_contact_id)

    def test_who_may_not_write_contacts_chooses_none(self):
        contact = self._customer("Paul", parent_id=self.pro.id, is_company=False)
        with self.assertRaises(AccessError):
            self.mine.dunning_contact_id = contact
        self.mine.decision_maker_id = contact  # of the debtor, not of the customer

    def test_a_new_contact_belongs_to_the_customer(self):
        action = self.mine.action_new_contact()
        made = self.env["res.partner"].with_context(**action["context"])
        made = made.create({"name": "Mme Roux"})
        self.assertEqual(made.parent_id, self.pro)
        self.assertIn(made, self.debtor.contact_ids)

    def test_balance_by_age_on_both_sides_of_each_bound(self):
        self._pay(self.invoice, 1000, "2026-11-01")
        for due, amount in (
            ("2026-12-31", 1),
            ("2026-11-20", 2),  # due today: not late
            ("2026-11-19", 10),
            ("2026-10-21", 20),  # 30 days
            ("2026-10-20", 100),
            ("2026-09-21", 200),  # 60
            ("2026-09-20", 1000),
            ("2026-08-22", 2000),  # 90
            ("2026-08-21", 10000),
        ):
            self._invoice(amount, due)
        self._invoice(5, "2026-11-01", move_type="out_refund")
        self.env.invalidate_all()
        [chart] = json.loads(self.mine.aging_graph)
        values = [point["value"] for point in chart["values"]]
        self.assertEqual(values, [3, 30, 300, 3000, 10000])
        self.assertEqual(chart["values"][1]["label"][0], "1 to 30 days")
        self.assertIn("30.00", chart["values"][1]["label"][1])

    def test_who_owes_nothing_has_no_chart(self):
        self._pay(self.invoice, 1000, "2026-11-01")
        self.env.invalidate_all()
        self.assertFalse(self.debtor.aging_graph)

    def test_rights(self):
        reader = new_test_user(
            self.env, "cover_reader", "account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            self.debtor.with_user(reader).insurer = "x"
        self.collector.write({"company_ids": [Command.set(self.env.company.ids)]})
        other = self.setup_other_company(name="Autre SAS")["company"]
        theirs = self._debtor(self.pro, other)
        with self.assertRaises(AccessError):
            theirs.with_user(self.collector).insurer = "x"

    def test_the_night_is_constant_in_debtors(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["dunning.watch"]._watch_cover(self.company)
            return self.env.cr.sql_log_count - before

        self._insure(insurance_declare_by="2026-11-25")
        cost()  # caches
        few = cost()
        debtors = self.env["dunning.debtor"]
        for number in range(10):
            partner = self._customer(f"P{number} SARL", "professional")
            self._invoice(100, "2026-09-01", partner)
            debtors += self._debtor(partner)
        debtors.write({"insurer": "A", "insurance_declare_by": "2026-11-25"})
        self.assertEqual(cost(), few)
