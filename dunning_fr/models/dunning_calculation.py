from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from odoo import api, models

from ..tools.calculation import Step, timeline, unrounded
from ..tools.facts import ZERO
from ..tools.interest import from_minor
from .account_move import CLAIMED_TYPES
from .dunning_policy import DEBTOR_KINDS


class DunningCalculation(models.AbstractModel):
    """The calculation sheet: claims of invoices written out, for a debtor or a judge.

    Plain dictionaries for print, screen and spreadsheet alike: amounts are Decimal in
    the currency's own unit, dates are dates, texts are in the debtor's language.
    """

    _name = "dunning.calculation"
    _description = "Calculation sheet"
    _inherit = ["dunning.calculation.words", "dunning.calculation.rule"]

    @api.model
    def _sheet(self, moves, as_of, lang=None, partner=None):
        """Return the sections of the sheet of ``moves``, one a debtor and company.

        A constant number of queries for each company. Access is the caller's business.

        :param as_of: last day counted
        :param lang: language of all sections; by default each debtor's own
        :param partner: the only debtor to show; then entries of the general journal
            are shown too, which hold documents of many debtors
        :raise UserError: a semester has no rates (R9.2)
        """
        lines = self._receivable_lines(moves, partner)
        claims = self.env["dunning.claim"]._for_lines(lines.ids, as_of)
        self.env["dunning.claim"]._check_rates(claims.values())
        events = self.env["dunning.calculation.event"]._of_claims(claims, as_of)
        references = self.env["dunning.calculation.rate"]._references()
        debtors = {}
        for line in lines.filtered(lambda line: line.id in claims):
            is_entry = line.move_id.move_type == "entry"
            documents = debtors.setdefault((line.company_id, line.partner_id), {})
            documents.setdefault(line if is_entry else line.move_id, []).append(
                (line, claims[line.id], events[line.id])
            )
        return [
            self.with_context(lang=lang or self._lang(debtor, company))._section(
                company, debtor, documents, as_of, references
            )
            for (company, debtor), documents in sorted(debtors.items(), key=_rank)
        ]

    @api.model
    def _receivable_lines(self, moves, partner=None):
        """Return the posted receivable items of ``moves``, oldest first.

        :param partner: those of one customer alone, of other entries too
        """
        types, domain = CLAIMED_TYPES, []
        if partner:
            types, domain = (*types, "entry"), [("partner_id", "=", partner.id)]
        # sudo: whoever reads an invoice may know what its lateness costs
        lines = self.env["account.move.line"].sudo()
        return lines.search(
            [
                *domain,
                ("move_id", "in", moves.ids),
                ("move_id.move_type", "in", types),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
            ],
            order="date_maturity, id",
        )

    @api.model
    def _lang(self, partner, company):
        """Return the debtor's language if it is installed, else the company's."""
        installed = dict(self.env["res.lang"].get_installed())
        langs = (partner.lang, company.partner_id.lang, "en_US")
        return next(lang for lang in langs if lang in installed or lang == "en_US")

    # -- from claims to dictionaries ---------------------------------------------
    @api.model
    def _section(self, company, partner, documents, as_of, references):
        """Return what is claimed of one debtor by one company."""
        invoices = [
            self._invoice(found, company, as_of, references)
            for found in documents.values()
        ]
        rows = [
            row
            for invoice in invoices
            for item in invoice["items"]
            for row in item["rows"]
            if row["type"] == "segment"
        ]
        kinds = dict(self._kinds())
        lines = [line for found in documents.values() for _item, line, _ev in found]
        own = {line.claim.debt.kind for line in lines}
        return {
            "as_of": as_of,
            "until": self.env._("At %s, this day included", self._letter_date(as_of)),
            "vat_note": self.env._("VAT included"),
            "lang": self.env.lang,
            "company": company,
            "registration": self._registration(company),
            "partner": partner,
            "address": [
                row
                for row in partner._display_address(without_company=True).split("\n")
                if row.strip()
            ],
            "kind": ", ".join(name for kind, name in kinds.items() if kind in own),
            "invoices": invoices,
            "totals": self._totals(invoices),
            "references": list(
                dict.fromkeys(text for row in rows for text in row["references"])
            ),
            "rules": self._rules(lines, company, as_of, references),
        }

    @api.model
    def _registration(self, company):
        """Return the creditor's SIREN, or what registers it elsewhere."""
        letters = self.env["dunning.letter.company.mixin"]
        siren = letters._letter_siren(company.partner_id)
        return f"SIREN {siren}" if siren else company.company_registry or ""

    @api.model
    def _kinds(self):
        field = self.env["res.partner"]._fields["debtor_kind"]
        return field._description_selection(self.env) or DEBTOR_KINDS

    @api.model
    def _invoice(self, found, company, as_of, references):
        """Return one document: an invoice, or one line of an entry."""
        first, line, _events = found[0]
        move = first.move_id
        is_entry = move.move_type == "entry"
        day = first.invoice_date or first.date
        reference = (first.name if is_entry else move.ref) or ""
        items = [
            self._item(item, line, events, company, as_of, references)
            for item, line, events in found
        ]
        claimed = {
            name: sum((item[name] for item in items), ZERO)
            for name in ("principal", "interest", "indemnity", "unrounded")
        }
        return {
            "move": move,
            "name": move.name,
            "reference": reference,
            "date": day,
            "note": self._invoice_note(day, reference),
            "currency": line.currency,
            "amount": sum((item["amount"] for item in items), ZERO),
            "items": items,
            **claimed,
            "interest_rule": self._interest_words(claimed["unrounded"]),
            "total": claimed["interest"] + claimed["indemnity"],
            "indemnity_rule": self._indemnity_words(found, as_of, references),
        }

    @api.model
    def _indemnity_words(self, found, as_of, references):
        """Say the rule of an invoice's indemnity, that of the item that bears it."""
        lines = [line for _item, line, _events in found]
        bearers = [line for line in lines if line.indemnity] or lines
        per = found[0][0].company_id.dunning_fee_per
        return self._indemnity_rule(bearers[0], as_of, references, per)

    @api.model
    def _item(self, item, line, events, company, as_of, references):
        """Return one receivable line: its rows in order of date, and its claim."""
        claim, places = line.claim, line.places
        sources = iter(
            self.env["dunning.calculation.rate"]
            .with_context(lang=self.env.lang)
            ._of_claim(claim, company, references)
        )
        rows = timeline(
            claim.debt.amount,
            events,
            claim.segments,
            company.dunning_imputation == "interest_first",
            _last_day(claim.debt.stop, as_of),
        )
        total = sum((segment.amount for segment in claim.segments), Fraction(0))
        return {
            "line_id": item.id,
            "due": claim.term_end or item.date_maturity,
            "amount": from_minor(claim.debt.amount, places),
            "rows": [
                self._step(row, places, line.currency)
                if isinstance(row, Step)
                else self._segment(row, places, next(sources))
                for row in rows
            ],
            "reasons": self._reasons(line, as_of),
            "principal": line.principal,
            "interest": line.interest,
            "indemnity": Decimal(str(line.indemnity)),
            "unrounded": unrounded(total, places),
        }

    @api.model
    def _segment(self, segment, places, source):
        return {
            "type": "segment",
            "date_from": segment.date_from,
            "date_to": segment.date_to,
            "days": segment.days,
            "base": from_minor(segment.base, places),
            "rate": segment.rate,
            "source": source.full_text(self.env),
            "source_text": source.text,
            "references": [text for text in source.references if text],
            "amount": unrounded(segment.amount, places),
        }

    @api.model
    def _step(self, step, places, currency):
        event = step.event
        to_interest = from_minor(step.to_interest, places)
        return {
            "type": "event",
            # a correction has no day of its own: it counts from the first one
            "date": event.day if event.day.year > 1 else False,
            "text": self._event_text(event, to_interest, currency),
            "amount": from_minor(event.amount, places),
            "to_interest": to_interest,
            "base": from_minor(step.base, places),
        }

    @api.model
    def _totals(self, invoices):
        """Return the sums of each currency."""
        totals = {}
        for invoice in invoices:
            names = ("principal", "interest", "indemnity", "total")
            own = totals.setdefault(
                invoice["currency"],
                {"currency": invoice["currency"], **dict.fromkeys(names, ZERO)},
            )
            for name in names:
                own[name] += invoice[name]
        return list(totals.values())


def _rank(debtor):
    (company, partner), _documents = debtor
    return company.id, partner.name or "", partner.id


def _last_day(stop, as_of):
    """Return the last day that may bear interest."""
    return min(as_of, stop - timedelta(days=1)) if stop else as_of
