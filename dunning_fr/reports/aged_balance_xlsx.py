"""The aged balance as a workbook: one sheet of debtors, one of their open items."""

from odoo.tools import format_date

from ..wizards.dunning_aged_ledger_mixin import AMOUNTS
from .table_xlsx import TableBook

WIDTHS = {
    "partner_name": 34,
    "move_name": 18,
    "reference": 18,
    "invoice_date": 11,
    "date_maturity": 11,
    "item_count": 9,
    "days_late": 9,
}


def aged_balance_xlsx(balance):
    """Return the bytes of the workbook of ``balance``."""
    company, titles = balance.company_id, balance._titles()
    title = balance.env._(
        "Aged balance at %(date)s, in %(currency)s",
        date=format_date(balance.env, balance.date),
        currency=company.currency_id.name,
    )
    book = TableBook(company, title, AMOUNTS, WIDTHS, zeros=("total",))
    amounts = {key: titles[key] for key in AMOUNTS}
    book.table(
        balance.env._("Aged balance"),
        {
            "partner_name": titles["name"],
            "item_count": titles["item_count"],
            **amounts,
        },
        balance._debtors(),
    )
    words = balance.env["dunning.aged.balance.line"].fields_get(attributes=["string"])
    names = ("move_name", "reference", "invoice_date", "date_maturity", "days_late")
    details = {name: words[name]["string"] for name in names}
    book.table(
        balance.env._("Open items"),
        {"partner_name": titles["name"], **details, **amounts},
        balance._lines(),
    )
    return book.content()
