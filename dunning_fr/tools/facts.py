"""Everything the dunning rules read: facts of one company at one date.

Gathered by the add-on in a constant number of queries, read by
``tools.assessment``; no Odoo, no clock, no query here. Amounts are ``Decimal``.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .deadlines import public_term_end
from .limitation import Act, Basis, Figures, limits_of

ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)


class Partner(NamedTuple):
    """What the rules need to know of a customer."""

    kind: str | None = None  # debtor kind, None = to qualify
    public_type: str | None = None
    policy_id: int | None = None
    excluded: bool = False
    archived: bool = False
    contract: tuple | None = None  # (rate type, value), None = not stated
    foreign: bool = False  # not under French law, or not known to be (R1.1)


class Policy(NamedTuple):
    """A policy's levels by sequence, and its reminder before the due date."""

    levels: tuple
    min_amounts: dict  # {level id: company currency}
    pre_days: int = 0  # 0 = no reminder before the due date
    pre_min_amount: Decimal = ZERO


class Quiet(NamedTuple):
    """Days on which a debtor is not to be disturbed, both included."""

    first: date
    last: date
    reason: str = ""


class Hold(NamedTuple):
    """A hold acting on the date of the facts."""

    kind: str
    until: date | None
    move_ids: frozenset  # empty = the whole debtor
    amount: Decimal = ZERO  # company currency; 0 = the whole of its items
    reason: str = ""


@dataclass
class Facts:
    """Everything the rules read, for one company at one date."""

    day: date
    items: list
    keys: dict  # {item id: document key}
    partners: dict
    policies: dict
    default_policies: dict  # {kind: policy id}
    tolerance: Decimal = ZERO  # company currency
    holds: dict = field(default_factory=dict)  # {partner id: [Hold]}
    past: dict = field(default_factory=dict)  # {document key: Past}
    pending: dict = field(default_factory=dict)  # {document key: notice name}
    pre_reminded: set = field(default_factory=set)  # document keys
    archived_debtors: set = field(default_factory=set)  # partner ids
    in_process: dict = field(default_factory=dict)  # {move id: amount}
    payments: dict = field(default_factory=dict)  # the same: {move id: [(day, amount)]}
    paying_online: set = field(default_factory=set)  # move ids
    collected: set = field(default_factory=set)  # move ids; by direct debit or bill
    einvoices: dict = field(default_factory=dict)  # {move id: status that stops it}
    deducted: dict = field(default_factory=dict)  # {credit's key: its policy id}
    elsewhere: dict = field(default_factory=dict)  # {partner id: (amount, branches)}
    term_days: dict = field(default_factory=dict)  # {public type: days}
    limitation_years: dict = field(default_factory=dict)  # {kind: years}
    limitation_figures: Figures = Figures()
    acts: dict = field(default_factory=dict)  # {partner id: [(Act, move ids)]}
    claimed_on: dict = field(default_factory=dict)  # {public item's key: [day]}
    admitted: bool = False  # an acknowledgement counts as an interruption (R7.10)
    by_person: bool = False  # a person drafts, not a run
    leaving: date | None = None  # day of leaving, where later than ``day``
    quiet: dict = field(default_factory=dict)  # {partner id: Quiet}
    contact_kinds: frozenset = frozenset()  # kinds with one message in so many days
    contact_days: int = 7
    contacted: dict = field(default_factory=dict)  # {partner id: next free day}

    def kind(self, item):
        """Kind of debtor of ``item``: the invoice's, else the customer's."""
        return item.debtor_kind or self.partners[item.partner_id].kind

    def policy_id(self, item):
        """Policy of ``item``: the invoice's, the customer's, the kind's default."""
        return (
            item.policy_id
            or self.partners[item.partner_id].policy_id
            or self.default_policies.get(self.kind(item) or "professional")
        )

    def put_off(self, item, on):
        """Return (code, first day, detail) when nothing may leave on day ``on``.

        At most one message in so many days (R2.12), then the days on which nobody
        disturbs the debtor; None when it may leave.
        """
        found, free = None, self.contacted.get(item.partner_id)
        if free and free > on and self.is_spared(item):
            found, on = ("too_soon", free, ""), free
        quiet = self.quiet.get(item.partner_id)
        if quiet and quiet.first <= max(on, self.leaving or on) <= quiet.last:
            found = ("do_not_disturb", quiet.last + ONE_DAY, quiet.reason)
        return found

    def is_spared(self, item):
        """Whether the debtor of ``item`` gets one message in so many days (R2.12)."""
        return self.kind(item) in self.contact_kinds

    def due(self, item):
        """Last day to pay ``item`` in time (R3.2, R3.3 for a public buyer)."""
        if self.kind(item) != "public" or not item.term_start:
            return item.date_maturity
        days = self.term_days.get(self.partners[item.partner_id].public_type)
        if days is None:
            return item.date_maturity
        suspensions = []
        if item.suspension_from:  # without end while it lasts (R3.4)
            last = item.suspension_to or max(item.suspension_from, self.day)
            suspensions.append((item.suspension_from, last))
        return public_term_end(item.term_start, days, suspensions)

    def limitation_start(self, item):
        """First day that the limitation of ``item`` may count from."""
        known = [item.completion or item.invoice_date, item.date_maturity]
        return min(day for day in known if day)

    def limitation(self, item):
        """Last useful day to claim ``item``: the prudent one of R7.7."""
        found = self.limits(item)
        return found.possible if self.admitted else found.prudent

    def limits(self, item):
        """Return the ``Limits`` of ``item``, every known act counted."""
        basis = Basis(
            self.kind(item),
            self.partners[item.partner_id].public_type,
            item.limitation_period,
            item.completion,
            item.invoice_date,
            item.date_maturity,
        )
        return limits_of(
            basis,
            self.limitation_years,
            self._acts_on(item),
            self.limitation_figures,
            self.day,
        )

    def _acts_on(self, item):
        """Return the acts on ``item``, each notice to a public body being one."""
        acts = [
            act
            for act, moves in self.acts.get(item.partner_id, ())
            if not moves or item.move_id in moves
        ]
        claimed = self.claimed_on.get(self.keys[item.id], ())
        return acts + [Act("written_claim", day) for day in claimed]
