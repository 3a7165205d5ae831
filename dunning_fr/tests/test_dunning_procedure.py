"""Legal procedures as dated data: which exist, on which days, who may change them."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

CODES = {
    "petites_creances",
    "l126",
    "injonction",
    "refere",
    "fond",
    "participative",
    "saisie",
    "cheque",
    "action_directe",
    "assignation_ouverture",
    "mediateur",
    "mediateur_marches",
    "ipe",
    "small_claims_eu",
    "mandatement",
    "memoire",
    "tribunal_administratif",
    "declaration",
    "remise_recouvrement",
}


@tagged("post_install", "-at_install")
class TestDunningProcedure(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedures = cls.env["dunning.procedure"].with_context(active_test=False)
        cls.today = date(2026, 11, 22)

    def test_shipped_procedures(self):
        """All of section 6; only one is switched off (R6.17)."""
        rows = self.procedures.search([])
        self.assertEqual(set(rows.mapped("code")), CODES)
        self.assertEqual(rows.filtered(lambda row: not row.active).code, "l126")

    def test_every_procedure_is_sourced(self):
        for row in self.procedures.search([]):
            with self.subTest(row.code):
                self.assertTrue(row.reference and row.source_url and row.rule)
                self.assertTrue(row.summary)
                self.assertTrue(row.checked_on or row.to_verify)

    def test_r6_17_a_procedure_is_open_between_its_days_and_switched_on(self):
        """Law 2026-307: from 25 April 2026, and only once somebody switches it on."""
        found = self.procedures._by_code("l126")
        self.assertTrue(found, "switched off, but known")
        self.assertFalse(found._is_open_on(self.today))
        found.active = True
        found.date_to = date(2026, 12, 31)
        for day, is_open in (
            (date(2026, 4, 24), False),
            (date(2026, 4, 25), True),
            (date(2026, 12, 31), True),
            (date(2027, 1, 1), False),
        ):
            with self.subTest(day=day):
                self.assertIs(found._is_open_on(day), is_open)
        injonction = self.procedures._by_code("injonction")
        self.assertTrue(injonction._is_open_on(date(1990, 1, 1)), "no first day known")
        self.assertFalse(self.procedures._by_code("unknown"))

    def test_r6_17_switching_on_asks_first(self):
        """What is still to verify is shown first; one click switches nothing on."""
        found = self.procedures._by_code("l126")
        question = found.action_switch_on()
        self.assertFalse(found.active)
        self.assertEqual((question["target"], question["res_id"]), ("new", found.id))
        self.assertIn("(R6.17)", found.to_verify)
        [(view, _kind)] = question["views"]
        arch = found.get_view(view, "form")["arch"]
        for name in ('name="to_verify"', 'name="rule"', 'name="action_confirm_on"'):
            self.assertIn(name, arch)
        found.action_confirm_on()
        self.assertTrue(found.active)
        found.action_switch_off()
        self.assertFalse(found.active)

    def test_nothing_to_verify_is_nothing_to_ask(self):
        found = self.procedures._by_code("l126")
        found.to_verify = False
        self.assertNotEqual(found.action_switch_on().get("target"), "new")
        self.assertTrue(found.active)

    def test_only_the_buttons_switch(self):
        """A toggle in the list, or “Unarchive”, would ask nothing."""
        self.assertTrue(self.procedures.fields_get(["active"])["active"]["readonly"])
        arch = self.procedures.get_view(view_type="list")["arch"]
        self.assertNotIn("boolean_toggle", arch)

    def test_a_collector_switches_nothing(self):
        collector = new_test_user(
            self.env, login="switch_user", groups="dunning_fr.group_dunning_user"
        )
        found = self.procedures._by_code("l126").with_user(collector)
        for attempt in (found.action_confirm_on, found.action_switch_off):
            with (
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model"),
            ):
                attempt()
        self.assertNotIn("action_switch_on", found.get_view(view_type="list")["arch"])

    def test_only_a_manager_changes_the_law(self):
        collector = new_test_user(
            self.env, login="procedure_user", groups="dunning_fr.group_dunning_user"
        )
        row = self.procedures._by_code("injonction").with_user(collector)
        self.assertTrue(row.name)
        for attempt in (lambda: row.write({"active": False}), row.unlink):
            with (
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_access"),
                self.env.cr.savepoint(),
            ):
                attempt()
