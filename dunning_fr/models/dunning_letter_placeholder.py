from odoo import fields

SEARCH = "_search_letter_placeholder"


def text(string, compute, **parameters):
    """A placeholder that prints a short text."""
    return fields.Char(
        string=string, compute=compute, search=SEARCH, exportable=False, **parameters
    )


def block(string, compute, **parameters):
    """A placeholder that prints a table or several lines."""
    return fields.Html(
        string=string,
        compute=compute,
        search=SEARCH,
        exportable=False,
        sanitize=False,  # our own QWeb templates, everything escaped there
        **parameters,
    )


def condition(string, compute, **parameters):
    """What a passage of a text may depend on."""
    return fields.Boolean(
        string=string, compute=compute, exportable=False, **parameters
    )
