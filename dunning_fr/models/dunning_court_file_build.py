import logging
import time

from psycopg2.extensions import TransactionRollbackError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from .dunning_court_file import RUNNING

_logger = logging.getLogger(__name__)

# Workers that may die over one exhibit before it is left out
MAX_ROUNDS = 2
# Invoices rendered in one call of the engine: 3 s for one, 4 s for twenty
TOGETHER = 20
# Half of the key of the advisory lock that a building worker holds
LOCK_CLASS = 0x64756E66


class DunningCourtFile(models.Model):
    """The worker: makes the exhibits one by one, then the file of them all.

    What is made is committed, so that a worker killed anywhere loses at most one
    batch; the next one goes on from there. One exhibit that fails, or kills its
    worker, is left out and said so: the others go on.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.court.file"

    @api.model
    def _process_queue(self):
        """Build what waits, as the cron does; return how many files are left.

        Commits as it goes: for a cron or a script, never for a request.
        """
        # sudo: the worker keeps the records; contents are read as who asked for them
        worker = self.sudo()._proof_unlocked()
        stop = self._worker_end()
        worker._commit_step()
        waiting = worker.search([("state", "in", RUNNING)], order="id")
        for file in waiting:
            if time.monotonic() < stop and file._session_lock():
                try:
                    file._serve(stop)
                finally:
                    file._session_unlock()
        left = worker.search_count([("state", "in", RUNNING)])
        if left:
            worker._trigger_worker()
            worker._commit_step()
        return left

    def _session_lock(self):
        """Let one worker at a time build this file; it ends with the worker."""
        [[locked]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_CLASS, self.id)
        )
        return locked

    def _session_unlock(self):
        self.env.cr.execute(
            SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, self.id)
        )

    # -------------------------------------------------------------------- rounds

    def _serve(self, stop):
        """Bring one file as far as the time allows."""
        try:
            with self.env.cr.savepoint():
                self._begin()
            self._commit_step()
            if self.state == "building" and self._gather(stop):
                with self.env.cr.savepoint():
                    self._finish()
        except TransactionRollbackError:
            _logger.info("Dunning: %s changed meanwhile, once more", self.name)
        except Exception as error:
            _logger.exception("Dunning: court file %s broke", self.name)
            self._fail(error)
        self._commit_step(1)

    def _begin(self):
        """Note that a round begins, in case the worker does not live to end it."""
        self._check_asker()
        if self.state == "queued":
            self._list_exhibits()
        self.write({"state": "building", "attempts": self.attempts + 1})
        if self.attempts <= MAX_ROUNDS:
            return
        deadly = self._unmade()[:1]
        if not deadly:
            raise UserError(
                self.env._(
                    "The worker was stopped %s times while it put the pages together: "
                    "hand over less, or larger files on their own.",
                    MAX_ROUNDS,
                )
            )
        deadly._leave_out("failed")
        self.attempts = 1

    def _list_exhibits(self):
        """Fix what the file will hold, in which order."""
        rows = self.case_id.exhibit_ids.filtered("include")._sorted()
        self.line_ids.create(
            [
                {
                    "file_id": self.id,
                    "exhibit_id": row.id,
                    "sequence": place,
                    "title": row.title,
                    # amounts are stated at the day of the file
                    "date": self.date if row._is_statement() else row.date,
                    "kind": row.kind,
                    "source": row.source,
                }
                for place, row in enumerate(rows, 1)
            ]
        )

    def _unmade(self):
        return self.line_ids.filtered(lambda line: not line.how)

    def _gather(self, stop):
        """Make the exhibits that are not made yet; return whether all are.

        One at least, however late it is: a round that makes none looks like one that
        an exhibit killed, and a sound exhibit would be left out for it.
        """
        for ids in split_every(TOGETHER, self._unmade().ids):
            lines = self.line_ids.browse(ids)
            rendered = lines._render_invoices()
            for line in lines:
                line._make(rendered)
                self._advance()
                self._commit_step()
                if time.monotonic() > stop:
                    return not self._unmade()
        return True

    def _advance(self):
        done = len(self.line_ids) - len(self._unmade())
        # the last part is putting them together
        percent = 95 * done // max(len(self.line_ids), 1)
        self.write({"progress": percent, "attempts": 1})

    def _fail(self, error):
        reason = str(error)
        if not isinstance(error, UserError):
            reason = self.env._(
                "An error stopped it (%s): build it again; if it fails again, see the "
                "server's log.",
                type(error).__name__,
            )
        self.write({"state": "failed", "failure_reason": reason})
        self.line_ids._held().unlink()
        text = self.env._("The court file could not be built: %s", reason)
        self.case_id._message_log(body=text)

    # -------------------------------------------------------------- whose rights

    def _as_asked(self, records):
        """Return records with the rights of who asked for the file, in its language."""
        # A context of its own: nothing of whoever starts the worker comes along
        context = {
            "allowed_company_ids": self.company_id.ids,
            "lang": self.case_id._file_lang(),
            "tz": self.user_id.tz,
        }
        return records.with_env(self.env(user=self.user_id.id, context=context))

    def _check_asker(self):
        """Refuse to read for somebody who may no longer see the case."""
        case = self._as_asked(self.case_id)
        user = self.user_id
        is_there = user.active or user._is_superuser()  # scripts have no other user
        if not is_there or not case.has_access("read"):
            raise UserError(
                self.env._(
                    "%s may not read this case any more: build the file again.",
                    user.name,
                )
            )
