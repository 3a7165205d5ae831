from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .dunning_call_mixin import OUTCOMES, SPOKE
from .dunning_debtor_call import UNANSWERED

HOLDS = ("promise", "dispute")
# What may be told of a call, beside its outcome and the note
FACTS = {
    "again_on",
    "amount",
    "archive_contact",
    "category_id",
    "confirm_by_mail",
    "contact_id",
    "date_to",
    "move_ids",
    "new_phone",
    "phone",
    "promised_by",
}


class DunningDebtor(models.Model):
    """Recording a call: its outcome, in one step with what follows from it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def action_record_call(self, outcome, note=None, facts=None):
        """Record a call that was made, and what follows from it; opens no wizard.

        It moves no level and leaves alone what notices are under way: a call that was
        planned for a notice is recorded on that notice.

        :param outcome: ``promise``, ``dispute``, ``plan``, ``refused``, ``reached``,
            ``no_answer``, ``message_left``, ``wrong_number`` or ``given_up``
        :param note: facts only (R10.9)
        :param facts: dict; ``again_on`` (day of the next call; without an answer, the
            company's intervals decide), ``contact_id``, ``phone`` (who was called),
            ``date_to`` (the promised day), ``amount`` (promised or disputed, company
            currency, 0 = all), ``move_ids`` (ids of the invoices, none = all),
            ``promised_by``, ``category_id`` (of a dispute), ``confirm_by_mail``,
            ``new_phone`` and ``archive_contact`` (after a wrong number)
        :return: id of the ``dunning.phone.call``
        :raise UserError: where something is missing, and nothing is recorded then
        """
        self.ensure_one()
        return self._record_call(outcome, note, facts or {}).id

    def _record_call(self, outcome, note, facts, dispatch=None):
        self._check_caller()
        unknown = set(facts) - FACTS
        if unknown:
            raise UserError(
                self.env._("Unknown facts of a call: %s", ", ".join(sorted(unknown)))
            )
        if dispatch and dispatch.notice_id.debtor_id != self:  # a client may name any
            raise UserError(
                self.env._(
                    "%s is a notice of another debtor.", dispatch.notice_id.display_name
                )
            )
        again_on = fields.Date.to_date(facts.get("again_on"))
        self._check_call(outcome, again_on, fields.Date.to_date(facts.get("date_to")))
        if outcome in UNANSWERED and not again_on:
            again_on = self._propose_next_call()
        hold = self._call_hold(outcome, note, facts)
        call = self._log_call(
            outcome,
            note=note,
            again_on=again_on,
            hold_id=hold.id,
            notice_id=dispatch.notice_id.id if dispatch else False,
            **self._called(facts),
        )
        self._mend_contact(call, facts)
        self._close_calls()
        if outcome in SPOKE:  # what there was to say of broken promises was said
            self.hold_ids.filtered(lambda hold: hold.kind == "promise")._end_breach()
        if dispatch:  # plans its next call and tells the debtor by itself
            dispatch._record_call(outcome, note, again_on)
            dispatch.notice_id._log_on_debtor(call._told())
        else:
            self._tell_call(call)
        self._plan_after(call, facts)
        return call

    def _check_call(self, outcome, again_on, date_to):
        if outcome not in dict(OUTCOMES):
            raise UserError(self.env._("Choose what the call came to."))
        if outcome == "promise":
            if not date_to:
                raise UserError(self.env._("Enter the day the debtor promised to pay."))
            if date_to < self.company_id._dunning_today():
                raise UserError(self.env._("The promised day has passed already."))
        if again_on:
            self._check_again_on(again_on)

    def _call_hold(self, outcome, note, facts):
        """Return the promise or dispute that the call came to, if it did."""
        hold = self.env["dunning.hold"]
        if outcome in HOLDS:
            hold = hold.create(self._prepare_call_hold_values(outcome, note, facts))
            if outcome == "promise" and facts.get("confirm_by_mail"):
                hold.action_confirm_by_mail()
        return hold

    def _prepare_call_hold_values(self, outcome, note, facts):
        """Return the hold of a promise or a dispute (hook)."""
        values = {
            "debtor_id": self.id,
            "kind": outcome,
            "date_from": self.company_id._dunning_today(),
            "date_to": facts.get("date_to"),
            "move_ids": [fields.Command.set(facts.get("move_ids") or [])],
            "amount": facts.get("amount") or 0,
            "reason": note,
        }
        if outcome == "promise":
            values["promised_by"] = facts.get("promised_by")
            values["promise_channel"] = "call"
        else:
            values["debtor_says"] = note
            values["category_id"] = facts.get("category_id")
        return values

    def _called(self, facts):
        """Return who was called, as text that stays."""
        contact = self.env["res.partner"].browse(facts.get("contact_id") or ())
        contact = contact.exists()
        if contact and contact.commercial_partner_id != self.partner_id:
            raise UserError(
                self.env._(
                    "%(contact)s is no contact of %(debtor)s.",
                    contact=contact.display_name,
                    debtor=self.display_name,
                )
            )
        contact = contact or self._who_to_call()[:1]
        return {
            "contact_id": contact.id,
            "contact_name": contact.name,
            "phone": facts.get("phone") or contact.phone or "",
        }

    def _log_call(self, outcome, **values):
        """Write a call into the history."""
        # sudo: nobody has rights to write the history; the caller was checked
        history = self.env["dunning.phone.call"].sudo()
        call = history.create(
            {
                "debtor_id": self.id,
                "user_id": self.env.uid,
                "date": self.company_id._dunning_today(),
                "called_at": fields.Datetime.now(),
                "outcome": outcome,
                "level": self.level_reached,
                "amount_overdue": self.amount_overdue,
                **values,
            }
        )
        return call.sudo(False)

    def _tell_call(self, call):
        # sudo: the log is written whatever the person may do with the debtor
        self.sudo()._message_log(
            body=call._told(), author_id=self.env.user.partner_id.id
        )

    def _mend_contact(self, call, facts):
        """Correct or archive the contact whose number was wrong, with one's own rights.

        :raise AccessError: Odoo's, where the person may not change contacts
        """
        if call.outcome != "wrong_number":
            return
        if facts.get("new_phone"):
            call.contact_id.phone = facts["new_phone"]
        if facts.get("archive_contact"):
            if call.contact_id == self.partner_id:
                raise UserError(
                    self.env._("The customer itself is not archived: correct it.")
                )
            call.contact_id.active = False

    # ------------------------------------------------------------------ tasks

    def _close_calls(self):
        """Take the calls that were due off the lists, except those of a notice."""
        # sudo: the call may be on a colleague's list
        due = self.sudo().activity_ids.filtered(
            lambda task: (
                task.activity_type_id.category == "phonecall"
                and task.date_deadline <= self.company_id._dunning_today()
            )
        )
        dispatches = self.env["dunning.dispatch"].sudo()
        waiting = dispatches.search([("activity_id", "in", due.ids)])
        (due - waiting.activity_id).unlink()

    def _plan_after(self, call, facts):
        """Open the task that follows from a call: another one, a plan, a number."""
        planned = call.notice_id and call.outcome in UNANSWERED  # by its dispatch
        if call.again_on and not planned:
            self._open_call_task(
                self.env._("Call %(name)s again", name=self.partner_id.name),
                call.note,
                kind="mail.mail_activity_data_call",
                day=call.again_on,
            )
        if call.outcome == "plan":
            self._open_call_task(self.env._("Prepare a payment plan"), call.note)
        lost = call.outcome == "wrong_number" and not facts.get("new_phone")
        if lost and not call.notice_id:  # a notice looks for another way by itself
            self._open_call_task(
                self.env._(
                    "Find whom to call: %(name)s, %(phone)s is wrong",
                    name=call.contact_name or self.partner_id.name,
                    phone=call.phone or "–",
                ),
                call.note,
            )

    def _open_call_task(self, summary, note, kind=None, day=None):
        # sudo: as for every task of the add-on; the list is where a collector looks
        activities = self.env["mail.activity"].sudo()
        owner = self.user_id if self.user_id.active else self.env.user
        return activities.with_context(mail_activity_quick_update=True).create(
            {
                "activity_type_id": self.env.ref(
                    kind or "mail.mail_activity_data_todo"
                ).id,
                "summary": summary,
                "note": note and plaintext2html(note),  # as it was typed
                "date_deadline": day or self.company_id._dunning_today(),
                "user_id": owner.id,
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "automated": True,
            }
        )
