"""The worker: in batches, stopped, killed, resumed; constant queries."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models import dunning_purge_work as work
from .common_purge import DAY, PurgeCommon

LOGGER = "odoo.addons.dunning_fr.models.dunning_purge_work"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPurgeWork(PurgeCommon):
    def _small_batches(self, size=2):
        """Batches of ``size`` records: a figure, not behaviour."""
        patcher = patch.object(work, "BATCH_SIZE", size)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _states(self, purge):
        self.env.invalidate_all()
        return purge.line_ids.sorted("id").mapped("state")

    def test_batch_after_batch_until_it_is_done(self):
        self._small_batches()
        purge = self._start()
        worker = purge._proof_unlocked()
        self.assertTrue(worker._serve_batch())
        states = self._states(purge)
        self.assertEqual(states.count("done"), 2)
        self.assertEqual(states[:2], ["done", "done"])
        self.assertLess(0, purge.progress)
        self.assertLess(purge.progress, 100)
        while worker._serve_batch():
            pass
        self.assertEqual(set(self._states(purge)), {"done"})
        self.assertEqual((purge.state, purge.progress), ("done", 100))
        self.assertTrue(purge.seal and purge.is_intact)

    def test_a_killed_worker_loses_its_batch_alone(self):
        self._small_batches()
        purge = self._start()
        worker = purge._proof_unlocked()
        worker._serve_batch()
        before = self._states(purge)
        saved = self.env.cr.savepoint()
        lines = worker.line_ids.filtered(lambda line: line.state == "planned")[:2]
        lines._erase()
        self.env.flush_all()
        saved.rollback()  # what PostgreSQL does when the worker dies
        saved.close(rollback=True)
        self.env.invalidate_all()
        self.assertEqual(self._states(purge), before, "nothing half done")
        self.env["dunning.purge"]._process_queue()
        self.assertEqual(set(self._states(purge)), {"done"})
        self.assertEqual(purge.state, "done")
        self.assertEqual(self._overview()["count"], 0)

    def test_a_record_that_breaks_breaks_alone(self):
        self.env.cr.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'refused by the test'; END$$"
        )
        self.env.cr.execute(
            "CREATE TRIGGER refuse BEFORE UPDATE ON dunning_hold FOR EACH ROW"
            f" WHEN (OLD.id = {self.hold.id}) EXECUTE FUNCTION pg_temp.refuse()"
        )
        purge = self._start()
        with mute_logger(LOGGER, "odoo.sql_db"):
            self.env["dunning.purge"]._process_queue()
        kept = self._lines(purge, ("state", "=", "kept"))
        self.assertEqual((kept.res_model, kept.res_id), ("dunning.hold", self.hold.id))
        self.assertEqual(kept.reason, "failed")
        self.assertEqual(purge.state, "done")
        self.assertTrue(self.hold.reason)
        self.assertFalse(self.notice.body)

    def test_stopped_resumed_and_given_up(self):
        self._small_batches()
        purge = self._start()
        own = purge.with_user(self.manager)
        purge._proof_unlocked()._serve_batch()
        own.action_stop()
        self.env["dunning.purge"]._process_queue()
        self.assertEqual(purge.state, "stopped")
        self.assertEqual(self._states(purge).count("done"), 2)
        with self.assertRaisesRegex(UserError, "not finished"):
            self._start()
        own.action_resume()
        purge._proof_unlocked()._serve_batch()
        own.action_stop()
        own.action_give_up()
        self.assertEqual((purge.state, purge.done_count), ("done", 4))
        self.assertEqual(
            set(self._lines(purge, ("state", "=", "kept")).mapped("reason")),
            {"stopped"},
        )
        self.assertTrue(purge.is_intact)
        self.assertTrue(self._purge().done_count, "the rest goes another time")

    def test_switched_off_meanwhile_it_stops(self):
        purge = self._start()
        self.company.dunning_retention = False
        self.env["dunning.purge"]._process_queue()
        self.assertEqual((purge.state, purge.done_count), ("stopped", 0))
        self.assertTrue(self.notice.body)
        own = purge.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "has not switched on"):
            own.action_resume()
        self.assertEqual(purge.state, "stopped")
        self.company.dunning_retention = True
        own.action_resume()
        self.env["dunning.purge"]._process_queue()
        self.assertEqual((purge.state, purge.left_count), ("done", 0))

    def test_queries_do_not_grow_with_the_number_of_records(self):
        self._more(2)
        few = self._start()
        with self.subTest("few"):
            first = self._queries(few)
        self.env.invalidate_all()
        self._more(12, "Many")
        many = self._start()
        self.assertGreater(many.planned_count, few.planned_count)
        self.assertLessEqual(self._queries(many), first + 4)

    def _queries(self, purge):
        """Return the queries of one batch of everything planned."""
        lines = purge._proof_unlocked().line_ids
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        lines._erase()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        purge._end("done")
        return count

    def _more(self, number, name="Few"):
        """Make debtors with notes, holds and disputes, and nothing owed."""
        partners = self.env["res.partner"].create(
            [{"name": f"{name} {place}"} for place in range(number)]
        )
        debtors = self.env["dunning.debtor"].create(
            [
                {"partner_id": p.id, "company_id": self.company.id, "note": "x"}
                for p in partners
            ]
        )
        holds = self.env["dunning.hold"].create(
            [
                {
                    "debtor_id": debtor.id,
                    "kind": "dispute",
                    "date_from": DAY,
                    "reason": "x",
                    "entry_ids": [Command.create({"date": DAY, "text": "x"})],
                }
                for debtor in debtors
            ]
        )
        holds.action_release()
        self._made_on(DAY)

    def test_looking_costs_the_same_for_many(self):
        self._overview()
        self._more(3)
        self._overview()
        before = self.env.cr.sql_log_count
        self._overview()
        count = self.env.cr.sql_log_count - before
        self._more(15, "Many")
        self._overview()
        with self.assertQueryCount(count):
            self._overview()

    def test_looking_writes_nothing(self):
        self.env.flush_all()
        [[before]] = self.env.execute_query(self._written())
        self._overview()
        self.env.flush_all()
        [[after]] = self.env.execute_query(self._written())
        self.assertEqual(before, after)
        self.assertFalse(self.env["dunning.purge"].search([]))

    def _written(self):
        return SQL(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)"
            "  FROM pg_stat_xact_user_tables"
        )
