"""Dates the law computes: limitation, procedural time limits, working days.

Every function takes and returns plain :class:`datetime.date` values and
raises ``TypeError`` for anything else (a ``datetime`` would silently compare
wrong), ``ValueError`` for a length that is negative. Numbers of years, months
and days are arguments: they are dated parameters, never constants of this file.
"""

import calendar
import functools
from datetime import date, datetime, timedelta

# Days are counted up to here: what is due later means "never", and years of limitation
# added to the last day of all calendars would be no day any more.
LAST_DAY = date(2999, 12, 31)

_FIXED_HOLIDAYS = (
    (1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25),
)  # fmt: skip
# Days from Easter Sunday: Easter Monday, Ascension, Whit Monday
_MOVABLE_HOLIDAYS = (1, 39, 50)
_SATURDAY = 5


# -- semesters -----------------------------------------------------------------
def semester_of(day):
    """Semester of a day, as ``(year, 1 or 2)``.

    >>> semester_of(date(2026, 6, 30)), semester_of(date(2026, 7, 1))
    ((2026, 1), (2026, 2))
    """
    _check_day(day)
    return day.year, 1 if day.month < 7 else 2


def semester_start(day):
    """First day of the semester of a day: 1 January or 1 July (R1.4).

    >>> semester_start(date(2026, 11, 22))
    datetime.date(2026, 7, 1)
    """
    _check_day(day)
    return date(day.year, 1 if day.month < 7 else 7, 1)


def semester_end(day):
    """Last day of the semester of a day: 30 June or 31 December (R1.4).

    >>> semester_end(date(2026, 1, 1))
    datetime.date(2026, 6, 30)
    """
    _check_day(day)
    return date(day.year, 6, 30) if day.month < 7 else date(day.year, 12, 31)


def next_semester_start(day):
    """First day of the semester after that of a day.

    >>> next_semester_start(date(2026, 11, 22))
    datetime.date(2027, 1, 1)
    """
    return semester_end(day) + timedelta(days=1)


def semester_label(day):
    """Name of the semester of a day.

    >>> semester_label(date(2027, 1, 1))
    '2027 S1'
    """
    year, half = semester_of(day)
    return f"{year} S{half}"


# -- working days --------------------------------------------------------------
def easter(year):
    """Easter Sunday of a year of the Gregorian calendar.

    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    golden, century, rest = year % 19, year // 100, year % 100
    leap_centuries, leap_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    weekday = (32 + 2 * leap_rest + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@functools.lru_cache(maxsize=256)
def legal_holidays(year):
    """The 11 legal French holidays of a year; local ones do not count (R7.16).

    :return: frozenset of dates (10 in the rare year two of them coincide)

    >>> date(2026, 5, 14) in legal_holidays(2026)  # Ascension
    True
    >>> len(legal_holidays(2026))
    11
    """
    sunday = easter(year)
    fixed = {date(year, month, day) for month, day in _FIXED_HOLIDAYS}
    return frozenset(fixed | {sunday + timedelta(days=n) for n in _MOVABLE_HOLIDAYS})


def is_working_day(day):
    """Whether a time limit may end on a day (CPC 642, R7.16).

    >>> is_working_day(date(2026, 11, 11)), is_working_day(date(2026, 11, 12))
    (False, True)
    >>> is_working_day(date(2026, 11, 14))  # a Saturday
    False
    """
    _check_day(day)
    return day.weekday() < _SATURDAY and day not in legal_holidays(day.year)


def next_working_day(day):
    """The day itself if it is a working day, else the first one after it.

    >>> next_working_day(date(2026, 12, 25))  # Friday, then a week-end
    datetime.date(2026, 12, 28)
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def previous_working_day(day):
    """The day itself if it is a working day, else the last one before it.

    The day to raise an alert for: an extended time limit is good law, but
    nobody should plan on the extension (7.3).

    >>> previous_working_day(date(2027, 2, 28))
    datetime.date(2027, 2, 26)
    """
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


