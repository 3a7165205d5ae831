import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class DunningProviderMixin(models.AbstractModel):
    """The one door through which every dispatch leaves.

    A provider ``x`` is a value of ``dunning.channel.provider`` and methods that bear
    its name. On ``dunning.channel``:

    ``_reach_through_x(recipient)``
        the address it would use, as text; empty where it cannot reach the debtor.

    On the dispatches, all of the same provider, each hook optional:

    ``_make_ready_through_x()``
        for many: make what the dispatch needs before it can leave.
    ``_send_through_x(has_time)``
        for many: open a session where one is kept for several dispatches, and call
        ``_send_safely(session)`` for each while ``has_time()``.
    ``_build_through_x(session)``
        for one: make what is handed over. Nothing has left yet: an error fails the
        dispatch.
    ``_hand_over_through_x(session, built)``
        for one, committed as ``sending`` by now: hand it over and return
        ``(state, values)``: ``sent``; ``failed`` when it certainly did not leave;
        ``ready`` with ``_next_attempt(…)`` to try again later. It writes nothing. An
        error means that nobody can tell: ``unknown``, and no machine tries again.

    A provider without ``_hand_over_through_x`` is a person: the dispatch stays
    ``ready`` until somebody says what became of it.
    """

    _name = "dunning.provider.mixin"
    _description = "How dispatches leave"

    @api.model
    def _machines(self):
        """Return the providers that send by themselves."""
        providers = self.env["dunning.channel"]._fields["provider"].get_values(self.env)
        return [p for p in providers if hasattr(self, f"_hand_over_through_{p}")]

    @api.model
    def _pending_domain(self):
        """Return what the worker has to do: prepare, or send."""
        sendable = Domain("state", "=", "ready")
        sendable &= Domain("provider", "in", self._machines())
        return Domain("state", "=", "queued") | sendable

    def _by_machine(self):
        return self.filtered(lambda dispatch: dispatch.provider in self._machines())

    def _each_provider(self, hook, *args):
        """Call ``hook`` of each provider that has it, with its own dispatches."""
        for provider, dispatches in self.grouped("provider").items():
            method = getattr(dispatches, f"{hook}_through_{provider}", None)
            if method:
                method(*args)

    # -------------------------------------------------------------------- ready

    def _make_ready(self):
        """Prepare queued dispatches; one that cannot be prepared fails alone."""
        self._each_provider("_make_ready")
        self.filtered(lambda d: d.state == "queued")._move("ready", attempts=0)

    def _each_alone(self, make):
        """Call ``make`` with each dispatch; one that breaks fails alone."""
        for dispatch in self:
            try:
                with self.env.cr.savepoint():
                    make(dispatch)
            except TransactionRollbackError:
                raise
            except Exception as error:
                _logger.exception("Dunning: %s cannot be made", dispatch.display_name)
                dispatch._move("failed", failure_reason=dispatch._trouble(error))

    # ------------------------------------------------------------------ sending

    def _send_through_provider(self, has_time):
        """Send ready dispatches: the only way out, whatever the provider."""
        for provider, dispatches in self._by_machine().grouped("provider").items():
            send = getattr(dispatches, f"_send_through_{provider}", None)
            (send or dispatches._send_in_turn)(has_time)

    def _send_in_turn(self, has_time):
        for dispatch in self:
            if not has_time():
                return
            dispatch.with_prefetch()._send_safely()  # read afresh each time

    def _send_safely(self, session=None):
        """Claim, commit, hand over, write the outcome, commit: at most once."""
        self.ensure_one()
        worker = self.env["dunning.notice"]
        worker._commit_step()
        try:
            with self.env.cr.savepoint():
                if not self._claim():
                    return
                build = getattr(self, f"_build_through_{self.provider}", None)
                built = build(session) if build else None
        except TransactionRollbackError:
            self._session_unlock()  # somebody else has just dealt with it
            return
        except Exception as error:
            _logger.exception("Dunning: %s cannot be built", self.display_name)
            self._session_unlock()
            self._settle("failed", failure_reason=self._trouble(error))
            return
        worker._commit_step()
        try:
            state, values = self._hand_over(session, built)
            self._settle(state, **values)
        finally:
            self._session_unlock()

    def _hand_over(self, session, built):
        try:
            return getattr(self, f"_hand_over_through_{self.provider}")(session, built)
        except Exception:
            _logger.exception("Dunning: %s may have left", self.display_name)
            return "unknown", {"failure_reason": self._unknown_reason()}

    def _settle(self, state, **values):
        """Write an outcome; a conflict with another transaction does not lose it."""
        worker = self.env["dunning.notice"]
        for _attempt in range(5):
            try:
                with self.env.cr.savepoint():
                    self._write_outcome(state, values)
            except TransactionRollbackError:
                worker._commit_step()  # a fresh view, then again
                continue
            except UserError:
                # a bounce or a person was faster, and knows better
                _logger.info("Dunning: %s was settled elsewhere", self.display_name)
            break
        worker._commit_step()
        if state == "ready":
            self._retry_later()

    def _write_outcome(self, state, values):
        """Write an outcome and all that follows: a killed worker leaves no half."""
        was_sent = self.notice_id.state == "sent"
        self._move(state, **values)
        self._mail().write(self._mail_outcome(state, values))
        if state == "sent" and not was_sent:
            self._worded().notice_id._log_sent()

    # -------------------------------------------------------------------- words

    def _worded(self):
        """Return the dispatch in the language of the person who approved."""
        return self.with_context(lang=self.notice_id.approved_by.lang or self.env.lang)

    def _trouble(self, error):
        """Return ``error`` in the user's words: nothing has left."""
        said = self._worded()
        return said.env._(
            "%(channel)s could not be made (%(error)s). See the server's log.",
            channel=said.channel_id.name,
            error=error,
        )

    def _unknown_reason(self):
        said = self._worded()
        return said.env._(
            "The connection ended before an answer came: %(channel)s to %(recipient)s "
            "may have left or not. Find out, then say which.",
            channel=said.channel_id.name,
            recipient=said.recipient,
        )
