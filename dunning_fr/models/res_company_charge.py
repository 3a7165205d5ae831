from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# Where the French chart books them (R8.1): template id, else the start of the code
ACCOUNTS = {
    "dunning_interest_account_id": ("pcg_7631", "7631"),
    "dunning_indemnity_account_id": ("pcg_7581", "7581"),
}
JOURNAL_CODE = "NDP"
TAX_GROUP = "Hors champ de TVA"


class ResCompany(models.Model):
    """How late-payment charges reach the accounts of a company."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_penalty_posting = fields.Selection(
        [
            ("on_invoice", "When a manager bills them"),
            ("on_payment", "When the late invoice is paid"),
        ],
        string="Book late-payment penalties",
        default="on_invoice",
        required=True,
        help="On invoice: a debit note that a manager decides to issue. On payment: "
        "the same note, issued by a daily task once the late invoice is paid, for what "
        "a notice claimed; it is posted, never sent by itself. To verify with your "
        "accountant (R8.3).",
    )
    dunning_waiver_allowed = fields.Boolean(
        string="Allow waivers",
        default=True,
        help="Whether managers may waive penalties. A public buyer's can never be "
        "(R3.12). To verify: a bill passed by the Senate on 19 February 2026 would "
        "forbid waivers between professionals (R1.34); untick to forbid them now.",
    )
    dunning_charge_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of debit notes",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Its own sales journal, so that notes have their own numbers and stay out "
        "of the invoices' sequence.",
    )
    dunning_interest_account_id = fields.Many2one(
        "account.account",
        string="Account of interest",
        check_company=True,
        help="763100 in the French chart. To verify: the usual choice, a matter of "
        "accounting policy (R8.1).",
    )
    dunning_indemnity_account_id = fields.Many2one(
        "account.account",
        string="Account of the 40 € indemnity",
        check_company=True,
        help="758100 in the French chart. To verify: a matter of accounting policy "
        "(R8.1).",
    )
    dunning_charge_tax_id = fields.Many2one(
        "account.tax",
        string="Out-of-scope tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount', '=', 0)]",
        help="A 0 % tax without tax grids, category O: penalties are outside the scope "
        "of VAT and stay out of the VAT return (R8.9, R1.17).",
    )

    def _dunning_setup(self):
        # EXTENDS: also what notes de débit need
        result = super()._dunning_setup()
        for company in self.filtered(
            lambda c: c.account_fiscal_country_id.code == "FR"
        ):
            company._dunning_setup_charges()
        return result

    def _dunning_setup_charges(self):
        """Give a company with the French chart its journal, accounts and tax."""
        # sudo: set-up of a company, whoever loads its chart
        company = self.sudo().with_company(self)
        for name, (xmlid, prefix) in ACCOUNTS.items():
            if not company[name]:
                company[name] = company._dunning_chart_account(xmlid, prefix)
        if not company.dunning_interest_account_id:
            return  # no French chart yet: the setting that lacks is named when billing
        if not company.dunning_charge_journal_id:
            company.dunning_charge_journal_id = company._dunning_charge_journal()
        if not company.dunning_charge_tax_id:
            company.dunning_charge_tax_id = company._dunning_charge_tax()

    def _dunning_chart_account(self, xmlid, prefix):
        found = self.env["account.chart.template"].ref(xmlid, raise_if_not_found=False)
        if found:
            return found
        accounts = self.env["account.account"]
        return accounts.search(
            [*accounts._check_company_domain(self), ("code", "=like", f"{prefix}%")],
            limit=1,
        )

    def _dunning_charge_journal(self):
        journals = self.env["account.journal"]
        own = [*journals._check_company_domain(self), ("code", "=", JOURNAL_CODE)]
        return journals.with_context(active_test=False).search(
            own, limit=1
        ) or journals.create(
            {
                "name": "Notes de débit (pénalités de retard)",
                "code": JOURNAL_CODE,
                "type": "sale",
                "company_id": self.id,
                "default_account_id": self.dunning_interest_account_id.id,
                "show_on_dashboard": False,
            }
        )

    def _dunning_charge_tax(self):
        values = self._prepare_dunning_tax_values()
        taxes = self.env["account.tax"]
        own = [
            *taxes._check_company_domain(self),
            ("name", "=", values["name"]),
            ("type_tax_use", "=", "sale"),
        ]
        return taxes.search(own, limit=1) or taxes.create(values)

    def _prepare_dunning_tax_values(self):
        parts = [Command.create({"repartition_type": kind}) for kind in ("base", "tax")]
        values = {
            "name": "Hors champ TVA (pénalités)",
            "invoice_label": "Hors champ",
            "amount": 0.0,
            "amount_type": "percent",
            "type_tax_use": "sale",
            "company_id": self.id,
            "country_id": self.account_fiscal_country_id.id,
            "tax_group_id": self._dunning_tax_group().id,
            "invoice_repartition_line_ids": parts,
            "refund_repartition_line_ids": parts,
        }
        if "ubl_cii_tax_category_code" in self.env["account.tax"]._fields:
            values["ubl_cii_tax_category_code"] = "O"
        return values

    def _dunning_tax_group(self):
        """Return a group of its own: a total “VAT 0 %” would say it is taxed (R8.9)."""
        groups = self.env["account.tax.group"]
        country = self.account_fiscal_country_id
        own = [
            *groups._check_company_domain(self),
            ("country_id", "=", country.id),
            ("name", "=", TAX_GROUP),
        ]
        return groups.search(own, limit=1) or groups.create(
            {"name": TAX_GROUP, "company_id": self.id, "country_id": country.id}
        )

    def _dunning_charge_settings(self):
        """Return {field: record} of what a note needs; say which one lacks.

        A branch without settings of its own uses those of its main company.
        """
        self.ensure_one()
        found = {}
        # sudo: settings of the company, whoever bills
        for company in (self.sudo(), self.root_id.sudo()):
            for name in (
                "dunning_charge_journal_id",
                "dunning_interest_account_id",
                "dunning_indemnity_account_id",
                "dunning_charge_tax_id",
            ):
                if not found.get(name):
                    found[name] = company[name].sudo(False)
        lacking = [name for name, record in found.items() if not record]
        if lacking:
            raise UserError(self._dunning_lacking_message(lacking))
        return found

    @api.model
    def _dunning_lacking_message(self, names):
        labels = self.fields_get(names, ["string"])
        return self.env._(
            "%(company)s cannot bill late-payment charges yet. Fill in, in the dunning "
            "settings: %(settings)s.",
            company=self.display_name,
            settings=", ".join(labels[name]["string"] for name in names),
        )
