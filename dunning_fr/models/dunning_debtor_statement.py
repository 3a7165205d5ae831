from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.postal import window_lines
from .dunning_letter_page_mixin import LONG_LINE


class DunningDebtor(models.Model):
    """The statement of account: what is open on a day, as a page of paper."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def action_statement(self):
        """Ask for the day and the contents of statements of account."""
        self._check_statement()
        companies = self.company_id
        if len(companies) > 1:
            raise UserError(
                self.env._("Choose debtors of one company: each states its own books.")
            )
        wizard = self.env["dunning.statement.wizard"].create(
            {
                "company_id": companies.id,
                "debtor_ids": [fields.Command.set(self.ids)],
            }
        )
        return wizard._open()

    def _check_statement(self):
        if not (
            self.env.su or self.env.user.has_group("dunning_fr.group_dunning_user")
        ):
            raise AccessError(self.env._("Only collectors make statements of account."))
        self.check_access("read")
        self.env["account.move.line"].check_access("read")
        if not self:
            raise UserError(self.env._("Choose the debtors to write to."))

    # ----------------------------------------------------------------- values

    def _statement_pages(self, day, with_interest=False, with_marks=True):
        """Return {debtor id: what its statement of ``day`` prints, in its language}.

        A constant number of queries for each company, whatever the number of debtors.

        :param day: date; later bookings and matchings do not count
        :param with_interest: interest and fee to date, for information
        :param with_marks: say which items are disputed, promised or in a plan
        """
        self._check_statement()
        statement, pages = self.env["dunning.statement"], {}
        recipients = self._recipient_values()
        for company, debtors in self.grouped("company_id").items():
            items = statement._open_items(company, debtors.partner_id.ids, day)
            marks = statement._marks(debtors, day) if with_marks else {}
            every = [item for own in items.values() for item in own]
            sold = self.env["dunning.hold"]._sold(debtors, company._dunning_today())
            claims, missing = None, {}
            if with_interest:
                claims, missing = statement._interest(every, day)
            for debtor, letter in debtors._statement_letters(day, recipients):
                speaker = debtor.with_context(lang=letter.lang)
                own = items[debtor.partner_id.id]
                page = speaker._statement_page(letter, recipients[debtor.id])
                page["sections"] = speaker._statement_sections(
                    own, day, marks.get(debtor.id, []), claims
                )
                unknown = {missing.get(item["line_id"]) for item in own} - {None}
                page["payment"] = speaker._statement_payment(letter, own, sold, every)
                page["missing"] = ", ".join(sorted(unknown))
                pages[debtor.id] = page
        return pages

    def _statement_letters(self, day, recipients):
        """Yield (debtor, the notice its statement would be), never stored.

        Letterhead, account and contact are said as in a letter; those of one language
        share their queries.
        """
        notices = self.env["dunning.notice"]
        for lang, debtors in self.grouped(lambda d: recipients[d.id]["lang"]).items():
            speaker = notices.with_context(letter_lang=lang, lang=lang)
            letters = speaker.concat(
                *(
                    speaker.new(
                        {
                            "name": debtor._statement_reference(day),
                            "debtor_id": debtor.id,
                            "partner_id": debtor.partner_id.id,
                            "company_id": debtor.company_id.id,
                            "currency_id": debtor.company_currency_id.id,
                            "date": day,
                            "lang": lang,
                        }
                    )
                    for debtor in debtors
                )
            )
            yield from zip(debtors, letters, strict=True)

    def _statement_page(self, letter, recipient):
        """Return the letterhead and the words around the tables."""
        self.ensure_one()
        company = self.company_id
        window = window_lines(recipient["name"], recipient["address"])
        return {
            "lang": letter.lang,
            "logo": letter._letter_image(
                not company.uses_default_logo and company.partner_id.image_512
            ),
            "company": company,
            "sender": [
                text
                for text in (*letter._letter_office(), company.phone, company.email)
                if text
            ],
            "legal": letter._letter_legal_parts(),
            "references": letter._letter_references(),
            "window": window,
            "is_long": max(map(len, window), default=0) > LONG_LINE,
            "place_and_date": letter._letter_place_and_date(),
            "day": letter._letter_date(letter.date),
            "contact": letter.contact_block,
        }

    def _statement_payment(self, letter, items, sold, every):
        """Return where the items are paid as of today: us, or who bought them.

        :param sold: holds of all debtors whose invoices were sold, whoever reminds
        :param every: items of all debtors, read together
        """
        holds = sold.filtered(lambda hold: hold.debtor_id == self)
        if not holds:
            return letter.payment_block
        # sudo: names of items that were read as the caller's
        moves = self.env["account.move"].sudo()
        moves = moves.browse(
            dict.fromkeys(i["move_id"] for i in items if i["residual"] > 0)
        ).with_prefetch({item["move_id"] for item in every})
        return holds.with_context(lang=letter.lang)._payee_blocks(
            moves, letter._letter_payment_block, self.company_id._dunning_bank_account()
        )

    def _statement_reference(self, day):
        return f"RC/{day:%Y%m%d}/{self.id:05d}"

    def _statement_sections(self, items, day, holds, claims):
        """Return one section for each currency: debts, credits and totals."""
        letter = self.env["dunning.letter.format.mixin"]
        sections, by_currency = [], {}
        for item in items:
            by_currency.setdefault(item["currency_id"], []).append(item)
        home = self.company_id.currency_id
        currencies = self.env["res.currency"].browse(by_currency)
        for currency in currencies.sorted(lambda c: (c != home, c.name)):
            own = by_currency[currency.id]
            amount = self._statement_amount(letter, currency)
            debts = [item for item in own if item["residual"] > 0]
            open_credits = [item for item in own if item["residual"] < 0]
            sections.append(
                {
                    "currency": currency.name,
                    "debts": [
                        self._statement_row(letter, item, day, holds, amount)
                        for item in debts
                    ],
                    "credits": [
                        self._statement_row(letter, item, day, [], amount)
                        for item in open_credits
                    ],
                    "has_marks": any(self._mark(item, holds) for item in debts),
                    **self._statement_totals(debts, open_credits, day, amount),
                    **self._statement_claims(debts, claims, amount),
                }
            )
        return sections

    @api.model
    def _statement_amount(self, letter, currency):
        return lambda value: letter._letter_amount(value, currency)

    def _statement_row(self, letter, item, day, holds, amount):
        late = (day - item["due"]).days
        settled = item["amount"] - item["residual"]
        return {
            "name": item["name"],
            "reference": " ".join((item["reference"] or "").split()),
            "kind": self._statement_kind(item),
            "date": letter._letter_short_date(item["date"]),
            "due": letter._letter_short_date(item["due"]),
            "late": str(late) if late > 0 else "",
            "amount": amount(item["amount"]),
            "settled": amount(settled) if settled else "",
            "residual": amount(item["residual"]),
            "mark": self._mark(item, holds, amount),
        }

    def _statement_kind(self, item):
        if item["move_type"] == "out_refund":
            return self.env._("Credit note")
        if item["residual"] < 0:
            return self.env._("Payment or credit not allocated")
        return self.env._("Invoice") if item["move_type"] == "out_invoice" else ""

    def _mark(self, item, holds, amount=None):
        """Return what a hold says of an item, in the debtor's language.

        :param amount: puts an amount into words, for the part that is disputed
        """
        for hold in holds:
            if hold.move_ids and item["move_id"] not in hold.move_ids.ids:
                continue
            if hold.kind == "dispute":
                return self._mark_dispute(item, hold, amount)
            if hold.kind == "plan":
                return self.env._("In a payment plan")
            if not hold.move_ids and hold.date_to and item["due"] > hold.date_to:
                continue  # not due by the promised day: nobody promised it
            if not hold.date_to:
                return self.env._("Promised")
            day = format_date(self.env, hold.date_to)
            return self.env._("Promised for %s", day)
        return ""

    @api.model
    def _mark_dispute(self, item, hold, amount):
        """Say how much is disputed where it is a part of one item alone."""
        part = hold.amount if len(hold.move_ids) == 1 else 0
        is_own = item["currency_id"] == hold.company_currency_id.id
        if amount and is_own and 0 < part < item["residual"]:
            return self.env._("Disputed: %s", amount(part))
        return self.env._("In dispute")

    @api.model
    def _statement_totals(self, debts, open_credits, day, amount):
        """Add up the section; amounts of two currencies are never added."""
        due = sum(item["residual"] for item in debts if item["due"] < day)
        later = sum(item["residual"] for item in debts if item["due"] >= day)
        received = sum(item["residual"] for item in open_credits)
        return {
            "total_due": amount(due),
            "total_later": amount(later),
            "total_credits": amount(received) if open_credits else "",
            "balance": amount(due + later + received),
            "owes": due + later + received > 0,
        }

    @api.model
    def _statement_claims(self, debts, claims, amount):
        """Add up interest and fee of the section, where they are asked for."""
        if claims is None:
            return {"interest": "", "indemnity": "", "has_claims": False}
        found = [claims.get(item["line_id"], (0, 0)) for item in debts]
        interest, indemnity = (sum(parts) for parts in zip((0, 0), *found, strict=True))
        return {
            "interest": amount(interest),
            "indemnity": amount(indemnity),
            "has_claims": bool(interest or indemnity),
        }
