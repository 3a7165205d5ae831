from odoo import api, models
from odoo.exceptions import UserError

from .dunning_proof_mixin import PROOF_SENTINEL, PurgePermit

# What the debtor receives, or has received; the rest (read, starred, …) may change.
CONTENT = {
    "attachment_ids", "author_id", "body", "date", "email_from", "incoming_email_cc",
    "incoming_email_to", "message_id", "message_type", "model", "reply_to", "res_id",
    "subject",
}  # fmt: skip


class MailMessage(models.Model):
    _inherit = "mail.message"

    def write(self, vals):
        # EXTENDS 'mail'
        if not CONTENT.isdisjoint(vals):
            self._dunning_check_proof()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_except_dunning_proof(self):
        if not PurgePermit.covers(self):
            self._dunning_check_proof()

    def _dunning_check_proof(self):
        """Refuse to change or delete the e-mail of a notice (invariant 1).

        A collector may write on the debtor's messages otherwise, and what is edited
        before a retry would leave instead of what was approved.
        """
        if not self.ids or self.env.context.get("dunning_proof") is PROOF_SENTINEL:
            return
        # sudo: the guard holds for people who may not read the notice, too
        dispatches = self.env["dunning.dispatch"].sudo()
        dispatch = dispatches.search([("mail_message_id", "in", self.ids)], limit=1)
        if dispatch:
            raise UserError(
                self.env._(
                    "The e-mail of %(notice)s is evidence and can no longer be changed "
                    "or deleted.",
                    notice=dispatch.notice_id.name,
                )
            )
