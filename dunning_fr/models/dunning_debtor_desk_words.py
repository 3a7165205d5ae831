from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from .dunning_desk_reason import SOON_DAYS
from .dunning_procedure_step import CLOSED_STATES


class DunningDebtor(models.Model):
    """The desk in words: what to do next, and how the priority came about.

    For the debtors of one page, with a constant number of queries.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    next_action = fields.Char(
        string="Next action",
        compute="_compute_next_action",
        help="What the reason asks for, in words.",
    )

    def _desk_money(self, amount):
        currency = self.company_currency_id
        return formatLang(self.env, float(amount), currency_obj=currency)

    # ------------------------------------------------------------------ the score

    def _desk_score_sentence(self, parts):
        """Return the score as a product, each factor with its cause and weight."""
        if not parts["amount"]:
            return self.env._("Nothing is overdue.")
        lines = [
            self.env._("Overdue: %s", self._desk_money(parts["amount"])),
            self.env._(
                "× %(factor)s: %(days)s days late on average (+ %(weight)s %% for each "
                "30 days)",
                factor=self._desk_factor(parts["late_weight"], parts["days"] / 30),
                days=round(parts["days"]),
                weight=parts["late_weight"],
            ),
        ]
        if parts["risk"]:
            lines.append(
                self.env._(
                    "× %(factor)s: risk, %(cause)s (up to + %(weight)s %%)",
                    factor=self._desk_factor(parts["risk_weight"], parts["risk"]),
                    cause=self._desk_risk_cause(),
                    weight=parts["risk_weight"],
                )
            )
        if parts["broken"]:
            lines.append(
                self.env._(
                    "× %(factor)s: promises broken in a year: %(count)s "
                    "(+ %(weight)s %% each)",
                    factor=self._desk_factor(parts["broken_weight"], parts["broken"]),
                    count=parts["broken"],
                    weight=parts["broken_weight"],
                )
            )
        return "\n".join(lines)

    def _desk_factor(self, weight, times):
        return formatLang(self.env, 1 + weight / 100 * float(times), digits=2)

    def _desk_risk_cause(self):
        if self.solvency_result == "weak":
            return self.env._("means are weak")
        labels = dict(self._fields["payment_profile"]._description_selection(self.env))
        return labels.get(self.payment_profile, "").lower()

    # ------------------------------------------------------------------ next action

    @api.depends("desk_reason")
    @api.depends_context("lang")
    def _compute_next_action(self):
        for company, debtors in self.grouped("company_id").items():
            groups = debtors.grouped("desk_reason")
            for reason, group in groups.items():
                words = getattr(group, f"_next_{reason}", None) if reason else None
                found = words(company) if words else {}
                for debtor in group:
                    debtor.next_action = found.get(debtor, False)

    def _last_holds(self, domain):
        """Return {debtor: its hold that ends last}, one query."""
        holds = self.env["dunning.hold"].search(
            [("debtor_id", "in", self._origin.ids), *domain],
            order="date_to nulls last, id",
        )
        return {hold.debtor_id: hold for hold in holds}

    def _next_broken(self, company):
        holds = self._last_holds([("kind", "=", "promise"), ("state", "=", "broken")])
        words = {}
        for debtor, hold in holds.items():
            values = {
                "amount": debtor._desk_money(hold.amount or 0),
                "day": format_date(self.env, hold.date_to),
            }
            text = self.env._("Call: promise for %(day)s broken", **values)
            if hold.amount:
                text = self.env._(
                    "Call: promise of %(amount)s for %(day)s broken", **values
                )
            words[debtor] = text
        return words

    def _next_deadline(self, company):
        soon = fields.Date.add(company._dunning_today(), days=SOON_DAYS)
        steps = self.env["dunning.case.step"].search(
            [
                ("case_id.debtor_id", "in", self._origin.ids),
                ("case_id.state", "not in", CLOSED_STATES),
                ("date", "=", False),
                ("alert_date", "<=", soon),
            ],
            order="alert_date desc, id",
        )
        words = {
            step.case_id.debtor_id: self.env._(
                "Legal case: %(step)s by %(day)s",
                step=step.name,
                day=format_date(self.env, step.deadline),
            )
            for step in steps
        }
        watches = self.env["dunning.watch"].search(
            [
                ("debtor_id", "in", self._origin.ids),
                ("limit_date", "<=", soon),
                ("activity_id.active", "=", True),
            ],
            order="limit_date desc, id desc",
        )
        for watch in watches:
            words[watch.debtor_id] = self.env._(
                "%(task)s (%(day)s)",
                task=watch._summary(),
                day=format_date(self.env, watch.limit_date),
            )
        return words

    def _next_expired(self, company):
        notices = self.env["dunning.notice"].search(
            [
                ("debtor_id", "in", self._origin.ids),
                ("is_formal_notice", "=", True),
                ("state", "=", "sent"),
            ],
            order="date, id",
        )
        last = {notice.debtor_id: notice for notice in notices}
        return {
            debtor: self.env._(
                "Decide what follows: expired on %s",
                format_date(self.env, notice.deadline_date) or "–",
            )
            for debtor, notice in last.items()
        } | {
            debtor: self.env._("Decide what follows")
            for debtor in self
            if debtor not in last
        }

    def _next_dispute(self, company):
        holds = self._last_holds(
            [
                ("kind", "=", "dispute"),
                ("state", "=", "active"),
                ("answer_by", "<", company._dunning_today()),
            ]
        )
        return {
            debtor: self.env._(
                "Dispute: the answer was due on %s",
                format_date(self.env, hold.answer_by),
            )
            for debtor, hold in holds.items()
        }

    def _next_notice(self, states):
        notices = self.env["dunning.notice"].search(
            [("debtor_id", "in", self._origin.ids), ("state", "in", states)],
            order="date, id",
        )
        return {notice.debtor_id: notice for notice in notices}

    def _next_failed(self, company):
        found = self._next_notice(("failed", "unknown"))
        return {
            debtor: self.env._("%s may have left: look", notice.name)
            if notice.state == "unknown"
            else self.env._("%s did not leave: mend and send again", notice.name)
            for debtor, notice in found.items()
        }

    def _next_instalment(self, company):
        late = self.env["dunning.desk.reason"]._late_plans().get(company, {})
        plans = self.env["dunning.hold"].search([("id", "in", list(late))])
        return {
            plan.debtor_id: self.env._(
                "Plan: %(amount)s late since %(day)s",
                amount=plan.debtor_id._desk_money(late[plan.id][1]),
                day=format_date(self.env, late[plan.id][0]),
            )
            for plan in plans
        }

    def _next_call(self, company):
        """Return what the task of the call says; it is on somebody's list."""
        calls = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self._origin.ids),
                ("activity_type_id.category", "=", "phonecall"),
                ("date_deadline", "<=", company._dunning_today()),
            ],
            order="date_deadline desc, id desc",
        )
        by_id = {call.res_id: call for call in calls}
        text = self.env._("Call, as planned")
        return {
            debtor: by_id[debtor._origin.id].summary or text
            if debtor._origin.id in by_id
            else text
            for debtor in self
        }

    def _next_unreachable(self, company):
        text = self.env._("Find an e-mail or a postal address")
        return dict.fromkeys(self, text)

    def _next_qualify(self, company):
        return dict.fromkeys(self, self.env._("Business, consumer or public?"))

    def _next_draft(self, company):
        return {
            debtor: self.env._("Check and send the draft %s", notice.name)
            for debtor, notice in self._next_notice(("draft",)).items()
        }

    def _next_credit(self, company):
        return {
            debtor: self.env._(
                "Match what was received: %s", debtor._desk_money(debtor.amount_credits)
            )
            for debtor in self
        }

    def _next_waiting(self, company):
        holds = self.env["dunning.hold"]
        acting = holds._acting_domain(company._dunning_today())
        found = self._last_holds(acting)
        kinds = dict(holds._fields["kind"]._description_selection(self.env))
        return {
            debtor: self.env._(
                "Wait: %(kind)s until %(day)s",
                kind=kinds[hold.kind].lower(),
                day=format_date(self.env, hold.silent_to),
            )
            if hold.silent_to
            else self.env._("Wait: %s", kinds[hold.kind].lower())
            for debtor, hold in found.items()
        }

    def _next_running(self, company):
        today = company._dunning_today()
        # a reminder before the due date gives no day: the next level says more
        notices = {
            debtor: notice
            for debtor, notice in self._next_notice(("queued", "sent")).items()
            if notice.state == "queued"
            or (notice.deadline_date and notice.deadline_date >= today)
        }
        words = {
            debtor: self.env._(
                "Wait: %(notice)s gives until %(day)s to pay",
                notice=notice.name,
                day=format_date(self.env, notice.deadline_date),
            )
            if notice.state == "sent"
            else self.env._("Wait: %s is about to leave", notice.name)
            for debtor, notice in notices.items()
        }
        first = self - self.browse(debtor.id for debtor in words)
        return words | first._next_remind(company)
