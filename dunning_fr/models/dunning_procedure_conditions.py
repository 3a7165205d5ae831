from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import frozendict

from ..tools.procedures import Procedure

FORUMS = [
    ("parties", "By the parties' nature and the amount"),
    ("officer", "Commissaire de justice (no court)"),
    ("administrative", "Administrative court"),
    ("insolvency", "Mandataire judiciaire or liquidator"),
    ("opening", "Court of the debtor's seat: commercial court or TAE, else TJ"),
    ("authority", "Prefect, mediator or committee"),
    ("none", "None"),
]


class DunningProcedure(models.Model):
    """When a procedure is open, before which court, at what cost: data of the law."""

    _inherit = "dunning.procedure"

    condition_ids = fields.One2many(
        "dunning.procedure.condition", "procedure_id", string="Conditions"
    )
    cost_ids = fields.One2many("dunning.procedure.cost", "procedure_id", string="Costs")
    forum = fields.Selection(
        FORUMS,
        required=True,
        default="parties",
        help="Who decides, or is asked. The parties' nature: commercial court between "
        "merchants, tribunal judiciaire otherwise (R6.1, R6.2).",
    )
    asks_order = fields.Boolean(
        string="Request for an order to pay",
        help="Filed by the creditor or any agent at the debtor's home court, without "
        "amicable attempt (R6.7, R6.20, R6.24).",
    )
    small_amount = fields.Float(
        digits=(16, 2),
        string="Small below",
        help="In euros: below it the wizard warns that the procedure may cost more "
        "than it brings. 0: no warning.",
    )

    def _rule_procedures(self, day):
        """Return [``Procedure``] as ``tools.procedures`` reads them on a day."""
        return [
            Procedure(
                procedure.id,
                procedure.code,
                tuple(row._rule_condition(day) for row in procedure.condition_ids),
                procedure.active,
                procedure.date_from or None,
                procedure.date_to or None,
                Decimal(str(procedure.small_amount)),
            )
            for procedure in self
        ]

    @api.model
    def _all(self):
        """Return every procedure, those switched off too: they are shown as closed."""
        # pylint: disable-next=no-search-all  # some twenty rows, all of them meant
        return self.with_context(active_test=False).search([])

    @api.model
    def _thresholds(self, day):
        """Return {name: figure of the law in euros} that courts depend on."""
        figure = self.env["dunning.parameter"]._get
        keys = {
            "proximity": "fr.proximity_ceiling",
            "lawyer": "fr.lawyer_threshold",
            "amicable": "fr.amicable_ceiling_tj",
            "last_instance": "fr.last_instance_ceiling",
        }
        return frozendict(
            {name: Decimal(str(figure(key, day))) for name, key in keys.items()}
        )
