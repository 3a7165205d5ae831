from odoo import models

# Where the button of each check leads; the domain is that of its count
ACTIONS = {
    "bank": "account.action_account_journal_form",
    "held_back": "dunning_fr.action_dunning_run",
    "unknown": "dunning_fr.action_dunning_notice",
    "failed": "dunning_fr.action_dunning_notice",
    "doubt": "dunning_fr.action_dunning_notice",
    "lost": "dunning_fr.action_dunning_lost_address",
    "credit": "dunning_fr.action_dunning_credit",
    "returned": "dunning_fr.action_dunning_return",
    "dispute": "dunning_fr.action_dunning_dispute",
    "post": "dunning_fr.action_dunning_notice",
    "draft": "dunning_fr.action_dunning_notice",
    "qualify": "dunning_fr.action_dunning_to_qualify",
}
TO_DO_LIST = "dunning_fr.action_dunning_todo"


class DunningDeskCheck(models.Model):
    """What the button of a check opens."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.desk.check"

    def action_open(self):
        """Open the very records that the check has counted."""
        self.ensure_one()
        self.check_access("read")
        labels = dict(self._fields["code"]._description_selection(self.env))
        action = self.env["ir.actions.actions"]._for_xml_id(
            ACTIONS.get(self.code, TO_DO_LIST)
        )
        return {
            **action,
            "name": labels[self.code],
            "display_name": labels[self.code],
            "domain": self._opened_domain(),
            "context": {"create": False},
        }

    def _opened_domain(self):
        own = [("company_id", "=", self.company_id.id)]
        found = self._domains().get(self.code)
        own += found[1] if found else [("desk_reason", "=", self.code)]
        if self.code == "qualify":  # the customers themselves: that is where to say it
            return [("active", "in", [True, False]), ("dunning_debtor_ids", "any", own)]
        return own
