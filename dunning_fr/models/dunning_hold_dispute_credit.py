from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal


class DunningHold(models.Model):
    """What was credited of disputes, and what stays disputed."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    @api.model
    def _credited(self, moves):
        """Return {invoice id: [(day, amount)]} of its credit notes, one query."""
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["date", "move_id", "parent_state"])
        self.env["account.move"].flush_model(["move_type"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT debt.move_id, credit.date, partial.amount::float8
                  FROM account_move_line debt
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = debt.id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                  JOIN account_move note ON note.id = credit.move_id
                 WHERE debt.move_id = ANY(%s::int[]) AND note.move_type = 'out_refund'
                   AND credit.parent_state = 'posted'
                """,
                array_literal(moves.ids),
            )
        )
        found = defaultdict(list)
        for move_id, day, amount in rows:
            found[move_id].append((day, amount))
        return found

    def _still_disputed(self):
        """Return {hold id: what is left of its amount}, of the disputes with one.

        What was credited since they began is disputed no more.
        """
        # sudo: amounts alone; every dispute acts, whoever asks
        partly = self.sudo().filtered(lambda h: h.kind == "dispute" and h.amount)
        credited = partly._credited(partly.move_ids) if partly.move_ids else {}
        return {
            hold.id: max(
                hold.company_currency_id.round(
                    hold.amount - hold._credited_since(hold.move_ids, credited)
                ),
                0,
            )
            for hold in partly
        }

    def _credited_since(self, moves, credited):
        """Return what was credited of these invoices since the dispute began."""
        return sum(
            part
            for move in moves
            for day, part in credited.get(move.id, ())
            if day >= self.date_from
        )
