from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .dunning_desk_check_open import TO_DO_LIST

GRAVITY = ("danger", "warning", "info", "done")
AHEAD_DAYS = 30  # what is expected, and how far broken promises go back


class DunningDesk(models.Model):
    """The desk of one company: five figures, then the morning's checks.

    A reading, no table: one row for each company, numbered as it is.
    """

    _name = "dunning.desk"
    _description = "Collector's desk"
    _inherit = ["dunning.list.mixin"]
    _auto = False
    _log_access = False
    _order = "id"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    check_ids = fields.One2many(
        "dunning.desk.check", compute="_compute_check_ids", string="Checks"
    )
    open_count = fields.Integer(string="Open checks", compute="_compute_check_ids")
    amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_overdue",
        currency_field="company_currency_id",
        help="Past due and not paid, of all debtors.",
    )
    debtor_count = fields.Integer(compute="_compute_overdue", string="Debtors")
    amount_promised = fields.Monetary(
        string="Promised this week",
        compute="_compute_figures",
        currency_field="company_currency_id",
        help="Promises in force for a day of this week; one without amount counts for "
        "what is owed on its invoices.",
    )
    amount_disputed = fields.Monetary(
        string="Disputed",
        compute="_compute_figures",
        currency_field="company_currency_id",
        help="Disputes in force.",
    )
    amount_expected = fields.Monetary(
        string="Expected in 30 days",
        compute="_compute_figures",
        currency_field="company_currency_id",
        help="Promises in force for the next 30 days, and the open invoices that fall "
        "due in them. No more than what was said or agreed: habits do not count.",
    )
    amount_broken = fields.Monetary(
        string="Broken in 30 days",
        compute="_compute_figures",
        currency_field="company_currency_id",
        help="Promises that broke in the last 30 days.",
    )
    broken_count = fields.Integer(string="Broken promises", compute="_compute_figures")

    @property
    def _table_query(self):
        return SQL(
            "SELECT id, id AS company_id FROM res_company WHERE id = ANY(%s)",
            self.env.companies.ids,
        )

    @api.depends("company_id")
    def _compute_display_name(self):
        for desk in self:
            desk.display_name = self.env._("Morning checks")

    @api.depends("company_id")
    def _compute_check_ids(self):
        # read with its columns: the table is a query of its own
        columns = ["company_id", "code", "count", "oldest", "amount"]
        checks = self.env["dunning.desk.check"].search_fetch([], columns)
        for desk in self:
            own = checks.filtered(lambda c, d=desk: c.company_id == d.company_id)
            # what is open first, the gravest before; what is in order stays below
            desk.check_ids = own.sorted(lambda c: GRAVITY.index(c.severity))
            desk.open_count = len(own.filtered("count"))

    @api.depends("company_id")
    def _compute_overdue(self):
        rows = self.env["dunning.debtor"]._read_group(
            [("company_id", "in", self.company_id.ids), ("amount_overdue", ">", 0)],
            ["company_id"],
            ["__count", "amount_overdue:sum"],
        )
        found = {company: values for company, *values in rows}
        for desk in self:
            count, amount = found.get(desk.company_id, (0, 0))
            desk.debtor_count, desk.amount_overdue = count, amount

    @api.depends("company_id")
    def _compute_figures(self):
        readable = self.filtered(lambda desk: desk._is_at_hand())
        for name in ("promised", "disputed", "expected", "broken"):
            (self - readable)[f"amount_{name}"] = 0
        (self - readable).broken_count = 0
        for desk in readable:
            desk.amount_promised = sum(desk._promised(*desk._week()).values())
            disputes = self.env["dunning.hold"].search(desk._hold_domain("dispute"))
            desk.amount_disputed = sum(disputes.mapped("amount_at_stake"))
            today = desk.company_id._dunning_today()
            horizon = today + timedelta(days=AHEAD_DAYS)
            promised = desk._promised(today, horizon)
            twice = desk._promised_later(promised, today, horizon)
            falling_due = max(desk._falling_due(today, horizon) - twice, 0)
            desk.amount_expected = sum(promised.values()) + falling_due
            broken = self.env["dunning.hold"].search(desk._broken_domain())
            desk.broken_count = len(broken)
            desk.amount_broken = sum(desk._owed_on(broken).values())

    # ------------------------------------------------------------------ figures

    def _is_at_hand(self):
        """Whether it is of a company the user works in: a form may name any other."""
        return self.env.su or self.company_id._origin in self.env.companies

    def _week(self):
        """Return Monday and Sunday of this week."""
        today = self.company_id._dunning_today()
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=6)

    def _hold_domain(self, kind, state="active"):
        return Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", kind),
                ("state", "=", state),
            ]
        )

    def _promise_domain(self, first, last):
        between = Domain("date_to", ">=", first) & Domain("date_to", "<=", last)
        return self._hold_domain("promise") & between

    def _broken_domain(self):
        since = self.company_id._dunning_today() - timedelta(days=AHEAD_DAYS)
        last = Domain("replaced_by_id", "=", False) & Domain("date_to", ">=", since)
        return self._hold_domain("promise", "broken") & last

    def _promised(self, first, last):
        """Return {promise: amount} of those for a day from ``first`` to ``last``."""
        holds = self.env["dunning.hold"].search(self._promise_domain(first, last))
        return self._owed_on(holds)

    def _owed_on(self, holds):
        """Return {hold: its amount, else what is owed on its invoices}.

        What is owed counts once, however many promises without amount are about it:
        those of named invoices first, those of the whole debtor for the rest.
        """
        found, counted = {}, defaultdict(lambda: self.env["account.move"])
        for hold in holds.filtered("move_ids"):
            moves = hold.move_ids - counted[hold.debtor_id]
            owed = sum(moves.mapped("amount_residual_signed"))
            found[hold] = hold.amount or max(owed, 0)
            if not hold.amount:
                counted[hold.debtor_id] |= moves
        whole = holds.filtered(lambda hold: not hold.move_ids)
        for debtor, own in whole.grouped("debtor_id").items():
            named = sum(counted[debtor].mapped("amount_residual_signed"))
            rest = max(debtor.amount_overdue - named, 0)
            first = own.filtered(lambda hold: not hold.amount)[:1]
            for hold in own:
                found[hold] = hold.amount or (rest if hold == first else 0)
        return found

    def _falling_due(self, first, last):
        """Return what falls due from ``first`` to ``last``, one query."""
        lines = self.env["account.move.line"]
        tables, condition = lines._dunning_open_sql(
            last + timedelta(days=1), debts_only=True
        )
        [[amount]] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(sum(line.amount_residual), 0) FROM %s WHERE %s"
                " AND line.company_id = %s AND line.date_maturity >= %s",
                tables,
                condition,
                self.company_id.id,
                first,
            )
        )
        return float(amount)

    def _promised_later(self, promised, first, last):
        """Return what was promised of what falls due in these days anyway.

        Money pays the first due: a promised amount reaches these items last.

        :param promised: {promise: amount}
        """
        moves = self.env["dunning.hold"].concat(*promised).move_ids
        rows = self.env["account.move.line"]._read_group(
            [
                ("move_id", "in", moves.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("date_maturity", ">=", first),
                ("date_maturity", "<=", last),
            ],
            ["move_id"],
            ["amount_residual:sum"],
        )
        later, twice = dict(rows), 0
        for hold, amount in promised.items():
            own = sum(later.get(move, 0) for move in hold.move_ids)
            owed = sum(hold.move_ids.mapped("amount_residual_signed"))
            twice += min(own, max(amount - (owed - own), 0))
        return twice

    # ------------------------------------------------------------------ actions

    @api.model
    def action_open_desk(self):
        """Open the desk of the company at hand."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Morning checks"),
            "res_model": self._name,
            "res_id": self.env.company.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_refresh(self):
        """Read everything again: the page is made anew by the client."""
        return True

    def _open_figure(self, xmlid, domain, **context):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        own = Domain("company_id", "=", self.company_id.id)
        return {**action, "domain": list(own & Domain(domain)), "context": context}

    def action_open_todo(self):
        """Go on to what is to do today."""
        return self.env["ir.actions.actions"]._for_xml_id(TO_DO_LIST)

    def action_open_overdue(self):
        """List who owes late, the most urgent first."""
        domain = [("amount_overdue", ">", 0)]
        return self._open_figure(TO_DO_LIST, domain)

    def action_open_promised(self):
        """List the promises for this week."""
        return self._open_figure(
            "dunning_fr.action_dunning_promise", self._promise_domain(*self._week())
        )

    def action_open_expected(self):
        """List the promises that the next days should keep."""
        today = self.company_id._dunning_today()
        horizon = today + timedelta(days=AHEAD_DAYS)
        return self._open_figure(
            "dunning_fr.action_dunning_promise", self._promise_domain(today, horizon)
        )

    def action_open_disputed(self):
        """List the disputes in force; they print for the meeting with sales."""
        return self._open_figure(
            "dunning_fr.action_dunning_dispute", self._hold_domain("dispute")
        )

    def action_open_broken(self):
        """List the promises that broke lately."""
        return self._open_figure(
            "dunning_fr.action_dunning_promise", self._broken_domain()
        )
