from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal


class DunningCredit(models.AbstractModel):
    """Whose notice deducts an open credit, and what other branches have received.

    A credit is deducted once: it stays with the policy whose last notice listed it,
    as long as something that notice claims is open; a debtor's notices under two
    policies would else both ask for less.

    What another branch of the same company has received is never deducted, since two
    branches could each deduct it; but no formal notice leaves while it is unmatched,
    and ``explain()`` and the checks of a run name the branch. An accountant matches
    it: Odoo reconciles across the branches of one company.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.engine"

    @api.model
    def _deducted(self, company, items, keys, ignored=None):
        """Return {document key of an open credit: policy whose notice deducts it}."""
        open_credits = {keys[i.id]: i.partner_id for i in items if i.residual < 0}
        debts = [keys[i.id] for i in items if i.residual > 0]
        self.env["dunning.notice"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT credit.document_key, notice.partner_id, notice.policy_id
                  FROM dunning_notice_line credit
                  JOIN dunning_notice notice ON notice.id = credit.notice_id
                 WHERE credit.document_key = ANY(%s::text[])
                   AND credit.residual < 0 AND NOT credit.claimed
                   AND notice.company_id = %s
                   AND notice.state IN ('draft', 'queued', 'unknown', 'sent')
                   AND NOT notice.id = ANY(%s)
                   AND EXISTS (SELECT FROM dunning_notice_line asked
                                WHERE asked.notice_id = notice.id AND asked.claimed
                                  AND asked.document_key = ANY(%s::text[]))
              ORDER BY notice.date, notice.id
                """,
                array_literal(open_credits),
                company.id,
                list(ignored.ids) if ignored else [],
                array_literal(debts),
            )
        )
        return {
            key: policy_id
            for key, partner_id, policy_id in rows
            if partner_id == open_credits[key]
        }

    @api.model
    def _branches(self, company):
        """Return the other companies of the tree of ``company``."""
        # sudo: they are one legal person, whoever asks and may see which of them
        company = company.sudo()
        tree = company.search([("id", "child_of", company.root_id.ids)])
        return tree - company

    @api.model
    def _received_elsewhere(self, company, partner_ids):
        """Return {customer: (amount, names of the branches)} of unmatched receipts."""
        branches = self._branches(company)
        if not branches:
            return {}
        items = self.env["account.move.line"]._dunning_read(
            [
                SQL("line.company_id = ANY(%s)", branches.ids),
                SQL("line.reconciled IS NOT TRUE"),
                SQL("line.amount_residual_currency < 0"),
                SQL("line.partner_id = ANY(%s::int[])", array_literal(partner_ids)),
            ],
            reminded_only=True,
        )
        names = {branch.id: branch.name for branch in branches}
        found = {}
        for item in items:
            amount, where = found.get(item.partner_id, (Decimal(0), ()))
            name = names[item.company_id]
            found[item.partner_id] = (
                amount - item.company_residual,
                where if name in where else (*where, name),
            )
        return {
            partner_id: (amount, ", ".join(where))
            for partner_id, (amount, where) in found.items()
        }
