from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize

from ..tools.typography import NBSP, french, french_html
from .dunning_letter_placeholder import block, condition, text

TEMPLATES = {
    "agreement": "dunning_fr.mail_template_f1",
    "notice": "dunning_fr.mail_template_f2",
}
PLAN = "_compute_plan_letter"


class DunningHold(models.Model):
    """What the letters of a plan say, and their making: F1 and F2."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    document_ids = fields.One2many(
        "dunning.hold.document", "hold_id", string="Letters", copy=False
    )
    document_count = fields.Integer(compute="_compute_document_count")
    creditor_line = text("Creditor: form, registration, office", PLAN)
    debtor_line = text("Debtor: name, SIREN, address", PLAN)
    principal_text = text("Principal (text)", PLAN)
    interest_text = text("Interest included (text)", PLAN)
    indemnity_text = text("Indemnities included (text)", PLAN)
    total_words = text("Total in words", PLAN)
    instalment_count_text = text("Number of instalments", PLAN)
    instalment_table = block("Table of instalments", PLAN)
    imputation_text = text("Order of payments (text)", PLAN)
    notice_days_text = text("Days of a formal notice (text)", PLAN)
    place_text = text("Place of signature", PLAN)
    today_text = text("Day of the letter", PLAN)
    agreed_text = text("Day of the agreement (text)", PLAN)
    signature_block = block("Signatory", PLAN)
    missed_date_text = text("Missed instalment (text)", PLAN)
    missed_amount_text = text("Missed amount (text)", PLAN)
    paid_text = text("Received so far (text)", PLAN)
    balance_text = text("Balance of the plan (text)", PLAN)
    deadline_text = text("Deadline of the formal notice (text)", PLAN)
    next_date_text = text("Next instalment (text)", PLAN)
    next_amount_text = text("Amount of the next instalment (text)", PLAN)
    has_interest = condition("Interest is included", PLAN)
    has_indemnity = condition("Indemnities are included", PLAN)
    is_charged = condition("Owes interest by law", PLAN)
    is_public_debtor = condition("Is a public buyer", PLAN)
    keeps_interest = condition("Interest goes on", PLAN)
    waives_interest = condition("Interest is given up if the plan is kept", PLAN)

    @api.depends("document_ids")
    def _compute_document_count(self):
        for hold in self:
            hold.document_count = len(hold.document_ids)

    @api.depends("instalment_ids", "amount", "agreed_on", "plan_interest")
    def _compute_plan_letter(self):
        names = [n for n, f in self._fields.items() if f.compute == PLAN]
        at_hand = self.filtered(
            lambda hold: hold.is_scheduled and self._is_at_hand(hold.company_id)
        )
        recipients = at_hand.debtor_id._recipient_values()
        for hold in self:
            if hold not in at_hand:
                hold.update(dict.fromkeys(names, False))
                continue
            lang = self.env.context.get("letter_lang") or hold.letter_lang
            told = hold.with_context(lang=lang)
            told._set_plan_parties(recipients[hold.debtor_id.id])
            told._set_plan_amounts()
            told._set_plan_instalments()

    def _set_plan_parties(self, recipient):
        letter = self.env["dunning.hold.document"].new({"hold_id": self.id})
        company, partner = self.company_id, self.partner_id
        self.creditor_line = letter._letter_legal_line()
        siren = letter._letter_siren(partner)
        rows = [partner.name, siren and f"SIREN{NBSP}{siren}"]
        rows += (recipient["address"] or "").splitlines()
        self.debtor_line = ", ".join(dict.fromkeys(filter(None, rows)))
        self.place_text = company.city or ""
        self.signature_block = self._render_block(
            "letter_signature", company=company, notice=letter
        )
        kinds = self._plan_kinds()
        self.is_charged = bool(kinds & {"professional", "public"})
        self.is_public_debtor = "public" in kinds
        self.keeps_interest = self.plan_interest == "kept"
        self.waives_interest = self.plan_interest == "waived"
        self.imputation_text = self._imputation_text(company.sudo(), kinds)

    def _imputation_text(self, company, kinds):
        """Say what payments pay first; sudo: a setting."""
        if not kinds & {"professional", "public"}:
            return self.env._("to the oldest invoice first (C. civ. 1342-10)")
        if company.dunning_imputation == "interest_first":
            return self.env._(
                "first to interest, then to the principal of the oldest invoice, last "
                "to the indemnities (C. civ. 1342-10 and 1343-1)"
            )
        return self.env._(
            "first to the principal of the oldest invoice, then to interest and "
            "indemnities (C. civ. 1342-10)"
        )

    def _set_plan_amounts(self):
        letter, currency = self.env["dunning.letter.format.mixin"], self.company_id
        currency = currency.currency_id
        beside = self.covered_interest + self.covered_indemnity
        amounts = {
            "principal_text": self.amount - beside,
            "interest_text": self.covered_interest,
            "indemnity_text": self.covered_indemnity,
            "missed_amount_text": self.missed_amount,
            "paid_text": self.received,
            "balance_text": self.plan_left,
        }
        for name, amount in amounts.items():
            self[name] = letter._letter_amount(amount, currency)
        self.total_words = currency.amount_to_text(self.amount).lower()
        self.has_interest = bool(self.covered_interest)
        self.has_indemnity = bool(self.covered_indemnity)

    def _set_plan_instalments(self):
        letter, currency = (
            self.env["dunning.letter.format.mixin"],
            self.company_id.currency_id,
        )
        today = self.company_id._dunning_today()
        rows = [
            {
                "rank": str(rank),
                "due": letter._letter_date(line.due_date),
                "amount": letter._letter_amount(line.amount, currency),
            }
            for rank, line in enumerate(self.instalment_ids.sorted("due_date"), 1)
        ]
        left = self.instalment_ids.filtered(lambda line: line.state != "paid")
        # a rest within the tolerance is not the next one; a reminder names its own
        reminded = self.env.context.get("dunning_instalments") or ()
        own = self.instalment_ids.filtered(lambda line: line.id in reminded)
        coming = (own or left)[:1]
        late = left.filtered(lambda line: line.due_date < today)
        self.instalment_count_text = str(len(rows))
        self.instalment_table = self._render_block(
            "letter_instalment_table",
            rows=rows,
            total=letter._letter_amount(self.amount, currency),
        )
        self.notice_days_text = str(self.notice_days)
        self.today_text = letter._letter_date(today)
        self.agreed_text = letter._letter_date(self.agreed_on)
        # of several, the last one: by then all that the letter asks for was due
        missed = late[-1:].due_date if self.missed_due else False
        self.missed_date_text = letter._letter_date(missed)
        self.deadline_text = letter._letter_date(self._notice_deadline(today))
        self.next_date_text = letter._letter_date(coming.due_date)
        self.next_amount_text = letter._letter_amount(coming.left, currency)

    # ---------------------------------------------------------------------- making

    def action_make_agreement(self):
        """Make the agreements (F1) of these plans as PDF, to be signed."""
        self._check_collector()
        self._check_kept()
        wrong = self.filtered(lambda h: not h.is_scheduled or h.state != "active")
        if wrong:
            raise UserError(
                self.env._("%s is no payment plan in force.", wrong[0].display_name)
            )
        self._check_covered()  # its debtor may be known better by now (R2.2)
        return self._make_documents("agreement")._open_documents()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_letters(self):
        """A plan with letters is no mistake to wipe out: they are proofs of it."""
        # sudo: that there are letters, whoever may read them
        for letter in self.sudo().document_ids[:1]:
            raise UserError(
                self.env._(
                    "%(plan)s: its letter %(letter)s was made and is kept. Release or "
                    "correct the plan, it stays in the history.",
                    plan=letter.hold_id.display_name,
                    letter=letter.name,
                )
            )

    def _make_documents(self, kind):
        """Make a letter of ``kind`` for each of these plans and keep it; return them.

        :raise UserError: naming what misses, and where
        """
        # sudo: letters have no other writer
        documents = self.env["dunning.hold.document"].sudo()._proof_unlocked()
        made = documents.create(
            [hold._prepare_document_values(kind) for hold in self]
        ).with_env(self.env)
        made._keep_pdf()
        return made

    def _prepare_document_values(self, kind):
        """Return the values of a letter, its text and recipient frozen."""
        recipient = self.debtor_id._recipient_values()[self.debtor_id.id]
        formal = recipient["formal_address"] if kind == "notice" else ""
        address = formal or recipient["address"]
        self._check_letter(address)
        subject, body, lang = self._plan_texts(kind)
        version = 1 + len(self.document_ids.filtered(lambda d: d.kind == kind))
        today = self.company_id._dunning_today()
        is_notice = kind == "notice"
        number = {"agreement": "F1", "notice": "F2"}[kind]
        return {
            "hold_id": self.id,
            "kind": kind,
            "name": f"{self.reference}/{number}-{version}",
            "version": version,
            "date": today,
            "lang": lang,
            "subject": subject,
            "body": body,
            "recipient_name": recipient["name"],
            "recipient_address": address,
            "missed_due": is_notice and self.missed_due,
            "deadline_date": is_notice and self._notice_deadline(today),
            "amount_total": self.missed_amount if is_notice else 0,
        }

    def _check_letter(self, address):
        """Name what a letter must say and cannot."""
        missing = []
        if not self.creditor_line:
            missing.append(self.env._("the company's legal form and SIREN"))
        if not self.company_id.dunning_signatory_name:
            missing.append(self.env._("who signs letters (dunning settings)"))
        if not self.payment_block:
            missing.append(self.env._("the bank account for payments"))
        if not address:
            missing.append(self.env._("the debtor's address"))
        if missing:
            raise UserError(
                self.env._(
                    "%(plan)s: the letter cannot be made without %(missing)s.",
                    plan=self.display_name,
                    missing=", ".join(missing),
                )
            )

    def _plan_texts(self, kind):
        """Return (subject, body, language) of a letter; beside another one, French.

        A court in France reads French: it goes along, and prevails.
        """
        # sudo: the text is the company's, whoever makes the letter
        template = self.env.ref(TEMPLATES[kind]).sudo()
        lang = self.letter_lang
        subject, body = self._plan_text(template, lang)
        second = self.env["dunning.letter.format.mixin"]._letter_french()
        if not lang.startswith("fr") and second:
            title, text = self._plan_text(template, second)
            sentence = self.with_context(lang=lang).env._(
                "This letter is also given in French below; the French text prevails."
            )
            body += self._render_block(
                "letter_second_text", sentence=sentence, subject=title, body=text
            )
        safe = html_sanitize(str(body), sanitize_attributes=True, sanitize_style=False)
        return subject, safe, lang

    def _plan_text(self, template, lang):
        names = [
            n for n, f in self._fields.items() if f.compute in (PLAN, "_compute_letter")
        ]
        told, template = (
            self.with_context(letter_lang=lang),
            template.with_context(letter_lang=lang),
        )
        told.invalidate_recordset(names, flush=False)
        parts = [
            template._render_field(name, told.ids, set_lang=lang)[self.id]
            for name in ("subject", "body_html")
        ]
        self.invalidate_recordset(names, flush=False)
        if lang.startswith("fr"):
            return french(parts[0]), Markup(french_html(str(parts[1])))
        return parts[0], Markup(parts[1])
