"""What a debt is made of, net and VAT, where only a part of it is lost.

Amounts are whole numbers of the smallest unit of the company's currency.
"""

from datetime import date


def share(parts, total, before, amount):
    """Return {key: what of each of ``parts`` belongs to ``amount``}.

    Rounded half up on the running sum: parts that follow each other add up to the
    whole, whatever their number.

    :param parts: {key: amount}, the VAT of each rate for example
    :param total: what they are parts of, their own amounts included
    :param before: what was taken of ``total`` earlier
    :param amount: what is taken now

    >>> share({20: 20000}, 120000, 0, 120000)
    {20: 20000}
    >>> [share({20: 100}, 600, taken, 200)[20] for taken in (0, 200, 400)]
    [33, 34, 33]
    """
    if not total:
        return dict.fromkeys(parts, 0)
    return {
        key: _part(part, total, before + amount) - _part(part, total, before)
        for key, part in parts.items()
    }


def _part(part, total, taken):
    """Return ``part * taken / total``, rounded half up."""
    return (2 * part * taken + total) // (2 * total)


def without(parts, total, credited):
    """Return (parts, total) of an invoice less its credit notes, None where unclear.

    :param credited: list of ({key: amount}, amount) of what each credit note took off

    >>> without({20: 200, 5: 55}, 2255, [({5: 55}, 1055)])
    ({20: 200, 5: 0}, 1200)
    >>> without({20: 200}, 1200, [({5: 55}, 1055)]) is None
    True
    """
    parts = dict(parts)
    for own, amount in credited:
        total -= amount
        for key, value in own.items():
            parts[key] = parts.get(key, 0) - value
    if total < 0 or min(parts.values(), default=0) < 0 or sum(parts.values()) > total:
        return None
    return parts, total


def vat_recovery_limit(event, years):
    """Return the last day to claim VAT back: 31 December, so many years later (R8.12).

    >>> vat_recovery_limit(date(2026, 3, 1), 2)
    datetime.date(2028, 12, 31)
    """
    return date(event.year + years, 12, 31)
