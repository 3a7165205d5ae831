import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import Command, models
from odoo.tools import formataddr
from odoo.tools.mail import generate_tracking_message_id

_logger = logging.getLogger(__name__)

LAYOUT = "mail.mail_notification_layout"


class DunningEmailMixin(models.AbstractModel):
    """How a dispatch becomes an e-mail: composed once, in the notice's language.

    The mail is Odoo's own record, on the debtor's chatter; only Odoo's queue is
    left out of it, because that queue sends again what it does not know about.
    """

    _name = "dunning.email.mixin"
    _description = "Dispatch by e-mail"

    # ------------------------------------------------------------------ compose

    def _make_ready_through_email(self):
        """Make each message and its mail; a retried dispatch keeps its own."""
        composed = self._mail().mail_message_id
        new = self.filtered(lambda dispatch: dispatch.mail_message_id not in composed)
        try:
            with self.env.cr.savepoint():
                new._compose_emails()
        except TransactionRollbackError:
            raise
        except Exception:
            _logger.info("Dunning: %s e-mails are made one by one", len(new))
            new._each_alone(lambda dispatch: dispatch._compose_emails())

    def _compose_emails(self):
        """Make the messages and mails of all of these at once."""
        found = [dispatch._email_attachments() for dispatch in self]
        messages = self.env["mail.message"].create(
            [
                dispatch._prepare_message_values(attachments)
                for dispatch, (attachments, _missing) in zip(self, found, strict=True)
            ]
        )
        self.env["mail.mail"].create(
            [
                dispatch._prepare_mail_values(message)
                for dispatch, message in zip(self, messages, strict=True)
            ]
        )
        for dispatch, message, (_attachments, missing) in zip(
            self, messages, found, strict=True
        ):
            dispatch.write(
                {
                    "mail_message_id": message.id,
                    "message_id": message.message_id,
                    "not_attached": ", ".join(missing) or False,
                }
            )

    def _mail(self):
        return self.env["mail.mail"].search(
            [("mail_message_id", "in", self.mail_message_id.ids)]
        )

    def _prepare_message_values(self, attachments):
        """Return the values of the message on the debtor's chatter (hook)."""
        notice = self.notice_id
        company = notice.company_id
        sender = company.email_formatted
        return {
            "model": "dunning.debtor",
            "res_id": notice.debtor_id.id,
            "message_type": "email_outgoing",
            "subtype_id": self.env.ref("mail.mt_comment").id,
            "subject": notice.subject,
            "body": notice.body,
            "author_id": notice.approved_by.partner_id.id,
            "email_from": sender,
            "reply_to": notice._reply_to(),
            "message_id": generate_tracking_message_id(f"{notice.id}-dunning.notice"),
            "attachment_ids": [
                Command.link(attachment.id) for attachment in attachments
            ],
            "record_company_id": company.id,
            "record_alias_domain_id": company.alias_domain_id.id,
            "email_layout_xmlid": LAYOUT,
            "email_add_signature": False,  # the letter is signed by the signatory
        }

    def _prepare_mail_values(self, message):
        """Return the values of the mail: never ``outgoing``, never deleted (hook)."""
        addresses = self.recipient.split(", ")
        name = self._addressee()
        return {
            "mail_message_id": message.id,
            "email_to": ", ".join(formataddr((name, address)) for address in addresses),
            "email_cc": self.notice_id.recipient_cc,
            "body_html": self._email_layout(message),
            "state": "cancel",
            "auto_delete": False,
        }

    def _addressee(self):
        """Return the recipient's name as a header may carry it.

        A customer called “jean@old.example” must not become the one written to.
        """
        name = " ".join((self.notice_id.recipient_name or "").split())
        return "" if "@" in name else name

    def _email_layout(self, message):
        notice = self.notice_id
        thread = notice.debtor_id.with_context(
            lang=notice.lang, email_notification_force_header=True
        )
        message = message.with_context(lang=notice.lang)
        values = thread._notify_by_email_prepare_rendering_context(
            message,
            force_email_company=notice.company_id,
            force_email_lang=notice.lang,
            force_record_name=notice.name,
        )
        group = {"has_button_access": False, "button_access": {}}
        return thread._notify_by_email_render_layout(
            message, group, render_values=values
        )

    def _email_attachments(self):
        """Return (attachments, names of invoices without a PDF).

        Invoices are the PDFs that already exist, as the customer has received them;
        a formal notice brings a copy of its letter.
        """
        notice = self.notice_id
        copies, missing = notice._invoice_copies()
        letter = notice.attachment_id if notice.is_formal_notice else copies.browse()
        return letter | copies, missing.mapped("name")
