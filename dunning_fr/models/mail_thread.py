from odoo import api, models
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import email_split


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        # EXTENDS 'mail'
        """Tell the dispatch that its mail came back."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        if self._dunning_has_failed(email_message):
            failed = self._dunning_failed_recipients(email_message)
            self._dunning_register_bounce(message_dict, failed)
        return result

    @api.model
    def _dunning_failed_recipients(self, email_message):
        """Return the addresses that a report says "failed" of; none: not told."""
        found = [
            (status.get("Final-Recipient") or "").partition(";")[2]
            for part in email_message.walk()
            if part.get_content_type() == "message/delivery-status"
            for status in part.get_payload()
            if (status.get("Action") or "").strip().lower() == "failed"
        ]
        return {email_normalize(text) for text in found if text.strip()}

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
    def _dunning_register_bounce(self, message_dict, failed=()):
        """Record a bounce; where those who got a copy failed, the debtor did not."""
        # sudo: the mail gateway has no rights on dispatches
        dispatches = self.env["dunning.dispatch"].sudo()
        message_ids = message_dict.get("bounced_msg_ids") or []
        if not message_ids:
            return
        bounced = dispatches.search([("message_id", "in", message_ids)]).filtered(
            lambda dispatch: (
                not failed
                or not failed.issubset(
                    (dispatch.notice_id.recipient_cc or "").split(", ")
                )
            )
        )
        text = html2plaintext(message_dict.get("body") or "").strip()
        reason = text or message_dict.get("subject") or ""
        bounced._register_bounce(reason[:2000])
        for notice in bounced.notice_id:
            notice._log_on_debtor(self.env._("the e-mail came back: %s", reason[:500]))
