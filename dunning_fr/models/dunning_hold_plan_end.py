from odoo import api, models

STOPS = ("insolvency", "overindebtedness")


class DunningHold(models.Model):
    """Proceedings end a plan: earlier debts are paid by their rules alone (R6.32)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._end_plans()
        return holds

    def write(self, vals):
        result = super().write(vals)
        if not {"kind", "state"}.isdisjoint(vals):
            self._end_plans()
        return result

    def _end_plans(self):
        """Release the plans of debtors in insolvency or over-indebtedness (L722-5)."""
        stopping = self.filtered(
            lambda hold: hold.kind in STOPS and hold.state == "active"
        )
        if not stopping:
            return
        # sudo: the law ends them, whoever enters the proceedings
        plans = self.sudo().search(
            [
                ("debtor_id", "in", stopping.debtor_id.ids),
                ("is_scheduled", "=", True),
                ("state", "=", "active"),
            ]
        )
        if plans:
            plans._end_breach()
            plans.write({"state": "released"})
            body = self.env._("Ended: proceedings were opened, no plan goes on.")
            plans._message_log_batch(dict.fromkeys(plans.ids, body))
