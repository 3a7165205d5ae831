"""Settings, the look at what may go, its confirmation, and the monthly task."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common_purge import LATER, PurgeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPurgeSettings(PurgeCommon):
    def _months(self, rule):
        day = self.env["dunning.purge"]._fields["date"].to_date(LATER)
        return self.company._dunning_retention_months(rule, day)

    # ---------------------------------------------------------------------- figures

    def test_r10_8_the_figures_are_dated_law(self):
        figures = self.env["dunning.parameter"].search(
            [("key", "=like", "fr.retention%")]
        )
        values = {figure.key: figure.value for figure in figures}
        self.assertEqual(
            values,
            {
                "fr.retention_notes_months": 6,
                "fr.retention_proofs_months": 0,
                "fr.retention_accounting_years": 10,
            },
        )
        unsure = figures.filtered("to_verify").mapped("key")
        self.assertNotIn("fr.retention_accounting_years", unsure)
        self.assertEqual(len(unsure), 2)

    def test_off_until_a_manager_switches_it_on(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertFalse(company.dunning_retention)
        self.assertEqual(company.dunning_retention_mode, "manual")

    def test_a_company_may_have_its_own_period(self):
        self.assertEqual((self._months("notes"), self._months("proofs")), (6, 0))
        self.company.dunning_retention_notes_months = 24
        self.assertEqual(self._months("notes"), 24)
        settings = self.env["res.config.settings"].create({})
        self.assertIn("24", settings.dunning_retention_warning)
        self.assertIn("R10.8", settings.dunning_retention_warning)
        self.assertIn("L123-22", settings.dunning_retention_proposed)
        settings.dunning_retention_notes_months = 0
        self.assertFalse(settings.dunning_retention_warning)
        self.company.dunning_retention_notes_months = 0
        self.env["dunning.parameter"].search(
            [("key", "=", "fr.retention_notes_months")]
        ).value = 9
        self.assertEqual(self._months("notes"), 9, "the law of the day")

    def test_without_asking_only_with_a_manager_who_answers(self):
        with self.assertRaisesRegex(ValidationError, "who answers"):
            self.company.dunning_retention_mode = "run"
        with self.assertRaises(ValidationError):
            self.company.write(
                {
                    "dunning_retention_mode": "run",
                    "dunning_retention_user_id": self.collector.id,
                }
            )
        self._by_itself("run")

    def _by_itself(self, mode):
        self.company.write(
            {
                "dunning_retention_mode": mode,
                "dunning_retention_user_id": self.manager.id,
            }
        )

    # ------------------------------------------------------------------- the wizard

    def _wizard(self, day=LATER):
        wizards = self.env["dunning.purge.wizard"].with_user(self.manager)
        return wizards.create({"company_id": self.company.id, "date": day})

    def test_the_look_says_how_many_and_why_the_rest_is_kept(self):
        wizard = self._wizard()
        self.assertEqual(wizard.count, self._overview()["count"])
        self.assertIn(self.notice.name, wizard.overview)
        self.assertNotIn("ill", wizard.overview.split())
        for personal in ("wife", "shouted", "rude", "Alpha"):
            self.assertNotIn(personal, wizard.overview)
        self._invoice(10, "2026-04-01", self.notice.partner_id)
        self.assertIn("Something is still owed", self._wizard().overview)

    def test_an_empty_look(self):
        wizard = self._wizard("2026-03-16")
        self.assertEqual(wizard.count, 0)
        self.assertIn("Nothing on this day", wizard.overview)
        with self.assertRaises(UserError):
            wizard.action_erase()

    def test_the_number_must_be_typed(self):
        with freeze_time(f"{LATER} 10:00:00"):
            wizard = self._wizard()
            for typed in (0, wizard.count - 1, wizard.count + 1, -wizard.count):
                wizard.typed = typed
                with self.subTest(typed=typed), self.assertRaises(UserError):
                    wizard.action_erase()
            self.assertFalse(self.purges.search([]))
            wizard.typed = wizard.count
            action = wizard.action_erase()
        purge = self.purges.browse(action["res_id"])
        self.assertEqual(purge.user_id, self.manager)
        self.assertEqual(purge.planned_count, wizard.count)
        self.assertIn("6 months", purge.figures_text)
        self.assertEqual(self._wizard().open_purge_id, purge)

    def test_the_form_opens_with_today(self):
        wizards = self.env["dunning.purge.wizard"].with_user(self.manager)
        with Form(wizards.with_company(self.company)) as form:
            self.assertEqual(form.date.isoformat(), "2026-03-16")
            self.assertTrue(form.is_today)
            form.date = "2026-03-17"
            self.assertFalse(form.is_today)

    # ----------------------------------------------------------------- every month

    def _month(self):
        with freeze_time(f"{LATER} 10:00:00"):
            self.env["dunning.purge"]._cron_propose()

    def _open_activities(self):
        return self.env["mail.activity"].sudo().search(
            [("dunning_purge_id", "!=", False)]
        )  # fmt: skip

    def test_by_hand_the_task_does_nothing(self):
        self._month()
        self.assertFalse(self.purges.search([]))

    def test_it_only_proposes_and_once(self):
        self._by_itself("propose")
        self._month()
        self._month()
        purge = self.purges.search([("state", "=", "proposed")])
        self.assertEqual(len(purge), 1)
        self.assertEqual(purge.planned_count, self._overview()["count"])
        activity = self._open_activities()
        self.assertEqual(activity.user_id, self.manager)
        self.env["dunning.purge"]._process_queue()
        self.assertTrue(self.notice.body, "nothing is erased by a proposal")
        self.assertEqual(purge.action_look()["res_model"], "dunning.purge.wizard")
        self._start()
        self.assertEqual(purge.state, "cancelled")
        self.assertFalse(self._open_activities())

    def test_it_erases_where_that_is_switched_on(self):
        self._by_itself("run")
        self._month()
        purge = self.purges.search([])
        self.assertEqual((purge.state, purge.user_id), ("running", self.manager))
        self.assertTrue(purge.is_automatic)
        self.env["dunning.purge"]._process_queue()
        self.assertFalse(self.notice.body)

    def test_who_may_no_longer_erases_nothing(self):
        self._by_itself("run")
        group = self.env.ref("dunning_fr.group_dunning_manager")
        self.manager.group_ids -= group
        with self.assertLogs("odoo.addons.dunning_fr", "WARNING"):
            self._month()
        self.assertFalse(self.env["dunning.purge"].search([]))
