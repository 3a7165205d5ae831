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
    _inherit = ["dunning.calculation.words"]

    @api.model
    def _sheet(self, moves, as_of, lang=None):
        """Return the sections of the sheet of ``moves``, one a debtor and company.

        A constant number of queries for each company. Access is the caller's business.

        :param as_of: last day counted
        :param lang: language of all sections; by default each debtor's own
        :raise UserError: a semester has no rates (R9.2)
        """
        lines = self._receivable_lines(moves)
        claims = self.env["dunning.claim"]._for_lines(lines.ids, as_of)
        self.env["dunning.claim"]._check_rates(claims.values())
        events = self.env["dunning.calculation.event"]._of_claims(claims, as_of)
        references = self.env["dunning.calculation.rate"]._references()
        debtors = moves.sorted(lambda move: (move.invoice_date_due, move.name)).grouped(
            lambda move: (move.company_id, move.commercial_partner_id)
        )
        sections = []
        for (company, partner), own in sorted(
            debtors.items(), key=lambda pair: (pair[0][0].id, pair[0][1].name or "")
        ):
            words = self.with_context(lang=lang or self._lang(partner, company))
            by_move = {move: [] for move in own}
            for line in lines:
                if line.id in claims and line.move_id in by_move:
                    by_move[line.move_id].append(
                        (line, claims[line.id], events[line.id])
                    )
            sections.append(
                words._section(company, partner, by_move, as_of, references)
            )
        return sections

    @api.model
    def _receivable_lines(self, moves):
        """Return the posted receivable items of customer invoices among ``moves``."""
        # sudo: whoever reads an invoice may know what its lateness costs
        lines = self.env["account.move.line"].sudo()
        return lines.search(
            [
                ("move_id", "in", moves.ids),
                ("move_id.move_type", "in", CLAIMED_TYPES),
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
    def _section(self, company, partner, by_move, as_of, references):
        """Return what is claimed of one debtor by one company."""
        invoices = [
            self._invoice(move, company, found, as_of, references)
            for move, found in by_move.items()
        ]
        rows = [
            row
            for invoice in invoices
            for item in invoice["items"]
            for row in item["rows"]
            if row["type"] == "segment"
        ]
        kinds = dict(self._kinds())
        own = {found[0][1].claim.debt.kind for found in by_move.values() if found}
        return {
            "as_of": as_of,
            "until": self.env._("At %s, this day included", self._letter_date(as_of)),
            "vat_note": self.env._("VAT included"),
            "lang": self.env.lang,
            "company": company,
            "partner": partner,
            "kind": ", ".join(name for kind, name in kinds.items() if kind in own),
            "invoices": invoices,
            "totals": self._totals(invoices),
            "references": list(
                dict.fromkeys(text for row in rows for text in row["references"])
            ),
            "rules": self._rules(
                [line for found in by_move.values() for _item, line, _events in found],
                company,
            ),
        }

    @api.model
    def _kinds(self):
        field = self.env["res.partner"]._fields["debtor_kind"]
        return field._description_selection(self.env) or DEBTOR_KINDS

    @api.model
    def _invoice(self, move, company, found, as_of, references):
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
            "reference": move.ref or "",
            "date": move.invoice_date,
            "note": self._invoice_note(move),
            "currency": move.currency_id,
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
        return self._indemnity_rule(bearers[0], as_of, references) if lines else ""

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
            "source": source.full_text,
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


def _last_day(stop, as_of):
    """Return the last day that may bear interest."""
    return min(as_of, stop - timedelta(days=1)) if stop else as_of
