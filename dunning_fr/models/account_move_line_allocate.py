from odoo import api, models


class AccountMoveLine(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move.line"

    def action_dunning_allocate(self):
        """Show how these receipts would pay the first due, before it is done."""
        self.check_access("read")
        return self.env["dunning.allocate"]._open(self)

    def _dunning_match(self, debt, amount):
        """Reconcile this credit with a debt, no more of it than ``amount``.

        :param amount: in the currency of both
        """
        self.ensure_one()
        most = {self.id: amount}
        (self | debt).with_context(dunning_match=most).reconcile()

    @api.model
    def _prepare_reconciliation_plan(
        self, plan, amls_values_map, shadowed_aml_values=None
    ):
        # EXTENDS 'account': of what is disputed in part, no more than the rest is paid
        most = self.env.context.get("dunning_match") or {}
        for line, values in list(amls_values_map.items()):
            whole = values["amount_residual_currency"]
            if line.id not in most or most[line.id] >= -whole:
                continue
            part, company = most[line.id], line.company_currency_id
            amls_values_map[line] = {
                **values,
                "amount_residual": company.round(
                    values["amount_residual"] * part / -whole
                ),
                "amount_residual_currency": -part,
            }
        return super()._prepare_reconciliation_plan(
            plan, amls_values_map, shadowed_aml_values=shadowed_aml_values
        )
