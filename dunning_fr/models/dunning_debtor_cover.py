from odoo import api, fields, models

# What changes a warning
INSURANCE = {"insurer", "insurance_declare_by", "insurance_declared_on", "active"}
SOLVENCY = {"solvency_checked_on"}


class DunningDebtor(models.Model):
    """Who decides, who insures the debt, and what is known of the debtor's means."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    dunning_contact_id = fields.Many2one(
        "res.partner",
        string="Reminders go to",
        compute="_compute_dunning_contact_id",
        inverse="_inverse_dunning_contact_id",
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="Kept on the customer; empty: the invoice address.",
    )
    decision_maker_id = fields.Many2one(
        "res.partner",
        domain="[('commercial_partner_id', '=', partner_id), ('id', '!=', partner_id)]",
        tracking=True,
        help="Who decides about payments: to be called when reminders change nothing.",
    )
    insurer = fields.Char(
        string="Credit insurer",
        tracking=True,
        help="Who insures this debtor's invoices; empty: nobody.",
    )
    insured_amount = fields.Monetary(
        currency_field="company_currency_id",
        tracking=True,
        help="Up to this amount, as the insurer agreed.",
    )
    insurance_declare_by = fields.Date(
        string="To be declared by",
        tracking=True,
        help="Last day the policy gives to declare that the debtor does not pay. The "
        "collector gets an activity before it, while something is late and nothing "
        "was declared.",
    )
    insurance_declared_on = fields.Date(string="Declared on", tracking=True)
    insurance_consent = fields.Boolean(
        string="Agrees to plans first",
        default=True,
        tracking=True,
        help="The insurer must agree before a payment plan or a rebate is granted, or "
        "the cover may be lost: look at the policy.",
    )
    solvency_checked_on = fields.Date(
        tracking=True,
        help="Day somebody looked at the debtor's means. The collector gets an "
        "activity once it is older than the settings say, while something is late.",
    )
    solvency_result = fields.Selection(
        [("sound", "Sound"), ("doubtful", "To be watched"), ("weak", "Weak")],
        tracking=True,
    )
    solvency_source = fields.Char(
        tracking=True, help="Such as filed accounts, a rating agency, the insurer."
    )
    twin_count = fields.Integer(
        string="Same SIREN",
        compute="_compute_twin_count",
        help="Other debtors of this company with the same SIREN: one legal person.",
    )

    _insured_amount_positive = models.Constraint(
        "CHECK (insured_amount >= 0)", "The insured amount cannot be negative."
    )

    @api.depends("partner_id", "company_id")
    def _compute_dunning_contact_id(self):
        for debtor in self:
            partner = debtor.partner_id.with_company(debtor.company_id)
            debtor.dunning_contact_id = partner.dunning_contact_id

    def _inverse_dunning_contact_id(self):
        """Write it on the customer, by the rights of the user on contacts."""
        for debtor in self:
            partner = debtor.partner_id.with_company(debtor.company_id)
            partner.dunning_contact_id = debtor.dunning_contact_id

    def action_new_contact(self):
        """Enter a person of this customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New contact of %s", self.partner_id.display_name),
            "res_model": "res.partner",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_parent_id": self.partner_id.id,
                "default_type": "contact",
                "default_is_company": False,
            },
        }

    @api.depends("partner_id", "company_id")
    def _compute_twin_count(self):
        for company, debtors in self.grouped("company_id").items():
            twins = debtors._siren_twins(company)
            for debtor in debtors:
                debtor.twin_count = len(twins.get(debtor.id, ()))

    def _siren_twins(self, company):
        """Return {debtor id: ids of the other debtors with its SIREN}.

        A constant number of queries. Proceedings bind the legal person (R6.32).
        """
        numbers = {debtor.id: debtor.partner_id._dunning_siren() for debtor in self}
        wanted = set(filter(None, numbers.values()))
        if not wanted:
            return {}
        partners = self.env["res.partner"]._dunning_of_sirens(wanted, company)
        known = self.search(
            [("company_id", "=", company.id), ("partner_id", "in", partners.ids)]
        )
        owners = {debtor.id: debtor.partner_id._dunning_siren() for debtor in known}
        return {
            own: [
                other for other, of in owners.items() if of == number and other != own
            ]
            for own, number in numbers.items()
            if number
        }

    def action_open_twins(self):
        """List the debtors with the same SIREN, this one first among them."""
        self.ensure_one()
        twins = self._siren_twins(self.company_id).get(self.id, [])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_debtor"
        )
        return {
            **action,
            "name": self.env._("Same SIREN"),
            "domain": [("id", "in", [self.id, *twins])],
            "context": {},
        }

    @api.model_create_multi
    def create(self, vals_list):
        debtors = super().create(vals_list)
        changed = {name for vals in vals_list for name in vals}
        debtors._after_cover_change(changed - {"active"})
        return debtors

    def write(self, vals):
        result = super().write(vals)
        self._after_cover_change(vals)
        return result

    def _after_cover_change(self, names):
        if not (INSURANCE | SOLVENCY).isdisjoint(names):
            for company, debtors in self.grouped("company_id").items():
                self.env["dunning.watch"]._watch_cover(company, debtors)
