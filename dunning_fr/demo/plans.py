"""Payment plans of the demo company: one kept, one broken, one in force.

Made, agreed and missed with the collector's rights and the add-on's own methods; what
is paid of them stands in ``receivables.csv``.
"""

from datetime import timedelta
from decimal import Decimal

from odoo import Command

from ..tools.instalments import split

# (days from the last run, customer, days of the instalments, who agreed)
PLANS = (
    (-70, "beaupre", (-50, -30, -10), "Mme Perrin, comptabilité"),
    (-65, "escale", (-55, -35, -15), "M. Delorme, gérant"),
    (-40, "bellevue", (-11, 20, 51), "M. Roche, gérant"),
)
MISSED = (-28, "escale")  # its formal notice is made and posted
PRESENTED = (-21, "escale")  # the post tells that it was presented
POST_DAYS = 3


def make(debtor, moves, day, due_days, agreed_with):
    """Make and agree to the plan of a debtor who writes on ``day``; return it.

    :param moves: the invoices it covers, all that is owed on them
    """
    total = sum(Decimal(str(move.amount_residual)) for move in moves)
    amounts = split(total, len(due_days))
    plan = debtor.env["dunning.hold"].create(
        {
            "debtor_id": debtor.id,
            "kind": "plan",
            "date_from": day,
            "move_ids": [Command.set(moves.ids)],
            "plan_interest": "kept",
            "promised_by": agreed_with,
            "reason": "Trésorerie tendue, accord trouvé au téléphone",
            "instalment_ids": [
                Command.create({"due_date": due, "amount": float(amount)})
                for due, amount in zip(due_days, amounts, strict=True)
            ],
        }
    )
    plan.action_make_agreement()
    plan.action_agree(day)
    return plan


def plan_of(debtor):
    """Return the plan in force of a debtor."""
    return debtor.hold_ids.filtered(
        lambda hold: hold.is_scheduled and hold.state == "active"
    )


def miss(debtor, day):
    """Make the formal notice of a missed instalment, and post it the same day."""
    plan = plan_of(debtor)
    plan.action_make_notice()
    letter = plan.document_ids.filtered(lambda one: one.kind == "notice")
    letter.write({"posted_on": day, "tracking_number": "1A 999 000 9001 0"})


def present(debtor):
    """Enter what the post says of that letter."""
    letter = plan_of(debtor).document_ids.filtered("posted_on")
    letter.presented_on = letter.posted_on + timedelta(days=POST_DAYS)
