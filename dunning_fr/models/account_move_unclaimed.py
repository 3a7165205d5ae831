from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools.arrays import array_literal
from ..tools.claim import INDEMNITY_KINDS
from .account_move_charge import ACCOUNTING
from .dunning_claim import BATCH


class AccountMove(models.Model):
    """Invoices paid late whose penalties nobody has ever claimed (R1.35)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    dunning_unclaimed = fields.Monetary(
        string="Penalties never claimed",
        compute="_compute_dunning_unclaimed",
        search="_search_dunning_unclaimed",
        groups=ACCOUNTING,
        help="Interest and indemnity of an invoice paid late, of which nothing was "
        "ever claimed, billed or waived. They may be claimed after the payment, within "
        "five years (R1.35, R1.36). Not known where a half-year has no rates (R9.2).",
    )

    @api.depends("payment_state", "dunning_charge_ids")
    def _compute_dunning_unclaimed(self):
        self.dunning_unclaimed = 0
        for company, moves in self._origin.grouped("company_id").items():
            found = self._dunning_unclaimed_of(company, moves.ids)
            for move in self:
                if move._origin.id in found:
                    move.dunning_unclaimed = found[move._origin.id]

    @api.model
    def _search_dunning_unclaimed(self, operator, value):
        if (operator, value) not in ((">", 0), ("!=", 0)):
            return NotImplemented
        found = {}
        for company in self.env.companies:
            found |= self._dunning_unclaimed_of(company)
        return [("id", "in", list(found))]

    @api.model
    def _dunning_unclaimed_of(self, company, move_ids=None):
        """Return {invoice id: amount} of the invoices paid late, never claimed.

        A constant number of queries a batch: candidates first, then their claims.

        :param move_ids: only among these (None = all of the company)
        """
        if not company:
            return {}
        today = company._dunning_today()
        line_ids = self._dunning_paid_late(company, today, move_ids)
        charges, found = self.env["dunning.charge"], defaultdict(float)
        for some in split_every(BATCH, line_ids):
            lines = self.env["account.move.line"].browse(some)
            for row in charges._billable(company, lines, today, strict=False):
                found[row["move_id"]] += row["amount"]
        return found

    @api.model
    def _dunning_paid_late(self, company, today, move_ids):
        """Return the ids of receivable lines paid after their due date, unclaimed."""
        for model in ("account.move", "account.move.line", "dunning.charge"):
            self.env[model].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["res.partner"].flush_model(["debtor_kind"])
        years = self.env["dunning.parameter"]._get(
            "fr.prescription_years.professional", today
        )
        wanted = SQL("TRUE")
        if move_ids is not None:
            wanted = SQL("move.id = ANY(%s::int[])", array_literal(move_ids))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE %(wanted)s AND move.company_id = %(company)s
                   AND move.move_type = 'out_invoice' AND move.state = 'posted'
                   AND move.payment_state IN ('paid', 'in_payment')
                   AND move.dunning_is_debit_note IS NOT TRUE
                   AND account.account_type = 'asset_receivable'
                   AND line.amount_currency > 0
                   AND line.date_maturity >= %(since)s
                   AND COALESCE(move.debtor_kind, partner.debtor_kind)
                       = ANY(%(kinds)s)
                   AND EXISTS (
                       SELECT FROM account_partial_reconcile partial
                         JOIN account_move_line paid
                           ON paid.id = partial.credit_move_id
                        WHERE partial.debit_move_id = line.id
                          AND (paid.date > line.date_maturity
                               OR move.dunning_term_start IS NOT NULL))
                   AND NOT EXISTS (SELECT FROM dunning_charge charge
                                    WHERE charge.move_id = move.id)
                """,
                wanted=wanted,
                company=company.id,
                since=fields.Date.subtract(today, years=int(years)),
                kinds=list(INDEMNITY_KINDS),
            )
        )
        # Odoo shows as paid what was moved to 416 or 413
        moved = self.env["dunning.transfer"]._of_companies(company).debts
        return [id_ for (id_,) in rows if id_ not in moved]

    def action_dunning_bill(self):
        """Open the wizard that bills the charges of these invoices."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_bill_wizard"
        )
        context = {
            "active_model": self._name,
            "active_ids": self.ids,
            "dialog_size": "extra-large",
        }
        return {**action, "context": context}
