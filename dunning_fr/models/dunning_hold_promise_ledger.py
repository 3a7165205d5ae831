from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from .dunning_hold_settle import LOOK_BACK_DAYS

DECIDED = ("kept", "broken")


class DunningHold(models.Model):
    """Promises and the ledger: kept or broken as the payments say, and who is told."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    breach_activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null", copy=False
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state", "broken") != "broken":
            self._end_breach()
        return result

    @api.model
    def _settle_holds(self, company, day):
        # EXTENDS dunning.hold
        result = super()._settle_holds(company, day)
        self._settle_promises(company, day)
        return result

    @api.model
    def _settle_promises(self, company, day):
        """Decide what the ledger says of the promises of ``company`` on ``day``."""
        # sudo: the ledger decides, whoever prepares the run
        holds = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", "promise")
            & (
                Domain("state", "=", "active")
                | Domain("state", "in", DECIDED)
                & Domain("is_settled_by_ledger", "=", True)
                & Domain("date_to", ">=", day - timedelta(days=LOOK_BACK_DAYS))
            )
            & Domain("date_from", "<=", day)
        )
        found = holds._answers() if holds else {}
        changed = {}
        for hold in holds:
            state = hold._decided(found[hold.id], day)
            if state != hold.state:
                changed.setdefault(state, holds.browse())
                changed[state] |= hold
        for state, group in changed.items():
            group._settle(state, day, found)

    def _decided(self, found, day):
        """Return the state of a promise on ``day``, given the ledger's ``Answer``."""
        if found.kept:
            return "kept"
        if self.silent_to and self.silent_to < day:
            return "broken"
        # a decision that went against the debtor is not taken back by an earlier day
        return "broken" if self.state == "broken" else "active"

    def _settle(self, state, day, found):
        is_decided = state in DECIDED
        self._end_breach()
        bodies = {hold.id: hold._settled_body(state, found[hold.id]) for hold in self}
        self.with_context(tracking_disable=True).write(
            {
                "state": state,
                "is_settled_by_ledger": is_decided,
                "settled_on": is_decided and day,
            }
        )
        self._message_log_batch(bodies)
        if state == "broken":
            self.filtered(lambda hold: not hold.replaced_by_id)._tell_breach(day)

    def _settled_body(self, state, found):
        words = {
            "kept": self.env._("Kept: %(paid)s received."),
            "broken": self.env._(
                "Broken: %(paid)s received by %(day)s, %(owed)s still owed then. "
                "Reminders go on."
            ),
            "active": self.env._(
                "Open again: the ledger no longer shows the payment (%(paid)s)."
            ),
        }
        return words[state] % {
            "paid": self._hold_money(found.paid),
            "owed": self._hold_money(found.owed),
            "day": format_date(self.env, self.silent_to),
        }

    def _hold_money(self, amount):
        currency = self.company_currency_id
        return formatLang(self.env, float(amount), currency_obj=currency)

    def _tell_breach(self, day):
        """Put the broken promises on the lists of the collectors."""
        model_id = self.env["ir.model"]._get_id("dunning.debtor")
        kind = self.env.ref("mail.mail_activity_data_todo").id
        self.debtor_id.mapped("display_name")  # activities ask for them one by one
        people = {debtor: debtor._person() for debtor in self.debtor_id}
        rows = []
        for hold in self:
            person = people[hold.debtor_id]
            told = hold.with_context(lang=person.lang)
            rows.append(
                {
                    "res_model_id": model_id,
                    "res_id": hold.debtor_id.id,
                    "activity_type_id": kind,
                    "automated": True,
                    "user_id": person.id,
                    "date_deadline": day,
                    "summary": told._breach_summary(),
                    "note": Markup("<p>%s</p>") % (hold.reason or ""),
                }
            )
        # nobody is written to: the list of activities is where a collector looks
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        opened = activities.create(rows)
        for hold, activity in zip(self, opened, strict=True):
            hold.breach_activity_id = activity

    def _breach_summary(self):
        return self.env._("Promise of %s broken", format_date(self.env, self.date_to))

    def _end_breach(self):
        # sudo: the activity may be on a colleague's list
        self.sudo().breach_activity_id.unlink()
