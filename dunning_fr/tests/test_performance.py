from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestPerformance(DunningCommon):
    """A run costs a constant number of queries, whatever the debtors and items.

    Speed itself is measured by ``./bin/bench``; a query in a loop shows here.
    """

    def _fill(self, debtors, items):
        for number in range(debtors):
            partner = self._customer(f"P{number} SARL", "professional")
            for _ in range(items):
                self._invoice(1000, "2026-06-01", partner)

    def _prepare_queries(self):
        run = self.env["dunning.run"].create(
            {"date": "2026-09-10", "company_id": self.company.id}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run.action_prepare()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        lines = len(run.notice_ids.line_ids)
        run.action_cancel()
        return count, lines

    def test_preparing_is_constant_in_debtors_and_items(self):
        self._fill(2, 1)
        self._prepare_queries()  # caches
        few, lines = self._prepare_queries()
        self.assertEqual(lines, 2)
        self._fill(12, 6)
        many, lines = self._prepare_queries()
        self.assertEqual(lines, 74)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 60)

    def test_the_last_look_at_the_ledger_is_constant(self):
        """The worker reads the ledger of all notices of a round at once."""
        self._fill(2, 1)
        counts = []
        for debtors in (0, 0, 10):  # the first time fills the caches
            self._fill(debtors, 3)
            run = self._run("2026-09-10")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(run.notice_ids._ledger_changes(), {})
            counts.append(self.env.cr.sql_log_count - before)
            run.action_cancel()
        self.assertEqual(*counts[1:])

    def test_explaining_is_constant_in_items(self):
        counts = []
        for items in (1, 2, 20):  # the first time fills the caches
            partner = self._customer(f"X{items} SARL", "professional")
            for _ in range(items):
                self._invoice(1000, "2026-06-01", partner)
            debtor = self.env["dunning.debtor"].create(
                {"partner_id": partner.id, "company_id": self.company.id}
            )
            debtor.explain("2026-09-10")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(debtor.explain("2026-09-10")), items)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])
