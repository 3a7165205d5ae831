"""What the law adds to a debt that is paid late: which regime, from which day.

``Debt`` (one receivable line and what is known of its debtor) → ``Claim``. The
debtor kind decides everything: margin or legal rate, first day of interest,
indemnity or none. Money is in the minor unit of the debt's currency.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from .deadlines import LAST_DAY, add_months, limitation_last_day, public_term_end
from .interest import LateInterest, MissingRate, Terms, late_interest, round_parts

# Legal interest from the formal notice, no indemnity (R1.1, R2.2, R2.3)
LEGAL_RATE_KINDS = ("consumer", "non_professional")
INDEMNITY_KINDS = ("professional", "public")  # R1.20, R3.10
_ONE_DAY = timedelta(days=1)
_OLD_YEARS = 4  # a younger debt needs no look at its limitation


class Stated(NamedTuple):
    """The rate an invoice bore when it was posted, kept with it by another add-on."""

    rate: float  # percent a year
    period: date | None = None  # first day of the half-year it was found for


class Debt(NamedTuple):
    """One receivable line."""

    id: int
    document: object  # lines of one document share one indemnity (R1.21)
    kind: str | None  # debtor kind, None = to qualify
    amount: int  # original, VAT included, minor unit
    due_date: date | None
    reductions: tuple = ()  # as ``late_interest`` wants them
    presented: date | None = None  # formal notice first presented (R2.6)
    contract: tuple | None = None  # (rate type, value), None = not stated
    public_type: str | None = None
    term_start: date | None = None
    suspension: tuple | None = None  # (from, to or None while it lasts)
    stop: date | None = None  # day of a judgment that stops interest (R6.41, R2.15)
    served: date | None = None  # day a court decision was served (R2.7)
    foreign: bool = False  # not under French law, or not known to be (R1.1)
    unallocated: tuple = ()  # like ``reductions``: receipts not matched yet
    no_claim: bool = False  # a debt outside the rules on late payment (R1.1)
    pauses: tuple = ()  # (from, to) a judge suspended interest, or a plan (R1.32)
    barred: bool = False  # a consumer's, past its limitation: nothing is claimed
    stated: Stated | None = None  # where ``contract`` comes from, if from there


class Options(NamedTuple):
    """How a company reads the law where the law leaves a choice."""

    day_basis: str = "365"
    rate_mode: str = "per_semester"
    imputation: str = "principal_first"
    below_floor: str = "ignore"
    default_respects_floor: bool = False
    fee_per: str = "invoice"  # or "instalment" (R1.21)


@dataclass(slots=True)
class Claim:
    """What is claimed on one debt."""

    debt: Debt
    term_end: date | None = None  # last day to pay in time
    found: LateInterest | None = None  # None: see ``missing`` or ``notes``
    notes: tuple = ()  # codes of what a person should know
    missing: str | None = None  # semester without rates (R9.2)
    interest: int | None = 0  # rounded once a document; None when rates are missing
    owes_indemnity: bool = False
    bears_indemnity: bool = False
    earlier: tuple = ()  # LateInterest of the periods before ``found``
    principal: int = 0  # still owed in the ledger at the end of the day of the claim

    @property
    def parts(self):
        """Interest unrounded, in 1/PARTS of the minor unit."""
        return sum(part.parts for part in (*self.earlier, self.found))

    @property
    def segments(self):
        """Explanation of the interest, in order of date."""
        if not self.found:
            return []
        return [s for part in (*self.earlier, self.found) for s in part.segments]

    @property
    def cautions(self):
        """``Caution`` of each semester whose contract rate was not used."""
        if not self.found:
            return ()
        return tuple(c for part in (*self.earlier, self.found) for c in part.cautions)


class Claims:
    """Computes the claims of many debts of one company at one day.

    :param table: ``RateTable``
    :param figure: function ``(key, day) → number`` for the dated figures of the law
    """

    def __init__(self, table, figure, options, as_of):
        self.table, self.figure = table, figure
        self.options, self.as_of = options, as_of
        self._terms_on = {}  # {(kind, contract, due date): (Terms, Schedule)}
        self._terms_known = {}  # {arguments: Terms}: equal terms share a schedule

    def of(self, debts):
        """Return {debt id: ``Claim``}."""
        claims = {debt.id: self.claim(debt) for debt in debts}
        documents = {}
        for claim in claims.values():
            documents.setdefault(claim.debt.document, []).append(claim)
        per_instalment = self.options.fee_per == "instalment"
        for own_claims in documents.values():
            if len(own_claims) == 1 or per_instalment:
                for claim in own_claims:
                    claim.bears_indemnity = claim.owes_indemnity
            else:
                share_indemnity(own_claims)
            if len(own_claims) > 1:
                round_together(own_claims)
        return claims

    def claim(self, debt):
        """Return the ``Claim`` of one debt as if it were alone in its document."""
        if debt.due_date is None:
            return Claim(
                debt, notes=("no_due_date",), principal=self._ledger_principal(debt)
            )
        due, notes = self._term(debt)
        try:
            earlier, found = self._interest(debt, due)
        except MissingRate as error:
            claim = Claim(debt, due, None, notes, error.semester, None)
            claim.principal = self._ledger_principal(debt)
            return claim
        owes = found.late and debt.kind in INDEMNITY_KINDS and _is_claimed(debt)
        claim = Claim(debt, due, found, notes, None, found.interest, owes)
        claim.principal = found.principal
        if earlier:
            claim.earlier = earlier
            claim.interest = round_parts(claim.parts)
        if claim.interest and debt.kind != "public" and self._is_old(due):
            claim.notes += ("old_interest",)
        if debt.unallocated:  # it reduces the interest, not the ledger
            claim.principal = self._ledger_principal(debt)
        return claim

    def _is_old(self, due):
        """Whether some day of interest is older than its limitation (R1.36)."""
        if self.as_of.year - due.year < _OLD_YEARS:
            return False
        years = int(self.figure("fr.prescription_years.professional", self.as_of))
        return limitation_last_day(due + _ONE_DAY, years) < self.as_of

    def _ledger_principal(self, debt):
        return debt.amount - sum(
            event[1] for event in debt.reductions if event[0] <= self.as_of
        )

    def _interest(self, debt, due):
        """Return (interest of earlier periods, of the last one)."""
        kind, terms, start, schedule = debt.kind, None, None, None
        if _is_claimed(debt):
            terms, schedule = self._terms(kind, debt.contract, due)
        if kind in LEGAL_RATE_KINDS:
            if debt.presented:
                start = debt.presented + _ONE_DAY
            else:  # nothing before the formal notice (R2.3)
                terms = None
        if not debt.served and not debt.pauses:
            return (), self._period(
                debt, due, terms, start, debt.stop, schedule=schedule
            )
        periods = [(terms, start, debt.stop)]
        if debt.served:
            periods = self._judged(debt, terms, start)
        for pause in debt.pauses if kind != "public" else ():  # a civil judge's (R1.32)
            periods = _interrupt(periods, due, *pause)
        found, carried = [], None
        for period in periods:
            found.append(self._period(debt, due, *period, carried))
            carried = found[-1].carried
        return tuple(found[:-1]), found[-1]

    def _judged(self, debt, terms, start):
        """Periods (terms, first day, day that stops it) around a court decision."""
        # The legal rate follows the other one, never beside it (R1.10)
        legal_from = debt.served + _ONE_DAY
        months = int(self.figure("fr.judgment_surcharge_months", debt.served))
        raised_from = add_months(debt.served, months) + _ONE_DAY
        points = self.figure("fr.judgment_surcharge", debt.served)
        stops = [_earliest(debt.stop, day) for day in (legal_from, raised_from)]
        return [
            (terms, start, stops[0]),
            (Terms.legal(), legal_from, stops[1]),
            (Terms.legal(points), raised_from, debt.stop),
        ]

    def _period(self, debt, due, terms, start, stop, carried=None, schedule=None):
        """Return the ``LateInterest`` of the days from ``start`` to before ``stop``."""
        events = debt.reductions
        if debt.unallocated:
            events = sorted([*events, *debt.unallocated], key=_event_day)
        return late_interest(
            self.table,
            terms,
            debt.amount,
            due,
            self.as_of,
            events,
            start=start,
            stop=stop,
            day_basis=self.options.day_basis,
            imputation=self.options.imputation,
            carried=carried,
            schedule=schedule,
        )

    def _term(self, debt):
        """Last day to pay in time, and codes of what a person should know."""
        kind, due, notes = debt.kind, debt.due_date, ()
        if kind == "public":
            due, notes = self._public_term(debt)
        elif kind is None:
            notes = ("to_qualify",)
        if debt.contract and kind in ("public", *LEGAL_RATE_KINDS):
            used = "stated" if debt.stated else "contract"
            notes += (f"{used}_rate_unused",)
        if debt.foreign:
            notes += ("foreign_law",)
        if debt.no_claim:
            notes += ("no_claim",)
        if debt.barred:
            notes += ("time_barred",)
        return min(due, LAST_DAY), notes

    def _terms(self, kind, contract, due):
        """Terms of interest of a debt late after ``due``, and their ``Schedule``.

        No terms mean no interest; no schedule, that it is to be found from the days.
        """
        key = (kind, contract, due)
        found = self._terms_on.get(key)
        if found is None:
            terms = self._find_terms(kind, contract, due + _ONE_DAY)
            found = self._terms_on[key] = terms, self._schedule(kind, terms, due)
        return found

    def _schedule(self, kind, terms, due):
        """Return the ``Schedule`` of interest from the day after ``due``, or None.

        A rate that is missing is for the debts that need it to say.
        """
        if terms is None or kind in LEGAL_RATE_KINDS:
            return None
        try:
            first, basis = due + _ONE_DAY, self.options.day_basis
            return self.table.schedule(terms, due, first, basis)
        except MissingRate:
            return None

    def _find_terms(self, kind, contract, day):
        if kind == "professional":
            margin = self.figure("fr.b2b_margin", day)
            floor = self.figure("fr.floor_multiplier", day)
            key = (kind, margin, floor, contract)
        elif kind == "public":
            key = (kind, self.figure("fr.public_margin", day))
        elif kind in LEGAL_RATE_KINDS:
            key = (kind,)
        else:
            return None
        if key not in self._terms_known:
            self._terms_known[key] = self._make_terms(*key)
        return self._terms_known[key]

    def _make_terms(self, kind, margin=None, floor=None, contract=None):
        if kind == "professional":
            options = self.options
            return Terms.professional(
                margin,
                floor,
                contract,
                options.below_floor,
                options.default_respects_floor,
                options.rate_mode,
            )
        return Terms.public(margin) if kind == "public" else Terms.legal()

    def _public_term(self, debt):
        """Last day a public buyer pays in time, and what is missing to know it."""
        if not debt.term_start:
            return debt.due_date, ("public_no_term_start",)
        if not debt.public_type:
            return debt.due_date, ("public_no_type",)
        days = self.figure(f"fr.public_term_days.{debt.public_type}", debt.term_start)
        suspensions = []
        if debt.suspension:
            first, last = debt.suspension
            suspensions.append((first, last or max(first, self.as_of)))
        return public_term_end(debt.term_start, int(days), suspensions), ()


def share_indemnity(claims):
    """Let one debt of a document bear its indemnity (R1.21).

    Of several late instalments the earliest still owed bears it, so that the
    letter that claims the instalment claims it too; if all are paid, the
    earliest one (R1.35).
    """
    owing = [claim for claim in claims if claim.owes_indemnity]
    if owing:
        bearer = min(owing, key=lambda claim: (claim.principal <= 0, _rank(claim)))
        bearer.bears_indemnity = True


def round_together(claims):
    """Round the interest of a document once (R1.16), cents shared by due date.

    Each debt gets what the running total grows by, so that they always add up
    to the document's own figure.
    """
    total = before = 0
    for claim in sorted((c for c in claims if c.found), key=_rank):
        total += claim.parts
        rounded = round_parts(total)
        claim.interest = rounded - before
        before = rounded


def _is_claimed(debt):
    return not (debt.foreign or debt.no_claim or debt.barred)


def _interrupt(periods, due, first, last):
    """Leave the days from ``first`` to ``last``, both included, out of ``periods``.

    A period that begins after its end is empty.
    """
    cut = []
    for terms, start, stop in periods:
        after = max(start or due, last + _ONE_DAY)
        cut += [(terms, start, _earliest(stop, first)), (terms, after, stop)]
    return cut


def _earliest(*days):
    return min(filter(None, days), default=None)


def _event_day(event):
    return event[0]


def _rank(claim):
    return claim.term_end, claim.debt.id
