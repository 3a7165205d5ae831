from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..tools.pledges import Pledge, answer

# A bank statement may come late, a payment may be undone: how long the ledger is
# asked again about what it has decided
LOOK_BACK_DAYS = 365
DECIDED = ("kept", "broken")
# What the add-on writes by itself
OWN_FACTS = {
    "answer_activity_id", "answer_told_on", "breach_activity_id", "confirmed_on",
    "is_settled_by_ledger", "replaced_by_id", "resolution", "settled_on",
}  # fmt: skip


class DunningHold(models.Model):
    """A promise to pay: who gave it, how, and whether the ledger shows it kept.

    The machine decides what nobody decided by hand: kept once its money is there,
    broken the day after its last day of grace. It goes back on its own decisions
    alone, when the ledger changes.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    promised_by = fields.Char(
        tracking=True,
        help="Who promised: a name and a function, no more (R10.9).",
    )
    promise_channel = fields.Selection(
        [
            ("call", "Call"),
            ("mail", "E-mail"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("other", "Other"),
        ],
        string="Given by",
        tracking=True,
    )
    grace_days = fields.Integer(
        compute="_compute_grace_days",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Days after the promised day before the promise counts as broken: a "
        "transfer takes some. Reminders stay silent meanwhile.",
    )
    silent_to = fields.Date(
        string="Silent until",
        compute="_compute_silent_to",
        store=True,
        precompute=True,
        help="Last day without reminders: of a promise, its days of grace included.",
    )
    is_settled_by_ledger = fields.Boolean(
        string="Decided by the ledger",
        readonly=True,
        copy=False,
        help="Kept or broken as the payments say; it changes if they change. What a "
        "person decided stays.",
    )
    settled_on = fields.Date(string="Decided on", readonly=True, copy=False)
    replaces_id = fields.Many2one(
        "dunning.hold",
        string="Corrects",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        domain="[('debtor_id', '=', debtor_id), ('kind', '=', 'promise')]",
        help="The earlier promise; it stays in the history.",
    )
    replaced_by_id = fields.Many2one(
        "dunning.hold",
        string="Corrected by",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    breach_activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null", copy=False
    )
    received = fields.Monetary(
        compute="_compute_received",
        currency_field="company_currency_id",
        help="Payments on its invoices from the first day on, and receipts of the "
        "debtor not matched yet.",
    )

    _grace_positive = models.Constraint(
        "CHECK (grace_days >= 0)", "Days of grace cannot be negative."
    )

    @api.depends("debtor_id", "kind")
    def _compute_grace_days(self):
        for hold in self:
            # sudo: a setting, not a secret
            company = hold.debtor_id.company_id.sudo()
            is_promise = hold.kind == "promise"
            hold.grace_days = company.dunning_promise_grace_days if is_promise else 0

    @api.depends("kind", "date_to", "grace_days")
    def _compute_silent_to(self):
        for hold in self:
            grace = hold.grace_days if hold.kind == "promise" else 0
            hold.silent_to = hold.date_to and hold.date_to + timedelta(days=grace)

    @api.depends("kind", "date_from", "date_to", "grace_days", "amount", "move_ids")
    def _compute_received(self):
        promises = self.filtered(lambda h: h.kind == "promise" and h._origin)
        (self - promises).received = 0
        found = promises._origin._answers()
        for hold in promises:
            hold.received = float(found[hold._origin.id].paid)

    # ------------------------------------------------------------------ correcting

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_own_facts(vals)
        if not self.env.su:  # nor from a client's default values
            empty = dict.fromkeys(OWN_FACTS, False)
            vals_list = [{**empty, **vals} for vals in vals_list]
        holds = super().create(vals_list)
        for hold in holds.filtered("replaces_id"):
            hold._replace_promise()
        return holds

    def write(self, vals):
        self._check_own_facts(vals)
        if "replaces_id" in vals and self.replaces_id:
            raise UserError(self.env._("What a promise corrects does not change."))
        result = super().write(vals)
        if vals.get("replaces_id"):
            for hold in self:
                hold._replace_promise()
        if "state" in vals:
            if vals["state"] != "broken":
                self._end_breach()
            if "is_settled_by_ledger" not in vals:
                # sudo: the machine's own fact: a person has decided now
                decided = self.sudo().filtered("is_settled_by_ledger")
                decided.is_settled_by_ledger = False
        return result

    def _check_own_facts(self, vals):
        if self.env.su:
            return
        for name in OWN_FACTS & vals.keys():
            # a form may send again what is empty
            if not vals[name] and not any(hold[name] for hold in self):
                continue
            raise UserError(
                self.env._("What the ledger decides on a hold is not entered by hand.")
            )

    @api.constrains("replaces_id", "kind", "debtor_id")
    def _check_replaces(self):
        for hold in self.filtered("replaces_id"):
            old = hold.replaces_id
            if {hold.kind, old.kind} != {"promise"} or old.debtor_id != hold.debtor_id:
                raise ValidationError(
                    self.env._("A promise corrects a promise of the same debtor.")
                )

    def _replace_promise(self):
        """End the promise that this one corrects; a broken one stays broken."""
        old = self.replaces_id
        if old.replaced_by_id:
            raise UserError(self.env._("%s was corrected already.", old.display_name))
        old.check_access("write")
        old._check_kept()
        if old.state == "active":
            old.action_release()
        old._end_breach()
        old.sudo().replaced_by_id = self  # sudo: the machine's own fact
        old._message_log(
            body=self.env._(
                "Corrected: a new promise for %s replaces this one.",
                format_date(self.env, self.date_to) or self.env._("an open date"),
            )
        )

    def action_correct(self):
        """Enter what was really promised, in a dialog; the old promise stays."""
        self.ensure_one()
        self.check_access("write")
        self._check_promise()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the promise"),
            "res_model": "dunning.hold",
            "views": [
                (self.env.ref("dunning_fr.dunning_hold_view_form_quick").id, "form")
            ],
            "target": "new",
            "context": {
                "default_debtor_id": self.debtor_id.id,
                "default_kind": "promise",
                "default_replaces_id": self.id,
                "default_date_from": fields.Date.to_string(self.date_from),
                "default_date_to": fields.Date.to_string(self.date_to),
                "default_amount": self.amount,
                "default_move_ids": [(6, 0, self.move_ids.ids)],
                "default_promised_by": self.promised_by,
                "default_promise_channel": self.promise_channel,
                "default_reason": self.reason,
            },
        }

    def _check_promise(self):
        wrong = self.filtered(lambda h: h.kind != "promise" or h.state == "released")
        if wrong:
            raise UserError(
                self.env._("%s is no promise that still counts.", wrong[0].display_name)
            )

    # -------------------------------------------------------------------- deciding

    def _pledge(self):
        return Pledge(
            self.id,
            self.date_from,
            self.date_to or None,
            self.silent_to or None,
            Decimal(str(self.amount or 0)),
            frozenset(self.move_ids.ids),
        )

    def _answers(self):
        """Return {promise id: ``Answer``}; a constant of queries for each company.

        With the other promises of its debtor, which may have taken the money first.
        """
        found = {}
        # sudo: every promise of a debtor shares its money, whoever asks
        for company, holds in self.sudo().grouped("company_id").items():
            others = holds.search(
                Domain("debtor_id", "in", holds.debtor_id.ids)
                & Domain("kind", "=", "promise")
                & Domain("state", "!=", "released")
                & (
                    Domain("silent_to", "=", False)
                    | Domain("silent_to", ">=", min(holds.mapped("date_from")))
                )
            )
            since = min((holds | others).mapped("date_from"))
            debts, receipts = self._ledger(company, holds.partner_id.ids, since)
            tolerance = Decimal(str(company.dunning_tolerance))
            for partner, group in (holds | others).grouped("partner_id").items():
                found |= answer(
                    [hold._pledge() for hold in group],
                    debts.get(partner.id, []),
                    receipts.get(partner.id, []),
                    tolerance,
                )
        return found

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
            "paid": self._promise_money(found.paid),
            "owed": self._promise_money(found.owed),
            "day": format_date(self.env, self.silent_to),
        }

    def _promise_money(self, amount):
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
                    "summary": told.env._(
                        "Promise of %s broken", format_date(told.env, hold.date_to)
                    ),
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

    def _end_breach(self):
        # sudo: the activity may be on a colleague's list
        self.sudo().breach_activity_id.unlink()
