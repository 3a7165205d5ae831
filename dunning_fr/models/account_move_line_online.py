from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.tools import SQL

# A payment that a provider has not settled by then is not coming. Product choice.
PENDING_DAYS = 15


class AccountMoveLine(models.Model):
    """Online payments under way: nobody is reminded of what he is paying.

    A bank transfer chosen on the payment page (provider "custom") is a promise and
    nothing more: Odoo leaves it pending for ever if it never comes. An authorized
    payment waits for our own capture, however long we take.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move.line"

    @api.model
    def _dunning_paying_online_sql(self, day):
        """Return the SQL of (move_id): invoices whose online payment is under way.

        :param day: a pending payment is given up some days before this day
        """
        transactions = self.env.get("payment.transaction", self)
        link = transactions._fields.get("invoice_ids")
        if link is None:
            return SQL("SELECT NULL::int AS move_id WHERE FALSE")
        names = ("state", "last_state_change", "provider_id", "invoice_ids")
        return SQL(
            """
            SELECT link.%(invoice)s AS move_id
              FROM payment_transaction transaction
              JOIN payment_provider provider ON provider.id = transaction.provider_id
              JOIN %(link)s link ON link.%(transaction)s = transaction.id
             WHERE transaction.state = 'authorized'
                OR transaction.state = 'pending' AND provider.code <> 'custom'
               AND transaction.last_state_change >= %(since)s
            """,
            link=SQL.identifier(link.relation),
            transaction=SQL.identifier(link.column1),
            invoice=SQL.identifier(link.column2),
            since=datetime.combine(day - timedelta(days=PENDING_DAYS), time.min),
            to_flush=[
                *(transactions._fields[name] for name in names),
                self.env["payment.provider"]._fields["code"],
            ],
        )

    @api.model
    def _dunning_paying_online(self, move_ids, day):
        """Return the ids of the moves whose online payment is under way on ``day``."""
        rows = self.env.execute_query(self._dunning_paying_online_sql(day))
        return {move_id for (move_id,) in rows}.intersection(move_ids)
