import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

# Mails that were exchanged with the debtor; what the system or a colleague notes is not
EXCHANGED = ("email", "email_outgoing", "comment")
# Confidential by law (R6.48): a person reads it before a judge does
SECRET = re.compile(r"conciliat|mandat\s+ad[\s-]hoc|mandataire\s+ad[\s-]hoc", re.I)


class DunningExhibitMailFinder(models.AbstractModel):
    """Finds the e-mails exchanged with a debtor about the invoices of a case."""

    _name = "dunning.exhibit.mail.finder"
    _description = "Search for e-mails among the exhibits"

    @api.model
    def _find(self, case):
        """Return [values of ``dunning.case.exhibit``], oldest first."""
        finder = self.env["dunning.exhibit.finder"]
        rows = []
        for message in self._messages(case):
            title = self.env._("E-mail: %s", message.subject or message.record_name)
            row = finder._row("mail", title, message.date.date(), message)
            row["source"] = message.email_from or row["source"]
            if self._is_secret(message):
                row["include"] = False
                row["problem"] = self._secret_text()
            rows.append(row)
        return rows

    @api.model
    def _secret_text(self):
        return self.env._(
            "It speaks of a conciliation or a mandat ad hoc, which are confidential "
            "(R6.48): never hand that over."
        )

    @api.model
    def _is_secret(self, message):
        text = f"{message.subject or ''} {html2plaintext(message.body or '')}"
        return bool(SECRET.search(text))

    @api.model
    def _judged(self, files, case):
        """Return {file: (may be ticked, what is wrong)} of what came with a message.

        A file is judged like its message: that of a lawyer is left out, that of an
        internal note or of confidential proceedings is for a person to look at.
        """
        messages = self.env["mail.message"].search(
            [("attachment_ids", "in", files.ids)]
        )
        told = {}
        for file in files:
            own = messages.filtered(lambda m, file=file: file in m.attachment_ids)
            if any(self._is_lawyer_s(message, case) for message in own):
                continue
            is_secret = SECRET.search(re.sub(r"[_.]+", " ", file.name))
            is_secret = is_secret or any(map(self._is_secret, own))
            is_inside = any(m.is_internal or m.subtype_id.internal for m in own)
            problem = self._secret_text() if is_secret else False
            told[file] = (not is_secret and not is_inside, problem)
        return told

    @api.model
    def _messages(self, case):
        """Return what was exchanged; never an internal note (R10.9)."""
        places = Domain.OR(
            Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in (case.move_ids, case.debtor_id, case.partner_id)
        )
        found = self.env["mail.message"].search(
            places & Domain("message_type", "in", EXCHANGED), order="date, id"
        )
        # the e-mails of notices are exhibits of their own
        notices = self.env["dunning.dispatch"].search(
            [("mail_message_id", "in", found.ids)]
        )
        found -= notices.mail_message_id
        return found.filtered(lambda message: self._is_exchanged(message, case))

    @api.model
    def _is_exchanged(self, message, case):
        """Return whether it came from, or went to, somebody outside the house.

        The letters of a lawyer stay between him and us.
        """
        if message.is_internal or message.subtype_id.internal:
            return False
        if self._is_lawyer_s(message, case):
            return False
        if message.message_type != "comment":
            return True
        people = message.partner_ids | message.notified_partner_ids
        return any(partner.partner_share for partner in people)

    @api.model
    def _is_lawyer_s(self, message, case):
        people = message.partner_ids | message.notified_partner_ids | message.author_id
        lawyer = case.lawyer_id.commercial_partner_id
        return bool(lawyer) and lawyer in people.commercial_partner_id
