from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.claim import LEGAL_RATE_KINDS, Claim, Claims, Debt, Options
from ..tools.collector import collector_off
from ..tools.facts import ZERO, Partner
from ..tools.interest import from_minor

NOBODY = Partner()
STOPPING_KINDS = ("insolvency", "overindebtedness")  # of holds (R6.41, R2.15)
# Holds that suspend interest only where the company chooses so; no text does (R1.33)
TALKS = ("mediation", "document")
BATCH = 20000  # lines claimed at once: some 60 MB
FEES = {"professional": "fr.flat_fee", "public": "fr.public_flat_fee"}


class Known(NamedTuple):
    """What was read of the customers of some debts."""

    partners: dict  # {customer id: ``Partner``}
    open_items: list  # of those with money not matched: all open items, credits too
    in_process: dict  # {move id: [(day, amount)]} of payments without entry


class LineClaim(NamedTuple):
    """A claim in the currency's own unit: amounts are Decimal."""

    claim: Claim  # in the minor unit
    currency: object  # res.currency
    places: int
    indemnity: Decimal

    @property
    def principal(self):
        """Still owed."""
        return from_minor(self.claim.principal, self.places)

    @property
    def interest(self):
        """Rounded once a document; None when ``claim.missing`` names a semester."""
        interest = self.claim.interest
        return None if interest is None else from_minor(interest, self.places)


