import logging
import smtplib
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ..tools.smtp_line import SmtpLine
from ..tools.words import listed

_logger = logging.getLogger(__name__)

# Rounds a mail waits for a mail server that does not answer, and the pauses between.
MAX_ATTEMPTS = 5
RETRY_MINUTES = (5, 15, 30, 60)
# Attached files of a round that may be held in memory at once
AHEAD_BYTES = 30_000_000


class DunningSmtpMixin(models.AbstractModel):
    """How an e-mail is handed over at most once, and what its outcome means."""

    _name = "dunning.smtp.mixin"
    _description = "Dispatch over SMTP"
    _inherit = ["dunning.provider.mixin"]

    def _send_through_email(self, has_time):
        """Send e-mails, all those of a mail server over one connection."""
        by_message = {dispatch.mail_message_id: dispatch for dispatch in self}
        mails = self._mail()
        by_mail = {mail.id: by_message[mail.mail_message_id] for mail in mails}
        lost = self - self.browse().concat(*by_mail.values())
        lost._send_in_turn(has_time)  # without mail: each fails, and says so
        groups = list(mails._split_by_mail_configuration()) if mails else []
        for server_id, alias_domain_id, smtp_from, mail_ids in groups:
            dispatches = self.browse([by_mail[mail_id].id for mail_id in mail_ids])
            server = self.env["ir.mail_server"]
            line = SmtpLine(
                lambda server_id=server_id, smtp_from=smtp_from, server=server: (
                    server._connect__(mail_server_id=server_id, smtp_from=smtp_from)
                ),
                alias_domain_id,
            )
            try:
                dispatches._send_over(line, has_time)
            finally:
                line.close()

    def _send_over(self, line, has_time):
        for index, dispatch in enumerate(self):
            if not has_time():
                return
            try:
                line.open()
            except Exception as error:
                _logger.warning("Dunning: no mail server: %s", error)
                self[index:]._wait(error)
                return
            if not index:
                self._build_ahead(line)
            dispatch.with_prefetch()._send_safely(line)  # read afresh each time

    def _build_ahead(self, line):
        """Build the messages of a round together: what they share is read once.

        What was approved changes no more; whether it leaves is decided when it is
        claimed. Large ones, and all if one breaks, are built when their turn comes.
        """
        together = self.with_prefetch()
        files = together.mail_message_id.with_prefetch().attachment_ids
        if sum(files.mapped("file_size")) > AHEAD_BYTES:
            return
        mails = {mail.mail_message_id: mail for mail in self._mail()}
        try:
            with self.env.cr.savepoint():
                for dispatch in together:
                    mail = mails[dispatch.mail_message_id]
                    line.built[dispatch.id] = dispatch._build_email(line, mail)
        except Exception:
            line.built.clear()
            _logger.info("Dunning: %s e-mails are built one by one", len(self))

    def _build_through_email(self, line):
        return line.built.pop(self.id, None) or self._build_email(line, self._mail())

    def _build_email(self, line, mail):
        """Return the mail as Odoo itself would build it, and the server's context."""
        mail = mail.with_company(self.company_id)
        server = self.env["ir.mail_server"]
        parts = mail._prepare_outgoing_list(mail_server=mail.mail_server_id)[0]
        self._check_addressed(parts["email_to_normalized"])
        context = {"send_validated_to": parts["email_to_normalized"]}
        if line.alias_domain_id:
            domain = self.env["mail.alias.domain"].browse(line.alias_domain_id)
            context["domain_notifications_email"] = domain.default_from_email
            context["domain_bounce_address"] = (
                parts["headers"].get("Return-Path") or domain.bounce_email
            )
        server = server.with_context(**context)
        names = ("email_from", "email_to", "email_cc", "subject", "body")
        names += (
            "body_alternative",
            "reply_to",
            "attachments",
            "message_id",
            "references",
            "object_id",
        )
        message = server._build_email__(
            **{name: parts[name] for name in names},
            subtype="html",
            subtype_alternative="plain",
            headers=parts["headers"],
        )
        return server, message

    def _check_addressed(self, addresses):
        """Let nothing go to anybody but the recipient that was approved."""
        copies = email_normalize_all(self.notice_id.recipient_cc or "")
        if sorted(addresses) != sorted([*self.recipient.split(", "), *copies]):
            raise ValueError(
                self._worded().env._(
                    "it is addressed to %(addresses)s instead of %(recipient)s",
                    addresses=", ".join(addresses),
                    recipient=self.recipient,
                )
            )

    def _hand_over_through_email(self, line, built):
        """Send; return (state, values). Writes nothing that could be rolled back."""
        server, message = built
        try:
            line.send(server, message, self.recipient.split(", "))
        except Exception as error:
            cause = error
            if isinstance(error, MailDeliveryException):
                cause = error.__context__ or error
            _logger.warning("Dunning: %s not sent: %s", message["Message-Id"], cause)
            return self._outcome_of(cause, line.handed_over)
        return "sent", {}

    def _outcome_of(self, error, handed_over):
        """Return (state, values) for an SMTP error: refused, not yet, or unknown."""
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            codes = [code for code, _text in error.recipients.values()]
            refused = min(codes, default=550) >= 500
        elif isinstance(error, smtplib.SMTPResponseException):
            refused = error.smtp_code >= 500
        elif handed_over:
            return "unknown", {"failure_reason": self._unknown_reason()}
        else:
            refused = not isinstance(error, smtplib.SMTPServerDisconnected | OSError)
        if refused or self.attempts >= MAX_ATTEMPTS:
            nobody = refused and isinstance(error, smtplib.SMTPRecipientsRefused)
            reason = self._trouble(error)
            return "failed", {"failure_reason": reason, "unreachable": nobody}
        return "ready", self._next_attempt(self.attempts, error)

    def _next_attempt(self, attempts, error):
        """Return the values of a dispatch that waits, and until when."""
        pause = RETRY_MINUTES[min(max(attempts, 1), len(RETRY_MINUTES)) - 1]
        return {
            "failure_reason": self._trouble(error),
            "retry_on": fields.Datetime.now() + timedelta(minutes=pause),
        }

    def _may_be_tried(self):
        """Return those whose pause is over; a script tries them all at once.

        Whatever else triggers the cron in the meantime, a mail server that is down
        has the whole of the pauses to come back.
        """
        if not self.env.context.get("ir_cron_progress_id"):
            return self
        now = fields.Datetime.now()
        return self.filtered(lambda d: not d.retry_on or d.retry_on <= now)

    @staticmethod
    def _mail_outcome(state, values):
        reason = values.get("failure_reason") or False
        states = {"sent": "sent", "ready": "cancel"}
        return {"state": states.get(state, "exception"), "failure_reason": reason}

    def _wait(self, error):
        """Leave the dispatches ready for a later round, or give up."""
        worker = self.env["dunning.notice"]
        worker._commit_step()
        for dispatch in self:
            try:
                with self.env.cr.savepoint():
                    if dispatch.try_lock_for_update() and dispatch.state == "ready":
                        dispatch._count_attempt(error)
            except TransactionRollbackError:
                continue
        worker._commit_step()
        self._retry_later()

    def _count_attempt(self, error):
        attempts = self.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            reason = self._trouble(error)
            self._move("failed", attempts=attempts, failure_reason=reason)
        else:
            self.write({"attempts": attempts, **self._next_attempt(attempts, error)})
            self.notice_id._sync_state()

    def _retry_later(self):
        waiting = self.filtered(lambda dispatch: dispatch.state == "ready")
        worker = self.env["dunning.notice"]
        for at in sorted(set(waiting.mapped("retry_on"))):
            worker._trigger_worker(at)
        if waiting:
            worker._commit_step()

    def _trouble(self, error):
        # EXTENDS dunning.provider.mixin
        if self.provider != "email":
            return super()._trouble(error)
        said = self._worded().env
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            answers = [_answer(code, text) for code, text in error.recipients.values()]
            return said._(
                "The mail server refused %(recipient)s: %(answer)s. Correct the "
                "address, cancel this notice and send a new one.",
                recipient=self.recipient,
                answer=listed(said, answers),
            )
        if isinstance(error, smtplib.SMTPResponseException):
            return said._(
                "The mail server refused the message: %s. Ask who runs it, then try "
                "again.",
                _answer(error.smtp_code, error.smtp_error),
            )
        if isinstance(error, OSError | smtplib.SMTPException | UserError):
            return said._(
                "The mail server cannot be reached (%s). Check the outgoing mail "
                "servers in the settings.",
                error,
            )
        return said._("The e-mail could not be made (%s). See the server's log.", error)

    def _unknown_reason(self):
        # EXTENDS dunning.provider.mixin
        if self.provider != "email":
            return super()._unknown_reason()
        return self._worded().env._(
            "The connection ended before the mail server answered: the message "
            "%(message)s to %(recipient)s may have left or not. Look in the mail "
            "server's log, then say which.",
            message=self.message_id,
            recipient=self.recipient,
        )


def _answer(code, text):
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {words}"
