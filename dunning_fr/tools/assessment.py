"""From the open items of a company to the notices they call for: plain rules.

Data flows one way: ``Facts`` (everything read from the ledger and the add-on's
own records) → a ``Verdict`` per item (``tools.verdicts``) → ``Proposal`` per debtor,
currency and policy. No Odoo here, no clock, no query: amounts are ``Decimal`` in the
item's currency unless a name says otherwise.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .escalation import NOTHING, Level, ripe_since
from .facts import ZERO
from .verdicts import Verdict, Verdicts


class ProposedLine(NamedTuple):
    """One line of a proposed notice."""

    item: object
    owed: Decimal  # negative for a credit
    due: date | None
    level: Level | None
    claimed: bool
    interest: Decimal = ZERO
    indemnity: Decimal = ZERO


class Proposal(NamedTuple):
    """One notice to one debtor, in one currency, under one policy."""

    partner_id: int
    currency_id: int
    policy_id: int
    kind: str | None
    level: Level | None  # None = reminder before the due date
    lines: list


class Assessment(Verdicts):
    """Verdicts and the proposals drawn from them."""

    def __init__(self, facts):
        super().__init__(facts)
        self._spent = set()  # ids of credits that a proposal already deducts
        self._addressed = set()  # partners who get a notice of this assessment

    def claimable(self):
        """Return the items that may stand on a notice, to ask for their claims."""
        codes = {"ready", "wait_delay", "wait_interval"}
        return [
            item
            for item in self.facts.items
            if item.id in self.owed and self.verdicts[item.id].code in codes
        ]

    def proposals(self, claims, missing, rounding):
        """Group the ready items into ``Proposal``s; the others get their verdict.

        :param claims: {item id: (interest, indemnity)} in the item's currency
        :param missing: {item id: name of the semester without rate}
        :param rounding: function ``(amount, currency id) → amount``
        """
        self._claims, self._round = claims, rounding
        groups = {}
        for item in self.claimable():
            if item.id in missing:
                self._set(item, Verdict("missing_rate", detail=missing[item.id]))
                continue
            key = (item.partner_id, item.currency_id, self.facts.policy_id(item))
            groups.setdefault(key, []).append(item)
        found = [self._propose(key, items) for key, items in self._in_turn(groups)]
        found = list(filter(None, found))
        taken = {(p.partner_id, p.currency_id, p.policy_id) for p in found}
        return found + self._pre_reminders(taken)

    def _in_turn(self, groups):
        """Yield (key, items); one message only to those who get no more (R2.12).

        Of several for one debtor (currencies, policies) the one leaves that has
        waited longest: since the oldest day on which what it would claim was ripe.
        The highest level first where that is the same day, so a formal notice comes
        before reminders as old as itself, and after older ones. By level alone a
        debt that climbs would keep another one waiting for weeks; in turn each
        leaves, whatever the others do, because what has left is ripe later than
        what waits. No law sets an order; a creditor may serve his debts in turn.
        """
        if not self.facts.contact_kinds:
            yield from groups.items()
            return
        spared = {}
        for key, items in groups.items():
            ready = [i for i in items if self.verdicts[i.id].code == "ready"]
            if ready and any(map(self.facts.is_spared, ready)):
                turn = (*self._turn(ready), key)
                spared.setdefault(key[0], []).append(turn)
            else:
                yield key, items
        for several in spared.values():
            for _since, _level, key in sorted(several):
                if key[0] in self._addressed:
                    self._leave_for_later(groups[key])
                else:
                    yield key, groups[key]

    def _turn(self, ready):
        """Return what orders notices: (ripe since, highest level first)."""
        top = self._top(ready)
        since = min(map(self._ripe_since, self._claimed_at(ready, top)))
        return since, -top.sequence

    def _ripe_since(self, item):
        past = self.facts.past.get(self.facts.keys[item.id], NOTHING)
        return ripe_since(self.verdicts[item.id].level, past, self.dues[item.id])

    def _leave_for_later(self, items):
        day = self.facts.day + timedelta(days=self.facts.contact_days)
        for item in items:
            verdict = self.verdicts[item.id]
            if verdict.code == "ready":
                self._set(item, Verdict("one_message", verdict.level, day))

    def _set(self, item, verdict):
        self.verdicts[item.id] = verdict

    def _propose(self, key, items):
        partner_id, currency_id, policy_id = key
        ready = [i for i in items if self.verdicts[i.id].code == "ready"]
        while ready:
            top = self._top(ready)
            claimed = self._claimed_at(ready, top)
            refusal = self._refusal(claimed, key, top)
            if refusal is None:
                others = items if _alone(top) else ready
                return self._proposal(key, others, claimed, top)
            for item in [i for i in claimed if self.verdicts[i.id].level == top]:
                detail = self._branches(partner_id) if top.is_formal else ""
                self._set(item, Verdict(refusal, top, detail=detail))
                ready.remove(item)
        return None

    def _top(self, ready):
        return max((self.verdicts[i.id].level for i in ready), key=_sequence)

    def _claimed_at(self, ready, top):
        """Return the items that a notice at level ``top`` claims."""
        return [
            item
            for item in ready
            if self.verdicts[item.id].level == top
            or not (_alone(top) or _alone(self.verdicts[item.id].level))
        ]

    def _refusal(self, claimed, key, top):
        """Return why these items make no notice at level ``top``, or None."""
        partner_id, _currency_id, policy_id = key
        received = self._received.get(partner_id, ZERO)  # any currency
        if top.is_formal and received > self.facts.tolerance:
            return "credit_unallocated"
        elsewhere, _branches = self.facts.elsewhere.get(partner_id, (ZERO, ""))
        if top.is_formal and received + elsewhere > self.facts.tolerance:
            return "credit_elsewhere"
        credit = self._worth(self._own_credits(key))
        total = sum(self._company_amount(i, self.owed[i.id]) for i in claimed) + credit
        if total <= self.facts.tolerance:
            return "covered_by_credits"
        if total < self.facts.policies[policy_id].min_amounts[top.id]:
            return "below_minimum"
        return None

    def _branches(self, partner_id):
        return self.facts.elsewhere.get(partner_id, (ZERO, ""))[1]

    def _own_credits(self, key):
        """Return the open credits that a notice under this policy may deduct.

        Each is deducted once: by the first notice, and as long as that one is open
        by no notice under another policy.
        """
        facts, policy_id = self.facts, key[2]
        return [
            item
            for item in self.open_credits.get(key[:2], ())
            if item.id not in self._spent
            and facts.deducted.get(facts.keys[item.id], policy_id) == policy_id
        ]

    @staticmethod
    def _worth(open_credits):
        return sum((item.company_residual for item in open_credits), ZERO)

    def _proposal(self, key, items, claimed, top):
        """Claim some items and list the other ``items`` for information."""
        self._addressed.add(key[0])
        chosen = {item.id for item in claimed}
        others = [item for item in items if item.id not in chosen]
        lines = [self._line(item, True) for item in claimed]
        lines += [self._line(item, False) for item in others]
        for item in others:
            verdict = self.verdicts[item.id]
            if verdict.code == "ready":
                self._set(item, Verdict("for_information", verdict.level))
        lines += self._deducted(key)
        kind = self.facts.kind(claimed[0])
        return Proposal(*key, kind, top, lines)

    def _deducted(self, key):
        """Return the lines of the customer's open credits, the first time only."""
        own = self._own_credits(key)
        self._spent.update(item.id for item in own)
        return [
            ProposedLine(item, item.residual, item.date_maturity, None, False)
            for item in own
        ]

    def _line(self, item, claimed):
        interest, indemnity = self._claims.get(item.id, (ZERO, ZERO))
        owed, share = self.owed[item.id], self.undisputed.get(item.id)
        if share is not None:
            owed = self._round(owed, item.currency_id)
            # A disputed part bears no claim until it is settled (R1.31).
            interest = self._round(interest * share, item.currency_id)
        level = self.verdicts[item.id].level if claimed else None
        due = self.dues[item.id]
        return ProposedLine(item, owed, due, level, claimed, interest, indemnity)

    def _pre_reminders(self, taken):
        groups = {}
        for item in self.facts.items:
            key = (item.partner_id, item.currency_id)
            if self._pre_reminded(item):
                groups.setdefault((*key, self.facts.policy_id(item)), []).append(item)
        return [
            self._pre_reminder(key, items)
            for key, items in groups.items()
            if key not in taken
            and not self._has_its_message(items)
            and not self._is_paid_ahead(key, items)
        ]

    def _has_its_message(self, items):
        """Return whether the debtor gets no second message today (R2.12)."""
        return items[0].partner_id in self._addressed and any(
            map(self.facts.is_spared, items)
        )

    def _pre_reminder(self, key, items):
        """Return the reminder of items that are not late: they bear no claim."""
        self._addressed.add(key[0])
        lines = []
        for item in items:
            owed = self._round(self.owed[item.id], item.currency_id)
            lines.append(ProposedLine(item, owed, self.dues[item.id], None, True))
        lines += self._deducted(key)
        return Proposal(*key, self.facts.kind(items[0]), None, lines)

    def _is_paid_ahead(self, key, items):
        """Return whether money received already covers what falls due soon."""
        own = self._own_credits(key)
        if not own:
            return False
        total = sum(self._company_amount(i, self.owed[i.id]) for i in items)
        credit = self._worth(own)
        return total + credit <= self.facts.tolerance

    def _pre_reminded(self, item):
        """Return whether ``item`` gets its reminder before the due date now."""
        facts, verdict = self.facts, self.verdicts[item.id]
        if verdict.code != "not_late":
            return False
        policy = facts.policies[facts.policy_id(item)]
        due = self.dues[item.id]
        return (
            policy.pre_days > 0
            and facts.day <= due <= facts.day + timedelta(days=policy.pre_days)
            and facts.keys[item.id] not in facts.pre_reminded
            and self._company_amount(item, self.owed[item.id]) >= policy.pre_min_amount
            and not facts.put_off(item, facts.day)
        )


def _alone(level):
    """Return whether a level claims its own items only, never those of another."""
    return level.is_formal or level.after_expiry


def _sequence(level):
    return level.sequence
