"""When messages may leave: working days and hours (R2.12). No clock, no Odoo here."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from .deadlines import legal_holidays

_SATURDAY, _SUNDAY = 5, 6


class Window(NamedTuple):
    """Hours of the day between which messages leave, as decimal numbers."""

    opens: float
    closes: float
    saturday: bool = False


def is_sending_day(window, day):
    """Whether messages leave on a day: neither Sunday nor legal holiday.

    >>> from datetime import date
    >>> office = Window(8, 20)
    >>> is_sending_day(office, date(2026, 11, 11))  # Armistice, a Wednesday
    False
    >>> saturday = date(2026, 11, 21)
    >>> is_sending_day(office, saturday), is_sending_day(Window(8, 20, True), saturday)
    (False, True)
    """
    if day.weekday() == _SUNDAY or day in legal_holidays(day.year):
        return False
    return window.saturday or day.weekday() != _SATURDAY


def next_opening(window, now):
    """The moment itself when the window is open, else when it opens next.

    The closing hour no longer belongs to the window.

    :param now: ``datetime`` without time zone, on the clock of the place

    >>> office = Window(8, 18.5)
    >>> next_opening(office, datetime(2026, 11, 20, 18, 29))
    datetime.datetime(2026, 11, 20, 18, 29)
    >>> next_opening(office, datetime(2026, 11, 20, 18, 30))  # a Friday
    datetime.datetime(2026, 11, 23, 8, 0)
    """
    day = now.date()
    if is_sending_day(window, day):
        opening, closing = _moment(day, window.opens), _moment(day, window.closes)
        if now < closing:
            return max(now, opening)
    return first_opening_after(window, day)


def first_opening_after(window, day):
    """When the window opens for the first time after a day.

    >>> from datetime import date
    >>> first_opening_after(Window(9.25, 17), date(2026, 12, 24))
    datetime.datetime(2026, 12, 28, 9, 15)
    """
    day += timedelta(days=1)
    while not is_sending_day(window, day):
        day += timedelta(days=1)
    return _moment(day, window.opens)


def _moment(day, hour):
    return datetime.combine(day, time()) + timedelta(minutes=round(hour * 60))
