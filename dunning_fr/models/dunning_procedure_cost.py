from odoo import api, fields, models
from odoo.tools import format_amount


class DunningProcedureCost(models.Model):
    """What a procedure costs: a tariff of some period, or that nobody verified it."""

    _name = "dunning.procedure.cost"
    _inherit = ["dunning.law.mixin"]
    _description = "Cost of a legal procedure"
    _order = "procedure_id, sequence, id"

    procedure_id = fields.Many2one(
        "dunning.procedure", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Cost", required=True, translate=True)
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.ref("base.EUR"), required=True
    )
    amount = fields.Monetary(help="Before tax; 0: nobody verified it yet.")
    is_known = fields.Boolean(
        string="Amount known", default=True, help="Off: the amount is to be asked for."
    )
    court_kinds = fields.Char(
        string="Courts", help="Kinds of court it is due at, by comma; empty: any."
    )
    claim_above = fields.Monetary(help="Due for a claim above this amount.")
    claim_up_to = fields.Monetary(help="And up to this amount; 0: without limit.")
    is_recoverable = fields.Boolean(
        string="On the debtor", help="The debtor bears it in the end, with a title."
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A tariff cannot end before it begins."
    )
    _bracket_in_order = models.Constraint(
        "CHECK (claim_up_to = 0 OR claim_up_to > claim_above)",
        "The bracket of claims ends before it begins.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A cost cannot be negative."
    )

    def _due(self, court_kind, amount, day):
        """Return the costs due at a kind of court for a claim, on a day.

        :param court_kind: one of ``tools.courts``; False while unknown: all of them
        """

        def is_due(cost):
            kinds = [kind.strip() for kind in (cost.court_kinds or "").split(",")]
            return (
                cost._is_in_force(day)
                and (not cost.court_kinds or not court_kind or court_kind in kinds)
                and amount > cost.claim_above
                and (not cost.claim_up_to or amount <= cost.claim_up_to)
            )

        return self.filtered(is_due)

    @api.depends("name", "amount", "is_known", "currency_id")
    def _compute_display_name(self):
        for cost in self:
            text = self.env._("amount to be asked for")
            if cost.is_known:
                text = format_amount(self.env, cost.amount, cost.currency_id)
            cost.display_name = f"{cost.name} ({text})"
