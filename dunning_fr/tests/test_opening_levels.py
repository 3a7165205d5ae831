"""First activation: how many, to whom, since when; and where old items start."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-10-01")
class TestOpeningLevels(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recent = cls._invoice(100, "2026-09-15")
        cls.older = cls._invoice(200, "2026-08-20")
        cls.old = cls._invoice(400, "2025-06-30")
        cls.run_ = cls.env["dunning.run"].create(
            {"date": "2026-10-01", "company_id": cls.company.id}
        )

    def _wizard(self, **values):
        action = self.run_.action_open_prepare()
        self.assertEqual(action["res_model"], "dunning.opening.wizard")
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_the_guard_says_how_many_how_much_and_how_old(self):
        wizard = self._wizard()
        self.assertIn("1 notice to 1 debtor", wizard.headline)
        self.assertIn("700.00", wizard.headline)
        ages = [row["cells"][:2] for row in wizard.overview[0]["rows"]]
        self.assertEqual(
            ages,
            [
                ["1 to 30 days late", "1"],
                ["31 to 60 days late", "1"],
                ["Over a year late", "1"],
            ],
        )
        self.assertEqual(wizard.overview[1]["rows"][0]["cells"][0], "Professional")
        self.assertEqual(self.run_.state, "draft")

    def test_without_opening_levels_everything_starts_at_level_1(self):
        self._wizard().action_prepare()
        self.assertEqual(self.run_.state, "prepared")
        self.assertEqual(
            set(self.run_.notice_ids.line_ids.mapped("level_sequence")), {1}
        )

    def test_opening_levels_by_age(self):
        wizard = self._wizard(set_levels=True, reason="Reminded by hand until August")
        self.assertIn("count as reminded once: 1; twice: 1.", wizard.effect)
        wizard.action_prepare()
        rows = self.env["dunning.opening.level"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            {row.move_name: row.sequence for row in rows},
            {self.older.name: 1, self.old.name: 2},
        )
        self.assertEqual(rows.create_uid, self.env.user)
        self.assertEqual(set(rows.mapped("reason")), {"Reminded by hand until August"})
        told = {
            self.env["account.move.line"].browse(e["move_line_id"]).move_id: e["level"]
            for e in self.run_.notice_ids.debtor_id.explain("2026-10-01")
        }
        self.assertEqual(told, {self.recent: 0, self.older: 1, self.old: 2})
        moves = self.recent + self.older + self.old
        self.assertEqual(moves.mapped("dunning_level"), [0, 1, 2])

    def test_the_interval_counts_from_the_day_given(self):
        self._wizard(
            set_levels=True, reason="By phone", reminded_on="2026-09-30"
        ).action_prepare()
        claimed = self.run_.notice_ids.line_ids.filtered("claimed")
        self.assertEqual(claimed.mapped("move_name"), [self.recent.name])

    def test_only_one_level_may_be_used(self):
        self._wizard(
            set_levels=True, reason="x", days_level_1=0, days_level_2=30
        ).action_prepare()
        rows = self.env["dunning.opening.level"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(rows.mapped("sequence"), [2, 2])

    def test_an_opening_level_is_set_once(self):
        args = (self.company, self.run_.date, {1: 30, 2: 60}, self.run_.date, "x")
        levels = self.env["dunning.opening.level"]
        self.assertEqual(levels._open_by_age(*args), 2)
        self.assertEqual(levels._open_by_age(*args), 0)

    def test_thresholds_and_dates_make_sense(self):
        with self.assertRaisesRegex(UserError, "more days late"):
            self._wizard(
                set_levels=True, reason="x", days_level_1=60, days_level_2=30
            ).action_prepare()
        with self.assertRaisesRegex(UserError, "after the run's date"):
            self._wizard(
                set_levels=True, reason="x", reminded_on="2026-10-02"
            ).action_prepare()
        with self.assertRaisesRegex(UserError, "who reminded them"):
            self._wizard(set_levels=True, reason="  ").action_prepare()

    def test_only_a_manager_sets_opening_levels(self):
        collector = new_test_user(
            self.env,
            login="opening_collector",
            groups="base.group_user,dunning_fr.group_dunning_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        wizard = self._wizard(set_levels=True, reason="x").with_user(collector)
        wizard.invalidate_recordset()
        self.assertFalse(wizard.is_manager)
        with self.assertRaisesRegex(AccessError, "dunning manager"):
            wizard.action_prepare()

    def test_no_guard_once_something_was_sent_or_opened(self):
        self._wizard(set_levels=True, reason="x").action_prepare()
        again = self.env["dunning.run"].create(
            {"date": "2026-10-01", "company_id": self.company.id}
        )
        self.run_.action_cancel()
        self.assertTrue(again.action_open_prepare() is True)
        self.assertEqual(again.state, "prepared")
