from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_breakdown import column, debtors, money, notices, row, table

# (days late from, up to): how the first run is shown by age
AGES = ((1, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))


class DunningOpeningWizard(models.TransientModel):
    """The first activation: how many would hear from us, for how much, since when.

    A manager may say that old items were reminded before by hand: they then go on
    from there, instead of getting a first friendly reminder after two years.
    """

    _name = "dunning.opening.wizard"
    _description = "First activation and opening levels"

    run_id = fields.Many2one("dunning.run", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id")
    is_manager = fields.Boolean(compute="_compute_is_manager")
    set_levels = fields.Boolean(string="Some of these were reminded before")
    days_level_1 = fields.Integer(
        string="Level 1 reached after",
        default=30,
        help="Items at least this many days late count as reminded once; 0: none.",
    )
    days_level_2 = fields.Integer(
        string="Level 2 reached after",
        default=60,
        help="Items at least this many days late count as reminded twice; 0: none.",
    )
    reminded_on = fields.Date(
        compute="_compute_reminded_on",
        store=True,
        readonly=False,
        help="The minimum interval before the next notice counts from this day.",
    )
    reason = fields.Char(
        help="Who reminded these customers, and how. Kept with each opening level."
    )
    headline = fields.Char(compute="_compute_overview")
    overview = fields.Json(compute="_compute_overview")
    effect = fields.Char(compute="_compute_overview")

    @api.depends_context("uid")
    def _compute_is_manager(self):
        self.is_manager = self.env.user.has_group("dunning_fr.group_dunning_manager")

    @api.depends("run_id")
    def _compute_reminded_on(self):
        for wizard in self:
            intervals = self.env["dunning.level"].search(
                [("company_id", "=", wizard.company_id.id)]
            )
            days = max(intervals.mapped("min_interval_days"), default=0)
            wizard.reminded_on = fields.Date.subtract(wizard.run_id.date, days=days)

    @api.depends("run_id", "set_levels", "days_level_1", "days_level_2")
    def _compute_overview(self):
        for wizard in self:
            assessed = self.env["dunning.engine"]._assess(
                wizard.company_id,
                wizard.run_id.date,
                wizard.run_id._only_partners(),
            )
            claimed = [
                (proposal, line)
                for proposal in assessed.proposals
                for line in proposal.lines
                if line.claimed
            ]
            wizard.headline = wizard._headline(assessed.proposals, claimed)
            wizard.overview = [wizard._age_table(claimed), wizard._kind_table(claimed)]
            wizard.effect = wizard.set_levels and wizard._effect(assessed.assessment)

    def _whole_company(self):
        engine = self.env["dunning.engine"]
        return engine._assess(self.company_id, self.run_id.date).assessment

    def _headline(self, proposals, claimed):
        values = {
            "company": self.company_id.name,
            "notices": notices(self.env, len(proposals)),
            "debtors": debtors(
                self.env, len({proposal.partner_id for proposal in proposals})
            ),
            "amount": self._amount(line for _proposal, line in claimed),
        }
        if self.env["dunning.notice"]._ever_sent(self.company_id):
            return self.env._(
                "%(company)s has reminded chosen debtors only, so far. This run would "
                "draft %(notices)s to %(debtors)s, for %(amount)s.",
                **values,
            )
        return self.env._(
            "%(company)s has never sent a notice. This run would draft %(notices)s to "
            "%(debtors)s, for %(amount)s.",
            **values,
        )

    def _amount(self, lines):
        total = sum(float(line.item.company_residual) for line in lines)
        return money(self.env, {self.company_id.currency_id: total})

    def _age_table(self, claimed):
        rows = []
        for first, last in AGES:
            chosen = [
                (proposal, line)
                for proposal, line in claimed
                if self._is_aged(line, first, last)
            ]
            if chosen:
                rows.append(self._overview_row(self._age_label(first, last), chosen))
        return table(self.env._("By age"), self._columns(), rows, self._empty())

    def _is_aged(self, line, first, last):
        late = (self.run_id.date - line.due).days
        return late >= first and (last is None or late <= last)

    def _age_label(self, first, last):
        if last is None:
            return self.env._("Over a year late")
        return self.env._("%(first)s to %(last)s days late", first=first, last=last)

    def _kind_table(self, claimed):
        kinds = {}
        for proposal, line in claimed:
            kinds.setdefault(proposal.kind or "", []).append((proposal, line))
        rows = [
            self._overview_row(self.env["dunning.run"]._kind_label(kind), kinds[kind])
            for kind in sorted(kinds)
        ]
        return table(self.env._("By debtor kind"), self._columns(), rows, self._empty())

    def _overview_row(self, label, chosen):
        return row(
            label,
            len(chosen),
            len({proposal.partner_id for proposal, _line in chosen}),
            self._amount(line for _proposal, line in chosen),
        )

    def _columns(self):
        return [
            column(""),
            column(self.env._("Items"), numeric=True),
            column(self.env._("Debtors"), numeric=True),
            column(self.env._("Amount"), numeric=True),
        ]

    def _empty(self):
        return self.env._("Nothing is due for a reminder.")

    def _thresholds(self):
        return {1: self.days_level_1, 2: self.days_level_2}

    def _effect(self, assessment):
        chosen = self.run_id.debtor_ids
        if chosen:  # levels are the company's: asked once, for everybody
            assessment = self._whole_company()
        found = self.env["dunning.opening.level"]._items_by_age(
            assessment, self._thresholds()
        )
        levels = [level for _item, level in found]
        text = self.env._(
            "Items that would count as reminded once: %(one)s; twice: %(two)s.",
            one=levels.count(1),
            two=levels.count(2),
        )
        if chosen:
            whole = self.env._("Of the whole company, not of the chosen debtors alone.")
            text = f"{text} {whole}"
        return text

    def action_prepare(self):
        """Set the opening levels if asked to, then draft the run's notices."""
        self.ensure_one()
        if self.set_levels:
            self._set_opening_levels()
        self.run_id.action_prepare()
        return {"type": "ir.actions.act_window_close"}

    def _set_opening_levels(self):
        thresholds = self._thresholds()
        if min(thresholds.values()) < 0 or 0 < thresholds[2] <= thresholds[1]:
            raise UserError(
                self.env._("Level 2 is reached after level 1: give it more days late.")
            )
        if self.reminded_on > self.run_id.date:
            raise UserError(
                self.env._("The last reminder by hand cannot be after the run's date.")
            )
        self.env["dunning.opening.level"]._open_by_age(
            self.company_id, self.run_id.date, thresholds, self.reminded_on, self.reason
        )
