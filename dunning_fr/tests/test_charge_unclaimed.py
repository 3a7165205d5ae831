from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_charge import ChargeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeUnclaimed(ChargeCommon):
    """The list of what was paid late, its penalties never claimed (R1.35)."""

    def _listed(self):
        action = self.env.ref("dunning_fr.action_dunning_unclaimed")
        domain = [("move_type", "=", "out_invoice"), ("dunning_unclaimed", ">", 0)]
        self.assertIn("dunning_unclaimed", action.domain)
        self.env.flush_all()
        return self.env["account.move"].search(domain)

    def test_who_is_listed(self):
        late, public = self._example_2(), self._example_2(self.commune)
        self._example_2(paid=False)
        self._example_2(self.consumer)
        self._example_2(self.association)
        self._example_2(self._customer("Inconnu"))
        in_time = self._invoice(500, "2026-10-31")
        self._pay(in_time, 500, "2026-10-31")
        old = self._invoice(500, "2021-11-01")
        self._pay(old, 500, "2021-12-01")
        self.assertEqual(self._listed(), late + public)
        self.assertEqual(late.dunning_unclaimed, 534.89)
        self.assertEqual(public.dunning_unclaimed, 447.11)
        self.assertEqual(in_time.dunning_unclaimed, 0)

    def test_whatever_was_claimed_is_not(self):
        billed, waived, claimed = (self._example_2() for _ in range(3))
        self.assertEqual(self._listed(), billed + waived + claimed)
        note = self._bill(billed)
        self._claim(waived)._waive("A favour")
        self._claim(claimed)
        self.assertFalse(self._listed())
        self.assertEqual(billed.dunning_unclaimed, 0)
        self._pay(note, 534.89, "2026-12-31")
        self.assertFalse(self._listed(), "a note bears nothing itself")

    def test_days_late(self):
        """R1.12: up to the payment; up to today where it is still open."""
        late, in_time = self._example_2(), self._invoice(500, "2026-10-31")
        self._pay(in_time, 500, "2026-10-31")
        unpaid = self._example_2(paid=False)
        self.assertEqual(
            [move.dunning_claim_days for move in (late, in_time, unpaid)],
            [122, 0, (date(2026, 11, 22) - date(2026, 5, 31)).days],
        )
        view = self.env.ref("dunning_fr.account_move_view_list_unclaimed")
        self.assertIn("dunning_claim_days", view.arch)

    def test_r9_2_the_list_opens_without_rates(self):
        """It says which half-year is missing; billing is refused, with its name."""
        late = self._example_2()
        known = self._invoice(1000, "2026-05-31")
        self._pay(known, 1000, "2026-06-30")
        self.env["dunning.rate"].search([("date_from", ">=", "2026-07-01")]).unlink()
        self.assertEqual(self._listed(), late + known)
        rows = (late + known).read(["dunning_unclaimed", "dunning_claim_missing"])
        self.assertEqual(
            [(row["dunning_unclaimed"], row["dunning_claim_missing"]) for row in rows],
            [(0, "2026 S2"), (49.99, "")],  # 30 days on 1,000 at 12.15 %: 9.99
        )
        action = late.action_dunning_bill()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        with self.assertRaisesRegex(UserError, "2026 S2"):
            wizard.create({}).action_bill()

    def test_from_the_list_to_the_note(self):
        late = self._example_2()
        action = late.action_dunning_bill()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        note = self.env["account.move"].browse(
            wizard.create({}).action_bill()["res_id"]
        )
        self.assertEqual(note.amount_total, 534.89)

    def test_one_page_costs_the_same_whatever_its_rows(self):
        counts = []
        for size in (1, 1, 6):
            for _ in range(size):
                self._example_2()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self._listed().read(["name", "dunning_unclaimed"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(rows), 8)
        self.assertEqual(*counts[1:])
