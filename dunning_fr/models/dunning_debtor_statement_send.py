import logging

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..tools.file_names import safe_name

_logger = logging.getLogger(__name__)

REPORT = "dunning_fr.report_dunning_statement"
LAYOUT = "mail.mail_notification_light"


class DunningDebtor(models.Model):
    """Statements of account as PDF, and by e-mail on the debtor's discussion."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    # -------------------------------------------------------------------- PDF

    def _statement_pdfs(self, day, **options):
        """Return {debtor id: PDF} of the statements of a day.

        All in one call where the engine can, else one by one: a page is never
        another's.

        :param options: as of ``_statement_pages``
        :raise UserError: naming the debtor, where the engine makes nothing
        """
        self._check_statement()
        data = {"day": fields.Date.to_string(day), **options}
        found = {}
        if len(self) > 1 and _wkhtml().is_patched_qt:
            found = self._statements_together(data)
        for debtor in self - self.browse(found):
            found |= debtor._statement_streams(data)
            if not found.get(debtor.id):
                raise UserError(
                    self.env._(
                        "The statement of %s cannot be made. Have your administrator "
                        "check wkhtmltopdf (0.12.6 with patched Qt).",
                        debtor.display_name,
                    )
                )
        return found

    def _statements_together(self, data):
        """Return {debtor id: PDF}; nothing where they came out other than asked."""
        try:
            found = self._statement_streams(data)
        except Exception:
            # Whatever the engine does with many: each is then made alone
            _logger.warning("Statements not rendered together", exc_info=True)
            return {}
        return found if set(found) == set(self.ids) and all(found.values()) else {}

    def _statement_streams(self, data):
        streams = self.env["ir.actions.report"]._render_qweb_pdf_prepare_streams(
            REPORT, dict(data), res_ids=self.ids
        )
        if len(self) == 1 and len(streams) == 1:  # whatever its key
            streams = {self.id: next(iter(streams.values()))}
        return {
            debtor_id: stream["stream"].getvalue() if stream["stream"] else b""
            for debtor_id, stream in streams.items()
        }

    def _statement_file_name(self, day):
        """Return the name of the PDF, in the language of the environment."""
        name = self.env._(
            "Statement %(debtor)s %(day)s",
            debtor=self.partner_id.name or self.id,
            day=day,
        )
        return f"{safe_name(name)}.pdf"

    # ----------------------------------------------------------------- e-mail

    def _statement_recipients(self):
        """Return ({debtor id: (contact, language)}, {debtor id: why none})."""
        found, without = {}, {}
        values = self._recipient_values()
        for debtor in self:
            recipient, today = values[debtor.id], debtor.company_id._dunning_today()
            chain = debtor.sudo()._recipient_chain()  # as for every notice
            own = (p for p in chain if _writes_to(p, recipient["email"]))
            contact = next(own, None)
            stop = debtor.insolvency or debtor._stop_label()
            if stop:  # a balance that comes unasked reads as a demand
                without[debtor.id] = stop
            elif not contact:
                without[debtor.id] = recipient["lost_email"] or self.env._(
                    "no e-mail address that works"
                )
            elif debtor.quiet_to and debtor.quiet_from <= today <= debtor.quiet_to:
                without[debtor.id] = self.env._("not to be disturbed")
            else:
                found[debtor.id] = (contact.sudo(False), recipient["lang"])
        return found, without

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

    def _send_statements(self, day, **options):
        """Write to the debtors, each with its statement; it stays on the discussion.

        :return: {debtor id: why nothing was written}
        """
        self._check_caller()
        recipients, without = self._statement_recipients()
        chosen = self.filtered(lambda debtor: debtor.id in recipients)
        pdfs = chosen._statement_pdfs(day, **options) if chosen else {}
        for lang, debtors in chosen.grouped(lambda d: recipients[d.id][1]).items():
            subjects, bodies = debtors._statement_words(day, lang)
            for debtor in debtors.with_context(mail_notify_force_send=False):
                name = debtor.with_context(lang=lang)._statement_file_name(day)
                debtor.message_post(
                    subject=subjects[debtor.id],
                    body=bodies[debtor.id],
                    partner_ids=recipients[debtor.id][0].ids,
                    attachments=[(name, pdfs[debtor.id])],
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    email_layout_xmlid=LAYOUT,
                )
        return without

    def _compose_statement(self, day, **options):
        """Open Odoo's composer with the statement of one debtor attached."""
        self.ensure_one()
        self._check_caller()
        recipients, without = self._statement_recipients()
        contact, lang = recipients.get(self.id) or (
            self.env["res.partner"],
            self._recipient_values()[self.id]["lang"],
        )
        if without:
            _logger.info("Statement of debtor %s: %s", self.id, without[self.id])
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
            },
        }


def _writes_to(partner, addresses):
    """Whether a contact's address is one of those that notices go to."""
    own = email_normalize(partner.email or "")
    return bool(own) and own in addresses.split(", ")
