from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.deadlines import add_months
from .dunning_hold_kind import KINDS

HOLDS = ("hold_end", "document", "heirs")


class DunningWatch(models.Model):
    """Warnings of holds: their end, a document to send, heirs who may be summoned."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.watch"

    code = fields.Selection(
        selection_add=[
            ("hold_end", "End of a hold"),
            ("document", "Document to send"),
            ("heirs", "Heirs who may be made to choose"),
        ],
        ondelete={code: "cascade" for code in HOLDS},
    )

    @api.model
    def _watch_company(self, company):
        result = super()._watch_company(company)
        self._watch_holds(company)
        return result

    @api.model
    def _watch_holds(self, company, debtors=None):
        """Warn of holds about to end, and of what they wait for.

        :param debtors: those whose holds have changed; by default all of the company
        """
        today = company._dunning_today()
        # sudo: every hold of the company acts, whoever asks
        holds = self.env["dunning.hold"].sudo()
        domain = Domain("company_id", "=", company.id)
        domain &= Domain("state", "=", "active") & Domain("leader_id", "=", False)
        domain &= Domain("kind", "in", [name for name, _label in KINDS])
        domain &= Domain("debtor_id.active", "=", True)
        if debtors is not None:
            domain &= Domain("debtor_id", "in", debtors.ids)
        told = {}
        for hold in holds.search(domain):
            for code, day, label in self._of_hold(company, hold, today):
                told[(hold.debtor_id.id, code, 0, str(hold.id), day)] = (label, day)
        self._tell(company, HOLDS, told, debtors)

    @api.model
    def _of_hold(self, company, hold, today):
        """Yield (code, day, label) of what is to be told of a hold today."""
        soon = today + timedelta(days=company.dunning_hold_warning_days)
        if hold.date_to and today <= hold.date_to <= soon:
            yield "hold_end", hold.date_to, hold.kind
        if hold.kind == "document" and not hold.sent_on:
            day = hold.date_from + timedelta(days=company.dunning_document_days)
            if day <= today:
                yield "document", day, hold.document_asked or "–"
        months = self.env["dunning.parameter"]._find("fr.heirs_option_months", today)
        if hold.kind == "death" and hold.death_date and months:
            day = add_months(hold.death_date, int(months))
            if day <= soon:
                yield "heirs", day, hold.kind

    def _summary(self):
        if self.code == "document":
            return self.env._("Send to the debtor: %s", self.label)
        if self.code == "heirs":
            return self.env._("The heirs may be made to choose")
        if self.code == "hold_end":
            kinds = self.env["dunning.hold"]._fields["kind"]
            label = dict(kinds._description_selection(self.env)).get(self.label, "")
            return self.env._("Ends soon: %s", label)
        return super()._summary()

    def _note(self):
        first = self[:1]
        day = format_date(self.env, first.date)
        texts = {
            "document": self.env._(
                "Reminders wait for it since it was asked for; it should have left "
                "by %s. Enter on the hold the day you sent it: the hold ends.",
                day,
            ),
            "heirs": self.env._(
                "From %s on, heirs who have not chosen may be summoned to accept or "
                "refuse the estate (C. civ. 771 and 772; from memory, to verify). "
                "Write to the notary, then decide what follows.",
                day,
            ),
            "hold_end": self._end_note(day),
        }
        if first.code not in texts:
            return super()._note()
        return Markup("<p>%s</p>") % texts[first.code]

    def _end_note(self, day):
        if self[:1].label == "small_claims":
            return self.env._(
                "Last day to answer: %s. Silence is a refusal (R6.12). An acceptance "
                "suspends the limitation: record it on the hold.",
                day,
            )
        return self.env._(
            "Last day without reminders: %s. They go on the day after, unless you "
            "change the last day on the hold.",
            day,
        )

    def _alert_day(self):
        if self.code in ("document", "heirs"):
            return max(self.date, self.company_id._dunning_today())
        return super()._alert_day()
