"""The address that shows through the window of an envelope."""

import textwrap

WIDTH = 38  # characters of a line, as the post reads them
LINES = 6


def window_lines(name, address, width=WIDTH, lines=LINES):
    """Return at most six lines: name, street, and the town in capitals last.

    :param address: text below the name, one line each; the last is the town, or the
        country below the town
    :return: list of lines no longer than ``width``

    >>> window_lines("Durand SARL", "5 avenue des Tilleuls\\n69003 Lyon")
    ['Durand SARL', '5 avenue des Tilleuls', '69003 LYON']

    The country stands below the town, both in capitals; too long a line is wrapped:

    >>> for line in window_lines(
    ...     "Société coopérative agricole des producteurs réunis du val de Saône",
    ...     "Bâtiment B\\n5 rue Haute\\n1000 Bruxelles\\nBelgique"):
    ...     print(line)
    Société coopérative agricole des
    producteurs réunis du val de Saône
    Bâtiment B
    5 rue Haute
    1000 BRUXELLES
    BELGIQUE

    What cannot fit gives way from the middle; town and country always stay:

    >>> found = window_lines("N" * 100, "12 rue du Bourg\\n" * 9 + "69003 Lyon")
    >>> len(found), found[-1], max(map(len, found)) <= 38
    (6, '69003 LYON', True)
    >>> window_lines("Durand", "")
    ['Durand']
    """
    rows = [" ".join(row.split()) for row in address.splitlines() if row.strip()]
    last = 1 if any(sign.isdigit() for sign in "".join(rows[-1:])) else 2
    head, tail = rows[:-last], [_cut(row.upper(), width) for row in rows[-last:]]
    room = lines - len(tail)
    for name_rows in (2, 1):
        top = _wrap([name], width, name_rows)
        middle = [part for row in head for part in textwrap.wrap(row, width)]
        if len(top) + len(middle) <= room:
            return [*top, *middle, *tail]
    middle = _wrap([", ".join(head)], width, room - len(top))
    return [*top, *middle, *tail]


def _wrap(rows, width, most):
    """Wrap into at most so many lines; what is left out shows as an ellipsis."""
    return textwrap.wrap(
        " ".join(rows), width, max_lines=most, placeholder="…", break_long_words=True
    )


def _cut(row, width):
    return row if len(row) <= width else row[: width - 1].rstrip() + "…"
