from odoo import api, models

# What leaves, and to whom; states are this queue's own.
CONTENT = {"auto_delete", "body_html", "email_cc", "email_to", "headers"}
CONTENT |= {"mail_message_id", "recipient_ids", "references"}


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        # EXTENDS 'mail'
        if not CONTENT.isdisjoint(vals):
            self.mail_message_id._dunning_check_proof()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_except_dunning_proof(self):
        self.mail_message_id._dunning_check_proof()

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        # EXTENDS 'mail'
        """Leave notices to their own worker: this queue may send a mail twice.

        Somebody may press "Retry" in the technical menu, or set the mail to outgoing
        by other means: at most once holds all the same.
        """
        # sudo: whoever sends mails need not see the dispatches of every company
        dispatches = (
            self.env["dunning.dispatch"]
            .sudo()
            .search([("mail_message_id", "in", self.mail_message_id.ids)])
        )
        messages = dispatches.mail_message_id
        others = self.filtered(lambda mail: mail.mail_message_id not in messages)
        (self - others).write({"state": "cancel"})
        return super(MailMail, others).send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )
