from odoo import api, fields, models
from odoo.exceptions import AccessError


class DunningLostAddress(models.Model):
    """An e-mail address from which a company's notice came back.

    It is not written to again until a person says that it may be; another address of
    the same debtor is enough meanwhile. Changing the customer's address is enough,
    too: what is remembered is the address, not the customer.
    """

    _name = "dunning.lost.address"
    _description = "E-mail address that came back"
    _order = "since desc, id desc"
    _rec_name = "email"

    company_id = fields.Many2one("res.company", required=True, index=True)
    email = fields.Char(string="Address", required=True, index=True)
    notice_id = fields.Many2one(
        "dunning.notice", ondelete="set null", index="btree_not_null"
    )
    partner_id = fields.Many2one(related="notice_id.partner_id", string="Customer")
    since = fields.Datetime(string="Came back on", required=True)
    reason = fields.Text(help="What the mail server said.")
    cleared_on = fields.Datetime(string="Used again since")
    cleared_by = fields.Many2one("res.users", string="Cleared by", ondelete="restrict")

    _live_once = models.UniqueIndex(
        "(company_id, email) WHERE cleared_on IS NULL",
        "This address is known as one that came back.",
    )

    @api.model
    def _live(self, company, addresses):
        """Return {address: record} of those that are not written to for now."""
        if not addresses:
            return {}
        # sudo: what reaches nobody is left out, whoever sends
        found = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("email", "in", [*addresses]),
                ("cleared_on", "=", False),
            ]
        )
        return {row.email: row for row in found}

    @api.model
    def _remember(self, dispatch, addresses, reason):
        """Note that ``addresses`` of ``dispatch`` came back, once each."""
        known = self._live(dispatch.company_id, addresses)
        # sudo: the mail gateway has no rights here
        self.sudo().create(
            [
                {
                    "company_id": dispatch.company_id.id,
                    "email": address,
                    "notice_id": dispatch.notice_id.id,
                    "since": fields.Datetime.now(),
                    "reason": reason,
                }
                for address in addresses
                if address not in known
            ]
        )

    def action_clear(self):
        """Write to these addresses again: a collector's decision, logged."""
        user = self.env.user
        if not (self.env.su or user.has_group("dunning_fr.group_dunning_user")):
            raise AccessError(
                self.env._("Only collectors say which addresses are used again.")
            )
        self.check_access("read")
        # sudo: nobody has rights to write here; the person was checked above
        live = self.sudo().filtered(lambda row: not row.cleared_on)
        live.write({"cleared_on": fields.Datetime.now(), "cleared_by": self.env.uid})
        for row in live.filtered("notice_id"):
            row.notice_id._log_on_debtor(
                self.env._("%s may be written to again.", row.email)
            )
        return True
