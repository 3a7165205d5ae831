import logging
import time
from collections import defaultdict

from markupsafe import Markup
from psycopg2.extensions import TransactionRollbackError

from odoo import api, models

from ..tools.personal_data import PURGE_MARK

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200  # records of one transaction


class DunningPurgeLine(models.Model):
    """One record that cannot be erased keeps no other from it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.purge.line"

    def _erase_isolated(self):
        """Erase the batch; if it breaks, one by one, so that one breaks alone."""
        try:
            with self.env.cr.savepoint():
                self._erase()
            return
        except TransactionRollbackError:
            raise
        except Exception:
            _logger.exception("Dunning: a batch of %s records broke", len(self))
        self.env.invalidate_all()
        for line in self:
            try:
                with self.env.cr.savepoint():
                    line._erase()
            except TransactionRollbackError:
                raise
            except Exception:
                _logger.exception(
                    "Dunning: %s %s not erased", line.res_model, line.res_id
                )
                self.env.invalidate_all()
                line._keep("failed")


class DunningPurge(models.Model):
    """The worker: batch after batch, each committed; it goes on where it was ended."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.purge"

    @api.model
    def _process_queue(self):
        """Erase what is planned, as the cron does; return the number of records left.

        Commits as it goes: for a cron or a script, never for a request.
        """
        worker = self.sudo()._proof_unlocked()  # sudo: nobody has rights on the log
        stop = self._worker_end()
        worker._commit_step()
        for purge in worker.search([("state", "=", "running")], order="id"):
            while time.monotonic() < stop and purge._serve_alone():
                pass
        lines = worker.env["dunning.purge.line"]
        left = lines.search_count(
            [("purge_id.state", "=", "running"), ("state", "=", "planned")]
        )
        if left:
            worker._trigger_worker()
            worker._commit_step()
        return left

    def _serve_alone(self):
        """Serve one batch while nobody enters a hold; return whether to go on.

        The lock first, then a transaction that begins after it: it sees every hold
        that somebody was entering until then.
        """
        company = self.company_id
        company._dunning_lock_data()
        try:
            self._commit_step()
            return self._serve_batch()
        finally:
            company._dunning_unlock_data()

    def _serve_batch(self):
        """Erase one batch in a transaction of its own; return whether to go on."""
        self.ensure_one()
        self.invalidate_recordset()
        try:
            with self.env.cr.savepoint():
                if not self.try_lock_for_update(allow_referencing=True):
                    return False  # another worker has it
                if self.state != "running":
                    return False
                if not self.company_id.dunning_retention:  # switched off meanwhile
                    self.state = "stopped"
                    return False
                lines = self.line_ids.search(
                    [("purge_id", "=", self.id), ("state", "=", "planned")],
                    order="id",
                    limit=BATCH_SIZE,
                )
                if lines:
                    lines._proof_unlocked()._erase_isolated()
                else:
                    self._finish()
        except TransactionRollbackError:
            _logger.info("Dunning: %s met a change, once more", self.name)
            self._commit_step()
            self._trigger_worker()
            return False
        self._commit_step(len(lines))
        return bool(lines)

    def _finish(self):
        """Seal the log, and tell each debtor's discussion."""
        by_debtor = defaultdict(set)
        groups = self.env["dunning.purge.line"]._read_group(
            [("purge_id", "=", self.id), ("state", "=", "done"),
             ("debtor_id", "!=", False)],
            ["debtor_id", "rule"],
        )  # fmt: skip
        for debtor, rule in groups:
            by_debtor[debtor.id].add(rule)
        # in the language of who confirmed it: the worker has none
        told = self.with_context(lang=self.user_id.lang or self.env.lang)
        told._log_on_debtors(by_debtor)
        self._end("done")

    def _log_on_debtors(self, by_debtor):
        """Write on each debtor what was erased, under which rule."""
        labels = self._rule_labels()
        bodies = {}
        for debtor_id, rules in by_debtor.items():
            text = self.env._(
                "Personal data erased: %(rules)s. Log: %(log)s.",
                rules=", ".join(labels[rule] for rule in sorted(rules)),
                log=self.name,
            )
            bodies[debtor_id] = Markup('<span class="%s">%s</span>') % (
                PURGE_MARK,
                text,
            )
        debtors = self.env["dunning.debtor"].browse(bodies)
        if debtors:
            debtors._message_log_batch(bodies)
