"""What is left of debts that entries moved to other accounts.

A debt moved from 411 to a doubtful account (416) is the same debt: it is read where it
began, with what is left where it arrived. Amounts are ``Decimal`` in the currency of
the lines, and beside it in that of the company.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .allocation import match, pour

ZERO, CENT = Decimal(0), Decimal("0.01")


class Source(NamedTuple):
    """A debt that an entry moved, in order of due date."""

    id: int
    entry: str  # number of the entry
    partner_id: int | None
    currency_id: int
    amount: Decimal  # moved by that entry
    is_debt: bool = True  # a debt that is reminded where it began


class Line(NamedTuple):
    """A debit or credit of a moving entry on an account that holds debts."""

    id: int
    partner_id: int | None
    account_id: int
    currency_id: int
    amount: Decimal  # negative for a credit
    balance: Decimal  # the same in the currency of the company
    residual: Decimal = ZERO
    company_residual: Decimal = ZERO
    excluded: bool = False  # its account is never reminded
    is_retention: bool = False  # money kept back (R3.8): no debt that moved


class Left(NamedTuple):
    """What is left of a debt where it arrived."""

    residual: Decimal = ZERO
    company_residual: Decimal = ZERO
    aside: Decimal = ZERO  # on accounts that are never reminded
    company_aside: Decimal = ZERO
    unclear: str | None = None  # the entry that does not say what is left of which

    def plus(self, other):
        """Return the sum of both."""
        sums = (a + b for a, b in zip(self[:4], other[:4], strict=True))
        return Left(*sums, self.unclear or other.unclear)

    @property
    def total(self):
        """Reminded or not."""
        return self.residual + self.aside


class Group(NamedTuple):
    """Debts of one customer, and the lines that one entry moved them to."""

    sources: list
    targets: list
    unclear: str | None

    @property
    def is_mixed(self):
        """Whether nobody can say which debt arrived on which line."""
        return len({line.excluded for line in self.targets}) > 1 or (self.lost != 0)

    @property
    def lost(self):
        """What arrived nowhere: written off or paid by the entry itself."""
        return sum(s.amount for s in self.sources) - sum(t.amount for t in self.targets)

    @property
    def is_one_currency(self):
        return len({row.currency_id for row in self.sources + self.targets}) == 1


class Transfers:
    """Debts followed from where they began to where they are.

    >>> debt = Source(1, "OD1", 7, 1, Decimal(100))
    >>> out = Line(2, 7, 411, 1, Decimal(-100), Decimal(-100))
    >>> whole, rest = Decimal(100), Decimal(40)
    >>> doubtful = Line(3, 7, 416, 1, whole, whole, rest, rest)
    >>> moved = Transfers({9: [debt]}, {9: [out, doubtful]})
    >>> int(moved.debts[1].residual), moved.arrived
    (40, {3})
    """

    def __init__(self, sources, lines):
        """Read ``sources`` and ``lines``, both {entry id: list}."""
        self._moves, self._left = defaultdict(list), {}
        for entry, own in sources.items():
            for group in groups(own, lines.get(entry, [])):
                for source in group.sources:
                    self._moves[source.id].append(group)
        debts = self._debts(source for own in sources.values() for source in own)
        began = debts - self._reached(debts)
        self.arrived = self._reached(began)
        left = {id_: self._moved(id_) for id_ in began}
        self.debts = {id_: found for id_, found in left.items() if found.total > 0}
        self.customers = {
            source.partner_id
            for own in sources.values()
            for source in own
            if source.id in self.debts
        }

    def __bool__(self):
        return bool(self.arrived)

    def places(self, line_id, before=()):
        """Return the ids of the lines that a debt was moved to, in order of entry.

        None where it was moved together with others: nobody can say which is which.

        :param before: where it came from; back there, it goes in a circle
        """
        found, before = [], (*before, line_id)
        for group in self._moves.get(line_id, ()):
            if group.unclear or len(group.sources) > 1:
                return None
            for line in group.targets:
                later = None if line.id in before else self.places(line.id, before)
                if later is None:
                    return None
                found += [line.id, *later]
        return found

    def mixed(self, line_id, before=()):
        """Return the number of the entry that moved a debt together with others.

        :param before: as for ``places``
        """
        before = (*before, line_id)
        for group in self._moves.get(line_id, ()):
            if group.unclear or len(group.sources) > 1:
                return group.sources[0].entry
            for line in group.targets:
                entry = None if line.id in before else self.mixed(line.id, before)
                if entry:
                    return entry
        return None

    def _debts(self, sources):
        return {s.id for s in sources if s.is_debt and s.id in self._moves}

    def _reached(self, line_ids):
        """Return the lines that these were moved to, at once or later."""
        reached, wanted = set(), list(line_ids)
        while wanted:
            for group in self._moves.get(wanted.pop(), ()):
                new = {line.id for line in group.targets} - reached
                reached |= new
                wanted += new
        return reached

    def _moved(self, line_id):
        """Return what is left of the parts of a line that were moved."""
        if line_id not in self._left:
            left = self._left[line_id] = Left()  # a circle comes back here: once
            for group in self._moves.get(line_id, ()):
                left = left.plus(self._share(group, line_id))
            self._left[line_id] = left
        return self._left[line_id]

    def _share(self, group, line_id):
        total = Left(unclear=group.unclear)
        for line in group.targets:
            total = total.plus(_own(line)).plus(self._moved(line.id))
        if len(group.sources) == 1:
            return total
        lost = sum(line.amount for line in group.targets) - total.total
        room = {source.id: source.amount for source in group.sources}
        for _part in pour(lost, group.sources, room):
            pass
        return _part_of(total, room[line_id])


def groups(sources, lines):
    """Return [``Group``] of one entry: what it moved, customer by customer.

    A line that names no customer belongs to the only one the entry moves debts of.
    """
    customers = {source.partner_id for source in sources}
    nameless = [line for line in lines if not line.partner_id and line.amount > 0]
    if nameless and len(customers) > 1:
        debits = [line for line in lines if line.amount > 0]
        return [Group(sources, debits, sources[0].entry)]
    found = []
    for customer in customers:
        own = [line for line in lines if line.partner_id in (customer, None)]
        if _is_transfer(own):
            debts = [s for s in sources if s.partner_id == customer]
            found += _pairs(debts, [line for line in own if line.amount > 0])
    return found


def _pairs(sources, targets):
    for debts, lines in match(sources, targets):
        group = Group(debts, lines, None)
        if not group.is_one_currency or len(debts) > 1 and group.is_mixed:
            group = group._replace(unclear=debts[0].entry)
        yield group


def _is_transfer(lines):
    """Whether the debits are the credits moved elsewhere, and no debts of their own.

    An opening entry holds debts and credits of a customer side by side.
    """
    debits = [line for line in lines if line.amount > 0]
    credit_lines = [line for line in lines if line.amount < 0]
    surplus = sum(line.balance for line in lines)
    same = {d.account_id for d in debits} & {c.account_id for c in credit_lines}
    return surplus == 0 if same else surplus <= 0


def _own(line):
    if line.excluded:
        return Left(aside=line.residual, company_aside=line.company_residual)
    return Left(line.residual, line.company_residual)


def _part_of(left, amount):
    """Return ``amount`` of what is left of several debts together."""
    if not left.total:
        return left
    if left.residual and left.aside:
        share = amount / left.total
        return Left(*map(_round, (part * share for part in left[:4])), left.unclear)
    worth = left.company_residual + left.company_aside
    is_foreign = worth != left.total
    worth = _round(worth * amount / left.total) if is_foreign else amount
    if left.aside:
        return Left(aside=amount, company_aside=worth, unclear=left.unclear)
    return Left(amount, worth, unclear=left.unclear)


def _round(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)
