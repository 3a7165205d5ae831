from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.instalments import allocate
from ..tools.pledges import ZERO, Pledge
from .dunning_hold_promise_ledger import DECIDED
from .dunning_hold_settle import LOOK_BACK_DAYS


class DunningHold(models.Model):
    """Plans and the ledger: what is paid of each instalment, and what follows.

    Payments since the plan began go to its first instalments first, whenever they were
    matched. The whole paid keeps the plan. A missed instalment is told to the
    collector; only the deadline of its formal notice (F2), or a person, breaks it.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    told_late = fields.Date(readonly=True, copy=False)

    @api.model
    def _plan_tolerance(self, company):
        # sudo: a setting, not a secret
        return Decimal(str(company.sudo().dunning_tolerance))

    def _pledges(self, day=None, limits=None):
        # EXTENDS dunning.hold: plans, and what is billed of what they include
        plans = self.filtered("is_scheduled")
        billed = plans._plan_notes()
        rest = super(DunningHold, self - plans)._pledges(day)
        last = {plan.id: plan._plan_until(day) for plan in plans} | (limits or {})
        return rest | {
            plan.id: plan._plan_pledge(billed, last[plan.id]) for plan in plans
        }

    def _plan_pledge(self, billed, until):
        notes = {
            note: part for move in self.move_ids.ids for note, part in billed[move]
        }
        beside = _money(self.covered_interest + self.covered_indemnity)
        steps, sum_ = [], _money(self.received_before)
        for line in self.instalment_ids.sorted("due_date"):
            sum_ += _money(line.amount)
            steps.append((line.due_date + timedelta(days=self.grace_days), sum_))
        return Pledge(
            self.id,
            self.date_from,
            until=until,
            amount=_money(self.amount + self.received_before),
            moves=frozenset({*self.move_ids.ids, *notes}),
            beside=max(beside - sum(notes.values(), ZERO), ZERO),
            steps=tuple(steps),
        )

    def _plan_until(self, day):
        """Return the last day whose payments count: none after it was decided."""
        if self.state not in DECIDED or not self.settled_on:
            return day
        return min(self.settled_on, day or self.settled_on)

    def _plan_notes(self):
        """Return {invoice id: [(debit note id, amount)]} of charges billed by now."""
        billed = {move: [] for move in self.move_ids.ids}
        if not any(plan.covered_interest or plan.covered_indemnity for plan in self):
            return billed
        # sudo: amounts alone; the caller may see the plan
        rows = (
            self.env["dunning.charge"]
            .sudo()
            ._read_group(
                [
                    ("move_id", "in", list(billed)),
                    ("charge_move_id.state", "=", "posted"),
                ],
                ["move_id", "charge_move_id"],
                ["amount:sum"],
            )
        )
        for move, note, amount in rows:
            billed[move.id].append((note.id, _money(amount)))
        return billed

    def _plan_shares(self, day=None, limits=None):
        """Return {instalment id: ``Share``} of these plans as paid up to ``day``."""
        plans = self.filtered("is_scheduled")
        found = plans._answers(day, limits) if plans else {}
        shares = {}
        for plan in plans.sudo():  # sudo: the debt decides, whoever asks
            answer, lines = found[plan.id], plan.instalment_ids
            paid = max(answer.paid - _money(plan.received_before), ZERO)
            debt = _money(plan.amount - plan.covered_interest - plan.covered_indemnity)
            # what was paid of what is in no book yet
            beyond = max(paid - max(debt - answer.owed, ZERO), ZERO)
            beside = _money(plan.covered_interest + plan.covered_indemnity)
            owed = answer.owed + max(beside - beyond, ZERO)
            parts = allocate([_money(line.amount) for line in lines], paid, owed)
            shares |= dict(zip(lines.ids, parts, strict=True))
        return shares

    def _plan_debts(self):
        """Return {plan id: (owed now, paid since its first day)} of its invoices."""
        found = {}
        # sudo: the debt decides, whoever enters the plan
        for company, plans in self.sudo().grouped("company_id").items():
            since = min(plans.mapped("date_from"))
            debts, _receipts = self._ledger(company, plans.partner_id.ids, since)
            for plan in plans:
                own = debts.get(plan.partner_id.id, ())
                found[plan.id] = _debt(own, plan.move_ids.ids, plan.date_from)
        return found

    @api.model
    def _plan_debt(self, debtor, moves, since):
        """Return (owed now, paid since that day) of some invoices, as Decimal."""
        company = debtor.company_id
        if not self._is_at_hand(company):
            return ZERO, ZERO
        debts, _receipts = self._ledger(company, debtor.partner_id.ids, since)
        return _debt(debts.get(debtor.partner_id.id, ()), moves.ids, since)

    # -------------------------------------------------------------------- settling

    @api.model
    def _settle_holds(self, company, day):
        # EXTENDS dunning.hold
        result = super()._settle_holds(company, day)
        self._settle_plans(company, day)
        return result

    @api.model
    def _settle_plans(self, company, day):
        """Decide what the ledger says of the plans of ``company`` on ``day``."""
        # sudo: the ledger decides, whoever prepares the run
        plans = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("is_scheduled", "=", True)
            & Domain("date_from", "<=", day)
            & (
                Domain("state", "=", "active")
                | Domain("state", "in", DECIDED)
                & Domain("is_settled_by_ledger", "=", True)
                & Domain("replaced_by_id", "=", False)
                & Domain("settled_on", ">=", day - timedelta(days=LOOK_BACK_DAYS))
                # an earlier day takes no decision back
                & Domain("settled_on", "<=", day)
            )
        )
        if not plans:
            return
        shares, tolerance = plans._plan_shares(day), self._plan_tolerance(company)
        failed = plans._plans_failed(day, tolerance)
        changed = {}
        for plan in plans:
            state = plan._plan_decided(shares, failed, tolerance)
            if state != plan.state and (state != "active" or plan._may_come_back()):
                changed.setdefault(state, plans.browse())
                changed[state] |= plan
        for state, group in changed.items():
            group._settle(state, day, group._answers(day))
        plans._tell_missed(shares, day, tolerance)

    def _plan_decided(self, shares, failed, tolerance):
        """Return the state of a plan, given those whose formal notice failed."""
        if self in failed:
            return "broken"
        left = sum((shares[line.id].left for line in self.instalment_ids), ZERO)
        return "kept" if left <= tolerance else "active"

    def _may_come_back(self):
        """Whether it may be granted still: no other plan, no proceedings meanwhile."""
        self.debtor_id._plan_alone()
        return not self._comeback_problem()

    def _comeback_problem(self):
        return self.debtor_id._plan_problem(
            self.move_ids, self.insurer_agreed_on, self.date_from, self
        )

    def _tell_missed(self, shares, day, tolerance):
        """Put missed instalments on the collectors' lists, once each; take them off."""
        late = self.browse()
        for plan in self:
            missed = plan.state == "active" and plan._missed(shares, day, tolerance)
            first = missed[:1].due_date if missed else False
            if plan.state == "active" and plan.told_late and not first:
                plan._end_breach()
                plan.told_late = False
            elif first and plan.told_late != first:
                plan._end_breach()
                plan.told_late = first
                late |= plan
        late._tell_breach(day)

    def _settled_body(self, state, found):
        # EXTENDS dunning.hold
        if self.kind != "plan":
            return super()._settled_body(state, found)
        words = {
            "kept": self.env._("Plan kept: %(paid)s received."),
            "broken": self.env._(
                "Plan broken: %(paid)s received, %(left)s left of it. Reminders go on."
            ),
            "active": self.env._("Plan in force again, as the ledger now says."),
        }
        paid = max(found.paid - _money(self.received_before), ZERO)
        body = words[state] % {
            "paid": self._hold_money(paid),
            "left": self._hold_money(max(_money(self.amount) - paid, ZERO)),
        }
        if state == "kept" and self.plan_interest == "waived":
            waive = self.env._(
                "Interest and indemnities are given up, as agreed: have a manager "
                "waive those claimed."
            )
            body = f"{body} {waive}"
        return body

    def _breach_summary(self):
        # EXTENDS dunning.hold
        if self.kind == "plan" and self.state == "active":
            words = self.env._("Instalment of %s missed: its plan was never agreed")
            if self.agreed_on:
                words = self.env._(
                    "Instalment of %s missed: send its formal notice (F2)"
                )
            return words % format_date(self.env, self.told_late)
        if self.kind == "plan":
            return self.env._("Payment plan broken")
        return super()._breach_summary()


def _money(amount):
    return Decimal(str(amount or 0))


def _debt(debts, move_ids, since):
    own = [debt for debt in debts if debt.move_id in move_ids]
    paid = [part for debt in own for day, part in debt.payments if day >= since]
    return sum((debt.owed for debt in own), ZERO), sum(paid, ZERO)
