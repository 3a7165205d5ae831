import gc
from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.dunning_fr.tools.collector import collector_off

from .common import DunningCommon

DAY = date(2026, 9, 10)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-09-10")
class TestClaimBatches(DunningCommon):
    """Claims of many lines at a time: same amounts, constant queries, no traces."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [
            cls._customer(f"Lot {number} SARL", "professional") for number in range(4)
        ]
        cls.invoices = cls.env["account.move"]
        for customer in cls.customers:
            for due in ("2026-05-31", "2026-07-31"):
                cls.invoices += cls._invoice(1000, due, customer)
        cls.line_ids = cls.invoices.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).ids
        cls.claims = cls.env["dunning.claim"]

    def _amounts(self, found):
        return {id_: (line.interest, line.indemnity) for id_, line in found.items()}

    def test_batches_say_what_all_at_once_says(self):
        whole = self._amounts(self.claims._for_lines(self.line_ids, DAY))
        self.assertEqual(len(whole), 8)
        self.assertTrue(all(interest > 0 for interest, _ in whole.values()))
        for size in (1, 3, 8, 100):
            batches = list(self.claims._by_batch(self.line_ids, DAY, size))
            self.assertEqual(len(batches), -(-8 // size))
            joined = {}
            for batch in batches:
                self.assertLessEqual(len(batch), size)
                joined.update(self._amounts(batch))
            self.assertEqual(joined, whole)

    def test_no_lines_no_queries(self):
        with self.assertQueryCount(0):
            self.assertEqual(self.claims._for_lines([], DAY), {})
            self.assertEqual(list(self.claims._by_batch([], DAY)), [])

    def test_queries_do_not_grow_with_lines(self):
        counts = []
        for ids in (self.line_ids[:1], self.line_ids[:1], self.line_ids):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.claims._for_lines(ids, DAY)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])  # the first one fills the caches
        self.assertLessEqual(counts[-1], 12)

    def test_a_receipt_of_one_customer_reduces_his_claims_alone(self):
        before = self._amounts(self.claims._for_lines(self.line_ids, DAY))
        payer = self.customers[2]
        payment = self.env["account.payment"].create(
            {
                "partner_id": payer.id,
                "amount": 500,
                "date": "2026-06-30",
                "payment_type": "inbound",
                "partner_type": "customer",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        after = self._amounts(self.claims._for_lines(self.line_ids, DAY))
        changed = [id_ for id_ in before if before[id_] != after[id_]]
        first = self.invoices.filtered(
            lambda move: (
                move.partner_id == payer and str(move.invoice_date_due) < "2026-06"
            )
        )
        self.assertEqual(len(changed), 1)
        self.assertIn(changed[0], first.line_ids.ids)
        self.assertLess(after[changed[0]][0], before[changed[0]][0])

    def test_the_collector_is_on_again_after_an_error(self):
        """A run that fails must not leave the server without garbage collection."""
        self.assertTrue(gc.isenabled())
        with self.assertRaises(ValueError), collector_off():
            self.assertFalse(gc.isenabled())
            with collector_off():
                raise ValueError("whatever it is")
        self.assertTrue(gc.isenabled())

    def test_rows_that_live_on_are_old_at_once(self):
        """The collector, on again, does not walk through thousands of rows."""
        with collector_off():
            rows = [[] for _ in range(10000)]
        young = sum(map(len, (gc.get_objects(0), gc.get_objects(1))))
        self.assertLess(young, len(rows))

    def test_what_the_server_froze_stays_frozen(self):
        gc.freeze()
        try:
            frozen = gc.get_freeze_count()
            with collector_off():
                pass
            # what is freed meanwhile leaves the frozen ones, nothing else does
            self.assertGreater(gc.get_freeze_count(), frozen / 2)
        finally:
            gc.unfreeze()

    def test_a_caller_who_switched_the_collector_off_keeps_it_off(self):
        gc.disable()
        try:
            self.claims._for_lines(self.line_ids, DAY)
            self.assertFalse(gc.isenabled())
        finally:
            gc.enable()
