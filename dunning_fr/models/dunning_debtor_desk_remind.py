from odoo import models
from odoo.tools import SQL, format_date

from ..tools.words import within


class DunningDebtor(models.Model):
    """The desk in words: when the next level leaves, or why none does by itself."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def _next_remind(self, company):
        """Say when the next level may leave; dates and holds decide, as in lists."""
        schedule = self.env["dunning.schedule"].with_company(company)
        scope = SQL("line.partner_id = ANY(%s)", self.partner_id.ids)
        days = dict(
            self.env.execute_query(schedule._next_dates("partner_id", company, scope))
        )
        words, last = {}, self._next_notice(("sent",))
        today = company._dunning_today()
        for debtor in self:
            day = days.get(debtor.partner_id.id)
            notice = last.get(debtor, self.env["dunning.notice"])
            text = False
            if notice.is_formal_notice and not notice.presented_date:
                text = self.env._("Enter when %s was presented", notice.name)
            if day:
                text = self.env._("Remind from %s", format_date(self.env, day))
            if day and day <= today:
                text = self.env._("Remind: the next level is due")
            words[debtor] = text
        undecided = self.browse(d.id for d, text in words.items() if not text)
        return words | undecided._next_undecided(company)

    def _next_undecided(self, company):
        """Say why no level leaves by itself, in the words of the debtor's page."""
        if not self:
            return {}
        engine, today = self.env["dunning.engine"], company._dunning_today()
        partners = self.partner_id.ids
        assessment = engine._assess(company, today, partners).assessment
        labels = {}
        for item in assessment.facts.items:
            if item.residual > 0 and item.date_maturity and item.date_maturity < today:
                label = engine._reason_label(assessment.verdicts[item.id].code)
                labels.setdefault(item.partner_id, {})[label] = None
        plain = self.env._("no level leaves by itself")
        return {
            debtor: self.env._(
                "Decide: %s",
                ", ".join(map(within, labels.get(debtor.partner_id.id, ()))) or plain,
            )
            for debtor in self
        }
