"""Texts put together, as the reader's language writes them."""

from functools import reduce


def listed(env, texts):
    """Return the texts as one, in the language of ``env``.

    French sets an unbreakable space before the semicolon: no code joins with its own.
    Two at a time, for a separator alone is no term that Odoo translates.
    """

    def pair(first, second):
        return env._("%(first)s; %(second)s", first=first, second=second)

    texts = list(texts)
    return reduce(pair, texts) if texts else ""


def within(label):
    """Return a label as it stands within a sentence; acronyms stay.

    >>> within("Payment plan"), within("BODACC"), within("Échéancier"), within("")
    ('payment plan', 'BODACC', 'échéancier', '')
    """
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
