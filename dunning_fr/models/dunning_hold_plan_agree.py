from odoo import fields, models
from odoo.exceptions import UserError


class DunningHold(models.Model):
    """A plan that both sides agree to, or that a person gives up."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    def action_agree(self, day=None):
        """Note that both sides agreed: the instalments change no more.

        :param day: date or ISO text; None = today in the company's time zone
        :raise UserError: naming the plan that cannot be agreed
        """
        self._check_collector()
        self._check_kept()
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
