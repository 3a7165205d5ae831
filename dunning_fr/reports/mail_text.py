"""What an e-mail says, as lines of text: tables keep their rows."""

from lxml import html

from odoo.tools import html2plaintext

MARKS = ("b", "strong", "i", "em")  # would come out as stars


def mail_text(body):
    """Return the HTML ``body`` of an e-mail as text; nothing is run or fetched.

    >>> mail_text("<p>Pay</p><table><tr><th>Due</th><td><b>9 May</b></td></tr></table>")
    'Pay\\nDue | 9 May'
    """
    if not (body or "").strip():
        return ""
    try:
        tree = html.fromstring(f"<div>{body}</div>")
    except (ValueError, html.etree.ParserError):
        return html2plaintext(body, include_references=False)
    for mark in list(tree.iter(*MARKS)):
        mark.drop_tag()
    for script in list(tree.iter("script", "style")):
        script.drop_tree()
    for row in list(tree.iter("tr")):
        if row.find(".//table") is None:
            _flatten(row)
    text = html.tostring(tree, encoding="unicode")
    return html2plaintext(text, include_references=False)


def _flatten(row):
    """Put the cells of a row into one."""
    texts = [" ".join(cell.text_content().split()) for cell in row.iter("td", "th")]
    tail = row.tail
    row.clear()
    row.tail = tail
    cell = html.etree.SubElement(row, "td")
    cell.text = " | ".join(filter(None, texts))
