from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """How long promises and instalments are waited for, and what comes before."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_promise_grace_days = fields.Integer(
        string="Days of grace of a promise",
        help="Days after the promised day before a promise counts as broken; reminders "
        "stay silent meanwhile. A transfer takes one or two working days. It counts "
        "for promises entered from now on.",
    )

    dunning_plan_grace_days = fields.Integer(
        string="Days of grace of an instalment",
        default=3,
        help="Days after its day before an instalment counts as missed: a transfer "
        "takes one or two working days. It counts for plans made from now on.",
    )
    dunning_plan_breach = fields.Selection(
        [
            ("notice", "The deadline of its formal notice (F2) passes unpaid"),
            ("person", "A person decides"),
        ],
        string="A plan is broken when",
        required=True,
        default="notice",
        help="The agreement (F1) grants a formal notice and eight days before the "
        "whole balance is asked for again: nothing breaks a plan before them.",
    )
    dunning_plan_notice_days = fields.Integer(
        string="Days to pay a missed instalment",
        default=8,
        help="Left to the debtor by the formal notice (F2), as the agreement (F1) "
        "says. Counted from its presentation, once it is known. It counts for plans "
        "made from now on.",
    )
    dunning_plan_reminder_days = fields.Integer(
        string="Days before an instalment",
        default=3,
        help="So many days before an instalment its debtor is reminded of it by "
        "e-mail; 0: never.",
    )

    _dunning_plan_positive = models.Constraint(
        "CHECK (dunning_plan_grace_days >= 0 AND dunning_plan_notice_days >= 8"
        " AND dunning_plan_reminder_days >= 0)",
        "Days around instalments cannot be negative, and the agreement grants eight "
        "days at least after a formal notice.",
    )

    @api.constrains("dunning_promise_grace_days")
    def _check_dunning_grace(self):
        if any(company.dunning_promise_grace_days < 0 for company in self):
            raise ValidationError(self.env._("Days of grace cannot be negative."))
