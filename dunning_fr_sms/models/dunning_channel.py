from odoo import fields, models

# What begins otherwise in France is a landline: a message would be paid for in vain.
FRENCH_MOBILES = ("+336", "+337")


class DunningChannel(models.Model):
    _inherit = "dunning.channel"

    provider = fields.Selection(
        selection_add=[("sms", "SMS gateway")],
        ondelete={
            "sms": lambda channels: channels.write(
                {"provider": "post", "active": False}
            )
        },
    )

    def _reach_through_sms(self, recipient):
        """Return the mobile number in international form; empty: none, or refused."""
        # sudo: a country alone, to read a number as the debtor writes it
        partner = self.env["res.partner"].sudo().browse(recipient["partner_id"] or [])
        country = partner.country_id or self.env.company.country_id
        number = recipient["phone"] and partner._phone_format(
            number=recipient["phone"], country=country
        )
        if not number:
            return ""
        if number.startswith("+33") and not number.startswith(FRENCH_MOBILES):
            return ""
        # sudo: who may send needs no rights on the blacklist
        refused = self.env["phone.blacklist"].sudo()
        return "" if refused.search([("number", "=", number)], limit=1) else number
