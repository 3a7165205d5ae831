"""What happens in the demo company, as plain dated data: no Odoo, no clock.

Everything is relative to the day of the last run, and drawn from a seed per debtor:
the same day gives the same invoices, to the cent.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from ..tools.deadlines import previous_working_day

FOLDER = Path(__file__).parent
SEED = "dunning_fr"

# The books go back two years; the company began to remind with the add-on ten
# weeks ago, one run a week.
HISTORY_DAYS = 730
FIRST_RUN_WEEKS = 10

# habit: (earliest, latest) day of payment after the due date
HABITS = {"prompt": (-6, 4), "late": (5, 26), "slow": (24, 58)}
CURRENCIES = {"GB": "GBP", "CH": "CHF"}


class Debtor(NamedTuple):
    """One row of ``debtors.csv``."""

    key: str
    name: str
    kind: str  # empty: to qualify
    buyer: str  # type of public buyer
    number: str  # SIREN without its check digit, foreign tax number, or RNA
    street: str
    zip: str
    city: str
    country: str
    contact: str
    habit: str
    invoices: int  # paid ones, before those of receivables.csv


class Receipt(NamedTuple):
    """Money received for an invoice; without amount or share, all that is left."""

    date: date
    amount: float | None = None
    share: float | None = None  # of the invoice's total


class Credit(NamedTuple):
    """A credit note, tax included."""

    date: date
    amount: float
    kind: str  # "correction" or "gesture"


class Invoice(NamedTuple):
    """A customer invoice and what was paid or credited on it."""

    debtor: str
    date: date
    due: date  # pylint: disable=used-before-assignment
    net: float
    instalments: tuple = ()  # days after the invoice's date, equal parts
    order: str = ""
    currency: str = "EUR"
    receipts: tuple = ()
    credit: Credit | None = None


def debtors():
    """Return the debtors by key."""
    rows = (Debtor(**row) for row in _read("debtors.csv"))
    return {row.key: row._replace(invoices=int(row.invoices)) for row in rows}


def invoices(today):
    """Return the invoices of two years, oldest first."""
    known = debtors()
    found = [invoice for debtor in known.values() for invoice in _paid(debtor, today)]
    rows = _read("receivables.csv")
    found += [_receivable(row, known[row["key"]], today) for row in rows]
    return sorted(found, key=lambda invoice: (invoice.date, invoice.debtor))


def run_days(today):
    """Return the days of the earlier runs: weekly, on a working day."""
    return [
        previous_working_day(today - timedelta(weeks=week))
        for week in range(FIRST_RUN_WEEKS, 0, -1)
    ]


def booking_days(today, runs):
    """Return the days on which the books are brought up to date: the runs' days, and
    before them twice a year."""
    past = [runs[0] - timedelta(days=182 * count) for count in (3, 2, 1)]
    return [*past, *runs, today]


def siren(base):
    """Return an eight-digit base with its check digit (Luhn).

    >>> siren("99900001")
    '999000011'
    """
    return base + _luhn(base)


def siret(base):
    """Return the number of the head office of a SIREN's base.

    >>> siret("99900001")
    '99900001100018'
    """
    number = siren(base) + "0001"
    return number + _luhn(number)


def vat(base):
    """Return the French tax number of a SIREN's base.

    >>> vat("99900001")
    'FR66999000011'
    """
    number = siren(base)
    return f"FR{(12 + 3 * (int(number) % 97)) % 97:02d}{number}"


def _luhn(number):
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _read(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _paid(debtor, today):
    """Return the debtor's settled past: spread over two years, paid by habit."""
    draw = random.Random(f"{SEED}:{debtor.key}")
    span = HISTORY_DAYS - 100
    result = []
    for index in range(debtor.invoices):
        step = span // debtor.invoices
        issued = today - timedelta(
            days=HISTORY_DAYS - index * step - draw.randrange(max(step // 2, 1))
        )
        term = draw.choice((30, 30, 45))
        due = issued + timedelta(days=term)
        net = draw.choice((90, 180, 350, 720, 1400, 2600)) + draw.randrange(0, 900) / 10
        result.append(
            Invoice(
                debtor=debtor.key,
                date=issued,
                due=due,
                net=round(net, 2),
                currency=CURRENCIES.get(debtor.country, "EUR"),
                receipts=_receipts(draw, debtor, due),
                credit=_credit(draw, issued, net),
            )
        )
    return result


def _receipts(draw, debtor, due):
    """Return one payment, or one in six times two of them."""
    last = due + timedelta(days=draw.randint(*HABITS[debtor.habit]))
    if draw.random() > 1 / 6:
        return (Receipt(last),)
    return (
        Receipt(last, share=draw.choice((0.3, 0.5))),
        Receipt(last + timedelta(days=draw.randint(8, 20))),
    )


def _credit(draw, issued, net):
    """Return a small credit note one in fourteen times."""
    if draw.random() > 1 / 14:
        return None
    day = issued + timedelta(days=draw.randint(3, 12))
    return Credit(day, round(net / 10, 2), draw.choice(("correction", "gesture")))


def _receivable(row, debtor, today):
    """Return one row of ``receivables.csv`` as an invoice.

    ``due``, and the days of ``paid`` and ``credit``, count from today; the term is a
    number of days, or several for instalments.
    """
    terms = tuple(int(days) for days in row["terms"].split("/"))
    due = today + timedelta(days=int(row["due"]))
    # with instalments the first of them is the one that "due" names
    issued = due - timedelta(days=terms[0])
    return Invoice(
        debtor=debtor.key,
        date=issued,
        due=due,
        net=float(row["amount"]),
        instalments=terms if len(terms) > 1 else (),
        order=row["order"],
        currency=CURRENCIES.get(debtor.country, "EUR"),
        receipts=tuple(
            Receipt(today + timedelta(days=int(days)), float(amount))
            for days, amount in (part.split(":") for part in row["paid"].split())
        ),
        credit=_row_credit(row["credit"], today),
    )


def _row_credit(text, today):
    if not text:
        return None
    days, amount, kind = text.split(":")
    return Credit(today + timedelta(days=int(days)), float(amount), kind)
