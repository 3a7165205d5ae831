"""Which legal procedures are open to a claim: dated conditions against its facts.

``Matter`` (what is known of the claim, the parties and the day) and the
``Condition``s of each procedure (data: an obstacle, what it does, since when, by
which rule) give an ``Opinion`` per procedure. What a condition names is here, what
the law makes of it is data. No Odoo, no clock, no query; money in euros, ``Decimal``.

A fact that nobody stated is ``None``: a procedure that depends on it is neither open
nor closed, it is to be checked, and the question is named.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .facts import ZERO

# Before a commercial court they are merchants: R6.1
MERCHANTS = frozenset({"merchant", "craftsman"})
FRANCE, EUROPE = "france", "eu"

OPEN, UNSURE, CLOSED = "open", "unsure", "closed"
STANDINGS = (OPEN, UNSURE, CLOSED)  # in the order a person looks at them


class Matter(NamedTuple):
    """What a procedure is chosen for; ``None`` = nobody said."""

    day: date
    amount: Decimal = ZERO  # principal, interest and indemnities
    principal: Decimal = ZERO
    debtor_kind: str | None = None
    debtor_trade: str | None = None
    public_type: str | None = None
    creditor_trade: str | None = None
    place: str | None = None  # of the debtor: france, eu, monaco, abroad
    is_insolvent: bool = False  # proceedings opened by a judgment
    is_overindebted: bool = False
    is_disputed: bool = False
    is_time_barred: bool | None = None
    is_formal_expired: bool | None = None  # a formal notice, on every item
    interest: Decimal = ZERO  # part of the amount
    facts: dict | None = None  # {fact: True or False}: answers of a person


class Condition(NamedTuple):
    """An obstacle to a procedure, as long as the law that makes it one is in force."""

    id: int
    criterion: str
    effect: str = "closes"  # or "warns"
    value: Decimal = ZERO  # of the criteria about amounts
    fact: str | None = None  # of the criterion ``fact_missing``
    date_from: date | None = None  # both included; None: since ever, until further
    date_to: date | None = None
    basis: str = "total"  # of amounts: total, principal_interest or principal

    def is_in_force(self, day):
        """Whether the condition counts on a day.

        >>> merchants = Condition(1, "between_merchants", date_from=date(2026, 4, 25))
        >>> merchants.is_in_force(date(2026, 4, 24))
        False
        >>> merchants.is_in_force(date(2026, 4, 25))
        True
        """
        return _in_force(day, self.date_from, self.date_to)


class Procedure(NamedTuple):
    """A procedure and its conditions."""

    id: int
    code: str
    conditions: tuple = ()
    is_enabled: bool = True  # shipped or switched off otherwise (R6.17)
    date_from: date | None = None
    date_to: date | None = None
    small_amount: Decimal = ZERO  # below it, a warning; 0 = none


class Opinion(NamedTuple):
    """Where a procedure stands for a matter; what a person decides on."""

    procedure: Procedure
    standing: str  # one of STANDINGS
    obstacles: tuple = ()  # conditions that close it
    questions: tuple = ()  # conditions that nobody can tell yet
    warnings: tuple = ()  # conditions that hold and do not close it
    is_in_force: bool = True
    is_small: bool = False


def opinions(matter, procedures):
    """Return the ``Opinion``s on all procedures, those that are open first.

    Within a standing the given order stays: a person's preference, not ours (R10.5).

    >>> small = Procedure(1, "petites_creances", (
    ...     Condition(1, "amount_above", value=Decimal(5000)),
    ...     Condition(2, "between_merchants", date_from=date(2026, 4, 25))))
    >>> matter = Matter(date(2026, 4, 24), Decimal(5000), Decimal(4900),
    ...     "professional", "merchant", None, "merchant", "france")
    >>> [(o.procedure.code, o.standing) for o in opinions(matter, [small])]
    [('petites_creances', 'open')]
    >>> later = matter._replace(day=date(2026, 4, 25))
    >>> [opinion] = opinions(later, [small])
    >>> opinion.standing, [c.criterion for c in opinion.obstacles]
    ('closed', ['between_merchants'])
    >>> [opinion] = opinions(later._replace(debtor_trade=None), [small])
    >>> opinion.standing, [c.criterion for c in opinion.questions]
    ('unsure', ['between_merchants'])
    """
    found = [_opinion(matter, procedure) for procedure in procedures]
    return sorted(found, key=lambda opinion: STANDINGS.index(opinion.standing))


def holds(condition, matter):
    """Whether the obstacle is there: True, False, or None where nobody can tell.

    :raise KeyError: a criterion that does not exist
    """
    return CRITERIA[condition.criterion](matter, condition)


def is_between_merchants(matter):
    """Whether both parties are merchants, artisans or commercial companies (R6.1).

    A consumer, a non-professional or a public body is none, whatever its trade.

    >>> is_between_merchants(Matter(date(2026, 5, 4), debtor_kind="consumer"))
    False
    """
    if matter.debtor_kind and matter.debtor_kind != "professional":
        return False
    trades = {matter.debtor_trade, matter.creditor_trade}
    if trades - MERCHANTS - {None}:
        return False
    return None if None in trades or not matter.debtor_kind else True


# -- criteria ------------------------------------------------------------------
def _not(found):
    return None if found is None else not found


def _debtor_is(kind):
    def criterion(matter, _condition):
        return matter.debtor_kind == kind if matter.debtor_kind else None

    return criterion


def _debtor_is_not(kind):
    def criterion(matter, _condition):
        return matter.debtor_kind != kind if matter.debtor_kind else None

    return criterion


def _between_merchants(matter, _condition):
    return is_between_merchants(matter)


def _not_between_merchants(matter, _condition):
    return _not(is_between_merchants(matter))


def _is_public_type(public_type):
    def criterion(matter, _condition):
        if matter.debtor_kind != "public":
            return False if matter.debtor_kind else None
        return matter.public_type == public_type if matter.public_type else None

    return criterion


def _is_not_local(matter, condition):
    return _not(_is_public_type("local")(matter, condition))


def _amount_above(matter, condition):
    amounts = {
        "total": matter.amount,
        "principal_interest": matter.principal + matter.interest,
        "principal": matter.principal,
    }
    return amounts[condition.basis] > condition.value


def _is_at(*places):
    def criterion(matter, _condition):
        return matter.place in places if matter.place else None

    return criterion


def _is_not_at(*places):
    def criterion(matter, _condition):
        return matter.place not in places if matter.place else None

    return criterion


def _states(name):
    def criterion(matter, _condition):
        return getattr(matter, name)

    return criterion


def _denies(name):
    def criterion(matter, _condition):
        return _not(getattr(matter, name))

    return criterion


def _is_farmer(matter, _condition):
    return matter.debtor_trade == "farmer"


def _fact_present(matter, condition):
    return (matter.facts or {}).get(condition.fact)


def _fact_missing(matter, condition):
    return _not(_fact_present(matter, condition))


# What a condition may name: {criterion: function of the matter and the condition}
CRITERIA = {
    "consumer": _debtor_is("consumer"),
    "non_professional": _debtor_is("non_professional"),
    "professional": _debtor_is("professional"),
    "public": _debtor_is("public"),
    "not_public": _debtor_is_not("public"),
    "between_merchants": _between_merchants,
    "not_between_merchants": _not_between_merchants,
    "farmer": _is_farmer,
    "not_local_authority": _is_not_local,
    "private_law_body": _is_public_type("private_law"),
    "amount_above": _amount_above,
    "in_france": _is_at(FRANCE),
    "not_in_france": _is_not_at(FRANCE),
    "not_elsewhere_in_eu": _is_not_at(EUROPE),
    "insolvent": _states("is_insolvent"),
    "not_insolvent": _denies("is_insolvent"),
    "overindebted": _states("is_overindebted"),
    "disputed": _states("is_disputed"),
    "time_barred": _states("is_time_barred"),
    "formal_running": _denies("is_formal_expired"),
    "fact_missing": _fact_missing,
    "fact_present": _fact_present,
}


def _opinion(matter, procedure):
    found = {"closes": [], "warns": []}
    questions = []
    for condition in procedure.conditions:
        if not condition.is_in_force(matter.day):
            continue
        there = holds(condition, matter)
        if there:
            found[condition.effect].append(condition)
        elif there is None:
            questions.append(condition)
    in_force = procedure.is_enabled and _in_force(
        matter.day, procedure.date_from, procedure.date_to
    )
    standing = OPEN
    if found["closes"] or not in_force:
        standing = CLOSED
    elif any(condition.effect == "closes" for condition in questions):
        standing = UNSURE
    return Opinion(
        procedure,
        standing,
        tuple(found["closes"]),
        tuple(questions),
        tuple(found["warns"]),
        in_force,
        ZERO < matter.amount < procedure.small_amount,
    )


def _in_force(day, first, last):
    return (first is None or first <= day) and (last is None or day <= last)
