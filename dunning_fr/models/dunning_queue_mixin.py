import logging
import time

from psycopg2.extensions import TransactionRollbackError

from odoo import api, models
from odoo.tools import format_date, split_every

_logger = logging.getLogger(__name__)

# Debtors of one round: 2 s of rendering together, 50 s one by one. A cron worker
# lives 120 s.
ROUND_SIZE = 20
# Workers that may die over one dispatch before it is left to a person.
MAX_ROUNDS = 3


class DunningQueueMixin(models.AbstractModel):
    """The worker: from queued to sent, at most once, never lost silently.

    Each round starts right after a commit, so that its locks and its view of the
    ledger are of the same moment. A worker killed anywhere loses nothing: until
    ``ready`` everything rolls back, from ``sending`` on the outcome is unknown and
    nothing is sent again.
    """

    _name = "dunning.queue.mixin"
    _description = "Sending queue of notices"
    _inherit = ["dunning.worker.mixin"]
    # other lanes help if they are active
    _worker_crons = ("ir_cron_send_1", "ir_cron_send_2", "ir_cron_send_3")

    # ------------------------------------------------------------------- worker

    @api.model
    def _process_queue(self):
        """Serve the queue, as the cron does; return the number of debtors served.

        Commits as it goes: for a cron or a script, never for a request.
        """
        # sudo: the worker acts for those who approved, whoever runs it
        worker = self.sudo()._proof_unlocked()
        stop = self._worker_end()

        def has_time():
            return time.monotonic() < stop

        worker._commit_step()
        worker._find_orphans()
        rounds = worker._rounds()
        left = total = sum(map(len, rounds))
        for debtor_ids in rounds:
            if not has_time():
                break
            worker._serve(debtor_ids, has_time)
            left -= len(debtor_ids)
            worker._commit_step(len(debtor_ids), remaining=left)
        if not has_time():
            worker._trigger_worker()
            worker._commit_step()
        return total - left

    @api.model
    def _find_orphans(self):
        try:
            with self.env.cr.savepoint():
                self.env["dunning.dispatch"]._orphans_to_unknown()
        except TransactionRollbackError:
            _logger.info("Dunning: another worker is settling its own mails")
        self._commit_step()

    @api.model
    def _rounds(self):
        """Return the debtors of each round.

        A debtor whose last round ended with its worker (a PDF that never comes back
        and the like) is served alone and last: it takes nobody down with it.
        """
        dispatches = self.env["dunning.dispatch"]
        pending = dispatches.search(dispatches._pending_domain(), order="id")
        pending = pending._may_be_tried()
        suspects = pending.filtered(lambda d: d.state == "queued" and d.attempts)
        alone = suspects.notice_id.debtor_id
        together = (pending.notice_id.debtor_id - alone).ids
        rounds = [list(ids) for ids in split_every(ROUND_SIZE, together)]
        rounds += [[debtor.id] for debtor in alone]
        self._commit_step()
        return rounds

    # -------------------------------------------------------------------- round

    @api.model
    def _serve(self, debtor_ids, has_time):
        """One round: prepare what the locked debtors have queued, then send it."""
        try:
            with self.env.cr.savepoint():
                self._lock_pending(debtor_ids)._count_round()
            self._commit_step()
            with self.env.cr.savepoint():
                notices = self._lock_pending(debtor_ids)
                notices._prepare_isolated()
        except TransactionRollbackError:
            # changed under our eyes: another worker or a payment; next time
            self._commit_step()
            self._trigger_worker()
            return
        self._commit_step()
        ready = notices.dispatch_ids.filtered(lambda d: d.state == "ready")
        leaving = ready._by_machine()._may_be_tried()
        leaving._send_through_provider(has_time)
        self._commit_step()

    def _count_round(self):
        """Note that a round begins, in case the worker does not live to end it."""
        for dispatch in self._queued():
            if dispatch.attempts < MAX_ROUNDS:
                dispatch.attempts += 1
                continue
            dispatch._move(
                "failed",
                failure_reason=self.env._(
                    "The worker was stopped %(count)s times while it prepared "
                    "%(notice)s. See the server's log, then try again.",
                    count=dispatch.attempts,
                    notice=dispatch.notice_id.name,
                ),
            )

    @api.model
    def _lock_pending(self, debtor_ids):
        debtors = self.env["dunning.debtor"].browse(debtor_ids)
        locked = debtors.try_lock_for_update(allow_referencing=True)
        notices = self.search(
            [
                ("debtor_id", "in", locked.ids),
                ("dispatch_ids", "any", self.dispatch_ids._pending_domain()),
            ],
            order="id",
        )
        # what goes wrong is told in the language of who approved
        return notices.with_context(lang=notices[:1].approved_by.lang or self.env.lang)

    def _prepare_isolated(self):
        """Prepare the batch; if it breaks, one by one, so that one breaks alone."""
        try:
            with self.env.cr.savepoint():
                self._prepare_to_send()
            return
        except TransactionRollbackError:
            raise
        except Exception:
            _logger.exception("Dunning: a round of %s notices broke", len(self))
        for notice in self:
            try:
                with self.env.cr.savepoint():
                    notice._prepare_to_send()
            except TransactionRollbackError:
                raise
            except Exception as error:
                _logger.exception("Dunning: notice %s broke", notice.name)
                notice._pending()._move(
                    "failed",
                    failure_reason=self.env._(
                        "%(notice)s could not be prepared: %(error)s. Try again; if it "
                        "fails again, see the server's log.",
                        notice=notice.name,
                        error=error,
                    ),
                )

    def _pending(self):
        return self.dispatch_ids.filtered_domain(self.dispatch_ids._pending_domain())

    def _prepare_to_send(self):
        """Read the ledger again, render, store, compose: all pending become ready."""
        notices = self - self._withdraw(self._ledger_changes())
        fresh = notices._queued().notice_id
        fresh._refuse_tampered()
        fresh._store_letters()
        fresh._queued()._make_ready()

    def _queued(self):
        return self.dispatch_ids.filtered(lambda d: d.state == "queued")

    def _refuse_tampered(self):
        """Send nothing but what was approved, whoever changed it behind our back."""
        for notice in self.filtered(lambda notice: not notice._is_untampered()):
            notice._queued()._move(
                "failed",
                failure_reason=self.env._(
                    "%s is no longer what was approved: cancel it and make a new one.",
                    notice.name,
                ),
            )

    # ------------------------------------------------------------------ letters

    def _needs_letter(self):
        """Return whether a PDF belongs to the notice: posted, or a formal notice."""
        codes = self.dispatch_ids.filtered(lambda d: d.state != "cancelled").channel_id
        return self.is_formal_notice or any(code._is_postal() for code in codes)

    def _store_letters(self):
        """Render and keep the PDFs that are due; without its PDF nothing leaves."""
        due = self._queued().notice_id
        due = due.filtered(lambda n: n._needs_letter() and not n.attachment_id)
        if not due:
            return
        letters = due._render_letters()
        good = due.filtered(lambda notice: letters[notice.id][0])
        for notice in due - good:
            notice._queued()._move("failed", failure_reason=letters[notice.id][1])
        attachments = self.env["ir.attachment"].create(
            [notice._prepare_letter_values(letters[notice.id][0]) for notice in good]
        )
        for notice, attachment in zip(good, attachments, strict=True):
            notice.attachment_id = attachment
            notice.content_hash = notice._content_digest()

    def _prepare_letter_values(self, pdf):
        return {
            "name": f"{self.name.replace('/', '-')}.pdf",
            "raw": pdf,
            "mimetype": "application/pdf",
            "res_model": "dunning.notice",
            "res_id": self.id,
            "company_id": self.company_id.id,
        }

    # ----------------------------------------------------------------- withdraw

    def _withdraw(self, reasons):
        """Take back what the ledger has overtaken; return what was taken back.

        A notice of which nothing has left is a draft again, with the reason; of
        another one only what has not left yet is cancelled.
        """
        taken = self.browse()
        for notice in self.filtered(lambda notice: reasons.get(notice.id)):
            reason = reasons[notice.id]
            left = notice.dispatch_ids.filtered(lambda d: d._may_have_left())
            waiting = (notice.dispatch_ids - left).filtered(
                lambda d: d.state in ("queued", "ready", "failed")
            )
            waiting._cancel(reason)
            # what came back and was tried again has been seen outside
            secret = not left and not any(notice.dispatch_ids.mapped("bounced_on"))
            if secret:
                notice._back_to_draft(reason)
            if waiting or secret:
                taken += notice
        return taken

    def _back_to_draft(self, reason):
        taken = self.search(
            [
                ("debtor_id", "=", self.debtor_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("policy_id", "=", self.policy_id.id),
                ("state", "=", "draft"),
            ],
            limit=1,
        )
        letter = self.attachment_id
        self.write(
            {
                "state": "cancelled" if taken else "draft",
                "failure_reason": reason,
                "approved_by": False,
                "approved_on": False,
                "content_hash": False,
                "attachment_id": False,
            }
        )
        letter.unlink()

    # ------------------------------------------------------------------ chatter

    def _log_sent(self):
        """Leave a line on each invoice; trouble there does not undo a sending."""
        try:
            with self.env.cr.savepoint():
                self._log_on_invoices()
        except TransactionRollbackError:
            raise
        except Exception:
            _logger.exception("Dunning: no line on the invoices of %s", self.name)

    def _log_on_invoices(self):
        bodies = {}
        self.line_ids.move_line_id.fetch(["move_id"])  # of all notices at once
        for notice in self:
            for move in notice.line_ids.filtered("claimed").move_line_id.move_id:
                bodies.setdefault(move.id, notice._sent_line())
        moves = self.env["account.move"].browse(bodies)
        if moves:
            moves._message_log_batch(bodies)

    def _sent_line(self):
        level = self.level_id.display_name or self.env._("before the due date")
        return self.env._(
            "Notice %(notice)s (%(level)s) sent on %(date)s.",
            notice=self._get_html_link(title=self.name),
            level=level,
            date=format_date(self.env, self.company_id._dunning_today()),
        )
