from types import SimpleNamespace

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.typography import NBSP
from .dunning_letter_placeholder import SEARCH, block, condition, text

LETTERS = {
    "promise": "dunning_fr.mail_template_e2",
    "dispute": "dunning_fr.mail_template_f3",
}
MOST_MAILS = 50  # of one click: what is more was hardly meant


class DunningHold(models.Model):
    """What an e-mail about a hold may say, and its sending on a person's word.

    The e-mail goes out through Odoo's own queue and stays on the hold's discussion; an
    answer comes back there.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _name = "dunning.hold"
    _inherit = ["dunning.hold", "dunning.placeholder.mixin"]

    confirmed_on = fields.Date(
        string="Confirmed to the debtor on", readonly=True, copy=False
    )
    reference = fields.Char(
        compute="_compute_reference", help="What the debtor quotes: kind and number."
    )
    recipient_email = fields.Char(
        string="E-mail of the debtor", compute="_compute_recipient"
    )
    letter_lang = fields.Char(compute="_compute_recipient")
    contact_name = text("Person written to", "_compute_recipient")
    is_natural_person = condition("Names an individual", "_compute_recipient")
    date_from_text = text("First day (text)", "_compute_letter")
    date_to_text = text("Last or promised day (text)", "_compute_letter")
    answer_by_text = text("Day of the answer (text)", "_compute_letter")
    amount_text = text("Amount (text)", "_compute_letter")
    remaining_text = text("What is owed besides (text)", "_compute_letter")
    has_remaining = condition("Something is owed besides", "_compute_letter")
    invoice_numbers = text("Invoices (text)", "_compute_letter")
    invoice_table = block("Table of invoices", "_compute_letter")
    payment_block = block("Bank account for payments", "_compute_letter")
    contact_block = block("Contact on several lines", "_compute_letter")

    @api.depends("kind")
    def _compute_reference(self):
        letters = {"promise": "P", "dispute": "L", "plan": "E"}
        for hold in self:
            number = hold._origin.id
            letter = letters.get(hold.kind, "S")
            hold.reference = f"{letter}-{number:05d}" if number else ""

    @api.depends("debtor_id.partner_id.email", "debtor_id.partner_id.debtor_kind")
    def _compute_recipient(self):
        seen = self.filtered(lambda hold: self._is_at_hand(hold.company_id))
        recipients = seen.debtor_id._recipient_values()
        contacts = self.env["res.partner"].browse(
            {r["partner_id"] for r in recipients.values()}
        )
        # sudo: the recipient is resolved alike for every collector
        people = contacts.sudo().grouped("id")
        for hold in self:
            found = recipients.get(hold.debtor_id.id)
            if not found:
                hold.recipient_email = hold.letter_lang = hold.contact_name = ""
                hold.is_natural_person = False
                continue
            contact = people[found["partner_id"]]
            hold.recipient_email = found["email"]
            hold.letter_lang = found["lang"]
            hold.contact_name = "" if contact.is_company else contact.name or ""
            kind = hold.debtor_id.partner_id.debtor_kind
            hold.is_natural_person = kind == "consumer"

    @api.depends("debtor_id", "date_from", "date_to", "amount", "move_ids", "answer_by")
    def _compute_letter(self):
        for company, holds in self.grouped("company_id").items():
            if not self._is_at_hand(company):  # or no debtor is chosen yet
                names = (n for n, f in self._fields.items() if f.search == SEARCH)
                own = [n for n in names if self._fields[n].compute == "_compute_letter"]
                holds.update(dict.fromkeys(own, False))
                continue
            items = holds._open_items(company)
            # sudo: printed on every letter, whoever sends it; read together
            named = self.env["account.move"].sudo().browse({i.move_id for i in items})
            named.fetch(["name", "payment_reference"])
            bank = company.sudo()._dunning_bank_account()
            sold = self._sold(holds.debtor_id, company._dunning_today())
            for hold in holds:
                lang = self.env.context.get("letter_lang") or hold.letter_lang
                own = sold.filtered(
                    lambda h, debtor=hold.debtor_id: h.debtor_id == debtor
                )
                hold.with_context(lang=lang)._set_letter(
                    [item for item in items if hold._speaks_of(item)],
                    own.with_context(lang=lang),
                    bank,
                )

    def _speaks_of(self, item):
        """Return whether an open item is one of those that the hold is about."""
        if item.residual <= 0 or item.partner_id != self.partner_id.id:
            return False
        if self.move_ids:
            return item.move_id in self.move_ids.ids
        if self.kind != "promise":
            return True
        last = self.date_to or self.date_from
        return bool(item.date_maturity and item.date_maturity <= last)

    def _set_letter(self, items, sold, bank):
        letter = self.env["dunning.letter.format.mixin"]
        currency = self.company_currency_id
        owed = float(sum(item.company_residual for item in items))
        remaining = max(0, owed - self.amount) if self.amount else 0
        self.date_from_text = letter._letter_date(self.date_from)
        self.date_to_text = letter._letter_date(self.date_to)
        self.answer_by_text = letter._letter_date(self.answer_by)
        self.amount_text = letter._letter_amount(self.amount or owed, currency)
        self.remaining_text = letter._letter_amount(remaining, currency)
        self.has_remaining = not currency.is_zero(remaining)
        names = list(dict.fromkeys(item.move_name for item in items))
        self.invoice_numbers = ", ".join(names)
        shared = self._letter_values(names, items)
        self.invoice_table = (
            self._render_block(
                "letter_invoice_table",
                rows=[self._letter_cells(item) for item in items],
                shown={"date", "due", "residual"},
                **shared,
            )
            if items
            else ""
        )
        self.payment_block = self._payment_block(shared, items, sold, bank)
        user, company = self.debtor_id.user_id, self.company_id
        self.contact_block = self._render_block(
            "letter_contact",
            name=user.name or company.name,
            phone=user.phone or company.phone,
            email=user.email or company.email,
            **shared,
        )

    def _letter_values(self, names, items):
        """Return what the parts of letters call a notice."""
        only = self.env["account.move"].browse({item.move_id for item in items})
        only = only if len(only) == 1 else only.browse()
        # sudo: the reference to quote, whoever sends it
        quoted = only.sudo().payment_reference or self.reference
        if self.kind == "plan":  # instalments are told apart by the plan's own
            quoted = self.reference
        notice = SimpleNamespace(
            name=self.reference, payment_reference=quoted, is_pre_reminder=False
        )
        return {"notice": notice}

    def _letter_cells(self, item):
        letter = self.env["dunning.letter.format.mixin"]
        currency = self.env["res.currency"].browse(item.currency_id)
        return {
            "number": item.move_name,
            "date": letter._letter_short_date(item.invoice_date),
            "due": letter._letter_short_date(item.date_maturity),
            "amount": letter._letter_amount(float(item.original), currency),
            "residual": letter._letter_amount(float(item.residual), currency),
        }

    def _payment_block(self, shared, items, sold, bank):
        """Return where the items are paid: to us, or to the factor that bought them."""
        moves = self.env["account.move"].sudo()  # their names
        moves = moves.union(*(moves.browse(item.move_id) for item in items))
        return sold._payee_blocks(
            moves or self.sudo().move_ids,
            lambda account: self._account_block(account, shared),
            bank,
        )

    def _account_block(self, bank, shared):
        if not bank:
            return ""
        number, is_iban = bank.sanitized_acc_number or "", bank.acc_type == "iban"
        iban = NBSP.join(number[at : at + 4] for at in range(0, len(number), 4))
        return self._render_block(
            "letter_payment",
            bank=bank,
            holder=bank.acc_holder_name or bank.partner_id.name,
            account=iban if is_iban else bank.acc_number,
            is_iban=is_iban,
            **shared,
        )

    def _render_block(self, template, **values):
        return self.env["ir.qweb"]._render(
            f"dunning_fr.{template}", values, minimal_qcontext=True
        )

    def action_confirm_by_mail(self):
        """Write to the debtors what was agreed; once the user has said so.

        :raise UserError: naming the hold, where nothing can be sent
        """
        self._check_collector()
        for hold in self:
            if hold.kind not in LETTERS or hold.state != "active":
                raise UserError(
                    self.env._(
                        "%s: only a promise or a dispute in force is confirmed.",
                        hold.display_name,
                    )
                )
        self._check_mail()
        self._check_sending("confirmed_on")
        for kind, holds in self.grouped("kind").items():
            # sudo: the text is the company's, whoever sends it
            template = self.env.ref(LETTERS[kind]).sudo()
            template.send_mail_batch(
                holds.ids, email_layout_xmlid="mail.mail_notification_light"
            )
        for company, holds in self.grouped("company_id").items():
            # sudo: the machine's own fact
            holds.sudo().confirmed_on = company._dunning_today()
        return True

    def _check_sending(self, name, records=None):
        """Refuse to send twice on a day what is pressed twice, and a heap at a click.

        Two at once: the second one is run again, and reads the day of the first.

        :param name: field of the day of the last sending
        :param records: what is sent about these holds; None: the holds themselves
        """
        records = self if records is None else records
        if len(records) > MOST_MAILS:
            raise UserError(
                self.env._("Choose at most %s to write about at a time.", MOST_MAILS)
            )
        for record in records:
            if record[name] == record.company_id._dunning_today():
                raise UserError(
                    self.env._("%s left by e-mail today already.", record.display_name)
                )

    def _check_mail(self):
        for hold in self:
            if not hold.recipient_email:
                raise UserError(
                    self.env._(
                        "%s: the debtor has no e-mail address that works.",
                        hold.display_name,
                    )
                )

    def _check_collector(self):
        if not (
            self.env.su or self.env.user.has_group("dunning_fr.group_dunning_user")
        ):
            raise AccessError(
                self.env._("Only collectors write to debtors about their holds.")
            )
        self.check_access("write")
