from datetime import datetime

import pytz

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import AccessError


class ResCompany(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    # How the law is read; each default is the rule book's (R…)
    dunning_day_basis = fields.Selection(
        [("365", "365 days"), ("actual", "Days of the calendar year")],
        string="Day count",
        default="365",
        required=True,
        help="Divisor of the interest. The law is silent; 365 is the practice, even in "
        "a leap year (R1.14), for public buyers too, to verify (R3.9). No text grants "
        "a grace where the due date is a Sunday or a holiday, to verify (R1.13). "
        "Periods are added up unrounded and rounded once an invoice, half up; to "
        "verify (R1.16).",
    )
    dunning_rate_mode = fields.Selection(
        [
            ("per_semester", "Rate of each semester"),
            ("frozen_at_due_date", "Rate of the semester of the due date"),
        ],
        string="Rate over several semesters",
        default="per_semester",
        required=True,
        help="Between professionals the rate is the one “applicable during the "
        "semester”, read as the rate of each day's own semester. To verify: no "
        "published ruling on the cut (R1.4).",
    )
    dunning_imputation = fields.Selection(
        [("principal_first", "Principal first"), ("interest_first", "Interest first")],
        string="Partial payments",
        default="principal_first",
        required=True,
        help="Interest first is the civil code's order (art. 1343-1); principal first "
        "matches how payments are reconciled and favours the debtor (R1.29). To "
        "verify: that late-payment penalties count as interest for this purpose. The "
        "40 € are no interest: no payment is put on them before the principal; to "
        "verify.",
    )
    dunning_rate_below_floor = fields.Selection(
        [
            ("ignore", "Ignore the clause, statutory rate"),
            ("raise", "Raise to the floor"),
        ],
        string="Contract rate under the floor",
        default="ignore",
        required=True,
        help="A contract rate may not be lower than three times the legal rate. To "
        "verify: sources do not say which rate replaces it (R1.8), nor which "
        "half-year's legal rate decides: each one of the delay is checked on its own "
        "(R1.6).",
    )
    dunning_default_respects_floor = fields.Boolean(
        string="Statutory rate not under the floor",
        help="The floor binds contract rates only; in 2024 it was above ECB + 10. To "
        "verify (R1.7).",
    )
    dunning_fee_per = fields.Selection(
        [("invoice", "Invoice"), ("instalment", "Late instalment")],
        string="40 € indemnity per",
        default="invoice",
        required=True,
        help="An invoice in several instalments bears one indemnity. To verify: the "
        "European Court reasons per late payment of a contract (C-419/21), so that one "
        "per late instalment can be argued (R1.21).",
    )
    dunning_foreign_law = fields.Selection(
        [
            ("french", "French law: the seller's residence"),
            ("foreign", "Not known: principal only"),
        ],
        string="Professionals abroad",
        default="french",
        required=True,
        help="Law of sales to professionals abroad where the customer's form says "
        "nothing. Without a choice in the contract it is the law of the seller's "
        "residence (Rome I, art. 4). To verify: a sale of goods may fall under the "
        "Vienna convention (R1.1).",
    )
    dunning_acknowledgement_counts = fields.Boolean(
        string="An acknowledgement interrupts the limitation",
        help="A partial payment or a request for time may not be clear enough: the "
        "first date stays the limit and the later one is shown as possible. Tick to "
        "count acknowledgements entered with their document; to verify (R7.10).",
    )
    dunning_tolerance = fields.Monetary(
        string="Tolerance",
        default=1.0,
        help="An amount up to this one is never reminded.",
    )

    # What letters need
    dunning_legal_form = fields.Char(string="Legal form", help="SAS, SARL, EI…")
    dunning_capital = fields.Char(
        string="Share capital", help="As printed on letters, for example 10 000 €."
    )
    dunning_rcs_city = fields.Char(
        string="RCS town", help="Printed as “RCS town SIREN” on every letter (R10.3)."
    )
    dunning_signatory_name = fields.Char(string="Signatory")
    dunning_signatory_title = fields.Char(string="Signatory's title")
    dunning_signature = fields.Image(
        string="Signature on letters",
        max_width=600,
        max_height=300,
        groups="account.group_account_invoice,account.group_account_readonly,"
        "base.group_system",
    )
    dunning_bank_account_id = fields.Many2one(
        "res.partner.bank",
        string="Bank account for payments",
        domain="[('partner_id', '=', partner_id)]",
        help="Printed on reminders; empty: the account of the first bank journal.",
    )
    dunning_mediator_name = fields.Char(string="Consumer mediator")
    dunning_mediator_address = fields.Char(string="Mediator's address")
    dunning_mediator_website = fields.Char(string="Mediator's website")
    dunning_complaint_address = fields.Char(
        string="Address for complaints", help="E-mail or postal address for disputes."
    )
    dunning_privacy_contact = fields.Char(
        string="Privacy contact",
        help="Where individuals exercise their rights (R10.6).",
    )

    dunning_retention_clause = fields.Char(
        string="Retention of title clause",
        help="Where it is agreed, for example “article 8 of our terms of sale”; "
        "recalled in formal notices to professionals. Empty: not mentioned.",
    )
    dunning_transfer_recipient = fields.Char(
        string="File handed over to",
        help="Whom the last notice names, with the profession. Only somebody who is "
        "really instructed; empty: nobody is named.",
    )

    def _dunning_today(self):
        """Return today in the company's time zone (its partner's, else Paris)."""
        zone = pytz.timezone(self.partner_id.tz or "Europe/Paris")
        return datetime.now(zone).date()

    def _dunning_day(self, moment):
        """Return the day of ``moment`` (UTC, as stored) in the company's time zone."""
        zone = pytz.timezone(self.partner_id.tz or "Europe/Paris")
        return pytz.utc.localize(moment).astimezone(zone).date() if moment else False

    def _dunning_check_at_hand(self):
        """Refuse a company that is not at hand to whoever asks.

        Records are guarded once they are saved: what a form asks before that, a client
        may ask for any company. Stored fields are computed with sudo, which is no
        answer to who asks; only the superuser, that is crons and scripts, asks for all.
        """
        self.ensure_one()
        if self.env.uid == SUPERUSER_ID:
            return
        if self._origin not in self.env(su=False).companies:
            raise AccessError(
                self.env._(
                    "You may not read the accounts of %(company)s.",
                    company=self.sudo().display_name,  # sudo: to name it
                )
            )

    def _dunning_bank_account(self):
        """Return the account to pay into: chosen, else the first bank journal's."""
        self.ensure_one()
        if self.dunning_bank_account_id:
            return self.dunning_bank_account_id
        # sudo: printed on every letter, whoever sends it
        journals = self.env["account.journal"].sudo()
        found = journals.search(
            [
                *journals._check_company_domain(self),
                ("type", "=", "bank"),
                ("bank_account_id", "!=", False),
            ],
            limit=1,
        )
        return found.bank_account_id

    def _dunning_setup(self):
        """Give French companies among ``self`` what dunning needs; idempotent."""
        french = self.filtered(lambda c: c.account_fiscal_country_id.code == "FR")
        self.env["dunning.policy"]._create_defaults(french)
        self.env["account.account"]._dunning_flag_excluded(french)
