from odoo import api, models
from odoo.tools import email_normalize_all, html2plaintext
from odoo.tools.mail import email_split


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        # EXTENDS 'mail'
        """Tell the dispatch that its mail came back."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        if self._dunning_has_failed(email_message):
            report = self._dunning_report(email_message, message_dict)
            self._dunning_register_bounce(message_dict, report)
        return result

    @api.model
    def _dunning_report(self, email_message, message_dict):
        """Return what a report says of itself.

        ``named``: addresses that failed; ``sender``: who sent it, empty for a mail
        server; ``to``: where it was sent; ``text``: all its words.
        """
        senders = [
            address
            for value in email_message.get_all("Return-Path") or ()
            for address in email_split(value)
            if address.partition("@")[0].lower() != "mailer-daemon"
        ]
        to = email_normalize_all(
            f"{message_dict.get('recipients') or ''},{message_dict.get('to') or ''}"
        )
        return {
            "named": self._dunning_failed_recipients(email_message),
            "sender": ", ".join(senders),
            "to": {*to},
            "text": html2plaintext(message_dict.get("body") or "").strip(),
        }

    @api.model
    def _dunning_failed_recipients(self, email_message):
        """Return the addresses that a report says "failed" of; none: not told.

        An address that was forwarded is named as the original recipient, if at all.
        """
        found = [
            (status.get(name) or "").partition(";")[2]
            for part in email_message.walk()
            if part.get_content_type() == "message/delivery-status"
            for status in part.get_payload()
            if (status.get("Action") or "").strip().lower() == "failed"
            for name in ("Final-Recipient", "Original-Recipient")
        ]
        found += email_message.get_all("X-Failed-Recipients") or ()
        return {a for text in found for a in email_normalize_all(text)} - {False}

    @api.model
    def _dunning_has_failed(self, email_message):
        """Return whether a report says "failed": neither "delayed" nor "read"."""
        types = {part.get_content_type() for part in email_message.walk()}
        if "message/disposition-notification" in types:
            return False
        actions = [
            (status.get("Action") or "").strip().lower()
            for part in email_message.walk()
            if part.get_content_type() == "message/delivery-status"
            for status in part.get_payload()
            if status.get("Action")
        ]
        if actions:
            return "failed" in actions
        # No report: only a mail server is believed, neither an absence nor a person
        # that writes to the bounce address (RFC 3834, RFC 5321).
        replied = (email_message.get("Auto-Submitted") or "").strip().lower()
        sender = (email_split(email_message.get("From") or "") or [""])[0]
        server = sender.partition("@")[0].lower() in ("mailer-daemon", "postmaster")
        is_report = email_message.get_content_type() == "multipart/report"
        return (server or is_report) and not replied.startswith("auto-replied")

    @api.model
    def _dunning_register_bounce(self, message_dict, report):
        """Record a bounce, or ask about it; one of a copy alone is not the debtor's."""
        # sudo: the mail gateway has no rights on dispatches
        dispatches = self.env["dunning.dispatch"].sudo()
        message_ids = message_dict.get("bounced_msg_ids") or []
        if not message_ids:
            return
        reason = (report["text"] or message_dict.get("subject") or "")[:2000]
        for dispatch in dispatches.search([("message_id", "in", message_ids)]):
            copies = email_normalize_all(dispatch.notice_id.recipient_cc or "")
            if report["named"] and report["named"].issubset(copies):
                continue
            own = dispatch._addresses()
            named = [address for address in own if address in report["named"]]
            if not report["named"]:  # an old server says it in words
                named = [address for address in own if address in report["text"]]
            doubts = dispatch._bounce_doubts(report)
            if doubts:
                dispatch._doubt_bounce(reason, doubts, named)
                continue
            dispatch._register_bounce(reason, named)
            dispatch.notice_id._log_on_debtor(
                self.env._("the e-mail came back: %s", reason[:500])
            )
