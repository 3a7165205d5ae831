from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from .dunning_breakdown import add_money, column, debtors, money, row, table

ROWS_SHOWN = 200  # debtors of a table
REASONS_SHOWN = 5  # of one debtor


class DunningRun(models.Model):
    """A run for some debtors only: the same rules, checks and guards as for all."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.run"

    debtor_ids = fields.Many2many(
        "dunning.debtor",
        string="Only these debtors",
        copy=False,
        # an archived debtor is still one of those chosen: without it the run would
        # become one of everybody
        context={"active_test": False},
        help="Nobody else is looked at; empty: everybody who owes late.",
    )
    debtors_table = fields.Json(compute="_compute_debtors_table")

    @api.depends("debtor_ids")
    def _compute_name(self):
        result = super()._compute_name()
        for run in self.filtered("debtor_ids"):
            run.name = self.env._(
                "%(run)s, %(debtors)s chosen",
                run=run.name,
                debtors=debtors(self.env, len(run.debtor_ids)),
            )
        return result

    @api.constrains("debtor_ids", "company_id")
    def _check_debtors(self):
        for run in self:
            # sudo: whose debtors they are, not what they owe
            foreign = run.sudo().debtor_ids.filtered(
                lambda debtor, run=run: debtor.company_id != run.company_id
            )
            if foreign:
                raise ValidationError(
                    self.env._("A run reminds debtors of its own company only.")
                )

    @api.model
    def _identity(self):
        return {*super()._identity(), "debtor_ids"}

    def _only_partners(self):
        """Return the ids of the customers this run looks at; None = all of them."""
        # sudo: the customers of debtors that the run names
        return self.debtor_ids.sudo().partner_id.ids if self.debtor_ids else None

    def _ever_sent(self):
        """Reminders of a few do not answer for everybody: who was reminded before?"""
        if self.debtor_ids:
            return super()._ever_sent()
        # sudo: one fact about the company's own past
        notices = self.env["dunning.notice"].sudo()
        return bool(
            notices.search_count(
                Domain("company_id", "=", self.company_id.id)
                & Domain("state", "not in", ("draft", "cancelled"))
                & (
                    Domain("run_id", "=", False)
                    | Domain("run_id.debtor_ids", "=", False)
                ),
                limit=1,
            )
        )

    # ---------------------------------------------------------------- debtors

    @api.depends("debtor_ids", "date", "notice_ids.state")
    def _compute_debtors_table(self):
        for run in self:
            run.debtors_table = (
                run.debtor_ids and run.ids and [run.debtor_ids._remind_table(run)]
            )


class DunningDebtor(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def action_remind_now(self):
        """Show what would leave to these debtors today, and what would not, and why."""
        self._check_reminding()
        wizard = self.env["dunning.remind.wizard"].create(
            {
                "company_id": self.company_id.id,
                "debtor_ids": [fields.Command.set(self.ids)],
            }
        )
        return wizard._open()

    def _check_reminding(self):
        if not (
            self.env.su or self.env.user.has_group("dunning_fr.group_dunning_user")
        ):
            raise AccessError(self.env._("Only collectors remind debtors."))
        self.check_access("write")
        if not self:
            raise UserError(self.env._("Choose the debtors to remind."))
        if len(self.company_id) > 1:
            raise UserError(
                self.env._("Choose debtors of one company: each has runs of its own.")
            )

    def _remind_now(self):
        """Make the run of today for these debtors; nothing is drafted yet."""
        self._check_reminding()
        company = self.company_id
        return self.env["dunning.run"].create(
            {
                "company_id": company.id,
                "date": company._dunning_today(),
                "debtor_ids": [fields.Command.set(self.ids)],
            }
        )

    # ----------------------------------------------------------------- tables

    def _remind_outlook(self, run=None):
        """Return {customer id: ([proposal], [reason])} on the day of the run, or today.

        A constant number of queries, whatever the number of debtors.

        :param run: whose drafts count as still to be made
        """
        if not self:
            return {}
        company, engine = self.company_id, self.env["dunning.engine"]
        drafts = run.notice_ids.filtered(lambda n: n.state == "draft") if run else None
        day = run.date if run else company._dunning_today()
        assessed = engine._assess(company, day, self.partner_id.ids, drafts)
        assessment = assessed.assessment
        found = {partner.id: ([], []) for partner in self.partner_id}
        for proposal in assessed.proposals:
            found[proposal.partner_id][0].append(proposal)
        for item in assessment.facts.items:
            verdict = assessment.verdicts[item.id]
            if item.residual > 0 and verdict.code not in ("ready", "not_late"):
                reason = f"{item.move_name} – {engine._reason(item, assessment)}"
                found[item.partner_id][1].append(reason)
        return found

    def _remind_table(self, run=None):
        """Return the table of who gets what, and of what stays back and why."""
        outlook = self._remind_outlook(run)
        shown = self[:ROWS_SHOWN]
        # those who get nothing first: they are what surprises
        shown = shown.sorted(lambda debtor: bool(outlook[debtor.partner_id.id][0]))
        rows = [
            row(
                debtor.display_name,
                self._remind_levels(outlook[debtor.partner_id.id][0]),
                self._remind_amount(outlook[debtor.partner_id.id][0]),
                self._remind_reasons(outlook[debtor.partner_id.id][1]),
            )
            for debtor in shown
        ]
        if len(self) > ROWS_SHOWN:
            rest = self.env._("and %s more", len(self) - ROWS_SHOWN)
            rows.append(row(rest, "", "", ""))
        return table(
            self.env._("Debtor by debtor"),
            [
                column(self.env._("Debtor")),
                column(self.env._("Gets")),
                column(self.env._("Still owed"), numeric=True),
                column(self.env._("Left alone, and why")),
            ],
            rows,
        )

    def _remind_levels(self, proposals):
        sequences = sorted({p.level.sequence if p.level else 0 for p in proposals})
        words = [
            self.env._("Level %s", sequence)
            if sequence
            else self.env._("Before the due date")
            for sequence in sequences
        ]
        return ", ".join(words) or self.env._("Nothing")

    def _remind_amount(self, proposals):
        totals = {}
        for proposal in proposals:
            currency = self.env["res.currency"].browse(proposal.currency_id)
            owed = sum(line.owed for line in proposal.lines if line.claimed)
            add_money(totals, currency, float(owed))
        return money(self.env, totals) if totals else "–"

    def _remind_reasons(self, reasons):
        left = len(reasons) - REASONS_SHOWN
        more = [self.env._("and %s more", left)] if left > 0 else []
        return " · ".join([*reasons[:REASONS_SHOWN], *more]) or "–"

    def _remind_headline(self, outlook):
        """Say in one sentence how many would be reminded, and how many would not."""
        reminded = [found for found in outlook.values() if found[0]]
        company = self.company_id or self.env.company
        day = format_date(self.env, company._dunning_today())
        return self.env._(
            "On %(day)s, %(reminded)s would be reminded; %(left)s would get nothing.",
            day=day,
            reminded=debtors(self.env, len(reminded)),
            left=debtors(self.env, len(outlook) - len(reminded)),
        )
