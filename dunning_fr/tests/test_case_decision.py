"""Decisions: what was awarded, and what their service does to interest (R2.7)."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_case import CaseCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCaseDecision(CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(10000, "2025-12-31")
        cls.case = cls._case("fond", date="2026-01-10")
        cls._date(cls.case, writ="2026-01-12", order="2026-02-20")

    def _decision(self, **values):
        return self.env["dunning.case.decision"].create(
            {
                "case_id": self.case.id,
                "date": "2026-02-20",
                "amount_principal": 10000,
                **values,
            }
        )

    def test_example_12_legal_rate_then_five_points_more(self):
        """Served on 2 March 2026: legal interest from the 3rd, raised from 3 May."""
        decision = self._decision()
        self.assertFalse(self.invoice.dunning_judgment_served)
        decision.served_date = "2026-03-02"
        self.assertEqual(str(self.invoice.dunning_judgment_served), "2026-03-02")
        before = self.invoice.get_late_payment_claim("2026-03-02")["interest"]
        after = self.invoice.get_late_payment_claim("2026-08-31")
        self.assertAlmostEqual(after["interest"] - before, 298.60, delta=0.01)
        self.assertIn("R2.7", self.case.message_ids[0].body)

    def test_a_corrected_day_follows_and_a_persons_own_stays(self):
        other = self._invoice(100, "2025-12-31")
        self._date(self.case, order=False, writ=False)
        self.case.move_ids += other
        self._date(self.case, writ="2026-01-12", order="2026-02-20")
        decision = self._decision(served_date="2026-03-02")
        other.dunning_judgment_served = "2026-03-09"
        decision.served_date = "2026-03-03"
        days = (self.invoice + other).mapped("dunning_judgment_served")
        self.assertEqual(list(map(str, days)), ["2026-03-03", "2026-03-09"])
        self.assertIn(other.name, self.case.message_ids[0].body)
        decision.unlink()
        self.assertFalse(self.invoice.dunning_judgment_served)
        self.assertTrue(other.dunning_judgment_served)
        self.assertIn("taken back", " ".join(self.case.message_ids.mapped("body")))

    def test_a_closed_case_keeps_its_decisions(self):
        decision = self._decision(served_date="2026-03-02")
        self.case.action_settle()
        for attempt in (
            lambda: decision.write({"amount_principal": 1}),
            decision.unlink,
            self._decision,
        ):
            with self.assertRaisesRegex(UserError, "reopen it first"):
                attempt()
        self.case.action_reopen()
        decision.amount_principal = 1

    def test_only_a_courts_decision_that_awards_something_changes_interest(self):
        for values in (
            {"kind": "settlement"},
            {"kind": "title"},
            {"kind": "admission"},
            {"amount_principal": 0},
        ):
            with self.subTest(**values):
                decision = self._decision(served_date="2026-03-02", **values)
                self.assertFalse(self.invoice.dunning_judgment_served)
                decision.write({"kind": "judgment", "amount_principal": 1})
                self.assertTrue(self.invoice.dunning_judgment_served)
                decision.unlink()

    def test_what_was_refused(self):
        decision = self._decision(
            amount_principal=9000, amount_interest=10, amount_article_700=500
        )
        claimed = self.case.amount_claimed
        self.assertEqual(decision.amount_total, 9510)
        self.assertAlmostEqual(decision.amount_refused, claimed - 9010)

    def test_the_day_the_decision_was_served_comes_from_the_step(self):
        """Entered once: the step dates the decision that waits for it."""
        decision = self._decision()
        self._date(self.case, service="2026-03-02")
        self.assertEqual(str(decision.served_date), "2026-03-02")
        self._date(self.case, service="2026-03-04")
        self.assertEqual(str(decision.served_date), "2026-03-04")
        decision.served_date = "2026-03-05"
        self._date(self.case, service="2026-03-06")
        self.assertEqual(str(decision.served_date), "2026-03-05", "a person's own")

    def test_a_decision_in_its_time(self):
        for values, message in (
            ({"date": "2026-01-09"}, "before the case was opened"),
        ):
            with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
                self._decision(**values)
        self.case.action_lose()
        with self.assertRaisesRegex(UserError, "is closed"), self.env.cr.savepoint():
            self._decision()
        draft = self._case("fond", self._invoice(5, "2025-12-31"), date="2026-01-10")
        with self.assertRaisesRegex(UserError, "not filed"):
            self._decision(case_id=draft.id)
