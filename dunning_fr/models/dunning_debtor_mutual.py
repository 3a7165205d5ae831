from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_breakdown import money

MAX_BILLS = 5  # named in the banner; the rest are counted


class DunningDebtor(models.Model):
    """What we owe a debtor who is a supplier too: a set-off may be wanted.

    Shown, never deducted: mutual debts are set off only where one side invokes it, or
    by agreement (C. civ. 1347 and following; from memory, to verify).
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    amount_owed_to = fields.Monetary(
        string="We owe it",
        compute="_compute_amount_owed_to",
        currency_field="company_currency_id",
        help="Open supplier bills of this customer in the company, less its supplier "
        "credit notes and our payments not matched yet.",
    )
    owed_to_text = fields.Char(compute="_compute_amount_owed_to")

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_amount_owed_to(self):
        for company, debtors in self.grouped("company_id").items():
            # a form asks before it is saved, and a client names any company in it
            at_hand = self.env.su or company in self.env.companies
            found = debtors._mutual_debts(company) if at_hand else {}
            for debtor in debtors:
                amount, count, names = found.get(debtor.partner_id.id, (0, 0, []))
                debtor.amount_owed_to = amount
                debtor.owed_to_text = debtor._owed_to_words(amount, count, names)

    def _owed_to_words(self, amount, count, names):
        if not amount:
            return False
        bills = ", ".join(names)
        if count > len(names):
            bills = self.env._(
                "%(names)s and %(count)s more", names=bills, count=count - len(names)
            )
        return self.env._(
            "We owe it %(amount)s (%(bills)s).",
            amount=money(self.env, {self.company_currency_id: amount}),
            bills=bills,
        )

    def _mutual_debts(self, company):
        """Return {customer: (amount we owe, number of bills, first names)}.

        One query; only customers whom we owe something, in company currency.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.partner_id, -sum(line.amount_residual),
                       count(*) FILTER (WHERE line.amount_residual < 0),
                       (array_agg(move.name ORDER BY line.date_maturity, line.id)
                           FILTER (WHERE line.amount_residual < 0))[1:%(most)s]
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.company_id = %(company)s
                   AND line.partner_id = ANY(%(partners)s)
                   AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                   AND account.account_type = 'liability_payable'
                   AND account.non_trade IS NOT TRUE
              GROUP BY line.partner_id
                HAVING -sum(line.amount_residual) > %(tolerance)s
                """,
                most=MAX_BILLS,
                company=company.id,
                partners=self.partner_id.ids,
                tolerance=company.sudo().dunning_tolerance,  # a setting, not a secret
                to_flush=[
                    self.env["account.move.line"]._fields[name]
                    for name in (
                        *("amount_residual", "reconciled", "parent_state"),
                        *("partner_id", "account_id", "company_id"),
                    )
                ],
            )
        )
        return {
            partner: (float(amount), count, names or [])
            for partner, amount, count, names in rows
        }

    def action_open_mutual(self):
        """List what we owe this debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_item"
        )
        return {
            **action,
            "name": self.env._("What we owe"),
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("account_id.account_type", "=", "liability_payable"),
            ],
            "context": {},
        }
