from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.pledges import Pledge, answer


class DunningHold(models.Model):
    """A promise to pay: who gave it, how, and whether the ledger shows it kept.

    A payment plan is a promise in parts: ``dunning_hold_plan``.

    The machine decides what nobody decided by hand: kept once its money is there,
    broken the day after its last day of grace. It goes back on its own decisions
    alone, when the ledger changes.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    promised_by = fields.Char(
        tracking=True,
        help="Who promised: a name and a function, no more (R10.9).",
    )
    promise_channel = fields.Selection(
        [
            ("call", "Call"),
            ("mail", "E-mail"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("other", "Other"),
        ],
        string="Given by",
        tracking=True,
    )
    grace_days = fields.Integer(
        compute="_compute_grace_days",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Days after the promised day before the promise counts as broken: a "
        "transfer takes some. Reminders stay silent meanwhile.",
    )
    silent_to = fields.Date(
        string="Silent until",
        compute="_compute_silent_to",
        store=True,
        precompute=True,
        help="Last day without reminders: of a promise, its days of grace included.",
    )
    received = fields.Monetary(
        string="Received so far",
        compute="_compute_received",
        currency_field="company_currency_id",
        help="Payments on its invoices from the first day on, and receipts of the "
        "debtor not matched yet.",
    )

    _grace_positive = models.Constraint(
        "CHECK (grace_days BETWEEN 0 AND 366)", "Days of grace are 0 to 366."
    )

    @api.depends("debtor_id", "kind")
    def _compute_grace_days(self):
        for hold in self:
            # sudo: a setting, not a secret
            company = hold.debtor_id.company_id.sudo()
            grace = {
                "promise": company.dunning_promise_grace_days,
                "plan": company.dunning_plan_grace_days,
            }
            hold.grace_days = grace.get(hold.kind, 0)

    @api.depends("kind", "date_to", "grace_days", "is_scheduled")
    def _compute_silent_to(self):
        for hold in self:
            grace = hold.grace_days if hold.kind == "promise" else 0
            last = hold.date_to and hold.date_to + timedelta(days=grace)
            # a plan in instalments is silent until the ledger, or a person, ends it
            hold.silent_to = not hold.is_scheduled and last

    @api.depends("kind", "date_from", "date_to", "grace_days", "amount", "move_ids")
    def _compute_received(self):
        pledged = self.filtered(
            lambda h: h._origin and (h.kind == "promise" or h.is_scheduled)
        )
        (self - pledged).received = 0
        found = pledged._origin._answers()
        for hold in pledged:
            paid = float(found[hold._origin.id].paid) - hold.received_before
            hold.received = max(paid, 0)

    def _pledge(self):
        return Pledge(
            self.id,
            self.date_from,
            self.date_to or None,
            self.silent_to or None,
            Decimal(str(self.amount or 0)),
            frozenset(self.move_ids.ids),
        )

    def _pledges(self, day=None, limits=None):
        """Return {hold id: ``Pledge``} as they are looked at on ``day``; None: now."""
        return {hold.id: hold._pledge() for hold in self}

    def _answers(self, day=None, limits=None):
        """Return {hold id: ``Answer``}; a constant of queries for each company.

        With what else its debtor pledged, which may have taken the money first.

        :param day: of plans, last day whose payments count; None: all of them
        :param limits: {plan id: last day} of those looked at on another day
        """
        found = {}
        # sudo: every promise of a debtor shares its money, whoever asks
        for company, holds in self.sudo().grouped("company_id").items():
            others = holds.search(
                Domain("debtor_id", "in", holds.debtor_id.ids)
                & (Domain("kind", "=", "promise") | Domain("is_scheduled", "=", True))
                & Domain("state", "!=", "released")
                & (
                    Domain("silent_to", "=", False)
                    | Domain("silent_to", ">=", min(holds.mapped("date_from")))
                )
            )
            since = min((holds | others).mapped("date_from"))
            debts, receipts = self._ledger(company, holds.partner_id.ids, since)
            tolerance = Decimal(str(company.dunning_tolerance))
            pledges = (holds | others)._pledges(day, limits)
            for partner, group in (holds | others).grouped("partner_id").items():
                found |= answer(
                    [pledges[hold.id] for hold in group],
                    debts.get(partner.id, []),
                    receipts.get(partner.id, []),
                    tolerance,
                )
        return found
