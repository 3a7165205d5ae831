"""Limitation of one claim: what interrupts it, what only pauses it (R7.7 to R7.13).

A period is counted from a start and moved by ``Act``s, in the order of their days.
An act after the last useful day changes nothing: there is nothing left to save.
Like ``deadlines``: plain dates in and out, no clock, and the law's numbers are
arguments (``Figures``), never constants of this file.
"""

from datetime import date, timedelta
from typing import NamedTuple

from .deadlines import (
    LAST_DAY,
    add_months,
    limitation_last_day,
    public_limitation_last_day,
)

INTERRUPTS, POSSIBLE, SUSPENDS, PERIOD = "interrupts", "possible", "suspends", "period"
_ONE_DAY = timedelta(days=1)


class Effect(NamedTuple):
    """What a kind of act does under private law, and against a public body."""

    private: str | None
    public: str | None  # R7.13; what the rule does not name is not counted
    capped: bool = True  # whether the ceiling of 20 years holds (R7.11)


EFFECTS = {
    "acknowledgement": Effect(POSSIBLE, INTERRUPTS),  # C. civ. 2240, R7.10
    "court_action": Effect(INTERRUPTS, INTERRUPTS, capped=False),  # C. civ. 2241
    "order_service": Effect(INTERRUPTS, INTERRUPTS, capped=False),  # R7.9
    "enforcement": Effect(INTERRUPTS, None, capped=False),  # C. civ. 2244
    "insolvency_declaration": Effect(INTERRUPTS, None),  # R6.40
    "written_claim": Effect(None, INTERRUPTS),  # R7.13; R5.3: never private debtors
    "public_reply": Effect(None, INTERRUPTS),  # R7.13
    "mediation": Effect(SUSPENDS, None),  # C. civ. 2238
    "small_claims": Effect(SUSPENDS, None),  # R6.13
    "contract": Effect(PERIOD, None),  # C. civ. 2254, R7.12
}


class Act(NamedTuple):
    """Something that moves a limitation, of a kind of ``EFFECTS``."""

    kind: str
    first: date
    last: date | None = None  # end of a suspension, or of the proceedings
    years: int = 0  # the period the parties agreed on


class Figures(NamedTuple):
    """Numbers of the law, dated parameters of the caller."""

    ceiling_years: int | None = None  # C. civ. 2232; None: no ceiling
    left_months: int = 0  # at least so much is left after a suspension (2238)


class Limits(NamedTuple):
    """Last useful days of a claim."""

    prudent: date  # from the completion of the service or delivery (R7.7)
    contractual: date  # from the due date
    possible: date  # the prudent one, with what only may interrupt it (R7.10)


class Basis(NamedTuple):
    """What the limitation of one claim is counted from, and for how long."""

    kind: str | None  # debtor kind; None, to qualify: as a professional
    public_type: str | None = None
    period: str | None = None  # of the claim itself: transport or telecom
    completed: date | None = None  # service or delivery completed
    documented: date | None = None  # date of the invoice
    due: date | None = None

    @property
    def years_of(self):
        """Key of the length: the claim's own, else that of the kind of debtor."""
        if self.period:
            return self.period
        if self.kind == "public" and self.public_type == "private_law":
            return "professional"  # it buys like a public body, no more (R3.19)
        return self.kind or "professional"


def limits_of(basis, years, acts=(), figures=None, today=None):
    """Return the ``Limits`` of a claim, from what is known of it.

    Where nobody entered the completion, the date of the invoice stands for it: an
    invoice is made out at the latest when the service is done or the goods are
    delivered (CGI 289). Telecom services count from the due date alone (R7.6).

    :param years: {kind of debtor or claim: length}; a missing one is a KeyError

    >>> sold = Basis("professional", documented=date(2021, 12, 14),
    ...              due=date(2022, 1, 31))
    >>> limits_of(sold, {"professional": 5}).prudent
    datetime.date(2026, 12, 14)
    """
    key, due = basis.years_of, min(basis.due, LAST_DAY)
    start = due
    if basis.period != "telecom":
        start = min(basis.completed or basis.documented or due, due)
    return limits(start, due, years[key], acts, key == "public", figures, today)


