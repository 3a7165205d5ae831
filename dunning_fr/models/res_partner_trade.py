from odoo import api, fields, models

TRADES = [
    ("merchant", "Merchant or commercial company"),
    ("craftsman", "Artisan"),
    ("liberal", "Liberal profession"),
    ("civil_company", "Civil company (SCI, SCP…)"),
    ("farmer", "Farmer"),
    ("non_profit", "Association or other non-profit body"),
]
# Overseas, the department is the first three digits
OVERSEAS = ("97", "98")


class ResPartner(models.Model):
    """What decides the court: what a party does, and where it is established."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    dunning_trade = fields.Selection(
        TRADES,
        string="Trade",
        tracking=True,
        help="Decides the court, and which procedures are open between professionals "
        "(R6.1, R6.2, R6.10). Empty: to be found out, as in the RCS or the RNE.",
        groups="base.group_user",
    )

    @api.model
    def _commercial_fields(self):
        # EXTENDS 'base'
        return super()._commercial_fields() + ["dunning_trade"]

    def _dunning_department(self):
        """Return the French department of the address, such as 69, 2A or 974; or ''.

        Corsica's two are told by the postcode: 200 and 201 south, the others north.
        """
        self.ensure_one()
        code = (self.zip or "").replace(" ", "")
        country = self.country_id.code
        known = self.env["res.company"]._get_france_country_codes()
        if len(code) != 5 or not code.isdigit() or (country and country not in known):
            return ""
        if code.startswith("20"):
            return "2A" if code[:3] in ("200", "201") else "2B"
        return code[:3] if code.startswith(OVERSEAS) else code[:2]

    def _dunning_place(self):
        """Return where a debtor is: france, eu, monaco, abroad; None while unknown."""
        self.ensure_one()
        country = self.country_id
        if not country:
            return None
        if country.code in self.env["res.company"]._get_france_country_codes():
            return "france"
        if country.code == "MC":
            return "monaco"
        europe = self.env.ref("base.europe", raise_if_not_found=False)
        return "eu" if europe and country in europe.country_ids else "abroad"
