from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.procedures import Condition

CRITERIA = [
    ("consumer", "The debtor is a consumer"),
    ("non_professional", "The debtor is a non-professional"),
    ("professional", "The debtor is a professional"),
    ("public", "The debtor is a public body"),
    ("not_public", "The debtor is no public body"),
    ("between_merchants", "The claim is between merchants"),
    ("not_between_merchants", "The claim is not between merchants"),
    ("farmer", "The debtor is a farmer"),
    ("not_local_authority", "The debtor is no local authority"),
    ("private_law_body", "The buyer is a body under private law"),
    ("amount_above", "The claim is above a ceiling"),
    ("in_france", "The debtor is in France"),
    ("not_in_france", "The debtor is outside France"),
    ("not_elsewhere_in_eu", "The debtor is not in another EU State"),
    ("insolvent", "Insolvency proceedings are open"),
    ("not_insolvent", "No insolvency proceedings are open"),
    ("overindebted", "The debtor is over-indebted"),
    ("disputed", "An item is disputed"),
    ("time_barred", "An item is past its limitation date"),
    ("formal_running", "No formal notice has expired on every item"),
    ("fact_missing", "A fact is missing"),
    ("fact_present", "A fact is there"),
]

FACTS = [
    ("cheque", "An unpaid cheque"),
    ("seizure", "Recovery is threatened, or a bill, cheque or judgment is at hand"),
    ("subcontract", "A subcontract, its main contractor does not pay"),
    ("lawyers", "Both parties have a lawyer"),
]


class DunningProcedureCondition(models.Model):
    """What stands in the way of a procedure, since when, and where it is written."""

    _name = "dunning.procedure.condition"
    _inherit = ["dunning.law.mixin"]
    _description = "Condition of a legal procedure"
    _order = "procedure_id, sequence, id"
    _rec_name = "criterion"

    procedure_id = fields.Many2one(
        "dunning.procedure", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    criterion = fields.Selection(CRITERIA, string="Obstacle", required=True)
    effect = fields.Selection(
        [("closes", "Closes the procedure"), ("warns", "Warns")],
        required=True,
        default="closes",
    )
    fact = fields.Selection(FACTS, help="For a fact that is there or missing.")
    parameter_key = fields.Char(
        string="Ceiling",
        help="Figure of the law that holds the ceiling, in euros, on the day.",
    )
    basis = fields.Selection(
        [
            ("total", "The whole claim"),
            ("principal_interest", "Principal and interest"),
            ("principal", "Principal"),
        ],
        required=True,
        default="total",
        string="Compared with the ceiling",
    )
    explanation = fields.Char(required=True, translate=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A condition cannot end before it begins."
    )
    _ceiling_named = models.Constraint(
        "CHECK (criterion <> 'amount_above' OR parameter_key IS NOT NULL)",
        "Name the figure of the law that holds the ceiling.",
    )
    _fact_named = models.Constraint(
        "CHECK (criterion NOT IN ('fact_missing', 'fact_present') OR fact IS NOT NULL)",
        "Choose the fact.",
    )

    @api.constrains("parameter_key")
    def _check_parameter_key(self):
        known = self.env["dunning.parameter"]._timelines()
        for condition in self:
            if condition.parameter_key and condition.parameter_key not in known:
                raise ValidationError(
                    self.env._(
                        "%(procedure)s: there is no figure of the law named %(key)s. "
                        "Enter it in Dunning > Configuration > Figures of the law.",
                        procedure=condition.procedure_id.name,
                        key=condition.parameter_key,
                    )
                )

    def _rule_condition(self, day):
        """Return what ``tools.procedures`` reads of the condition on a day."""
        self.ensure_one()
        ceiling = 0
        if self.parameter_key and self._is_in_force(day):
            ceiling = self.env["dunning.parameter"]._get(self.parameter_key, day)
        return Condition(
            self.id,
            self.criterion,
            self.effect,
            Decimal(str(ceiling)),
            self.fact or None,
            self.date_from or None,
            self.date_to or None,
            self.basis,
        )

    def _sentence(self):
        """Return what stands in the way, its rule, and what nobody verified yet."""
        self.ensure_one()
        words = [self.rule, self.reference]
        if self.to_verify:
            words.append(self.env._("to verify"))
        plain = self.explanation.rstrip(".")
        return f"{plain} ({', '.join(filter(None, words))})."
