from odoo import api, models


class DunningCaseStep(models.Model):
    """What is said of an act: who dated it, and that it is outside its time limit."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case.step"

    @api.onchange("date")
    def _onchange_date(self):
        for step in self:
            text = step._late_text()
            if text:
                return {"warning": {"title": self.env._("Outside the time limit"),
                                    "message": text}}  # fmt: skip
        return None

    def _late_text(self):
        """Say that an act is dated outside its time limit, and what it may cost."""
        self.ensure_one()
        if not self.date or not self.deadline:
            return ""
        values = {
            "step": self.name,
            "day": self.case_id._day_text(self.deadline),
            "rule": self.rule or "",
            "reference": self.reference or "",
            "loses": self.loses or "",
        }
        if self.limit == "by" and self.date > self.deadline:
            return self.env._(
                "%(step)s: the time limit ended on %(day)s (%(rule)s, %(reference)s). "
                "If it was missed: %(loses)s Check the date of the deed.",
                **values,
            )
        if self.limit == "after" and self.date <= self.deadline:
            return self.env._(
                "%(step)s: possible only after %(day)s (%(rule)s, %(reference)s). "
                "Check the date of the deed.",
                **values,
            )
        return ""

    def _log_warning(self):
        text = self._late_text()
        if text:
            self.case_id._message_log(body=text)

    def _log_date(self, before):
        """Write on the case who dated an act, corrected its date or took it back."""
        self.ensure_one()
        case = self.case_id
        values = {
            "step": self.name,
            "day": case._day_text(self.date),
            "before": case._day_text(before),
        }
        text = self.env._("%(step)s: dated %(day)s")
        if before and self.date:
            text = self.env._("%(step)s: corrected from %(before)s to %(day)s")
        elif before:
            text = self.env._("%(step)s: taken back, it was dated %(before)s")
        case._message_log(body=text % values)
