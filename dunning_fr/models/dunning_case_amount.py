from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

BILL_TYPES = ("in_invoice", "in_refund", "in_receipt")


class DunningCase(models.Model):
    """What a case claims, what is left of it in the ledger, and what it costs."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    opened_principal = fields.Monetary(readonly=True, copy=False)
    filed_date = fields.Date(string="Filed on", readonly=True, copy=False)
    filed_principal = fields.Monetary(readonly=True, copy=False)
    filed_interest = fields.Monetary(readonly=True, copy=False)
    filed_indemnity = fields.Monetary(readonly=True, copy=False)

    claim_date = fields.Date(
        string="Amounts at",
        compute="_compute_claim",
        help="Today until the case is filed; then the day of filing, for good.",
    )
    amount_principal = fields.Monetary(string="Principal", compute="_compute_claim")
    amount_interest = fields.Monetary(string="Interest", compute="_compute_claim")
    amount_indemnity = fields.Monetary(string="Indemnity", compute="_compute_claim")
    amount_claimed = fields.Monetary(string="Claimed", compute="_compute_claim")
    claim_missing = fields.Char(
        compute="_compute_claim", help="Half-years whose rates are missing (R9.2)."
    )
    amount_open = fields.Monetary(
        string="Still owed",
        compute="_compute_claim",
        help="Principal left in the ledger now.",
    )
    amount_paid = fields.Monetary(
        string="Paid meanwhile",
        compute="_compute_claim",
        help="Principal paid or credited since the case was filed, or opened if it is "
        "not filed yet.",
    )
    amount_unmatched = fields.Monetary(
        related="debtor_id.amount_credits",
        string="Not matched yet",
        currency_field="company_currency_id",
    )
    bill_ids = fields.Many2many(
        "account.move",
        "dunning_case_bill_rel",
        "case_id",
        "move_id",
        string="Costs",
        copy=False,
        check_company=True,
        domain="[('move_type', 'in', ('in_invoice', 'in_refund', 'in_receipt')),"
        " ('company_id', '=', company_id), ('state', '!=', 'cancel')]",
        help="Vendor bills of the court, the commissaire de justice, the lawyer.",
    )
    amount_costs = fields.Monetary(
        string="Total costs",
        compute="_compute_amount_costs",
        currency_field="company_currency_id",
        help="Taxes included, in company currency, credit notes deducted.",
    )

    @api.depends("state", "move_ids", "filed_date", "opened_principal")
    def _compute_claim(self):
        claims = self._claims_today()
        net = self._net_claims(claims)
        for case in self:
            lines = [line.id for line in case._lines() if line.id in claims]
            owed = sum(float(claims[id_].principal) for id_ in lines)
            case.amount_open = owed
            case.claim_missing = ", ".join(
                sorted({claims[id_].claim.missing or "" for id_ in lines} - {""})
            )
            reference = case.opened_principal
            if case.filed_date:
                reference = case.filed_principal
                case.claim_date = case.filed_date
                case.amount_principal = case.filed_principal
                case.amount_interest = case.filed_interest
                case.amount_indemnity = case.filed_indemnity
            else:
                case.claim_date = case.company_id._dunning_today()
                case.amount_principal = owed
                case.amount_interest = sum(float(net[id_][0]) for id_ in lines)
                case.amount_indemnity = sum(float(net[id_][1]) for id_ in lines)
            case.amount_paid = max(reference - owed - case._taken_back(), 0)
            case.amount_claimed = (
                case.amount_principal + case.amount_interest + case.amount_indemnity
            )

    @api.depends("bill_ids.amount_total_signed")
    def _compute_amount_costs(self):
        for case in self:
            # sudo: the sum alone; whoever reads the case need not read every bill
            bills = case.sudo().bill_ids.filtered(lambda bill: bill.state != "cancel")
            case.amount_costs = -sum(bills.mapped("amount_total_signed"))

    @api.constrains("bill_ids")
    def _check_bills(self):
        for case in self:
            # sudo: what kind of entry it is, not what it says
            wrong = case.sudo().bill_ids.filtered(
                lambda move: move.move_type not in BILL_TYPES
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "Costs are vendor bills: %s is none.",
                        ", ".join(wrong.mapped("display_name")),
                    )
                )

    # ---------------------------------------------------------------- the ledger

    def _lines(self):
        """Return the receivable items of the cases' invoices that are its debtors'."""
        partners = self.partner_id
        # sudo: a case is claimed as a whole, whoever looks at it
        lines = self.move_ids.sudo().line_ids
        return lines.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.partner_id in partners
            )
        )

    def _taken_back(self):
        """Return what stands on invoices that are not posted any more: nobody paid."""
        self.ensure_one()
        gone = self._lines().filtered(lambda line: line.parent_state != "posted")
        return sum(gone.mapped("amount_currency"))

    def _claims_today(self):
        """Return {line id: ``LineClaim``} of all items of the cases, today."""
        day = self.company_id[:1]._dunning_today() if self.company_id else None
        return self._claims_on(day) if day else {}

    def _claims_on(self, day):
        # sudo: see ``_lines``
        return self.env["dunning.claim"].sudo()._for_lines(self._lines().ids, day)

    def _net_claims(self, claims):
        """Return {line id: (interest, indemnity)} less what a debit note bills already.

        A billed charge is an invoice of its own: it is claimed by adding that one.
        """
        # sudo: see ``_lines``
        lines = self.env["account.move.line"].sudo()
        charges, net = self.env["dunning.charge"].sudo(), {}
        by_company = {}
        for item in lines._dunning_debts(list(claims)):
            by_company.setdefault(item.company_id, []).append(item)
        for company_id, items in by_company.items():
            company = self.env["res.company"].browse(company_id)
            keys = {item.id: lines._dunning_document_key(item) for item in items}
            gross = {
                item.id: (claims[item.id].interest or 0, claims[item.id].indemnity)
                for item in items
            }
            net.update(charges._net(company, items, keys, gross))
        return net

    def _freeze(self, day):
        """Keep what is claimed that day; a missing rate is an error (R9.2)."""
        for case in self:
            claims = case._claims_on(day)
            self.env["dunning.claim"]._check_rates(claims.values())
            net = case._net_claims(claims)
            case.sudo()._trusted().write(  # sudo: the case keeps them, not a person
                {
                    "filed_date": day,
                    "filed_principal": sum(float(c.principal) for c in claims.values()),
                    "filed_interest": sum(float(n[0]) for n in net.values()),
                    "filed_indemnity": sum(float(n[1]) for n in net.values()),
                }
            )

    def _day_text(self, day):
        return format_date(self.env, day) if day else ""

    def _money_text(self, amount):
        self.ensure_one()
        return formatLang(self.env, amount, currency_obj=self.currency_id)
