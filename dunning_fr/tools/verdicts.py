"""Why each open item is, or is not, reminded at a date: plain rules.

``Facts`` → a ``Verdict`` per item. No Odoo here, no clock, no query: amounts are
``Decimal`` in the item's currency unless a name says otherwise.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .escalation import NOTHING, Level, next_step
from .facts import ZERO


class Verdict(NamedTuple):
    """Why an item is, or is not, reminded at a date."""

    code: str
    level: Level | None = None
    on: date | None = None
    detail: str = ""  # a name or number for the explanation


class Verdicts:
    """Verdicts drawn from ``Facts``, and what they leave to be asked for."""

    def __init__(self, facts):
        self.facts = facts
        self.verdicts = {}
        self.owed = {}
        self.undisputed = {}  # {item id: share of the item that is not disputed}
        self.dues = {}
        self.open_credits = {}  # {(partner id, currency id): [item]}
        self._received = {}  # {partner id: open credits, company currency}
        self._steps = {}
        self._year_ago = facts.day - timedelta(days=365)
        self._judge_items()

    def _judge_items(self):
        facts = self.facts
        in_process = dict(facts.in_process)
        disputed = {}  # {id of hold: amount still to cover, company currency}
        for item in facts.items:
            if item.residual < 0:
                if not item.account_excluded:
                    key = (item.partner_id, item.currency_id)
                    self.open_credits.setdefault(key, []).append(item)
                    received = self._received.get(item.partner_id, ZERO)
                    self._received[item.partner_id] = received - item.company_residual
                self.verdicts[item.id] = Verdict("credit")
                continue
            paid = min(in_process.get(item.move_id, ZERO), item.residual)
            if paid:
                in_process[item.move_id] -= paid
            self.owed[item.id] = item.residual - paid
            self.verdicts[item.id] = self._verdict(item, disputed)

    def _verdict(self, item, disputed):
        facts = self.facts
        if not item.partner_id:
            return Verdict("no_partner")
        if not item.date_maturity:
            return Verdict("no_due_date")
        self.dues[item.id] = due = facts.due(item)
        stop = self._stopped(item)
        if stop:
            return stop
        held = self._held(item, disputed)
        if held:
            return held
        pending = facts.pending.get(facts.keys[item.id])
        if pending:
            return Verdict("pending", detail=pending)
        policy = facts.policies.get(facts.policy_id(item))
        if policy is None:
            return Verdict("no_policy")
        past = facts.past.get(facts.keys[item.id], NOTHING)
        verdict = self._step(policy, past, due, bool(facts.kind(item)))
        if verdict.code == "ready" and self._is_time_barred(item):
            return Verdict("time_barred", on=facts.limitation(item))
        return self._when_free(item, verdict)

    def _when_free(self, item, verdict):
        """Put a level off that comes when nothing may leave to its debtor."""
        facts = self.facts
        if not verdict.on or not (facts.quiet or facts.contacted):
            return verdict
        found = facts.put_off(item, verdict.on)
        if not found:
            return verdict
        code, on, detail = found
        return Verdict(code, verdict.level, on, detail)

    def _step(self, policy, past, due, qualified):
        """Return the verdict of the policy; items of one age share it."""
        key = (id(policy), past, due, qualified)
        verdict = self._steps.get(key)
        if verdict is None:
            facts = self.facts
            step = next_step(
                policy.levels, past, due, facts.day, qualified, facts.by_person
            )
            verdict = self._steps[key] = Verdict(*step)
        return verdict

    def _is_time_barred(self, item):
        # No claim is within its first year: spare the exact date.
        if self.facts.limitation_start(item) > self._year_ago:
            return False
        return self.facts.day > self.facts.limitation(item)

    def _stopped(self, item):
        """Return the verdict of a plain reason not to remind, or None."""
        facts, partner = self.facts, self.facts.partners[item.partner_id]
        if item.unclear:
            return Verdict("transfer_unclear", detail=item.unclear)
        if self._company_amount(item, self.owed[item.id]) <= facts.tolerance:
            return Verdict("within_tolerance")
        if item.account_excluded:
            return Verdict("account_excluded")
        if item.no_followup:
            return Verdict("no_followup")
        if item.payment_state == "blocked":
            return Verdict("blocked")
        if partner.excluded:
            return Verdict("partner_excluded")
        if partner.archived or item.partner_id in facts.archived_debtors:
            return Verdict("archived")
        return self._stopped_outside(item)

    def _stopped_outside(self, item):
        """Return the verdict of what a bank or a platform says of the invoice."""
        facts = self.facts
        if item.move_id in facts.paying_online:
            return Verdict("paying_online")
        if item.move_id in facts.collected:
            return Verdict("collected")
        if item.move_id in facts.einvoices:
            return Verdict(f"einvoice_{facts.einvoices[item.move_id]}")
        return None

    def _held(self, item, disputed):
        """Return the verdict of a hold on the whole item, or None.

        A hold with an amount covers its items in order of due date until the
        amount is used up; the rest of the item goes on being reminded.
        """
        for hold in self.facts.holds.get(item.partner_id, ()):
            if hold.move_ids and item.move_id not in hold.move_ids:
                continue
            verdict = Verdict(f"hold_{hold.kind}", on=hold.until, detail=hold.reason)
            if not hold.amount:
                return verdict
            amount = disputed.setdefault(id(hold), hold.amount)
            owed = self._company_amount(item, self.owed[item.id])
            covered = min(amount, owed)
            if not covered:
                continue
            disputed[id(hold)] = amount - covered
            left = owed - covered
            if left <= self.facts.tolerance:
                return verdict
            # Several holds may each cover a part of one item.
            share = self.undisputed.get(item.id, Decimal(1))
            self.undisputed[item.id] = share * left / owed
            self.owed[item.id] = item.residual * left / item.company_residual
        return None

    @staticmethod
    def _company_amount(item, amount):
        """Convert ``amount`` at the item's own rate (no day's rate needed)."""
        if amount == item.residual:
            return item.company_residual
        return item.company_residual * amount / item.residual
