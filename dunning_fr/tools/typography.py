"""French typography of letters: no-break spaces and curly apostrophes.

Texts are corrected where they are *written* (the source of a template, the labels
of a table), never in the data that fills them: a debtor called "Yahoo!" keeps the
name under which it is registered.

The no-break space is U+00A0 everywhere: several fonts of wkhtmltopdf print the
narrow one (U+202F) as a square.
"""

import html
import re

NBSP = "\u00a0"

# What comes out exactly as it went in: placeholders of a template, web and mail
# addresses, bank accounts …
_EXACT = r"""
    \{\{.*?\}\}
  | \b(?:https?://|www\.)[^\s<]+
  | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
  | \b[A-Z]{2}[0-9]{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?\b
"""
# … and, in HTML, the mark-up.
_MARKUP = r"<!--.*?--> | <(style|script|pre|code)\b.*?</\1\s*> | <[^<>]*>"
_PLAIN = re.compile(f"(?:{_EXACT})", re.VERBOSE | re.DOTALL)
_HTML = re.compile(f"(?:{_MARKUP} | {_EXACT})", re.VERBOSE | re.DOTALL)

_SPACE = r"\s"  # any: HTML may break its lines anywhere
_HIGH = ":;?!"
_RULES = [
    (re.compile(pattern.replace("~", _SPACE)), replacement)
    for pattern, replacement in (
        (r"(?<=\w)'(?=\w|$)", "\u2019"),
        # Before high punctuation a space that exists becomes unbreakable …
        ("~+(?=[:;?!»€%])", NBSP),
        # … and a missing one is put in, except inside 10:30 or a?b.
        (r"(?<=[\w)\]»€%])(?=[:;?!]+(?:[\s»)]|$))", NBSP),
        (r"(?<=[^\s(])(?=»)", NBSP),
        ("(?<=[0-9])(?=[€%])", NBSP),
        # After an opening quote, "n°", "art." and the letter of an article of law.
        (r"(?<=«)~*(?=\S|$)", NBSP),
        (r"\b([nN][°º])~*(?=\S|$)", r"\1" + NBSP),
        (r"\b([aA]rt\.)~+", r"\1" + NBSP),
        (r"\b([LRD]\.)~+(?=[0-9])", r"\1" + NBSP),
        # Thousands: 5 000, but not the pairs of a telephone number.
        ("(?<=[0-9])~+(?=[0-9]{3}(?![0-9]))", NBSP),
    )
]
# "Total </b>: 12": the space stands before the tag, the sign after it.
_INLINE = r"(?:</?(?:a|b|em|i|span|strong|u)\b[^<>]*>)+"
_INLINE_END = re.compile(f"{_INLINE}$")
_ACROSS_TAG = re.compile(f"{_SPACE}({_INLINE})(?=[:;?!»€%])")


def french(text):
    """The plain text with French spaces and apostrophes.

    >>> def show(text):
    ...     print(text.replace(NBSP, "~"))
    >>> show(french("L'envoi: 5 000 € à 12,4 %; n° 12, art. L. 441-10 !"))
    L’envoi~: 5~000~€ à 12,4~%~; n°~12, art.~L.~441-10~!
    >>> show(french("« Mise en demeure »? Le 01 23 45 67 89 à 10:30."))
    «~Mise en demeure~»~? Le 01 23 45 67 89 à 10:30.

    Placeholders, addresses and bank accounts stay as they are:

    >>> show(french("{{ object.name or 'x' }}: https://a.fr/?b;c ; l'ai@y.fr !"))
    {{ object.name or 'x' }}~: https://a.fr/?b;c~; l’ai@y.fr~!
    >>> show(french("FR76 3000 6000 0112 3456 7890 189 : exact"))
    FR76 3000 6000 0112 3456 7890 189~: exact

    Doing it twice changes nothing, and an empty text stays empty:

    >>> once = french("Total: «12€» !")
    >>> french(once) == once, french("")
    (True, '')
    """
    return _correct(text, _PLAIN, lambda piece: piece, lambda piece: piece)


def french_html(source):
    """The same for HTML or the source of a template; tags are left alone.

    >>> def show(text):
    ...     print(text.replace(NBSP, "~"))
    >>> show(french_html('<a href="https://a.fr/?b=1 ;c">d&#39;ici</a> : A &amp; B;'))
    <a href="https://a.fr/?b=1 ;c">d’ici</a>~: A &amp; B~;
    >>> show(french_html("Le <b>total </b>: l'<t t-out='a ? b'/> <i>ou</i>: 12 €"))
    Le <b>total~</b>: l’<t t-out='a ? b'/> <i>ou</i>~: 12~€
    >>> show(french_html("<style>a: b</style>1 &lt; 2\\n    %"))
    <style>a: b</style>1 &lt; 2~%
    """
    result = _correct(
        source, _HTML, html.unescape, lambda piece: html.escape(piece, quote=False)
    )
    return _ACROSS_TAG.sub(NBSP + r"\1", result)


def _correct(text, exact, decode, encode):
    """Correct the stretches of text between the pieces that must stay exact."""
    result, position = "", 0
    for match in exact.finditer(text):
        result += encode(_segment(decode(text[position : match.start()]), result))
        result += match[0]
        position = match.end()
    return result + encode(_segment(decode(text[position:]), result))


def _segment(segment, before):
    for pattern, replacement in _RULES:
        segment = pattern.sub(replacement, segment)
    before = _INLINE_END.sub("", before)
    if before[-1:].strip() and re.match(rf"[{_HIGH}](?:\s|$)|[€%]", segment):
        segment = NBSP + segment  # "<b>Total</b>: 12"
    return segment
