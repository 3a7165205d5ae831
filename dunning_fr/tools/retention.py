"""How long what is known of a debtor must be kept (R10.8): plain arithmetic.

Always the latest day that can be argued: what is erased does not come back. Nothing
goes of a debtor who is held, or whose case is open; proofs go once nothing is owed and
each limitation and title is over, what a loss rests on is kept as long as the accounts
(C. com. L123-22). Free text goes some months after the documents it may speak of were
settled: who always owes something is not remembered for ever.

>>> from datetime import date
>>> quiet = Standing(1, kinds=("professional",), last_day=date(2025, 3, 31))
>>> periods = Periods(6, 0, 10, {"professional": 5, "consumer": 2, "public": 4}, 10)
>>> verdict("notes", quiet, periods, date(2025, 9, 30))
('recent', datetime.date(2025, 9, 30))
>>> verdict("notes", quiet, periods, date(2025, 10, 1)) is None
True
>>> verdict("proofs", quiet, periods, date(2030, 3, 31))
('limitation', datetime.date(2030, 3, 31))
>>> verdict("proofs", quiet, periods, date(2030, 4, 1)) is None
True
>>> trading = quiet._replace(open=True, oldest=date(2025, 2, 10))
>>> verdict("notes", trading, periods, date(2025, 10, 1))
('open', None)
>>> notes_before(trading, periods, date(2025, 10, 1))
datetime.date(2025, 2, 10)
"""

from datetime import date
from typing import NamedTuple

from .deadlines import add_months, limitation_last_day, public_limitation_last_day
from .personal_data import NOTES

# What stands in the way whatever the day, strongest first
ALWAYS = ("open", "notice", "case", "hold", "event")


class Periods(NamedTuple):
    """The figures of a day: of the law, and of the company."""

    notes_months: int  # after the last movement
    proofs_months: int  # more, after limitation and title
    title_years: int
    limitation_years: dict  # {kind of debtor: years}
    accounting_years: int  # what an entry rests on, from the end of its year


class Standing(NamedTuple):
    """What is known of one debtor on a day."""

    debtor_id: int
    open: bool = False  # an item of the ledger is not settled
    notice: bool = False  # a notice is on its way, or its fate is unknown
    case: bool = False  # a legal case is open
    hold: bool = False  # a hold is in force
    event: bool = False  # proceedings or talks that stop a limitation go on
    lost: bool = False  # something was written off: the debt lives on
    charged: bool = False  # penalties were claimed, and not settled or waived
    kinds: tuple = ()  # kinds of debtor ever seen; none: not known
    agreed_years: int = 0  # longest limitation agreed in a contract (R7.12)
    last_day: date | None = None  # last movement: payment, notice, hold, case
    claim_day: date | None = None  # last day from which a limitation may run
    title_day: date | None = None  # last title, or what may start its years again
    loss_year_end: date | None = None  # last day of the year something was written off
    acted_day: date | None = None  # last hold or case
    oldest: date | None = None  # first document open, or settled within the months


def limitation_until(standing, periods):
    """Return the last day of the longest limitation that may run, or None.

    Counted from the latest of due dates, payments, notices, events and cases, with the
    longest period of the kinds of debtor; unknown kinds count as the longest of all.
    """
    start = max(filter(None, (standing.claim_day, standing.last_day)), default=None)
    if not start:
        return None
    years = periods.limitation_years
    known = [kind for kind in standing.kinds if kind in years]
    if not known or len(known) < len(standing.kinds):
        known = list(years)
    longest = max(standing.agreed_years, *(years[kind] for kind in known))
    ends = [limitation_last_day(start, longest)]
    if "public" in known:  # as many years, but from the end of one (R7.5)
        ends.append(public_limitation_last_day(start, years["public"]))
    return max(ends)


def verdict(rule, standing, periods, day):
    """Return why data must be kept on ``day``: (code, until or None); None: it may go.

    :param rule: ``notes`` or ``proofs``
    """
    for code in ALWAYS:
        if getattr(standing, code):
            return code, None
    found = [
        (until, code)
        for code, until in _limits(rule, standing, periods)
        if until and day <= until
    ]
    if not found:
        return None
    until, code = max(found)
    return code, until


def notes_before(standing, periods, day):
    """Return the day before which notes may go on ``day``, or None: all are kept.

    A note speaks of documents there were when it was written. It may go though its
    debtor goes on trading, once all of these are settled for as long as R10.8 says.
    """
    rest = standing
    if not (standing.lost or standing.charged):  # those are not paid, whatever is
        rest = standing._replace(open=False, last_day=standing.acted_day)
    if verdict(NOTES, rest, periods, day):
        return None
    return standing.oldest or day


def _limits(rule, standing, periods):
    if standing.title_day:
        yield (
            "title",
            _later(
                limitation_last_day(standing.title_day, periods.title_years),
                rule,
                periods,
            ),
        )
    if rule != NOTES:
        yield "limitation", _later(limitation_until(standing, periods), rule, periods)
        if standing.loss_year_end:
            years = periods.accounting_years
            yield "accounts", limitation_last_day(standing.loss_year_end, years)
        return
    if standing.lost or standing.charged:
        code = "lost" if standing.lost else "charge"
        yield code, limitation_until(standing, periods)
    if standing.last_day:
        yield "recent", add_months(standing.last_day, periods.notes_months)


def _later(until, rule, periods):
    if rule == NOTES or not until:
        return until
    return add_months(until, periods.proofs_months)
