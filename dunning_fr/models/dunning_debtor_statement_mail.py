import logging

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all, format_date, formataddr

_logger = logging.getLogger(__name__)

LAYOUT = "mail.mail_notification_light"


class DunningDebtor(models.Model):
    """Statements of account by e-mail: to the debtor alone, once a day.

    They stay on the debtor's discussion; whoever follows it gets no copy, for what a
    customer owes is nobody else's business.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    statement_sent_at = fields.Datetime(
        string="Last statement by e-mail",
        readonly=True,
        copy=False,
        help="Another one of the same day wants to be confirmed.",
    )

    def _absorb_values(self, other):
        result = super()._absorb_values(other)
        sent = [*filter(None, (self.statement_sent_at, other.statement_sent_at))]
        self.statement_sent_at = max(sent, default=False)
        return result

    # -------------------------------------------------------------- recipients

    def _statement_recipients(self, again=False):
        """Return ({debtor id: values}, {debtor id: why none}).

        The values: ``emails`` (addresses that work), ``partner`` (whose addresses they
        are, all of them; else empty) and ``lang``.

        :param again: whoever got one today may get another
        """
        found, without = {}, {}
        values, spared = self._recipient_values(), self._statement_spared()
        for debtor in self:
            recipient = values[debtor.id]
            reason = debtor._not_to_state(again) or spared.get(debtor.id)
            if not reason and not recipient["email"]:
                reason = recipient["lost_email"] or self.env._(
                    "no e-mail address that works"
                )
            if reason:
                without[debtor.id] = reason
                continue
            emails = recipient["email"].split(", ")
            found[debtor.id] = {
                "emails": emails,
                "partner": debtor._statement_partner(emails),
                "lang": recipient["lang"],
            }
        return found, without

    def _statement_partner(self, emails):
        """Return the contact whose addresses are these, no more and no less."""
        chain = self.sudo()._recipient_chain()  # as for every notice
        own = (p for p in chain if set(email_normalize_all(p.email)) == set(emails))
        return next(own, self.env["res.partner"]).sudo(False)

    def _not_to_state(self, again):
        """Return why no statement is sent unasked: a balance reads as a demand."""
        today = self.company_id._dunning_today()
        stop = self.insolvency or self._stop_label()
        if stop:
            return stop
        if any(h.kept_by_manager and h.state == "active" for h in self.hold_ids):
            return self.env._("a hold that a manager keeps")
        if self.quiet_to and self.quiet_from <= today <= self.quiet_to:
            return self.env._("not to be disturbed")
        if not again and self._stated_today():
            return self.env._("got one today")
        return ""

    def _stated_today(self):
        company = self.company_id
        return company._dunning_day(self.statement_sent_at) == company._dunning_today()

    def _statement_spared(self):
        """Return {debtor id: why} of those who had a message too lately (R2.12)."""
        found, engine = {}, self.env["dunning.engine"]
        for company, debtors in self.grouped("company_id").items():
            (kinds, days), today = company._dunning_contact(), company._dunning_today()
            own = debtors.filtered(
                lambda d, kinds=kinds: (d.debtor_kind or None) in kinds
            )
            if not own:
                continue
            free = engine._contacted(company, today, days, own.partner_id.ids, None)
            for debtor in own:
                day = free.get(debtor.partner_id.id)
                if day and day > today:
                    found[debtor.id] = self.env._(
                        "had a message lately, the next one from %s on",
                        format_date(self.env, day),
                    )
        return found

    # ------------------------------------------------------------------- send

    def _statement_words(self, day, lang):
        """Return (subjects, bodies) by debtor id, in one language."""
        # sudo: the text is the company's, whoever sends it
        template = self.env.ref("dunning_fr.mail_template_statement").sudo()
        written = self.env["dunning.letter.format.mixin"].with_context(lang=lang)
        template = template.with_context(
            lang=lang, statement_day=written._letter_date(day)
        )
        return (
            template._render_field("subject", self.ids),
            template._render_field("body_html", self.ids),
        )

    def _send_statements(self, day, again=False, **options):
        """Write to the debtors, each with its statement; it stays on the discussion.

        :param again: also to those who got one today: a person has confirmed
        :return: {debtor id: why nothing was written}
        """
        self._check_caller()
        recipients, without = self._statement_recipients(again)
        chosen = self.filtered(lambda debtor: debtor.id in recipients)
        # Two who press at once: the second one is run again, and reads this
        chosen.statement_sent_at = fields.Datetime.now()
        pdfs = chosen._statement_pdfs(day, **options) if chosen else {}
        for lang, debtors in chosen.grouped(lambda d: recipients[d.id]["lang"]).items():
            subjects, bodies = debtors._statement_words(day, lang)
            for debtor in debtors.with_context(mail_notify_force_send=False):
                name = debtor.with_context(lang=lang)._statement_file_name(day)
                debtor.message_post(
                    subject=subjects[debtor.id],
                    body=bodies[debtor.id],
                    attachments=[(name, pdfs[debtor.id])],
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    email_layout_xmlid=LAYOUT,
                    force_email_lang=lang,
                    notify_skip_followers=True,
                    **debtor._statement_to(recipients[debtor.id]),
                )
        return without

    def _statement_to(self, recipient):
        """Return whom a message goes to: a contact, or those of its addresses left."""
        if recipient["partner"]:
            return {"partner_ids": recipient["partner"].ids}
        addresses = (formataddr(("", email)) for email in recipient["emails"])
        return {"outgoing_email_to": ", ".join(addresses)}

    def message_post(self, **kwargs):
        # EXTENDS 'mail': a composer sends the statement it was opened for once
        after = self.env.context.get("dunning_statement_after")
        if after is not None:
            self._check_statement_after(after)
        return super().message_post(**kwargs)

    def _check_statement_after(self, after):
        """Refuse another statement than the one that was confirmed; note this one.

        :param after: when the last one was sent, as it was when this was composed
        """
        self.ensure_one()
        self._check_caller()
        if (fields.Datetime.to_string(self.statement_sent_at) or "") != after:
            raise UserError(
                self.env._(
                    "A statement was sent to %s meanwhile. Open it again to send "
                    "another.",
                    self.display_name,
                )
            )
        self.statement_sent_at = fields.Datetime.now()

    def _compose_statement(self, day, again=False, **options):
        """Open Odoo's composer with the statement of one debtor attached."""
        self.ensure_one()
        self._check_caller()
        if self._stated_today() and not again:
            raise UserError(
                self.env._(
                    "%s got a statement today. Choose “Send again” to send another.",
                    self.display_name,
                )
            )
        recipients, without = self._statement_recipients(again)
        if without:
            _logger.info("Statement of debtor %s: %s", self.id, without[self.id])
        contact = (
            recipients[self.id]["partner"] if recipients else self.env["res.partner"]
        )
        lang = self._recipient_values()[self.id]["lang"]
        subjects, bodies = self._statement_words(day, lang)
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.with_context(lang=lang)._statement_file_name(day),
                "raw": self._statement_pdfs(day, **options)[self.id],
                "mimetype": "application/pdf",
                # Odoo forgets what hangs on a composer that was closed
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the statement"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": contact.ids,
                "default_subject": subjects[self.id],
                "default_body": bodies[self.id],
                "default_attachment_ids": attachment.ids,
                "default_email_layout_xmlid": LAYOUT,
                "default_notify_skip_followers": True,
                "dunning_statement_after": fields.Datetime.to_string(
                    self.statement_sent_at
                )
                or "",
            },
        }