def limits(completed, due, years, acts=(), public=False, figures=None, today=None):
    """Return the ``Limits`` of a claim (R7.7).

    :param completed: day the service or delivery was completed; None: not known,
        the due date then starts both
    :param due: due date
    :param today: suspensions without an end have lasted until this day

    >>> found = limits(date(2021, 12, 14), date(2022, 1, 31), 5)
    >>> found.prudent, found.contractual
    (datetime.date(2026, 12, 14), datetime.date(2027, 1, 31))
    """
    start = completed or due
    rest = (years, tuple(acts), public, figures, today)
    return Limits(
        last_useful_day(start, *rest),
        last_useful_day(due, *rest),
        last_useful_day(start, *rest, possible=True),
    )


def last_useful_day(
    start, years, acts=(), public=False, figures=None, today=None, possible=False
):
    """Return the last useful day of one period, whatever moved it.

    An interruption starts a new period of the same length (C. civ. 2231), on its
    own day or at the end of the proceedings it opened (2242); against a public
    body on 1 January of the next year (R7.13). A suspension only adds its days.

    :param public: whether the debtor is a public body with a public accountant
    :param possible: count what may be an interruption as one

    >>> claim = Act("written_claim", date(2026, 6, 10))
    >>> last_useful_day(date(2022, 5, 3), 4, [claim], public=True)
    datetime.date(2030, 12, 31)
    >>> last_useful_day(date(2022, 5, 3), 5, [claim])  # a reminder saves nothing
    datetime.date(2027, 5, 3)
    >>> talks = Act("mediation", date(2027, 4, 1), date(2027, 6, 30))
    >>> last_useful_day(date(2022, 5, 3), 5, [talks], figures=Figures(20, 6))
    datetime.date(2027, 12, 30)
    """
    figures = figures or Figures()
    found = _by_effect(acts, public)
    if public:
        return _public(start, years, found[INTERRUPTS])
    pauses = _merged(found[SUSPENDS], today)
    origin, last = start, _paused(start, years, pauses, figures)
    for act in found[PERIOD]:
        if act.first <= last:  # later, there is nothing left to lengthen
            years, last = act.years, _paused(start, act.years, pauses, figures)
    moving = found[INTERRUPTS] + (found[POSSIBLE] if possible else [])
    for act in sorted(moving, key=_first_day):
        if act.first > last:
            break
        start = max(act.first, act.last or act.first)
        moved = _paused(start, years, pauses, figures)
        if EFFECTS[act.kind].capped and figures.ceiling_years is not None:
            moved = min(moved, limitation_last_day(origin, figures.ceiling_years))
        last = max(last, moved)
    return last


def effect_of(kind, public=False):
    """Return what an act of this kind does, None for nothing.

    >>> effect_of("written_claim"), effect_of("written_claim", public=True)
    (None, 'interrupts')
    """
    effect = EFFECTS[kind]
    return effect.public if public else effect.private


def _by_effect(acts, public):
    found = {INTERRUPTS: [], POSSIBLE: [], SUSPENDS: [], PERIOD: []}
    for act in sorted(acts, key=_first_day):
        if act.last and act.last < act.first:
            raise ValueError(f"an act ends before it begins: {act.first} to {act.last}")
        effect = effect_of(act.kind, public)
        if effect:
            found[effect].append(act)
    return found


def _public(start, years, interruptions):
    last = public_limitation_last_day(start, years)
    for act in interruptions:
        if act.first > last:
            break
        moved = max(act.first, act.last or act.first)
        last = max(last, public_limitation_last_day(moved, years))
    return last


def _merged(acts, today):
    """Return the suspensions as pairs of days, both included, without overlap."""
    merged = []
    for act in acts:
        end = act.last or max(act.first, today or act.first)
        if merged and act.first <= merged[-1][1] + _ONE_DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((act.first, end))
    return merged


def _paused(start, years, pauses, figures):
    """Return the last day of a period from ``start``, its pauses added."""
    last = limitation_last_day(start, years)
    for first, end in pauses:
        first = max(first, start + _ONE_DAY)  # the first day does not count anyway
        if first <= last and first <= end:
            last += end - first + _ONE_DAY
            last = max(last, add_months(end, figures.left_months))
    return last


def _first_day(act):
    return act.first
