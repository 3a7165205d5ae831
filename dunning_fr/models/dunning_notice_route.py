from odoo import api, fields, models
from odoo.tools import email_normalize


class DunningNotice(models.Model):
    """Who else reads a notice, where answers go, and all of it before it leaves."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    route_text = fields.Text(string="Will go to", compute="_compute_route_text")

    def _copies_to(self, recipient):
        """Return the addresses that get a copy, as one text; never the debtor's."""
        level = self.level_id
        people = self.env["res.users"]
        if level.cc_collector:
            people += self.debtor_id.user_id
        if level.cc_salesperson:
            moves = self.line_ids.filtered("claimed").move_line_id.move_id
            people += self.partner_id.user_id or moves.invoice_user_id
        own = recipient["email"].split(", ")
        # sudo: an address of a colleague; who is archived reads nothing any more
        addresses = [
            email_normalize(user.email)
            for user in people.sudo()
            if user.active and not user.share
        ]
        return ", ".join(dict.fromkeys(a for a in addresses if a and a not in own))

    def _reply_to(self):
        """Return where answers go: to the debtor's discussion where mail comes in.

        Without a domain for incoming mail, to the collector, else to the company.
        """
        company, collector = self.company_id, self.debtor_id.user_id
        sender = collector.email_formatted if collector.email else False
        default = sender or company.email_formatted
        debtor = self.debtor_id.with_company(company)
        return debtor._notify_get_reply_to(default=default)[debtor.id] or default

    @api.depends("state", "level_id", "debtor_id", "partner_id")
    def _compute_route_text(self):
        drafts = self.filtered(lambda n: n.state == "draft" and n._origin.id)
        self.route_text = False
        if not drafts:
            return
        recipients = drafts.debtor_id._recipient_values()
        by_code = self.env["dunning.channel"]._by_code()
        for notice in drafts:
            notice.route_text = notice._route(recipients, by_code)

    def _route(self, recipients, by_code):
        recipient = self._letter_recipient(recipients)
        channels, problems = self._choose_channels(recipient, by_code)
        if problems:
            return "\n".join(problems)
        lines = [self._route_line(channel, recipient) for channel in channels]
        lost = recipient["lost_email"]
        return "\n".join([*lines, *([lost] if lost else [])])

    def _route_line(self, channel, recipient):
        address = channel._reach(recipient)
        if channel._is_postal():
            address = ", ".join([address, *recipient["address"].split("\n")])
        line = self.env._(
            "%(channel)s: %(reason)s", channel=channel.name, reason=address
        )
        if channel.provider != "email":
            return line
        copies = self._copies_to(recipient)
        if copies:
            line += self.env._(", copy to %s", copies)
        answers = email_normalize(self._reply_to())
        return line + self.env._("; answers go to %s", answers)


class DunningDebtor(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def message_update(self, msg_dict, update_vals=None):
        # EXTENDS 'mail'
        """An answer of the debtor reaches whoever deals with it."""
        for debtor in self:
            last = debtor.notice_ids.filtered("approved_by").sorted("id")[-1:]
            people = [debtor.user_id, last.approved_by]
            person = next((u for u in people if u and u.active), None)
            if person:
                debtor.message_subscribe(partner_ids=person.partner_id.ids)
        return super().message_update(msg_dict, update_vals=update_vals)