class DunningClaim(models.AbstractModel):
    """Late-payment claims of receivable lines, many at a time.

    The ledger is read in a constant number of queries and nothing is stored: the
    arithmetic is in ``tools/claim.py`` and ``tools/interest.py``.
    """

    _name = "dunning.claim"
    _description = "Late-payment claims"

    @api.model
    def _for_lines(self, line_ids, as_of):
        """Return {line id: ``LineClaim``} of the debts among ``line_ids``.

        Lines that are no trade receivable, or credits, are left out, and those that a
        debt was moved to: it is claimed where it began. Access is the caller's
        business.

        :param as_of: last day counted
        """
        if not line_ids:
            return {}
        with collector_off():  # thousands of plain rows without cycles
            return self._of_debts(line_ids, as_of)

    @api.model
    def _of_debts(self, line_ids, as_of):
        """Return {line id: ``LineClaim``} of debts of any company and customer.

        What is read of them is gone on return: the collector need not walk it.
        """
        lines, claims = self.env["account.move.line"], {}
        items = lines._dunning_debts(line_ids)
        items = self.env["dunning.transfer"]._without_arrived(items)
        for company_id, own_items in _by_company(items).items():
            company = self.env["res.company"].sudo().browse(company_id)
            customers = {item.partner_id for item in own_items if item.partner_id}
            paying = lines._dunning_customers_with_receipts(company, customers)
            open_items = []
            if paying:
                open_items = lines._dunning_items(company, partner_ids=paying)
            moves = {item.move_id for item in open_items}
            known = Known(
                self.env["res.partner"].browse(customers)._dunning_facts(company),
                open_items,
                lines._dunning_payments_in_process(moves) if moves else {},
            )
            claims.update(self._of_items(company, own_items, known, as_of))
        return claims

    @api.model
    def _by_batch(self, line_ids, as_of, size=BATCH):
        """Yield ``_for_lines`` of so many lines at a time: memory stays bounded.

        A constant number of queries per batch, two more for each company in it.
        """
        for start in range(0, len(line_ids), size):
            yield self._for_lines(line_ids[start : start + size], as_of)

    @api.model
    def _of_items(self, company, items, known, as_of):
        """Return {item id: ``LineClaim``} of ``DunningItem``s of one company.

        :param items: debts, open or paid
        :param known: ``Known`` of their customers
        """
        others = self.env["account.move.line"]._dunning_other_instalments(items)
        debts = self._debts(company, items + others, known)
        debts = self._without_barred(company, items + others, debts, as_of)
        claims = self._engine(company, as_of).of(debts)
        return self._in_units(company, items, claims, as_of)

    @api.model
    def _engine(self, company, as_of):
        return Claims(
            self.env["dunning.rate"]._rate_table(),
            self.env["dunning.parameter"]._get,
            Options(
                company.dunning_day_basis,
                company.dunning_rate_mode,
                company.dunning_imputation,
                company.dunning_rate_below_floor,
                company.dunning_default_respects_floor,
                company.dunning_fee_per,
            ),
            as_of,
        )

    # -- reading the ledger ---------------------------------------------------------
    @api.model
    def _currencies(self, items):
        """Return {currency id: (currency, decimal places)}."""
        currencies = self.env["res.currency"].browse(
            {item.currency_id for item in items}
        )
        return {
            currency.id: (currency, currency.decimal_places) for currency in currencies
        }

    @api.model
    def _presentations(self, company, keys):
        """Return {document key: day its first formal notice was presented} (R2.6)."""
        if not keys:
            return {}
        for model in ("dunning.notice", "dunning.notice.line"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT line.document_key, min(notice.presented_date)
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                 WHERE line.document_key = ANY(%s::text[]) AND line.claimed
                   AND notice.company_id = %s AND notice.is_formal_notice
                   AND notice.state = 'sent' AND notice.presented_date IS NOT NULL
              GROUP BY line.document_key
                """,
                array_literal(keys),
                company.id,
            )
        )
        return dict(self.env.cr.fetchall())

    # -- from items to debts ----------------------------------------------------------
    @api.model
    def _debts(self, company, items, known):
        """Return what ``tools.claim`` reads of the items and their customers."""
        partners = known.partners
        reductions = self.env["dunning.reduction"]._of_lines(item.id for item in items)
        presented = self._presented(company, items, partners)
        stops, pauses = self._stops_and_pauses(company)
        currencies = self._currencies([*items, *known.open_items]).items()
        factors = {id_: 10**places for id_, (_, places) in currencies}
        unallocated = self.env["dunning.unallocated"]._of_open_items(
            known.open_items, known.in_process, factors
        )
        stated = self._stated_rates(items)
        debts = []
        for item in items:
            partner = partners.get(item.partner_id, NOBODY)
            debts.append(
                Debt(
                    item.id,
                    item.id if item.move_type == "entry" else (item.move_id,),
                    item.debtor_kind or partner.kind,
                    round(item.original * factors[item.currency_id]),
                    item.date_maturity,
                    reductions.get(item.id, ()),
                    presented.get(item.id),
                    _contract(item, stated.get(item.id), partner),
                    partner.public_type,
                    item.term_start,
                    _suspension(item) if item.suspension_from else None,
                    _stop(stops[item.partner_id], item)
                    if item.partner_id in stops
                    else None,
                    item.judgment_served,
                    partner.foreign,
                    unallocated.get(item.id, ()),
                    item.no_claim,
                    _pauses(pauses[item.partner_id], item)
                    if item.partner_id in pauses
                    else (),
                    stated=stated.get(item.id),
                )
            )
        return debts

    @api.model
    def _stated_rates(self, items):
        """Return {item id: ``Stated``} of invoices without a rate typed or agreed.

        No query where no add-on keeps such rates, else one.
        """
        asked = {
            item.id: item.move_id
            for item in items
            if item.move_type == "out_invoice" and not item.rate_type
        }
        found = self.env["account.move"]._dunning_stated_rates(set(asked.values()))
        return {id_: found[move] for id_, move in asked.items() if move in found}

    @api.model
    def _without_barred(self, company, items, debts, as_of):
        """Return the debts, those that consumers owe no more marked as barred (R7.3).

        Claiming them all the same would mislead a consumer. Two more queries, only
        where a consumer's debt is more than a year old.
        """
        old, year_ago = [], as_of - timedelta(days=365)
        for debt, item in zip(debts, items, strict=True):
            known = [item.completion or item.invoice_date, item.date_maturity]
            starts = [day for day in known if day]
            is_young = not starts or min(starts) >= year_ago
            # a judgment is enforced for ten years, whatever the claim's own two
            if debt.kind != "consumer" or is_young or debt.served:
                continue
            paid = sum(event[1] for event in debt.reductions if event[0] <= as_of)
            if paid < debt.amount:
                old.append(item)
        if not old:
            return debts
        passed = self.env["dunning.limitation"]._passed(company, old, as_of)
        return [debt._replace(barred=debt.id in passed) for debt in debts]

    @api.model
    def _stops_and_pauses(self, company):
        """Return ({customer id: [(day, moves)]}, {customer id: [((from, to), moves)]}).

        First the judgments that stop interest: the opening of insolvency proceedings
        (R6.41), the admission of an individual's over-indebtedness (R2.15). Then the
        days on which it is suspended (R1.32). ``moves`` is empty for the whole debtor.
        """
        # sudo: every hold of the company acts, whoever asks
        holds = self.env["dunning.hold"].sudo()
        judged = Domain("state", "=", "active") & Domain("judgment_date", "!=", False)
        judged &= Domain("kind", "in", STOPPING_KINDS)
        paused = Domain("suspends_interest", "=", True)
        talks = company.sudo().dunning_talks_pause_interest  # a setting, not a secret
        if talks:
            paused |= Domain("kind", "in", TALKS)
        holds = holds.search(Domain("company_id", "=", company.id) & (judged | paused))
        today, stops, pauses = company._dunning_today(), {}, {}
        for hold in holds:
            partner_id, moves = hold.partner_id.id, frozenset(hold.move_ids.ids)
            if hold.suspends_interest:
                span = hold.date_from, hold.date_to
                pauses.setdefault(partner_id, []).append((span, moves))
            elif talks and hold.kind in TALKS:
                last = hold.ended_on or hold.date_to or today
                if last >= hold.date_from:
                    span = hold.date_from, last
                    pauses.setdefault(partner_id, []).append((span, moves))
            is_judged = hold.state == "active" and hold.kind in STOPPING_KINDS
            if is_judged and hold.judgment_date:
                day = hold.judgment_date
                stops.setdefault(partner_id, []).append((day, moves))
        return stops, pauses

    @api.model
    def _presented(self, company, items, partners):
        """Return {item id: day its first formal notice was presented} (R2.6)."""
        key_of = self.env["account.move.line"]._dunning_document_key
        keys = {}
        for item in items:
            partner = partners.get(item.partner_id, NOBODY)
            if (item.debtor_kind or partner.kind) in LEGAL_RATE_KINDS:
                keys[item.id] = key_of(item)
        found = self._presentations(company, set(keys.values()))
        return {id_: found[key] for id_, key in keys.items() if key in found}

    # -- from claims to money -------------------------------------------------------
    @api.model
    def _in_units(self, company, items, claims, as_of):
        """Return {item id: ``LineClaim``} of {item id: ``Claim``}."""
        currencies, fees, found = self._currencies(items), {}, {}
        for item in items:
            claim, indemnity = claims[item.id], ZERO
            if claim.bears_indemnity:
                key = claim.debt.kind, claim.term_end, item.currency_id
                indemnity = fees.get(key)
                if indemnity is None:
                    indemnity = fees[key] = self._fee(*key, company, as_of)
            currency, places = currencies[item.currency_id]
            found[item.id] = LineClaim(claim, currency, places, indemnity)
        return found

    @api.model
    def _fee(self, kind, term_end, currency_id, company, as_of):
        """Return the indemnity, set by law in euros (R1.20, R3.10).

        In another currency it is converted at the day of the claim.
        """
        late_from = term_end + timedelta(days=1)
        fee = self.env["dunning.parameter"]._get(FEES[kind], late_from)
        if currency_id == self.env["ir.model.data"]._xmlid_to_res_id("base.EUR"):
            return Decimal(str(fee))
        currency = self.env["res.currency"].browse(currency_id)
        converted = self.env.ref("base.EUR")._convert(fee, currency, company, as_of)
        return Decimal(str(converted))


def _by_company(items):
    groups = {}
    for item in items:
        groups.setdefault(item.company_id, []).append(item)
    return groups


def _contract(item, stated, partner):
    """Return (rate type, value) agreed, None for the law's own rate.

    First what the invoice carries: typed by a person, or agreed with the customer when
    it was posted; particular terms prevail over general ones (C. civ. 1119). Then the
    rate that it bore, general terms. What the customer agreed later comes last.
    """
    if item.rate_type == "statutory":
        return None
    if item.rate_type:
        return item.rate_type, round(item.rate or 0.0, 3)
    return ("fixed", stated.rate) if stated else partner.contract


def _pauses(pauses, item):
    spans = [span for span, moves in pauses if not moves or item.move_id in moves]
    return tuple(sorted(spans))


def _stop(stops, item):
    days = [day for day, moves in stops if not moves or item.move_id in moves]
    return min(days, default=None)


def _suspension(item):
    return item.suspension_from, item.suspension_to
