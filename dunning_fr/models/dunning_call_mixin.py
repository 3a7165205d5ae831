from odoo import fields, models
from odoo.exceptions import UserError

# What a call may come to; facts only (R10.9).
OUTCOMES = [
    ("reached", "Reached"),
    ("promise", "Promises to pay"),
    ("dispute", "Disputes the debt"),
    ("plan", "Asks for a payment plan"),
    ("refused", "Refuses to pay"),
    ("no_answer", "No answer"),
    ("message_left", "Message left"),
    ("wrong_number", "Wrong number or person"),
    ("given_up", "Given up: nobody answers"),
]
SPOKE = ("reached", "promise", "dispute", "plan", "refused")
LOST = ("wrong_number", "given_up")


class DunningCallMixin(models.AbstractModel):
    """A call is made by a person: a task with the script, then its outcome.

    The dispatch is ``ready`` while the call is to be made, ``sent`` once somebody was
    reached. Without an answer it stays ready for another day.
    """

    _name = "dunning.call.mixin"
    _description = "Dispatch by phone"

    text = fields.Html(
        sanitize=False,  # our own rendering, sanitized when it is frozen
        help="What this channel says in words of its own, as it was frozen.",
    )
    outcome = fields.Selection(OUTCOMES, string="Outcome of the call")
    outcome_note = fields.Text(help="Facts only: the debtor may ask to read it.")
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null"
    )

    def _make_ready_through_phone(self):
        self._each_alone(lambda dispatch: dispatch._plan_call())

    def _plan_call(self, day=None):
        """Put the call on the collector's list, with its script."""
        notice = self.notice_id
        said = self.with_context(lang=notice._collector().lang or self.env.lang)
        task = notice._open_task(
            said.env._(
                "%(notice)s: call %(phone)s", notice=notice.name, phone=self.recipient
            ),
            said.env._("Then write the outcome on %s.", notice._get_html_link()),
            self.text or "",
            kind="mail.mail_activity_data_call",
            day=day,
        )
        self.activity_id = task

    def _close_call(self):
        # sudo: the call may be on a colleague's list
        self.sudo().activity_id.unlink()

    def _record_call(self, outcome, note=False, again_on=None):
        """Write down what a call came to.

        :param again_on: the day of the next call, where nobody answered
        """
        self.ensure_one()
        if self.provider != "phone" or self.state != "ready":
            raise UserError(
                self.env._("%s waits for no call.", self.notice_id.display_name)
            )
        # sudo: nobody has rights on dispatches; the caller checked the collector
        dispatch = self.sudo()._proof_unlocked()
        dispatch._close_call()
        facts = {"outcome": outcome, "outcome_note": note}
        facts["attempts"] = dispatch.attempts + 1
        if outcome in SPOKE:
            dispatch._move("sent", **facts)
            self.notice_id.sudo()._log_on_invoices()
        elif outcome in LOST:
            reason = dispatch._outcome_label(outcome)
            dispatch._move("failed", failure_reason=reason, unreachable=True, **facts)
        else:
            dispatch.write(facts)
            dispatch._plan_call(again_on)

    def _outcome_label(self, outcome):
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        return labels[outcome]
