from odoo import api, fields, models
from odoo.exceptions import ValidationError
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
    claim_above_key = fields.Char(
        string="Above the figure",
        help="Figure of the law that says above which amount, on the day of the claim; "
        "in the place of an amount here.",
    )
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
    _bracket_once = models.Constraint(
        "CHECK (COALESCE(claim_above_key, '') = '' OR COALESCE(claim_above, 0) = 0)",
        "A cost names an amount or a figure of the law, not both.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A cost cannot be negative."
    )

    @api.constrains("claim_above_key")
    def _check_key(self):
        """Refuse an amount that no figure of the law gives."""
        known = self.env["dunning.parameter"]._timelines()
        for cost in self:
            if cost.claim_above_key and cost.claim_above_key not in known:
                raise ValidationError(
                    self.env._(
                        "%(cost)s: there is no figure of the law called %(key)s. Enter "
                        "it in Dunning > Configuration > Figures of the law.",
                        cost=cost.name,
                        key=cost.claim_above_key,
                    )
                )

    def _above(self, day):
        """Return the amount above which the cost is due, on a day.

        Nothing where its figure is not in force: a cost too many is named, none hidden.
        """
        self.ensure_one()
        if not self.claim_above_key:
            return self.claim_above
        return self.env["dunning.parameter"]._find(self.claim_above_key, day) or 0

    def _due(self, court_kind, amount, day):
        """Return the costs due at a kind of court for a claim, on a day.

        :param court_kind: one of ``tools.courts``; False while unknown: all of them
        """

        def is_due(cost):
            kinds = [kind.strip() for kind in (cost.court_kinds or "").split(",")]
            return (
                cost._is_in_force(day)
                and (not cost.court_kinds or not court_kind or court_kind in kinds)
                and amount > cost._above(day)
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
