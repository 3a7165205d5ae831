import math
import time

from odoo import api, models, modules
from odoo.http import request

CRON_SECONDS = 50  # a cron worker lives 120 s


class DunningWorkerMixin(models.AbstractModel):
    """What workers have in common: they commit as they go, and ask for more time.

    For a cron or a script, never for a request. A worker killed anywhere loses what
    it did since its last step; another one goes on from there.
    """

    _name = "dunning.worker.mixin"
    _description = "Work in the background"
    _worker_crons = ()  # XML ids of the scheduled actions that do the work

    @api.model
    def _worker_end(self):
        """Return when to stop, as ``time.monotonic()`` counts; a script may go on."""
        in_cron = self.env.context.get("ir_cron_progress_id")
        return time.monotonic() + (CRON_SECONDS if in_cron else math.inf)

    @api.model
    def _commit_step(self, processed=0, remaining=None):
        """End a transaction of the worker, so that the next one sees the ledger anew.

        A request must never get here: Odoo runs it again on conflicts.
        """
        if request and not self.env.context.get("ir_cron_progress_id"):
            raise RuntimeError("A queue must not be served by a request.")
        if modules.module.current_test:
            self.env.flush_all()  # a test's cursor cannot commit, nothing leaves either
            return
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    @api.model
    def _trigger_worker(self, at=None):
        """Ask for a round, now or at a time."""
        for name in self._worker_crons:
            cron = self.env.ref(f"dunning_fr.{name}", raise_if_not_found=False)
            if cron:
                cron._trigger(at)
