"""Which court may hear a claim: the parties' nature, the amount, the place (6.1).

``Matter`` → ``Forum``. Thresholds come in as arguments: they are dated figures of
the law. A court is proposed and explained; a person decides (R10.5).
"""

from decimal import Decimal
from typing import NamedTuple

from .procedures import FRANCE, MERCHANTS, is_between_merchants

# Kinds of court
COMMERCIAL = "commercial"  # tribunal de commerce
ECONOMIC = "economic"  # tribunal des activités économiques (R6.9)
CHAMBER = "chamber"  # commercial chamber of the tribunal judiciaire (R6.4)
JUDICIAL = "judicial"  # tribunal judiciaire
PROXIMITY = "proximity"  # its local chamber (R6.2)
ADMINISTRATIVE = "administrative"
FOREIGN = "foreign"
OF_COMMERCE = (COMMERCIAL, ECONOMIC, CHAMBER)
OF_JUDGES = (JUDICIAL, PROXIMITY)


class Thresholds(NamedTuple):
    """Figures of the law on the day, in euros."""

    proximity: Decimal  # up to it, the local chamber (R6.2)
    lawyer: Decimal  # above it, a lawyer (R6.7)
    amicable: Decimal  # up to it, an amicable attempt first, before the TJ (R6.31)
    last_instance: Decimal  # up to it, no appeal (R6.8)


class Forum(NamedTuple):
    """The courts a claim may go to: the first is proposed, the others are a choice."""

    kinds: tuple  # empty: nobody can tell yet
    notes: tuple = ()  # codes of what a person should know


class Rules(NamedTuple):
    """What a procedure asks for at a kind of court; None = sources disagree."""

    needs_lawyer: bool | None
    needs_attempt: bool
    is_last_instance: bool


def competent(matter, thresholds):
    """Return the ``Forum`` of a claim for money.

    :param matter: ``tools.procedures.Matter``

    >>> from datetime import date
    >>> from .procedures import Matter
    >>> figures = Thresholds(*map(Decimal, (10000, 10000, 5000, 5000)))
    >>> matter = Matter(date(2026, 11, 23), Decimal(800), Decimal(760), "consumer",
    ...     None, None, "merchant", "france")
    >>> competent(matter, figures).kinds
    ('proximity',)
    >>> competent(matter._replace(amount=Decimal("10000.01")), figures).kinds
    ('judicial',)
    """
    if matter.place and matter.place != FRANCE:
        return Forum((FOREIGN,), (f"place_{matter.place}",))
    if matter.debtor_kind == "public" and matter.public_type != "private_law":
        return Forum((ADMINISTRATIVE,), () if matter.public_type else ("public_type",))
    judges = _judges(matter, thresholds)
    if matter.debtor_kind in ("consumer", "non_professional"):
        return Forum(judges)
    merchants = is_between_merchants(matter)
    if merchants:
        return Forum((COMMERCIAL,))
    if matter.debtor_trade in MERCHANTS and matter.creditor_trade:
        # A creditor who is no merchant may choose (R6.2)
        return Forum((*judges, COMMERCIAL), ("creditor_chooses",))
    if merchants is None:
        return Forum((), ("trade_unknown",))
    return Forum(judges)


def rules(kind, amount, thresholds, asks_order=False):
    """Return the ``Rules`` of a claim of ``amount`` before a kind of court.

    :param asks_order: a request for an order to pay (injonction de payer): no lawyer
        at the commercial court whatever the amount, sources disagree on the TJ above
        the threshold (R6.7); no amicable attempt (R6.24)

    >>> figures = Thresholds(*map(Decimal, (10000, 10000, 5000, 5000)))
    >>> rules("commercial", Decimal(10000), figures)
    Rules(needs_lawyer=False, needs_attempt=False, is_last_instance=False)
    >>> rules("judicial", Decimal("10000.01"), figures).needs_lawyer
    True
    >>> rules("judicial", Decimal("10000.01"), figures, asks_order=True).needs_lawyer
    >>> rules("proximity", Decimal(5000), figures).needs_attempt
    True
    """
    above = amount > thresholds.lawyer
    if asks_order and above:
        needs_lawyer = False if kind in OF_COMMERCE else None
    else:
        needs_lawyer = above
    if kind in (ADMINISTRATIVE, FOREIGN):
        needs_lawyer = None
    attempt = kind in OF_JUDGES and amount <= thresholds.amicable and not asks_order
    return Rules(needs_lawyer, attempt, amount <= thresholds.last_instance)


def _judges(matter, thresholds):
    if matter.amount <= thresholds.proximity:
        return (PROXIMITY,)
    return (JUDICIAL,)
