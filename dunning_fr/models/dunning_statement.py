from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

MARKED = ("dispute", "promise", "plan")

# Open items of a day, in their own currency: reconciliations that did not count yet
# are undone, as in the aged balance.
OPEN = """
    WITH own AS (
        SELECT line.id, partner.commercial_partner_id AS customer
          FROM account_move_line line
          JOIN res_partner partner ON partner.id = line.partner_id
         WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.date <= %(day)s AND line.account_id = ANY(%(accounts)s)
           AND partner.commercial_partner_id = ANY(%(customers)s)
    ), undone AS (
        SELECT side.line_id, sum(side.amount) AS amount
          FROM (SELECT debit_move_id AS line_id, credit_move_id AS other_id,
                       debit_amount_currency AS amount
                  FROM account_partial_reconcile
                 WHERE debit_move_id IN (SELECT id FROM own)
                 UNION ALL
                SELECT credit_move_id, debit_move_id, -credit_amount_currency
                  FROM account_partial_reconcile
                 WHERE credit_move_id IN (SELECT id FROM own)) side
          JOIN account_move_line other ON other.id = side.other_id
         WHERE NOT (other.company_id = %(company)s AND other.parent_state = 'posted'
                    AND other.date <= %(day)s)
      GROUP BY side.line_id
    )
    SELECT line.id AS line_id, line.move_id, own.customer, line.currency_id,
           COALESCE(NULLIF(line.dunning_document, ''), move.name) AS name,
           COALESCE(NULLIF(move.ref, ''), line.ref, '') AS reference,
           COALESCE(line.dunning_document_date, move.invoice_date, line.date) AS date,
           COALESCE(line.date_maturity, line.date) AS due,
           line.amount_currency AS amount, move.move_type,
           line.amount_residual_currency + COALESCE(undone.amount, 0) AS residual
      FROM own
      JOIN account_move_line line ON line.id = own.id
      JOIN account_move move ON move.id = line.move_id
 LEFT JOIN undone ON undone.line_id = line.id
     WHERE line.amount_residual_currency + COALESCE(undone.amount, 0) <> 0
  ORDER BY own.customer, line.currency_id, due, date, line.id
"""


class DunningStatement(models.AbstractModel):
    """What is open on a customer's account on a day: read from the ledger."""

    _name = "dunning.statement"
    _description = "Open items of a statement of account"

    @api.model
    def _open_items(self, company, partner_ids, day):
        """Return {customer id: [item]} of everything open, due or not, and credits.

        Two queries, whatever the number of customers. Rights are the caller's
        business.

        :return: items are dicts: ``line_id``, ``move_id``, ``currency_id``, ``name``,
            ``reference``, ``date``, ``due``, ``amount`` (as it was booked),
            ``residual`` (negative for a credit), ``move_type``
        """
        self.env.flush_all()
        # sudo: of which companies an account is does not matter, its lines tell
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        accounts = accounts.search(
            [("account_type", "=", "asset_receivable"), ("non_trade", "=", False)]
        )
        found = {partner_id: [] for partner_id in partner_ids}
        for item in self.env.execute_query_dict(
            SQL(
                OPEN,
                company=company.id,
                day=SQL("%s::date", day),
                accounts=accounts.ids,
                customers=list(partner_ids),
            )
        ):
            item["residual"] = float(item["residual"])
            item["amount"] = float(item["amount"])
            if not self._is_zero(item):
                found[item["customer"]].append(item)
        return found

    @api.model
    def _is_zero(self, item):
        currency = self.env["res.currency"].browse(item["currency_id"])
        return currency.is_zero(item["residual"])

    @api.model
    def _marks(self, debtors, day):
        """Return {debtor id: [hold]} of the disputes, promises and plans of a day."""
        holds = self.env["dunning.hold"].search(
            self.env["dunning.hold"]._acting_domain(day)
            & Domain("debtor_id", "in", debtors.ids)
            & Domain("kind", "in", MARKED)
        )
        found = {debtor.id: [] for debtor in debtors}
        for hold in holds:
            found[hold.debtor_id.id].append(hold)
        return found

    @api.model
    def _interest(self, items, day):
        """Return ({line id: (interest, indemnity)}, {line id: missing half-year})."""
        late = [i["line_id"] for i in items if i["residual"] > 0 and i["due"] < day]
        claims = self.env["dunning.claim"]._for_lines(late, day)
        amounts, missing = {}, {}
        for line_id, line in claims.items():
            if line.claim.missing:
                missing[line_id] = line.claim.missing
            else:
                amounts[line_id] = (float(line.interest), float(line.indemnity))
        return amounts, missing
