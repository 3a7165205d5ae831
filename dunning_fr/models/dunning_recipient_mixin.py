from odoo import models
from odoo.tools import email_normalize_all, format_date
from odoo.tools.mail import email_split


class DunningRecipientMixin(models.AbstractModel):
    """Who receives a debtor's notices: one order for every channel.

    1. the dunning contact chosen on the customer, 2. its contact of the type
    “Reminders”, 3. its invoice address, 4. the customer itself.
    The first of them that has an e-mail address gives it, unless it is blacklisted or
    came back; the first that has a full postal address gives that one. A formal notice
    is posted to the registered office or the domicile, the customer's own address
    (R5.10); a representative chosen for a legal person that is no professional, such as
    a managing agent, stays. The answer is text that stays in the notice.
    """

    _name = "dunning.recipient.mixin"
    _description = "Recipient of a debtor's notices"

    def _recipient_values(self):
        """Return {debtor id: values}.

        The values: ``partner_id``, ``name``, ``contact``, ``email``,
        ``invalid_email``, ``lost_email`` (why an address is left out), ``phone``,
        ``address`` and ``formal_address`` (lines of text) and
        ``lang``.
        """
        # sudo: the recipient is resolved alike for every collector
        debtors = self.sudo()
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        values = {}
        for company, group in debtors.grouped("company_id").items():
            found = {d.id: d._recipient(installed) for d in group.with_company(company)}
            self._leave_out_lost(company, found.values())
            values |= found
        return values

    def _leave_out_lost(self, company, recipients):
        """Take away the e-mail addresses that reach nobody, and say why."""
        written = {a for r in recipients for a in r["email"].split(", ")} - {""}
        lost = self._lost_addresses(company, written)
        for recipient in recipients:
            addresses = recipient["email"].split(", ")
            kept = [address for address in addresses if address not in lost]
            recipient["email"] = ", ".join(kept)
            recipient["lost_email"] = " ".join(
                lost[address] for address in addresses if address in lost
            )

    def _lost_addresses(self, company, addresses):
        """Return {address: reason} of those that are blacklisted or came back."""
        if not addresses:
            return {}
        # sudo: who may send needs no rights on the blacklist, nor on other debtors
        blacklist = self.env["mail.blacklist"].sudo()
        lost = {
            row.email: self.env._("%s is blacklisted.", row.email)
            for row in blacklist.search([("email", "in", list(addresses))])
        }
        bounced = self.env["dunning.lost.address"]._live(company, addresses)
        for address, row in bounced.items():
            lost[address] = self.env._(
                "%(address)s came back on %(day)s.",
                address=address,
                day=format_date(self.env, row.since),
            )
        return lost

    def _recipient(self, installed):
        chain = self._recipient_chain()
        contact = chain[0]
        email, invalid = self._recipient_email(chain)
        return {
            "partner_id": contact.id,
            "name": " ".join((self.partner_id.name or "").split()),
            "contact": contact.name if contact != self.partner_id else "",
            "email": email,
            "invalid_email": invalid,
            "phone": next((p.phone for p in chain if p.phone), ""),
            "address": self._recipient_address(chain),
            "formal_address": self._recipient_address(self._formal_chain(chain)),
            "lang": self._recipient_lang(contact, installed),
        }

    def _recipient_chain(self):
        partner = self.partner_id
        found = partner.address_get(["dunning", "invoice"])
        typed = partner.browse(found["dunning"]).filtered(lambda p: p.type == "dunning")
        invoice = partner.browse(found["invoice"])
        chosen = partner.dunning_contact_id.filtered("active")
        return [*dict.fromkeys([*chosen, *typed, *invoice, partner])]

    def _formal_chain(self, chain):
        """Return ``chain`` as a formal notice follows it (R5.10)."""
        partner = self.partner_id
        if partner.debtor_kind == "non_professional" and partner.dunning_contact_id:
            return chain
        return [partner, *(contact for contact in chain if contact != partner)]

    def _recipient_email(self, chain):
        """Return (addresses joined by a comma, text that is no address)."""
        raw = next((partner.email for partner in chain if partner.email), "")
        addresses = email_normalize_all(raw)
        broken = raw if not addresses or len(addresses) < len(email_split(raw)) else ""
        return ", ".join(addresses), broken

    def _recipient_address(self, chain):
        """Return the lines below the name; empty without street and town."""
        partner = next((p for p in chain if (p.street or p.street2) and p.city), None)
        if not partner:
            return ""
        town = " ".join(filter(None, [partner.zip, partner.city])).upper()
        abroad = partner.country_id and partner.country_id != self.company_id.country_id
        named = chain[0] if chain[0] != self.partner_id else None
        lines = [
            named.name if named and named.name != self.partner_id.name else "",
            partner.street,
            partner.street2,
            town,
            partner.country_id.name.upper() if abroad else "",
        ]
        return "\n".join(line.strip() for line in lines if line and line.strip())

    def _recipient_lang(self, contact, installed):
        """Return the contact's language, French in France, else the company's."""
        country = contact.country_id or self.partner_id.country_id
        wishes = (
            contact.lang,
            "fr_FR" if country.code == "FR" else None,
            self.company_id.partner_id.lang,
            "fr_FR",
        )
        return next((lang for lang in wishes if lang in installed), "en_US")
