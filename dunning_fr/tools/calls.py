"""When to call a debtor again, and when it would be too often (R2.11, R2.12).

No law sets a number of calls for one's own claims: intervals and limits are the
company's choice and come as arguments. Days are plain :class:`datetime.date` values;
the week is the seven days that end on the day looked at.
"""

from datetime import timedelta

from .deadlines import next_working_day

ONE_DAY = timedelta(days=1)
WEEK = 7 * ONE_DAY
MAX_DAYS = 60  # working days between two tries; a longer pause is no pause


def parse_intervals(text):
    """Return working days between tries, as a setting writes them.

    :param text: whole numbers from 1 on, none smaller than the one before
    :raise ValueError: for anything else

    >>> parse_intervals("1, 2, 4")
    (1, 2, 4)
    >>> parse_intervals("4, 2")
    Traceback (most recent call last):
    ValueError: 4, 2
    """
    try:
        days = tuple(int(part) for part in (text or "").split(","))
    except ValueError:
        raise ValueError(text) from None
    if days != tuple(sorted(days)) or not 1 <= days[0] <= days[-1] <= MAX_DAYS:
        raise ValueError(text)
    return days


def add_working_days(day, count):
    """Return the working day ``count`` working days after a day.

    >>> from datetime import date
    >>> add_working_days(date(2026, 11, 20), 1)  # Friday
    datetime.date(2026, 11, 23)
    """
    for _step in range(count):
        day = next_working_day(day + ONE_DAY)
    return day


def too_many(day, calls, most):
    """Whether a call on ``day`` would be one too many in its seven days.

    :param calls: days of the calls made so far, whatever they came to
    :param most: calls in seven days; 0 = no limit

    >>> from datetime import date
    >>> made = [date(2026, 11, 16), date(2026, 11, 18)]
    >>> too_many(date(2026, 11, 22), made, 2), too_many(date(2026, 11, 23), made, 2)
    (True, False)
    """
    return bool(most) and sum(day - WEEK < made <= day for made in calls) >= most


def first_allowed(day, calls, most):
    """Return the first working day from ``day`` on that is not one call too many.

    >>> from datetime import date
    >>> made = [date(2026, 11, 16), date(2026, 11, 18)]
    >>> first_allowed(date(2026, 11, 20), made, 2)
    datetime.date(2026, 11, 23)
    """
    day = next_working_day(day)
    while too_many(day, calls, most):
        day = next_working_day(day + ONE_DAY)
    return day


def next_call(today, unanswered, calls, intervals, most):
    """Return the day of the next call after one that nobody answered.

    :param unanswered: tries in a row without an answer, today's included
    :param calls: days of all calls so far, today's included
    :param intervals: working days after the first try, the second, …; the last one
        goes on

    >>> from datetime import date
    >>> monday = date(2026, 11, 23)
    >>> next_call(monday, 1, [monday], (1, 2, 4), 3)
    datetime.date(2026, 11, 24)
    >>> next_call(monday, 9, [monday], (1, 2, 4), 3)
    datetime.date(2026, 11, 27)
    """
    step = intervals[min(max(unanswered, 1), len(intervals)) - 1]
    return first_allowed(add_working_days(today, step), calls, most)
