from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.claim import LEGAL_RATE_KINDS


class DunningCharge(models.Model):
    """From charges to notes de débit: ordinary customer invoices of their own kind."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.charge"

    @api.model
    def _check_biller(self):
        """Only a dunning manager who may also invoice bills charges."""
        if self.env.su:
            return
        for group in ("dunning_fr.group_dunning_manager",
                      "account.group_account_invoice"):  # fmt: skip
            if not self.env.user.has_group(group):
                raise AccessError(
                    self.env._(
                        "Only a dunning manager with invoicing rights may bill charges."
                    )
                )

    # ------------------------------------------------------------- what is to be billed

    @api.model
    def _billable(self, company, lines, day, strict=True):
        """Return the rows of what may still be billed of late receivable ``lines``.

        :param day: interest is billed up to it
        :param strict: fail where a half-year has no rates (R9.2); else such an item
            is a row of 0, for lists that say which half-years are missing
        :return: list of values of charges, ``amount`` above zero, with ``segments``
        """
        found = self.env["dunning.claim"]._for_lines(lines.ids, day)
        items = lines._dunning_debts(found)
        if strict:
            self.env["dunning.claim"]._check_rates(found.values())
        key_of = lines._dunning_document_key
        keys = {item.id: key_of(item) for item in items}
        claims = self._net(
            company,
            items,
            keys,
            {id_: (line.interest or 0, line.indemnity) for id_, line in found.items()},
        )
        rows = []
        for item in items:
            if found[item.id].claim.missing:
                rows.append({"move_id": item.move_id, "amount": 0})
                continue
            values = self._item_values(item, found[item.id].claim, day)
            amounts = zip(("interest", "indemnity"), claims[item.id], strict=True)
            rows += [
                self._prepare_claim_values(company, keys[item.id], kind, amount, values)
                for kind, amount in amounts
                if amount > 0
            ]
        return rows

    @api.model
    def _item_values(self, item, claim, day):
        segments = claim.segments
        return {
            "move_id": item.move_id,
            "move_line_id": item.id,
            "move_name": item.move_name or "/",
            "partner_id": item.partner_id,
            "debtor_kind": claim.debt.kind,
            "currency_id": item.currency_id,
            "date_maturity": claim.term_end,
            "amount_original": float(item.original),
            "date_from": segments[0].date_from if segments else False,
            "date_to": min(segments[-1].date_to, day) if segments else day,
        }

    @api.model
    def _claim_lines(self, company, lines, day):
        """Claim what ``lines`` owe up to ``day``, by a manager's decision."""
        self._check_biller()
        self._lock(company, lines.partner_id)
        return self._claim(company, self._billable(company, lines, day))

    @api.model
    def _lock(self, company, partners):
        """Take the debtors: two people who bill at once must not both do it.

        Whoever comes second is told so; if the first is done meanwhile, the charges
        themselves have changed, or the unique periods refuse.
        """
        debtors = self.env["dunning.debtor"].sudo()
        ids = debtors._ensure(company, partners.ids).values()
        debtors.browse(ids).lock_for_update(allow_referencing=True)

    # ------------------------------------------------------------------------- billing

    def _bill(self, date=None, post=True):
        """Make one note de débit per debtor and currency; return them.

        :param date: date of the notes, by default today
        :param post: post them, else leave them as drafts
        """
        self._check_biller()
        self.check_access("read")
        charges = self.sudo().filtered(lambda charge: charge._is_free())
        if not charges:
            raise UserError(self.env._("There is nothing to bill here any more."))
        notes = self.env["account.move"]  # with the rights of whoever bills
        for company, own in charges.grouped("company_id").items():
            own._lock(company, own.partner_id)
            day = fields.Date.to_date(date) or company._dunning_today()
            notes += own._bill_company(notes.browse(), company, day)
        if post:
            notes.action_post()
        notes._dunning_attach_sheets()
        return notes

    def _bill_company(self, moves, company, date):
        """Make the notes of one company, with the rights of ``moves``."""
        settings = company._dunning_charge_settings()
        texts = self._line_texts(company)
        groups = self.grouped(lambda charge: (charge.partner_id, charge.currency_id))
        notes = (
            moves.with_company(company)
            ._dunning_trusted()
            .create(
                [
                    own._prepare_note_values(company, date, settings, texts)
                    for own in groups.values()
                ]
            )
        )
        for note, own in zip(notes, groups.values(), strict=True):
            own.write({"charge_move_id": note.id})
            own._log_on_invoices(note)
        return notes.with_env(moves.env)

    def _prepare_note_values(self, company, date, settings, texts):
        """Return the values of the note of one debtor in one currency (hook)."""
        partner = self.partner_id
        contact = partner.browse(partner.address_get(["invoice"])["invoice"])
        return {
            "move_type": "out_invoice",
            "dunning_is_debit_note": True,
            "company_id": company.id,
            "journal_id": settings["dunning_charge_journal_id"].id,
            "partner_id": (contact or partner).id,
            "currency_id": self.currency_id.id,
            "invoice_date": date,
            "invoice_date_due": self._note_due(date),
            "invoice_payment_term_id": False,
            "fiscal_position_id": False,
            "partner_bank_id": company._dunning_bank_account().id,
            "invoice_line_ids": [
                Command.create(charge._prepare_note_line_values(settings, texts))
                for charge in self.sorted(_line_order)
            ],
        }

    def _note_due(self, date):
        """Return the last day to pay a note in time: at once, or as R3.11 says.

        A public buyer has 45 days after the principal was paid; where it still owes
        some, after the date of the note at the earliest.
        """
        if "public" not in self.mapped("debtor_kind"):
            return date
        days = int(self.env["dunning.parameter"]._get("fr.public_charge_days", date))
        lines, paid = self.move_line_id, date
        if lines and all(lines.mapped("reconciled")):
            found = self.env["dunning.reduction"]._of_lines(lines.ids).values()
            paid = max((day for rows in found for day, *_ in rows), default=date)
        return max(date, paid + timedelta(days=days))

    def _prepare_note_line_values(self, settings, texts):
        """Return the values of the line of one charge (hook)."""
        account = settings[f"dunning_{self.kind}_account_id"]
        return {
            "name": texts[self.id],
            "quantity": 1,
            "price_unit": self.amount,
            "account_id": account.id,
            "tax_ids": [Command.set(settings["dunning_charge_tax_id"].ids)],
        }

    def _log_on_invoices(self, note):
        """Say on each late invoice which note bills its charges."""
        body = self.env._("Late-payment charges billed: %s", note._get_html_link())
        moves = self.move_id
        moves._message_log_batch(dict.fromkeys(moves.ids, body))

    # --------------------------------------------------------------------------- words

    def _line_texts(self, company):
        """Return {charge id: text of its line}, in the debtor's language."""
        segments = self._segments(company)
        return {
            charge.id: charge.with_context(
                lang=charge.partner_id.lang or self.env.lang
            )._line_text(segments.get(charge.id, []))
            for charge in self
        }

    def _segments(self, company):
        """Return {charge id: segments of its own period}; the claims are read again.

        Once for all of them: what comes later changes no segment before it.
        """
        interest = self.filtered(lambda charge: charge.kind == "interest")
        if not interest:
            return {}
        claims = self.env["dunning.claim"]._for_lines(
            interest.move_line_id.ids, max(interest.mapped("date_to"))
        )
        found = {}
        for charge in interest:
            line = claims.get(charge.move_line_id.id)
            found[charge.id] = [
                segment
                for segment in (line.claim.segments if line else ())
                if segment.date_from <= charge.date_to
                and segment.date_to >= charge.date_from
            ]
        return found

    def _line_text(self, segments):
        if self.kind == "indemnity":
            return self.env._(
                "Fixed recovery indemnity, invoice %(invoice)s due on %(due)s",
                invoice=self.move_name,
                due=format_date(self.env, self.date_maturity),
            )
        rates = []
        for segment in segments:
            rate = self._rate_text(segment.rate)
            if rate not in rates[-1:]:
                rates.append(rate)
        return self.env._(
            "%(interest)s, invoice %(invoice)s due on %(due)s: %(days)s days from "
            "%(date_from)s to %(date_to)s at %(rates)s",
            interest=self._interest_text(),
            invoice=self.move_name,
            due=format_date(self.env, self.date_maturity),
            date_from=format_date(self.env, self.date_from),
            date_to=format_date(self.env, self.date_to),
            days=max((self.date_to - self.date_from).days + 1, 0),
            rates=self.env._(" then ").join(rates) or "–",
        )

    def _interest_text(self):
        """Return what the law calls the interest of this kind of debtor."""
        if self.debtor_kind == "public":
            return self.env._("Default interest")
        if self.debtor_kind in LEGAL_RATE_KINDS:
            return self.env._("Interest at the legal rate")
        return self.env._("Late-payment interest")

    def _rate_text(self, rate):
        text = f"{float(rate):.2f}"
        mark = self.env["res.lang"]._lang_get(self.env.lang or "en_US").decimal_point
        return f"{text.replace('.', mark or '.')}\N{NO-BREAK SPACE}%"


def _line_order(charge):
    return charge.date_maturity, charge.document_key, charge.kind != "interest"
