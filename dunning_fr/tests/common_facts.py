"""Facts for tests of the rules without a database."""

from collections import namedtuple
from datetime import date
from decimal import Decimal

from ..tools.escalation import Level
from ..tools.facts import Facts, Partner, Policy

# Fields of the add-on's DunningItem, as test_ledger_oracle checks.
Item = namedtuple(
    "Item",
    "id move_id move_name move_type partner_id currency_id original residual "
    "company_residual date_maturity date invoice_date order_ref no_followup "
    "payment_state account_excluded debtor_kind policy_id term_start "
    "suspension_from suspension_to unclear completion limitation_period",
)

LEVELS = (
    Level(1, 1, 7),
    Level(2, 2, 15),
    Level(3, 3, 30, is_formal=True),
    Level(4, 4, 5, after_expiry=True),
)
POLICY = Policy(LEVELS, dict.fromkeys((1, 2, 3, 4), Decimal(0)))
DAY = date(2026, 9, 30)


def item(number, residual, due, **values):
    """Return an open invoice line of partner 1 in currency 1."""
    amount = Decimal(residual)
    blank = dict.fromkeys(Item._fields)
    return Item(
        **{
            **blank,
            "id": number,
            "move_id": number,
            "move_name": f"F{number}",
            "move_type": "out_invoice",
            "partner_id": 1,
            "currency_id": 1,
            "original": amount,
            "residual": amount,
            "company_residual": amount,
            "date_maturity": due,
            **values,
        }
    )


def facts(items, **values):
    """Return the ``Facts`` of a company with one policy and two customers."""
    return Facts(
        **{
            "day": DAY,
            "items": items,
            "keys": {i.id: f"{i.move_id}:{i.date_maturity}" for i in items},
            "partners": {1: Partner("professional"), 2: Partner()},
            "policies": {9: POLICY},
            "default_policies": {"professional": 9},
            "limitation_years": {"professional": 5},
            **values,
        }
    )
