import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from .ir_actions_report import HOLD_REPORT

# What may still be learnt of a letter that has left
FACTS = {"posted_on", "presented_on", "tracking_number"}


class DunningHoldDocument(models.Model):
    """A letter about a payment plan as it was made: text, amounts, PDF.

    It never changes (invariant 1): a correction is the next version. Only what becomes
    of it is still entered: posting, presentation, number.
    """

    _name = "dunning.hold.document"
    _description = "Letter of a payment plan"
    _inherit = [
        "dunning.letter.head.mixin",
        "dunning.letter.page.mixin",
        "dunning.letter.pdf.mixin",
        "dunning.proof.mixin",
        "dunning.sealed.mixin",
    ]
    _order = "date desc, id desc"
    _letter_report = HOLD_REPORT
    _sealed_by = ("attachment_id", "sha256")

    hold_id = fields.Many2one(
        "dunning.hold",
        string="Payment plan",
        required=True,
        index=True,
        ondelete="restrict",
    )
    debtor_id = fields.Many2one(related="hold_id.debtor_id", store=True, index=True)
    company_id = fields.Many2one(related="hold_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="hold_id.partner_id", string="Customer")
    currency_id = fields.Many2one(related="company_id.currency_id")
    debtor_kind = fields.Selection(related="debtor_id.debtor_kind")
    kind = fields.Selection(
        [("agreement", "Agreement (F1)"), ("notice", "Instalment missed (F2)")],
        required=True,
    )
    name = fields.Char(string="Reference", required=True)
    version = fields.Integer(required=True, help="Rank among those of its kind.")
    date = fields.Date(required=True)
    lang = fields.Char(string="Language", required=True)
    subject = fields.Char(required=True)
    body = fields.Html(string="Text", required=True, sanitize=False)
    recipient_name = fields.Char(string="Addressed to", required=True)
    recipient_address = fields.Text(string="Address")
    missed_due = fields.Date(string="Missed instalment")
    deadline_date = fields.Date(
        string="To be paid by", help="Last day the debtor is given to pay."
    )
    amount_total = fields.Monetary(
        string="Amount", help="Asked for by this letter; nothing by an agreement."
    )
    attachment_id = fields.Many2one("ir.attachment", string="PDF", ondelete="restrict")
    sha256 = fields.Char(string="SHA-256")
    is_intact = fields.Boolean(
        compute="_compute_is_intact",
        string="Unchanged",
        help="The PDF still has the SHA-256 it had when it was made.",
    )
    emailed_on = fields.Date(string="E-mailed on")
    posted_on = fields.Date()
    tracking_number = fields.Char(string="Registered number")
    presented_on = fields.Date(
        string="First presented on",
        help="By the post, also if it was refused or not collected (R2.6). The days to "
        "pay count from here.",
    )
    state = fields.Char(compute="_compute_state", string="Where it is")

    _presented_order = models.Constraint(
        "CHECK (presented_on >= posted_on AND posted_on >= date)",
        "A letter is posted once it is made, and presented once it is posted.",
    )
    _version_unique = models.UniqueIndex(
        "(hold_id, kind, version)", "Two letters of a plan have the same number."
    )

    def _proof_frozen(self):
        return self

    def _proof_refusals(self):
        return {
            "make": self.env._(
                "Letters of a payment plan are made by its buttons alone."
            ),
            "change": self.env._(
                "%s is kept as it was made: make the letter again from its plan for "
                "its next version.",
                self[:1].name,
            ),
            "copy": self.env._(
                "%s is no draft to copy: “Make the agreement” or “Formal notice” of "
                "its plan makes another letter.",
                self[:1].name,
            ),
        }

    def unlink(self):
        # EXTENDS 'base': whoever tries is told what to do, not which right is missing
        self._proof_check()
        return super().unlink()

    def _sealed_hash(self):
        return self.sha256

    def _current_hash(self):
        return hashlib.sha256(self._raw()).hexdigest()

    def _raw(self):
        """Return the bytes of the PDF, also where a form asks for sizes of files."""
        self.ensure_one()
        # sudo: whoever reads the letter reads its PDF
        return self.sudo().with_context(bin_size=False).attachment_id.raw or b""

    @api.depends("emailed_on", "posted_on", "presented_on")
    def _compute_state(self):
        for document in self:
            state = self.env._("Made")
            if document.presented_on:
                state = self.env._("Presented")
            elif document.posted_on:
                state = self.env._("Posted")
            elif document.emailed_on:
                state = self.env._("E-mailed")
            document.state = state

    @api.depends("name", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for document in self:
            label = labels.get(document.kind, "")
            document.display_name = f"{document.name} · {label}"

    # ------------------------------------------------------------------ its facts

    def write(self, vals):
        if vals and set(vals) <= FACTS and not self._proof_unlocked_env():
            self._check_sender()
            for document in self:
                document._check_facts(vals)
            # sudo: facts of delivery alone, checked above
            trusted = self.sudo()._proof_unlocked()
            super(DunningHoldDocument, trusted).write(vals)
            for document in self:
                document.hold_id._message_log(
                    body=self.env._(
                        "%(letter)s: posted: %(posted)s, presented: %(presented)s, "
                        "number: %(number)s.",
                        letter=document.display_name,
                        posted=format_date(self.env, document.posted_on) or "–",
                        presented=format_date(self.env, document.presented_on) or "–",
                        number=document.tracking_number or "–",
                    )
                )
            return True
        return super().write(vals)

    def _check_sender(self):
        if not (
            self.env.su or self.env.user.has_group("dunning_fr.group_dunning_user")
        ):
            raise AccessError(
                self.env._("Only collectors write to debtors about their plans.")
            )
        self.check_access("read")
        self.hold_id._check_kept()

    def _check_facts(self, vals):
        days = [
            fields.Date.to_date(vals.get(name, self[name]))
            for name in ("posted_on", "presented_on")
        ]
        if days[1] and not days[0]:
            raise ValidationError(
                self.env._("%s: enter the day it was posted first.", self.name)
            )
        today = self.company_id._dunning_today()
        if any(day and day > today for day in days):
            raise ValidationError(
                self.env._("%s: enter what has taken place by today.", self.name)
            )

    def _expires_on(self):
        """Return the last day to pay, once the post has presented the letter."""
        self.ensure_one()
        if not self.presented_on or not self.deadline_date:
            return None
        last = fields.Date.add(self.presented_on, days=self.hold_id.notice_days)
        return max(self.deadline_date, last)

    def _asks_for(self, due):
        """Whether this formal notice asks for the instalment of a day (F2).

        For all that were late when it was made: ``amount_total`` is their sum.
        """
        self.ensure_one()
        return self.kind == "notice" and due < self.date

    # -------------------------------------------------------------------- the page

    def _letter_lang(self):
        return self.lang

    def _letter_block(self, template, **values):
        return self.env["ir.qweb"]._render(
            f"dunning_fr.{template}",
            {"notice": self, **values},
            minimal_qcontext=True,
        )

    def _letter_page(self, subject, body):
        # EXTENDS: nothing of it is a draft
        return {**super()._letter_page(subject, body), "is_draft": False}

    def _keep_pdf(self):
        """Attach the PDFs for good, and have the plans' discussions tell the SHA-256.

        :raise UserError: naming the letter that cannot be made
        """
        pages = self._render_letters()
        for document in self:
            pdf, problem = pages[document.id]
            if problem:
                raise UserError(problem)
            digest = hashlib.sha256(pdf).hexdigest()
            trusted = document.sudo()._proof_unlocked()  # sudo: nobody writes them
            attachment = trusted.env["ir.attachment"].create(
                {
                    "name": f"{document.name.replace('/', '-')}.pdf",
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": document._name,
                    "res_id": document.id,
                }
            )
            trusted.write({"attachment_id": attachment.id, "sha256": digest})
            document.hold_id._message_log(
                body=self.env._(
                    "Letter made: %(letter)s (SHA-256 %(digest)s).",
                    letter=document.display_name,
                    digest=digest,
                )
            )

    def action_open_pdf(self):
        """Show the PDF that was kept."""
        self.ensure_one()
        self.check_access("read")
        name = self.sudo().attachment_id.name  # sudo: as the letter itself
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?filename={name}",
            "target": "new",
        }

    def action_send_by_mail(self):
        """Send the PDFs by e-mail, with the text that goes along."""
        self._check_sender()
        self.hold_id._check_mail()
        self.hold_id._check_sending("emailed_on", self)
        for document in self:
            # sudo: the text is the company's, whoever sends it
            template = self.env.ref("dunning_fr.mail_template_plan").sudo()
            template.send_mail(
                document.hold_id.id,
                email_values={"attachment_ids": [(4, document.attachment_id.id)]},
                email_layout_xmlid="mail.mail_notification_light",
            )
        for company, own in self.grouped("company_id").items():
            # sudo: the machine's own fact
            own.sudo()._proof_unlocked().write({"emailed_on": company._dunning_today()})
        return True

    def _open_documents(self):
        """Open these letters: one on its page, several as a list."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters of payment plans"),
            "res_model": self._name,
        }
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")]}
        domain = [("id", "in", self.ids)]
        return {**action, "domain": domain, "views": [(False, "list"), (False, "form")]}
