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

    def _count(self, action):
        """Return the queries of ``action()`` from cold caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_lists_are_constant_in_rows(self):
        """What lists of invoices, customers and debtors show: one query a page."""
        columns = {
            "account.move": ("dunning_level", "dunning_next_date", "limitation_date"),
            "res.partner": ("dunning_level", "dunning_next_date", "dunning_overdue"),
            "dunning.debtor": (
                "amount_overdue",
                "amount_credits",
                "oldest_due",
                "level_reached",
                "last_notice_date",
                "active_hold_count",
                "policy_id",
            ),
        }
        counts = []
        for debtors in (2, 2, 10):  # the first time fills the caches
            self._fill(debtors, 2)
            self._run("2026-09-10").action_cancel()
            counts.append(
                {
                    model: self._count(
                        lambda model=model, names=names: self.env[model].search_read(
                            [], ["display_name", *names]
                        )
                    )
                    for model, names in columns.items()
                }
            )
        self.assertEqual(counts[1], counts[2])

    def test_approval_is_constant_in_invoices(self):
        """A letter's text reads its invoices at once, without annex and with one."""
        self._queue_one(14)  # caches
        for few, many in ((2, 11), (14, 40)):
            with self.subTest(few=few, many=many):
                self.assertEqual(self._queue_one(few), self._queue_one(many))

    def _queue_one(self, invoices):
        """Return the queries of approving the notice of one new debtor."""
        self._fill(1, invoices)
        run = self._run("2026-09-10")
        spent = self._count(run.action_send)
        self.assertEqual(run.notice_ids.mapped("state"), ["queued"])
        self.assertEqual(len(run.notice_ids.line_ids), invoices)
        return spent

    def test_letters_are_constant_in_invoices(self):
        spent = []
        for invoices in (1, 1, 30):  # the first time fills the caches
            self._fill(1, invoices)
            run = self._run("2026-09-10")
            run.action_send()
            notice = run.notice_ids
            spent.append(self._count(lambda notice=notice: notice._render_letters()))
        self.assertLessEqual(spent[2], spent[1] + 1)

    def test_holds_are_constant_in_debtors(self):
        """Many disputes at once cost what each row costs, no search for each."""
        counts = []
        for number in (1, 2, 12):
            debtors = self.env["dunning.debtor"].create(
                [
                    {
                        "partner_id": self._customer(
                            f"H{number}{i}", "professional"
                        ).id,
                        "company_id": self.company.id,
                    }
                    for i in range(number)
                ]
            )
            values = [
                {"debtor_id": debtor.id, "kind": "dispute", "date_from": "2026-09-01"}
                for debtor in debtors
            ]
            holds = self.env["dunning.hold"].with_context(tracking_disable=True)
            counts.append(
                self._count(lambda holds=holds, values=values: holds.create(values))
            )
        self.assertEqual(*counts[1:])