# -- time limits ---------------------------------------------------------------
def add_months(day, months):
    """Same day number some months later, else the last day of that month.

    CPC 641; also the rule of years, twelve months each (R7.14).

    :param months: whole number, zero or more

    >>> add_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    _check_day(day)
    _check_length(months)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def limitation_last_day(start, years):
    """Last useful day of a private-law limitation period (C. civ. 2228, 2229).

    The starting day does not count and the period is over when its last day
    is: same day and month, N years later, 29 February becoming 28 February
    (R7.14). Never moved to a working day (R7.15).

    :param start: completion of the service, due date, or last interruption
    :param years: length in whole years (R7.1 to R7.4)

    >>> limitation_last_day(date(2024, 2, 29), 2)
    datetime.date(2026, 2, 28)
    """
    return add_months(start, 12 * _check_length(years))


def public_limitation_last_day(event, years=4):
    """Last useful day against a public body with a public accountant.

    Law 68-1250: the period runs from 1 January after the year in which the
    right was acquired (R7.5), or after the year of the last interruption, a
    mere written claim being one (R7.13).

    :param event: day of the acquisition or of the last interruption
    :param years: length in whole years

    >>> public_limitation_last_day(date(2026, 6, 10))
    datetime.date(2030, 12, 31)
    """
    _check_day(event)
    return date(event.year + _check_length(years), 12, 31)


def first_day_not_barred(today, years, public=False):
    """First start of a limitation period that is not over ``today``.

    The other way round: a claim is time-barred if and only if its period started on an
    earlier day. One comparison of days for each of many claims.

    :param years: length in whole years (R7.1 to R7.5)
    :param public: counted as against a public body with a public accountant (R7.5)

    >>> first_day_not_barred(date(2026, 11, 20), 5)
    datetime.date(2021, 11, 20)
    >>> first_day_not_barred(date(2028, 2, 29), 1)
    datetime.date(2027, 3, 1)
    >>> first_day_not_barred(date(2026, 11, 20), 4, public=True)
    datetime.date(2022, 1, 1)
    """
    _check_day(today)
    year = today.year - _check_length(years)
    if public:
        return date(year, 1, 1)
    if (today.month, today.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return today.replace(year=year)


def procedural_deadline(start, months=0, days=0):
    """End of a procedural time limit (CPC 641 and 642, R7.16).

    The starting day does not count; months come before days; a limit that
    ends on a Saturday, Sunday or holiday moves to the next working day.

    :param start: day of the act, decision or publication that starts it
    :return: ``(raw, adjusted)`` dates; alert before the raw one

    >>> procedural_deadline(date(2026, 8, 28), months=6)  # a Sunday
    (datetime.date(2027, 2, 28), datetime.date(2027, 3, 1))
    """
    raw = add_months(start, months) + timedelta(days=_check_length(days))
    return raw, next_working_day(raw)


def letter_deadline(letter_date, days, postal_days=0):
    """Date to pay by that a letter prints (R5.13).

    :param days: time left to the debtor, in calendar days
    :param postal_days: allowance for the post (none for an e-mail)

    >>> letter_deadline(date(2026, 10, 29), days=8, postal_days=5)  # 11 November
    datetime.date(2026, 11, 12)
    """
    _check_day(letter_date)
    wait = _check_length(days) + _check_length(postal_days)
    return next_working_day(letter_date + timedelta(days=wait))


def public_term_end(start, days, suspensions=()):
    """Last day a public buyer may pay in time (R3.2, R3.3).

    :param start: day from which the term runs (availability on the portal,
        service done)
    :param days: length of the term in calendar days
    :param suspensions: pairs of dates ``(from, to)``, both included: the term
        does not run on these days (R3.4); days in two pairs count once

    >>> public_term_end(date(2026, 5, 4), 30)
    datetime.date(2026, 6, 3)
    >>> public_term_end(
    ...     date(2026, 5, 4), 30, [(date(2026, 5, 20), date(2026, 5, 29))])
    datetime.date(2026, 6, 13)
    """
    _check_day(start)
    end = start + timedelta(days=_check_length(days))
    counted = start  # last day whose suspension is already added
    for first, last in sorted(suspensions):
        if _check_day(last) < _check_day(first):
            raise ValueError(f"suspension ends before it starts: {first} to {last}")
        first = max(first, counted + timedelta(days=1))
        if first <= last and first <= end:
            end += last - first + timedelta(days=1)
            counted = last
    return end


def _check_day(day):
    if not isinstance(day, date) or isinstance(day, datetime):
        raise TypeError(f"a date is expected, not {day!r}")
    return day


def _check_length(number):
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"a whole number is expected, not {number!r}")
    if number < 0:
        raise ValueError(f"a time limit cannot be negative: {number}")
    return number
