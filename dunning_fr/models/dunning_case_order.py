from odoo import models
from odoo.exceptions import ValidationError


class DunningCase(models.Model):
    """Acts in the order of the law: none before the one that starts it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    def _check_dates(self):
        """Refuse acts out of order; each names the act, the rule and what to do."""
        self.ensure_one()
        steps = self._all_steps()
        by_code = {step.code: step for step in steps if step.code}
        errors = []
        for step in steps.filtered("date"):
            errors += self._order_errors(step, by_code)
        if errors:
            raise ValidationError("\n".join(errors))

    def _order_errors(self, step, by_code):
        template = step.procedure_step_id
        values = {
            "step": step.name,
            "day": self._day_text(step.date),
            "rule": step.rule or "R7.16",
        }
        if not template.may_precede and step.date < self.date:
            return [
                self.env._(
                    "%(step)s is dated %(day)s, before the case was opened on "
                    "%(opened)s: correct one of them (the day of the case can be "
                    "changed until it is filed).",
                    opened=self._day_text(self.date),
                    **values,
                )
            ]
        start = by_code.get(template.starts_from)
        if not start:
            return []
        if not start.date and (template.limit != "none" or template.law_from):
            return [
                self.env._(
                    "%(step)s (%(rule)s): its time limit starts from “%(start)s”, "
                    "which has no date. Date that act first; to take it back, take "
                    "this one back before.",
                    start=start.name,
                    **values,
                )
            ]
        if start.date and step.date < start.date:
            return [
                self.env._(
                    "%(step)s is dated %(day)s, before “%(start)s” of %(on)s, which "
                    "comes first (%(rule)s): correct one of them.",
                    start=start.name,
                    on=self._day_text(start.date),
                    **values,
                )
            ]
        return []
