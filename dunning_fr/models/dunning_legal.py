from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..tools.courts import Thresholds, competent
from ..tools.facts import ZERO
from ..tools.procedures import Matter, opinions
from .dunning_engine import _decimal, _round


class LegalItem(NamedTuple):
    """One late item of a debtor, as a court would look at it; company currency."""

    line_id: int
    move_id: int
    name: str
    due: date | None
    principal: Decimal
    interest: Decimal
    indemnity: Decimal
    missing: str | None  # semester without rates (R9.2): the interest is not known
    reason: str  # code of the verdict: what holds it back
    is_formal_sent: bool
    formal_expiry: date | None  # last day of the formal notice; None: not presented
    limitation: date | None
    is_part_disputed: bool = False

    @property
    def amount(self):
        return self.principal + self.interest + self.indemnity

    @property
    def is_held(self):
        """Whether a dispute, a promise, a plan or proceedings hold it."""
        return self.reason.startswith("hold_")

    def is_ripe(self, day):
        """Whether a procedure usually takes it: formal notice expired, nothing held.

        Insolvency holds everything, and everything is to be declared (R6.35).
        """
        if self.reason == "hold_insolvency":
            return True
        return self.has_expired(day) and not self.is_held

    def has_expired(self, day):
        """Whether its formal notice has run out before ``day``."""
        return self.formal_expiry is not None and self.formal_expiry < day


class DunningLegal(models.AbstractModel):
    """From a debtor's late items to the procedures and courts open to them.

    Reads what the run reads (``dunning.engine``), so that both cannot disagree; the
    rules are in ``tools/procedures.py`` and ``tools/courts.py``. It shows, a person
    decides (R10.5). Nothing is written.
    """

    _name = "dunning.legal"
    _description = "Procedures open to a debtor's late items"

    @api.model
    def _items(self, debtor, day):
        """Return [``LegalItem``] of what ``debtor`` owes late on ``day``, oldest first.

        A constant number of queries. Money registered and not matched is no item: see
        ``_unallocated``.
        """
        company = debtor.company_id
        assessed = self.env["dunning.engine"]._assess(
            company, day, debtor.partner_id.ids, by_person=True
        )
        assessment = assessed.assessment
        facts = assessment.facts
        late = [
            item
            for item in facts.items
            if item.residual > 0 and item.date_maturity and item.date_maturity < day
        ]
        claims = self.env["dunning.claim"]._for_lines([item.id for item in late], day)
        amounts = self.env["dunning.charge"]._net(
            company,
            late,
            facts.keys,
            {id_: (ln.interest or ZERO, ln.indemnity) for id_, ln in claims.items()},
        )
        unit = _decimal(company.currency_id.rounding)
        return [
            self._item(
                item, assessment, amounts.get(item.id, (ZERO, ZERO)), claims, unit
            )
            for item in late
        ]

    @api.model
    def _item(self, item, assessment, amounts, claims, unit):
        facts = assessment.facts
        past = facts.past.get(facts.keys[item.id])
        # At the rate the ledger gave the item itself: no day's rate is needed
        rate = item.company_residual / item.residual
        interest, indemnity = (_round(unit, amount * rate) for amount in amounts)
        return LegalItem(
            item.id,
            item.move_id,
            item.move_name,
            item.date_maturity,
            item.company_residual,
            interest,
            indemnity,
            claims[item.id].claim.missing if item.id in claims else None,
            assessment.verdicts[item.id].code,
            bool(past and past.formal_sent),
            past.formal_expiry if past else None,
            facts.limitation(item),
            item.id in assessment.undisputed,
        )

    @api.model
    def _matter(self, debtor, items, day, facts=None):
        """Return the ``Matter`` of these ``LegalItem``s of ``debtor``.

        :param facts: {fact: True or False} that a person stated
        """
        partner = debtor.partner_id.with_company(debtor.company_id)
        kinds = self._proceedings(debtor, day)
        return Matter(
            day,
            sum((item.amount for item in items), ZERO),
            sum((item.principal for item in items), ZERO),
            partner.debtor_kind or None,
            partner.dunning_trade or None,
            partner.public_buyer_type or None,
            debtor.company_id.partner_id.dunning_trade or None,
            partner._dunning_place(),
            "insolvency" in kinds,
            "overindebtedness" in kinds,
            any(item.reason == "hold_dispute" for item in items),
            any(item.limitation and item.limitation < day for item in items),
            bool(items) and all(item.has_expired(day) for item in items),
            sum((item.interest for item in items), ZERO),
            facts or {},
        )

    @api.model
    def _proceedings(self, debtor, day):
        """Return the kinds of proceedings that hold the debtor on a day."""
        # sudo: proceedings act whoever asks; only their kind is used
        holds = self.env["dunning.hold"].sudo()
        own = Domain("debtor_id", "=", debtor.id)
        own &= Domain("kind", "in", ("insolvency", "overindebtedness"))
        acting = holds.search(own & holds._acting_domain(day))
        return set(acting.mapped("kind"))

    @api.model
    def _opinions(self, matter):
        """Return [``Opinion``] on every procedure, those that are open first."""
        procedures = self.env["dunning.procedure"]._all()
        return opinions(matter, procedures._rule_procedures(matter.day))

    @api.model
    def _thresholds(self, day):
        """Return the ``Thresholds`` of courts on a day."""
        return Thresholds(**self.env["dunning.procedure"]._thresholds(day))

    @api.model
    def _forum(self, matter):
        """Return the ``Forum`` of a claim for money between these parties."""
        return competent(matter, self._thresholds(matter.day))

    @api.model
    def _courts(self, matter, partner):
        """Return (kind, court or none, courts of the department to look at).

        A court is named where it is sure: in its own town, or where one serves whole
        departments; elsewhere a person chooses.
        """
        forum = self._forum(matter)
        kind = forum.kinds[0] if forum.kinds else False
        near = self.env["dunning.court"]
        if not kind:
            return kind, near, near
        near = near._serving(kind, partner, matter.day)
        sure = near.filtered(lambda court: court._surely_serves(partner))[:1]
        return sure.kind or kind, sure, near

    @api.model
    def _unallocated(self, debtor):
        """Return the open credits of the debtor, company currency (a positive sum)."""
        return debtor.amount_credits
