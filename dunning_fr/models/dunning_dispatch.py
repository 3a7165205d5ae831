from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# What may follow what; `unknown` is never left by the machine.
TRANSITIONS = {
    "queued": {"ready", "failed", "cancelled"},
    "ready": {"sending", "sent", "failed", "cancelled"},
    "sending": {"ready", "sent", "failed", "unknown"},
    "unknown": {"sent", "failed"},
    "failed": {"queued", "cancelled"},
    "sent": {"failed", "ready"},  # bounced; posting entered by mistake
    "cancelled": set(),
}
# A worker that is still alive after this is not going to answer any more.
LEASE = timedelta(minutes=15)
# Half of the key of the advisory lock that a sending worker holds.
LOCK_CLASS = 0x64756E6E


class DunningDispatch(models.Model):
    """One attempt to send a notice through one channel."""

    _name = "dunning.dispatch"
    _description = "Dunning dispatch"
    _inherit = [
        "dunning.email.mixin",
        "dunning.smtp.mixin",
        "dunning.fallback.mixin",
        "dunning.call.mixin",
        "dunning.proof.mixin",
    ]
    _order = "notice_id, id"

    notice_id = fields.Many2one(
        "dunning.notice", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    channel_id = fields.Many2one("dunning.channel", required=True, ondelete="restrict")
    channel_code = fields.Char(related="channel_id.code")
    provider = fields.Selection(
        selection="_provider_selection",
        compute="_compute_provider",
        store=True,
        precompute=True,
        help="Who takes it over: its channel's provider at the time.",
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("ready", "Ready"),
            ("sending", "Sending"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("unknown", "Unknown"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="queued",
        index=True,
    )
    recipient = fields.Char(help="E-mail address or first line of the postal address.")
    sending_since = fields.Datetime()
    done_on = fields.Datetime(string="Sent or failed on")
    attempts = fields.Integer()
    retry_on = fields.Datetime(
        string="Next attempt",
        help="The mail server did not take it: the worker waits until then.",
    )
    message_id = fields.Char(string="Message-Id", index="btree_not_null")
    mail_message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null"
    )
    not_attached = fields.Char(
        string="Not attached",
        help="Invoices that have no PDF yet: no copy could be attached.",
    )
    failure_reason = fields.Text()
    unreachable = fields.Boolean(
        help="The address reaches nobody: the policy's next channel takes its place."
    )
    fallback_of_id = fields.Many2one(
        "dunning.dispatch",
        string="Instead of",
        ondelete="restrict",
        index="btree_not_null",
    )
    delivered_on = fields.Datetime(help="The gateway reported that it arrived.")
    bounced_on = fields.Datetime()
    bounce_reason = fields.Text()

    _one_live = models.UniqueIndex(
        "(notice_id, channel_id) WHERE state <> 'cancelled'",
        "This notice already has a dispatch through this channel.",
    )

    def _proof_frozen(self):
        return self

    @api.depends("notice_id", "channel_id")
    def _compute_display_name(self):
        for dispatch in self:
            dispatch.display_name = (
                f"{dispatch.notice_id.name} · {dispatch.channel_id.name}"
            )

    @api.model
    def _provider_selection(self):
        return (
            self.env["dunning.channel"]
            ._fields["provider"]
            ._description_selection(self.env)
        )

    # not of the channel's provider: what is on its way keeps its own
    @api.depends("channel_id")
    def _compute_provider(self):
        for dispatch in self:
            dispatch.provider = dispatch.channel_id.provider

    # ------------------------------------------------------------ state machine

    def _move(self, state, **values):
        """Bring the dispatches to ``state`` and their notices with them."""
        for dispatch in self:
            if state not in TRANSITIONS[dispatch.state]:
                raise UserError(
                    self.env._(
                        "%(name)s is %(state)s: this cannot be done any more.",
                        name=dispatch.display_name,
                        state=dispatch._state_label(),
                    )
                )
        if state in ("sent", "failed", "unknown", "cancelled"):
            values.setdefault("done_on", fields.Datetime.now())
        values.setdefault("failure_reason", False)
        values.setdefault("retry_on", False)
        # sudo: nobody has rights on dispatches; callers have checked the person
        dispatches = self.sudo()._proof_unlocked()
        dispatches.write({"state": state, **values})
        dispatches.notice_id._sync_state()
        if state == "failed" and values.get("unreachable"):
            dispatches._fall_back()

    def _state_label(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[self.state].lower()

    def _cancel(self, reason):
        """Cancel what has not left; a mail that nobody tried to send goes too."""
        untried = self.filtered(lambda d: not d.attempts and not d.bounced_on)
        untried._mail().unlink()
        untried.mail_message_id.unlink()
        self._close_call()
        self._move("cancelled", failure_reason=reason)

    def _retry(self):
        """Queue failed dispatches again, by a person's decision.

        That one came back once stays written: it has been out of the house.
        """
        self._move("queued", attempts=0, unreachable=False)

    def _may_have_left(self):
        """Return whether it is out of the house, even if it came back since."""
        left = self.state in ("sent", "sending", "unknown")
        return left or bool(self.bounced_on and self.state == "failed")

    def _resolve(self, has_left):
        """Write down what a person found out about dispatches of unknown outcome."""
        for dispatch in self:
            done = dispatch.sending_since or fields.Datetime.now()
            if has_left:
                dispatch._move("sent", done_on=done)
            else:
                reason = self.env._(
                    "%s found that it did not leave.", self.env.user.name
                )
                dispatch._move("failed", failure_reason=reason)

    def _register_arrival(self):
        """Record that a gateway reported the arrival."""
        # sudo: the gateway has no rights on dispatches
        self.sudo()._proof_unlocked().write({"delivered_on": fields.Datetime.now()})

    # --------------------------------------------- a claim that outlives no worker

    def _claim(self):
        """Take one ready dispatch for sending; return whether it is ours.

        The advisory lock belongs to the database session: it ends with the worker,
        however the worker ends, and tells the others that nobody is sending. What
        is committed next must outlive a crash of PostgreSQL, however it is set up:
        else the mail would leave again.
        """
        self.ensure_one()
        if not self.try_lock_for_update() or self.state != "ready":
            return False
        if not self._session_lock():
            return False
        self.env.cr.execute("SET LOCAL synchronous_commit = on")
        self._move(
            "sending",
            sending_since=fields.Datetime.now(),
            attempts=self.attempts + 1,
        )
        return True

    def _session_lock(self):
        [[locked]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_CLASS, self.id)
        )
        return locked

    def _session_unlock(self):
        self.env.cr.execute(
            SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, self.id)
        )

    @api.model
    def _orphans_to_unknown(self):
        """Mark as unknown what a dead or lost worker was sending.

        Whether the mail left cannot be known here: only a person may look, and
        nothing sends it again by itself.
        """
        lost = self.browse()
        for dispatch in self.search([("state", "=", "sending")]):
            expired = dispatch.sending_since < fields.Datetime.now() - LEASE
            if dispatch._session_lock():
                dispatch._session_unlock()
                lost += dispatch
            elif expired:
                lost += dispatch
        lost = lost.try_lock_for_update()
        for dispatch in lost:
            dispatch._move("unknown", failure_reason=dispatch._unknown_reason())
        return lost
