import re

from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.fr import siren, siret

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .dunning_policy import DEBTOR_KINDS
from .res_partner import PUBLIC_BUYER_TYPES

# The portal's own address: who is reached through it is a public buyer (R3.5).
CHORUS_PRO = ("0009", "11000201100044")

# Number of an association in the national register (W75…, W9R…, W2A…).
RNA = re.compile(r"W\d[0-9A-Z]\d{7}")

SIREN_FIELDS = ("commercial_partner_id", "company_registry", "vat")

# First two digits of a public body's SIREN, where they settle its type. Others do
# not: 26 is a hospital or a municipal welfare centre, 13 and 18 national bodies.
PUBLIC_SIREN_TYPES = {
    **dict.fromkeys(("11", "12", "17"), "state"),
    **dict.fromkeys(("20", "21", "22", "23", "24", "25"), "local"),
}


class ResPartner(models.Model):
    """What Odoo knows about a customer's kind, and a person's confirmation of it."""

    _inherit = "res.partner"

    debtor_kind_suggestion = fields.Selection(
        DEBTOR_KINDS,
        string="Suggested debtor kind",
        compute="_compute_debtor_kind_suggestion",
        help="What the customer's own data point to. It decides nothing until a person "
        "confirms it.",
        groups="base.group_user",
    )
    public_buyer_type_suggestion = fields.Selection(
        PUBLIC_BUYER_TYPES,
        string="Suggested type of public buyer",
        compute="_compute_debtor_kind_suggestion",
        groups="base.group_user",
    )
    debtor_kind_reason = fields.Char(
        string="Why this kind",
        compute="_compute_debtor_kind_suggestion",
        help="What the suggestion rests on, or what is missing for one.",
        groups="base.group_user",
    )

    @api.model
    def _debtor_kind_sources(self):
        """Return the fields the suggestion reads; add-ons may bring more of them."""
        names = ["is_company", "company_registry", "vat", "country_id"]
        return names + [
            name for name in ("peppol_eas", "peppol_endpoint") if name in self._fields
        ]

    @api.depends(
        lambda self: [
            path
            for name in self._debtor_kind_sources()
            for path in (name, f"commercial_partner_id.{name}")
        ]
    )
    @api.depends_context("lang")
    def _compute_debtor_kind_suggestion(self):
        for partner in self:
            kind, buyer, reason = partner.commercial_partner_id._debtor_kind_evidence()
            partner.debtor_kind_suggestion = kind
            partner.public_buyer_type_suggestion = buyer
            partner.debtor_kind_reason = reason

    def _debtor_kind_evidence(self):
        """Return (kind, public buyer's type, reason); no kind: to qualify (R1.1)."""
        number = self._dunning_siren()
        if self._is_behind_chorus_pro():
            buyer = PUBLIC_SIREN_TYPES.get((number or "")[:2], False)
            return "public", buyer, self.env._("Invoiced through Chorus Pro.")
        if number and number[0] in "12":
            return (
                "public",
                PUBLIC_SIREN_TYPES.get(number[:2], False),
                self.env._(
                    "SIREN %s: numbers that begin with 1 or 2 are public bodies'.",
                    number,
                ),
            )
        return self._debtor_kind_evidence_private(number)

    def _debtor_kind_evidence_private(self, number):
        tax_number = self._dunning_tax_number()
        rna = RNA.fullmatch(self._dunning_registry())
        if rna and tax_number:
            reason = self.env._(
                "Association %(rna)s with tax number %(vat)s: professional only for "
                "what it buys for its business. A person decides.",
                rna=rna[0],
                vat=tax_number,
            )
            return False, False, reason
        if rna:
            return "non_professional", False, self.env._("Association %s.", rna[0])
        if number:
            return "professional", False, self.env._("SIREN %s.", number)
        if tax_number:
            return "professional", False, self.env._("Tax number %s.", tax_number)
        if not self.is_company:
            reason = self.env._("A person without SIREN or tax number.")
            return "consumer", False, reason
        return (
            False,
            False,
            self.env._(
                "A company without proof of business activity: fill in its SIREN or "
                "its tax number, or choose the kind yourself."
            ),
        )

    def _is_behind_chorus_pro(self):
        if "peppol_endpoint" not in self._fields:
            return False
        return (self.peppol_eas, self.peppol_endpoint) == CHORUS_PRO

    def _dunning_registry(self):
        return re.sub(r"[\s.\-]", "", self.company_registry or "").upper()

    def _dunning_siren(self):
        """Return the SIREN of a French customer, from its SIRET or tax number too."""
        if self.country_code and self.country_code not in self._dunning_french_codes():
            return None
        registry = self._dunning_registry()
        if siren.is_valid(registry):
            return registry
        if siret.is_valid(registry):
            return registry[:9]
        vat = self._dunning_tax_number() or ""
        if vat.startswith("FR") and siren.is_valid(vat[-9:]):
            return vat[-9:]
        return None

    @api.model
    def _dunning_of_sirens(self, numbers, company):
        """Return the customers of ``company`` with one of these SIREN (R6.32).

        Customers: with journal items on a receivable account, or a debtor already.
        """
        line = self.env["account.move.line"]
        rows = self.env.execute_query(
            SQL(
                r"""
                SELECT partner.id
                  FROM res_partner partner
                 WHERE (left(regexp_replace(upper(partner.company_registry),
                                            '[\s.\-]', '', 'g'), 9) = ANY(%(numbers)s)
                        OR right(regexp_replace(upper(partner.vat),
                                                '[\s.\-]', '', 'g'), 9)
                           = ANY(%(numbers)s))
                   AND partner.commercial_partner_id = partner.id
                   AND (EXISTS (SELECT FROM dunning_debtor debtor
                                 WHERE debtor.partner_id = partner.id
                                   AND debtor.company_id = %(company)s)
                        OR EXISTS (SELECT FROM account_move_line line
                                     JOIN account_account account
                                       ON account.id = line.account_id
                                    WHERE line.partner_id = partner.id
                                      AND line.company_id = %(company)s
                                      AND line.parent_state = 'posted'
                                      AND account.account_type = 'asset_receivable'))
                """,
                numbers=list(numbers),
                company=company.id,
                to_flush=[
                    *map(self._fields.get, SIREN_FIELDS),
                    *map(line._fields.get, ("account_id", "company_id")),
                    *map(line._fields.get, ("parent_state", "partner_id")),
                    self.env["dunning.debtor"]._fields["partner_id"],
                ],
            )
        )
        found = self.browse(row[0] for row in rows)
        return found.filtered(lambda partner: partner._dunning_siren() in numbers)

    @api.model
    def _dunning_french_codes(self):
        return self.env["res.company"]._get_france_country_codes()

    def _dunning_tax_number(self):
        """Return the tax number if it is a valid one, compact; else None."""
        vat = re.sub(r"[\s.\-]", "", self.vat or "").upper()
        if not vat:
            return None
        if eu_vat.is_valid(vat):
            return vat
        module = self.country_code and get_cc_module(self.country_code, "vat")
        return vat if module and module.is_valid(vat) else None

    def action_confirm_debtor_kind(self):
        """Take the suggested kind of each customer that has none yet."""
        if not self.env.user.has_group("dunning_fr.group_dunning_user"):
            raise AccessError(
                self.env._("Only a collector confirms the kind of a debtor.")
            )
        customers = self.commercial_partner_id.filtered(lambda p: not p.debtor_kind)
        groups = customers.grouped(
            lambda p: (p.debtor_kind_suggestion, p.public_buyer_type_suggestion)
        )
        for (kind, buyer), partners in groups.items():
            if kind:
                partners._confirm_debtor_kind(kind, buyer)
        return self._notify_debtor_kind(customers)

    def _confirm_debtor_kind(self, kind, buyer):
        # sudo: a collector says what kind of debtor it is without being allowed to
        # change the rest of the contact; the chatter tells who, and why
        reasons = {
            partner.id: self.env._(
                "Debtor kind confirmed by %(user)s: %(reason)s",
                user=self.env.user.name,
                reason=partner.debtor_kind_reason,
            )
            for partner in self
        }
        values = {"debtor_kind": kind}
        if buyer:
            values["public_buyer_type"] = buyer
        self.check_access("read")
        self.sudo().write(values)
        self.sudo()._message_log_batch(bodies=reasons)

    @api.model
    def _notify_debtor_kind(self, customers):
        done = len(customers.filtered("debtor_kind"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if done == len(customers) else "warning",
                "message": self.env._(
                    "%(done)s customers confirmed, %(left)s left to qualify by hand.",
                    done=done,
                    left=len(customers) - done,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
