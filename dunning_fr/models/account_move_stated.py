from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.claim import Stated

# Fields of ``l10n_fr_pdp_invoice`` (odoo/odoo#279765, open in November 2026), read
# where they are there: the add-on may yet be merged into another one.
RATE = "l10n_fr_pdp_late_payment_penalties_rate"
PERIOD = "l10n_fr_pdp_late_payment_penalties_period"
SNAPSHOTS = "l10n_fr_pdp_invoice_snapshot_ids"
OWN_RATE = "late_payment_penalties_rate"  # of a snapshot
OWN_PERIOD = "late_payment_penalties_period"
# What that add-on answers for invoices without a rate of their own: nobody's decision
FALLBACK = 10


class Place(NamedTuple):
    """Where rates are kept: a model, the field that leads to the invoice, two more."""

    model: str
    move: str
    rate: str
    period: str | None


class AccountMove(models.Model):
    """The late-payment rate an invoice bore when it was posted, and kept."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    @api.model
    def _dunning_stated_rates(self, move_ids):
        """Return {move id: ``Stated``} of those invoices that kept their rate.

        Zero states no rate. Nor does 10 % without a half-year: the keeping add-on
        answers that for invoices it never found a rate for. No query where no add-on
        keeps rates, else one. Access is the caller's business.
        """
        place = move_ids and self._dunning_stated_place()
        if not place:
            return {}
        fields = [place.move, place.rate, *filter(None, [place.period])]
        stored = [name for name in fields if name != "id"]
        self.env[place.model].flush_model(stored)
        self.env.cr.execute(
            SQL(
                "SELECT %s, %s::float8, %s::date FROM %s WHERE %s = ANY(%s::int[])"
                " ORDER BY id DESC",
                SQL.identifier(place.move),
                SQL.identifier(place.rate),
                SQL.identifier(place.period) if place.period else None,
                SQL.identifier(self.env[place.model]._table),
                SQL.identifier(place.move),
                array_literal(move_ids),
            )
        )
        return {
            move_id: Stated(round(rate, 4), period)
            for move_id, rate, period in self.env.cr.fetchall()
            if rate and rate > 0 and (period or round(rate, 4) != FALLBACK)
        }

    @api.model
    def _dunning_stated_place(self):
        """Return the ``Place`` of the rates, None where no add-on keeps them.

        The add-on was written both ways: a table of its own, or columns of the entry.
        """
        snapshots, rate = self._fields.get(SNAPSHOTS), self._fields.get(RATE)
        if snapshots and OWN_RATE in self.env[snapshots.comodel_name]._fields:
            model = snapshots.comodel_name
            period = OWN_PERIOD in self.env[model]._fields and OWN_PERIOD
            return Place(model, snapshots.inverse_name, OWN_RATE, period or None)
        if rate and rate.store:
            period = self._fields.get(PERIOD)
            kept = bool(period and period.store)
            return Place("account.move", "id", RATE, PERIOD if kept else None)
        return None

    def _dunning_own_stated_rate(self):
        """Return the ``Stated`` rate of one invoice, None before it is posted."""
        if self.state != "posted" or self.move_type != "out_invoice":
            return None
        return self._dunning_stated_rates(self.ids).get(self.id)
