from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.collector import collector_off
from ..tools.escalation import Past
from ..tools.facts import Hold

# Verdicts that say when to look again; an item past its last level never comes back.
WAITING = {"wait_delay", "wait_interval"}


class Sent(NamedTuple):
    """A notice that would have left, and when."""

    day: object
    proposal: object


class History(NamedTuple):
    """What an item had been paid, and by when."""

    days: list
    paid: list  # in the item's currency, added up


class DunningSimulation(models.AbstractModel):
    """What a policy would send, by the rules of a real run; writes nothing.

    Each simulated day is judged as a run judges it: the ledger and the settings are
    read once, a day adds no query of its own.
    """

    _name = "dunning.simulation"
    _description = "Simulation of a policy"

    @api.model
    def _of_day(self, policy, kind, day):
        """Return the notices of a run on ``day`` if nothing is paid until then."""
        company, engine = policy.company_id, self.env["dunning.engine"]
        policies = engine._policies(company)
        with collector_off():  # thousands of plain rows without cycles
            items = self.env["account.move.line"]._dunning_items(company)
            facts = engine._facts(
                company, day, items, policies, self._drafts(company), False
            )
            facts = self._as_if(facts, policy, kind, leaving=day)
            assessed = engine._judge(company, facts)
        return [Sent(day, p) for p in assessed.proposals if p.policy_id == policy.id]

    @api.model
    def _of_period(self, policy, kind, first, last, step=7):
        """Return the notices of a run every ``step`` days, for what fell due then.

        Debts due from ``first`` on start at level 1; each is owed as the ledger says
        it was on that day. A formal notice counts as presented; claims are left out.
        """
        company, engine = policy.company_id, self.env["dunning.engine"]
        with collector_off():
            items = self._debts(company, first, last)
            facts = engine._facts(
                company, last, items, engine._policies(company), None, False
            )
            facts = self._as_if(facts, policy, kind, **self._blank())
            items = [
                item
                for item in items
                if item.partner_id and facts.policy_id(item) == policy.id
            ]
            story = Story(self, company, policy, facts, items)
            day = first
            while day <= last:
                story.live(day)
                day += timedelta(days=step)
        return story.sent

    @api.model
    def _as_if(self, facts, policy, kind, **values):
        """Return ``facts`` as if ``policy`` were the default of ``kind`` alone."""
        defaults = {
            other: policy_id
            for other, policy_id in facts.default_policies.items()
            if policy_id != policy.id
        }
        if kind:
            defaults[kind] = policy.id
        return replace(facts, default_policies=defaults, **values)

    @api.model
    def _blank(self):
        """Return the facts of today that a past day did not know."""
        return {
            "past": {},
            "pending": {},
            "pre_reminded": set(),
            "contacted": {},
            "holds": {},
            "in_process": {},
            "payments": {},
            "paying_online": set(),
            "collected": set(),
            "einvoices": {},
            "deducted": {},
            "elsewhere": {},
            "quiet": {},
        }

    @api.model
    def _drafts(self, company):
        # sudo: a draft of today does not hide what it is about
        notices = self.env["dunning.notice"].sudo()
        own = [("company_id", "=", company.id), ("state", "=", "draft")]
        return notices.search(own)

    @api.model
    def _debts(self, company, first, last):
        """Return the debts due in the period, paid since or not."""
        return self.env["account.move.line"]._dunning_read(
            [
                SQL("line.company_id = %s", company.id),
                SQL("line.date_maturity BETWEEN %s AND %s", first, last),
                SQL("line.amount_currency > 0"),
            ],
            reminded_only=True,
        )

    @api.model
    def _histories(self, line_ids):
        """Return {line id: ``History``}: a payment counts from its own day."""
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partial.debit_move_id, paid.date,
                       sum(partial.debit_amount_currency)::text
                  FROM account_partial_reconcile partial
                  JOIN account_move_line paid ON paid.id = partial.credit_move_id
                 WHERE partial.debit_move_id = ANY(%s::int[])
              GROUP BY partial.debit_move_id, paid.date
              ORDER BY partial.debit_move_id, paid.date
                """,
                array_literal(line_ids),
            )
        )
        found = defaultdict(lambda: History([], []))
        for line_id, day, amount in rows:
            history = found[line_id]
            history.days.append(day)
            before = history.paid[-1] if history.paid else Decimal(0)
            history.paid.append(before + Decimal(amount))
        return found

    @api.model
    def _holds_of(self, company, first):
        """Return {customer: [(from, to, Hold)]} of holds whose dates are known."""
        # sudo: all of them acted
        holds = self.env["dunning.hold"].sudo()
        found = defaultdict(list)
        for hold in holds.search(
            [
                ("company_id", "=", company.id),
                "|",
                ("silent_to", ">=", first),
                "&",
                ("silent_to", "=", False),
                ("state", "=", "active"),
            ]
        ):
            plain = Hold(
                hold.kind, hold.silent_to or None, frozenset(hold.move_ids.ids)
            )
            found[hold.partner_id.id].append((hold.date_from, hold.silent_to, plain))
        return found


class Story:
    """Simulated days, one after the other: what was sent decides what comes next."""

    def __init__(self, simulation, company, policy, facts, items):
        self._engine = simulation.env["dunning.engine"]
        self._notices = simulation.env["dunning.notice"]
        self._company, self._facts = company, facts
        self._levels = {level.id: level for level in policy.level_ids}
        self._histories = simulation._histories([item.id for item in items])
        first = min((item.date_maturity for item in items), default=facts.day)
        self._holds = simulation._holds_of(company, first)
        self._coming = sorted(items, key=lambda i: i.date_maturity, reverse=True)
        self._pre_days = timedelta(days=facts.policies[policy.id].pre_days + 1)
        self._open = []
        self._wake = {}  # {item id: day before which nothing can leave}
        self._past, self._pre_reminded, self._contacted = {}, set(), {}
        self.sent = []

    def live(self, day):
        """Judge ``day`` and note what leaves."""
        while self._coming and self._coming[-1].date_maturity < day + self._pre_days:
            self._open.append(self._coming.pop())
        items = self._owed(day)
        if not items:
            return
        facts = replace(
            self._facts,
            day=day,
            leaving=day,
            items=items,
            past=self._past,
            pre_reminded=self._pre_reminded,
            contacted=self._contacted,
            holds=self._holds_on(day),
        )
        assessed = self._engine._judge(self._company, facts, claimed=False)
        self._put_to_sleep(assessed.assessment.verdicts)
        for proposal in assessed.proposals:
            self._send(day, proposal)

    def _owed(self, day):
        """Return the items owed on ``day`` that something could leave for."""
        awake = []
        for item in self._open:
            wake = self._wake.get(item.id)
            if wake is None or wake <= day:
                now = self._on_day(item, day)
                if now.residual > 0:
                    awake.append(now)
        return awake

    def _on_day(self, item, day):
        history = self._histories.get(item.id)
        paid = bisect_right(history.days, day) if history else 0
        left = item.original - (history.paid[paid - 1] if paid else 0)
        if left == item.residual:
            return item
        # at the rate of the item: what is owed today may be nothing
        return item._replace(residual=left, company_residual=left * self._rate(item))

    @staticmethod
    def _rate(item):
        return item.company_residual / item.residual if item.residual else 1

    def _holds_on(self, day):
        held = {}
        for partner_id, holds in self._holds.items():
            now = [h for first, last, h in holds if first <= day <= (last or day)]
            if now:
                held[partner_id] = now
        return held

    def _put_to_sleep(self, verdicts):
        for item_id, verdict in verdicts.items():
            if verdict.code in WAITING and verdict.on:
                self._wake[item_id] = verdict.on

    def _send(self, day, proposal):
        self.sent.append(Sent(day, proposal))
        free = day + timedelta(days=self._facts.contact_days)
        self._contacted[proposal.partner_id] = free
        level = proposal.level and self._levels.get(proposal.level.id)
        expiry = level and self._notices._deadline(day, level)
        for line in proposal.lines:
            if not line.claimed:
                continue
            key = self._facts.keys[line.item.id]
            if not line.level:
                self._pre_reminded.add(key)
                continue
            before = self._past.get(key, Past())
            is_formal = bool(level and level.is_formal_notice)
            self._past[key] = Past(
                max(line.level.sequence, before.sequence),
                day,
                is_formal or before.formal_sent,
                expiry if is_formal else before.formal_expiry,
            )


def last_year(day):
    """Return the first of the twelve months that end on ``day``."""
    return fields.Date.subtract(day, years=1) + timedelta(days=1)
