from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.arrays import array_literal


class AccountMove(models.Model):
    """Invoices that we collect ourselves, by direct debit or bill.

    The customer has nothing to do, so nothing is asked of him; once the bank has
    returned it, the invoice is due like any other.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    dunning_rejected_on = fields.Date(
        string="Direct debit or bill returned on",
        copy=False,
        help="The day the bank returned the direct debit or the bill unpaid: from then "
        "on the invoice is reminded. Empty it when it is presented again.",
        groups="base.group_user",
    )

    # Without it every list of invoices would look through all of them
    _dunning_collected_idx = models.Index(
        "(preferred_payment_method_line_id)"
        " WHERE preferred_payment_method_line_id IS NOT NULL"
    )

    @api.model
    def _dunning_collected_sql(self):
        """Return the condition of an invoice (``move``) that we collect ourselves."""
        methods = self.env["account.payment.method.line"]._dunning_collected_ids()
        if not methods:
            return SQL("FALSE")
        return SQL(
            "move.preferred_payment_method_line_id = ANY(%s::int[])"
            " AND move.dunning_rejected_on IS NULL"
            " AND move.move_type IN ('out_invoice', 'out_receipt')",
            array_literal(methods),
            to_flush=[
                self._fields[name]
                for name in (
                    "preferred_payment_method_line_id",
                    "dunning_rejected_on",
                    "move_type",
                )
            ],
        )

    @api.model
    def _dunning_collected(self, move_ids):
        """Return the ids of the invoices among ``move_ids`` that we collect."""
        rows = self.env.execute_query(
            SQL(
                "SELECT move.id FROM account_move move"
                " WHERE move.id = ANY(%s::int[]) AND %s",
                array_literal(move_ids),
                self._dunning_collected_sql(),
            )
        )
        return {move_id for (move_id,) in rows}
