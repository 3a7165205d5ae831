from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.dunning_breakdown import (
    add_money,
    column,
    debtors,
    money,
    notices,
    row,
    table,
)
from ..models.dunning_policy import DEBTOR_KINDS
from ..models.dunning_simulation import last_year

EXAMPLES = 10


class DunningSimulationWizard(models.TransientModel):
    """What a policy would send on a day, or over the last 12 months; sends nothing."""

    _name = "dunning.simulation.wizard"
    _description = "Simulation of a policy"

    policy_id = fields.Many2one("dunning.policy", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id")
    kind = fields.Selection(
        DEBTOR_KINDS,
        string="As the policy of",
        compute="_compute_kind",
        store=True,
        readonly=False,
        help="Simulates this policy as if it were the default of this kind of debtor. "
        "Empty: only for the customers and invoices that name it.",
    )
    period = fields.Selection(
        [("day", "On one day"), ("year", "Over the last 12 months")],
        required=True,
        default="day",
    )
    date = fields.Date(
        required=True, default=lambda self: self.env.company._dunning_today()
    )
    headline = fields.Char(compute="_compute_result")
    result = fields.Json(compute="_compute_result")

    @api.depends("policy_id")
    def _compute_kind(self):
        for wizard in self:
            wizard.kind = wizard.policy_id.default_for_kind

    @api.depends("policy_id", "kind", "period", "date")
    def _compute_result(self):
        for wizard in self:
            sent = wizard._simulate() if wizard.policy_id and wizard.date else []
            wizard.headline = wizard._headline(sent)
            wizard.result = wizard._tables(sent)

    def _simulate(self):
        self.ensure_one()
        self.policy_id.check_access("read")
        simulation = self.env["dunning.simulation"]
        policy = self.policy_id._origin
        today = self.company_id._dunning_today()
        if self.period == "year":
            return simulation._of_period(policy, self.kind, last_year(today), today)
        if self.date < today:
            raise UserError(
                self.env._(
                    "What is owed is read from the ledger as it is today: choose today "
                    "or a later day, or the last 12 months."
                )
            )
        return simulation._of_day(policy, self.kind, self.date)

    def _headline(self, sent):
        totals = {}
        for _day, proposal in sent:
            add_money(totals, *self._principal(proposal))
        return self.env._(
            "%(notices)s to %(debtors)s, principal %(amount)s. Nothing was written.",
            notices=notices(self.env, len(sent)),
            debtors=debtors(self.env, len({p.partner_id for _day, p in sent})),
            amount=money(self.env, totals),
        )

    def _principal(self, proposal):
        """Return (currency, what is claimed less credits) of a proposal."""
        currency = self.env["res.currency"].browse(proposal.currency_id)
        owed = sum(ln.owed for ln in proposal.lines if ln.claimed or ln.owed < 0)
        return currency, float(owed)

    def _tables(self, sent):
        tables = [self._levels_table(sent)]
        if self.period == "year":
            tables.append(self._months_table(sent))
        return [*tables, self._examples_table(sent)]

    def _groups_table(self, title, label, groups):
        rows = []
        for name, found in groups:
            totals = {}
            for _day, proposal in found:
                add_money(totals, *self._principal(proposal))
            people = len({proposal.partner_id for _day, proposal in found})
            rows.append(row(name, len(found), people, money(self.env, totals)))
        columns = [
            column(label),
            column(self.env._("Notices"), numeric=True),
            column(self.env._("Debtors"), numeric=True),
            column(self.env._("Principal"), numeric=True),
        ]
        empty = self.env._("This policy would send nothing.")
        return table(title, columns, rows, empty)

    def _level_name(self, proposal):
        if not proposal.level:
            return self.env._("Before the due date")
        return self.env["dunning.level"].browse(proposal.level.id).display_name

    def _levels_table(self, sent):
        groups = defaultdict(list)
        for one in sent:
            level = one.proposal.level
            groups[level.sequence if level else 0].append(one)
        found = [
            (self._level_name(own[0].proposal), own)
            for _n, own in sorted(groups.items())
        ]
        return self._groups_table("", self.env._("Level"), found)

    def _months_table(self, sent):
        groups = defaultdict(list)
        for one in sent:
            groups[one.day.replace(day=1)].append(one)
        found = [
            (format_date(self.env, month, date_format="MMMM y"), own)
            for month, own in sorted(groups.items())
        ]
        return self._groups_table(self.env._("By month"), self.env._("Month"), found)

    def _examples_table(self, sent):
        """Show the largest notices: day, debtor, level, documents, principal."""
        largest = sorted(sent, key=lambda s: -self._principal(s.proposal)[1])[:EXAMPLES]
        partners = self.env["res.partner"]
        rows = [
            row(
                format_date(self.env, day),
                partners.browse(proposal.partner_id).display_name,
                self._level_name(proposal),
                ", ".join(ln.item.move_name for ln in proposal.lines if ln.claimed),
                money(self.env, dict([self._principal(proposal)])),
            )
            for day, proposal in largest
        ]
        columns = [
            column(self.env._("Day")),
            column(self.env._("Debtor")),
            column(self.env._("Level")),
            column(self.env._("Documents")),
            column(self.env._("Principal"), numeric=True),
        ]
        return table(self.env._("The largest of them"), columns, rows)
