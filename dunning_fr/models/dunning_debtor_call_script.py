from odoo import Command, models


class DunningDebtor(models.Model):
    """What a call to a debtor says (text E1), and to whom."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def _who_to_call(self):
        """Return the customer's people to call, those with a number first.

        The decision maker, then as for notices: the dunning contact, the contact of
        the type “Reminders”, the invoice address, the customer itself.
        """
        self.ensure_one()
        chain = self.with_company(self.company_id)._recipient_chain()
        people = self.decision_maker_id.filtered("active").concat(*chain)
        people = people.browse(dict.fromkeys(people.ids))
        return people.filtered("phone") + people.filtered(lambda p: not p.phone)

    def _call_items(self):
        """Return the overdue items of this debtor, the oldest first."""
        self.ensure_one()
        today = self.company_id._dunning_today()
        items = self.env["account.move.line"]._dunning_items(
            self.company_id, today, self.partner_id.ids
        )
        late = [
            item
            for item in items
            if item.residual > 0 and item.date_maturity and item.date_maturity < today
        ]
        return sorted(late, key=lambda item: (item.date_maturity, item.id))

    def _call_script(self, items, contact):
        """Return the script of a call that belongs to no notice.

        The channel's own text, said of what is owed in the currency of most items, at
        the highest level sent, in the words for the debtor's kind.

        :param contact: the person who is called
        """
        self.ensure_one()
        channel = self.env["dunning.channel"]._by_code()["phone"]
        if not items or not channel:
            return False
        currencies = [item.currency_id for item in items]
        most = max(dict.fromkeys(currencies), key=currencies.count)
        own = [item for item in items if item.currency_id == most]
        notice = self.env["dunning.notice"].new(
            {**self._prepare_script_values(own), "recipient_partner_id": contact.id}
        )
        text, _gaps = notice._channel_text(channel)
        return text

    def _prepare_script_values(self, items):
        """Return the values of the notice that the script would be of (hook)."""
        company, today = self.company_id, self.company_id._dunning_today()
        levels = self.policy_id.level_ids.sorted("sequence")
        level = levels.filtered(lambda lv: lv.sequence <= self.level_reached)[-1:]
        last = self.notice_ids.filtered(lambda n: n.state == "sent").sorted("date")
        key_of = self.env["account.move.line"]._dunning_document_key
        return {
            "name": last[-1:].name or self.partner_id.ref or items[0].move_name,
            "debtor_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": company.id,
            "currency_id": items[0].currency_id,
            "policy_id": self.policy_id.id,
            "level_id": (level or levels[:1]).id,
            "debtor_kind": self.debtor_kind,
            "date": today,
            "lang": self._recipient_values()[self.id]["lang"],
            "amount_principal": float(sum(item.residual for item in items)),
            "line_ids": [
                Command.create(
                    {
                        "claimed": True,
                        "move_line_id": item.id,
                        "document_key": key_of(item),
                        "move_name": item.move_name,
                        "invoice_date": item.invoice_date,
                        "date_maturity": item.date_maturity,
                        "currency_id": item.currency_id,
                        "residual": float(item.residual),
                    }
                )
                for item in items
            ],
        }
