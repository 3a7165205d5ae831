from odoo import Command, fields, models
from odoo.exceptions import UserError


class DunningHold(models.Model):
    """A plan that both sides agree to, or that a person gives up."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    signed_ids = fields.Many2many(
        "ir.attachment",
        "dunning_hold_signed_rel",
        string="Signed copies",
        readonly=True,
        copy=False,
        help="The agreement as the debtor signed it: it acknowledges the debt (R7.10) "
        "and stays until the erasure of personal data (R10.8).",
    )

    def action_agree(self, day=None):
        """Note that both sides agreed: the instalments change no more.

        :param day: date or ISO text; None = today in the company's time zone
        :raise UserError: naming the plan that cannot be agreed
        """
        self._check_collector()
        self._check_kept()
        self._check_covered()  # its debtor may be known better by now (R2.2)
        for company, holds in self.grouped("company_id").items():
            on = fields.Date.to_date(day) or company._dunning_today()
            for hold in holds:
                if not hold.is_scheduled or hold.state != "active" or hold.agreed_on:
                    raise UserError(
                        self.env._(
                            "%s is no payment plan that waits for an agreement.",
                            hold.display_name,
                        )
                    )
                if not hold.date_from <= on <= company._dunning_today():
                    raise UserError(
                        self.env._(
                            "%s: it is agreed between its first day and today.",
                            hold.display_name,
                        )
                    )
            # sudo: written by this method alone
            holds.sudo().agreed_on = on
        return True

    def _keep_signed(self, copy):
        """Keep a file as the signed copy of this plan: nobody deletes it any more."""
        self.ensure_one()
        # sudo: written by this method alone
        self.sudo().signed_ids = [Command.link(copy.id)]

    def action_break(self, note=None):
        """End plans that were not kept: reminders go on.

        :param note: why, on the discussion
        """
        self._check_collector()
        self._check_kept()
        wrong = self.filtered(lambda h: not h.is_scheduled or h.state != "active")
        if wrong:
            raise UserError(
                self.env._("%s is no payment plan in force.", wrong[0].display_name)
            )
        self.write({"state": "broken"})
        for company, holds in self.grouped("company_id").items():
            # sudo: the machine's own fact
            holds.sudo().settled_on = company._dunning_today()
        body = self.env._("Broken, as a person decided: reminders go on.")
        if note:
            body = f"{body} {note}"
        self._message_log_batch(dict.fromkeys(self.ids, body))
        return True
