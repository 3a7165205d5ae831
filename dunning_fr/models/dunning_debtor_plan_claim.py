from collections import defaultdict

from odoo import models

NOTHING = {"interest": 0.0, "indemnity": 0.0}


class DunningDebtor(models.Model):
    """What may be asked beside a debt that is paid in instalments."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def _plan_claim(self, moves):
        """Return (claim, what was claimed of it) of some invoices as of today.

        Two dicts of ``interest`` and ``indemnity`` in the company's currency: what the
        law gives and was not billed, settled or waived, and what reminders claimed.
        """
        self.ensure_one()
        rates, given = self._plan_claim_by_move(moves)
        # sudo: amounts alone; the caller may see the debtor
        rows = (
            self.env["dunning.charge"]
            .sudo()
            ._read_group(
                [("move_id", "in", list(rates))],
                ["move_id", "kind", "state"],
                ["amount:sum"],
            )
        )
        used, claimed = defaultdict(float), defaultdict(float)
        for move, kind, state, amount in rows:
            place = claimed if state == "claimed" else used
            place[move.id, kind] += amount * rates[move.id]
        claim, asked = dict(NOTHING), dict(NOTHING)
        for place, amount in given.items():
            free = max(amount - used[place], 0)
            claim[place[1]] += free
            asked[place[1]] += min(claimed[place], free)
        money = self.company_id.currency_id.round
        return tuple(
            {kind: money(amount) for kind, amount in found.items()}
            for found in (claim, asked)
        )

    def _plan_claim_by_move(self, moves):
        """Return ({invoice id: booked rate}, {(invoice id, kind): what the law gives}).

        Nothing where the rate of a semester is missing.
        """
        engine = self.env["dunning.claim"].sudo()  # sudo: amounts alone
        claims = engine._for_lines(
            moves.sudo().line_ids.ids, self.company_id._dunning_today()
        )
        rates, given = {}, defaultdict(float)
        for line in engine.env["account.move.line"].browse(claims):
            found, move_id = claims[line.id], line.move_id.id
            rates[move_id] = line.balance / line.amount_currency
            given[move_id, "interest"] += float(found.interest or 0) * rates[move_id]
            given[move_id, "indemnity"] += float(found.indemnity) * rates[move_id]
        return rates, given
