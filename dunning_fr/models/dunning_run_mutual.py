from odoo import models

from .dunning_breakdown import money

MAX_NAMES = 10  # of debtors in a message


class DunningRunCheck(models.AbstractModel):
    """Formal notices to debtors whom we owe something ourselves."""

    _inherit = "dunning.run.check"

    def _check_mutual(self):
        formal = self._draft_partners(("is_formal_notice", "=", True))
        if not formal:
            return {}
        debtors = self.env["dunning.debtor"].search(
            [("company_id", "=", self.company_id.id), ("partner_id", "in", formal.ids)]
        )
        owed = debtors._mutual_debts(self.company_id)
        if not owed:
            return {}
        debtors = debtors.filtered(lambda debtor: debtor.partner_id.id in owed)
        names = debtors.mapped("display_name")
        shown = ", ".join(names[:MAX_NAMES]) + ("…" if names[MAX_NAMES:] else "")
        total = sum(amount for amount, _count, _names in owed.values())
        return {
            "mutual": {
                "level": "warning",
                "message": self.env._(
                    "We owe %(amount)s ourselves to debtors about to get a formal "
                    "notice: %(names)s. They may answer with a set-off (C. civ. 1347; "
                    "to verify): agree on it first, or expect it.",
                    amount=money(self.env, {self.company_id.currency_id: total}),
                    names=shown,
                ),
                "action_text": self.env._("Look at them"),
                "action": {
                    **self.env["ir.actions.act_window"]._for_xml_id(
                        "dunning_fr.action_dunning_debtor"
                    ),
                    "domain": [("id", "in", debtors.ids)],
                    "context": {},
                },
            }
        }
