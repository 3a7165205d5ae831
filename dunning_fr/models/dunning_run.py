from itertools import chain

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

from ..tools.collector import collector_off
from ..tools.verdicts import Verdict

# What a prepared run is about, and what only its own methods write.
IDENTITY = {"date", "company_id"}
OWN_FACTS = {"state", "left_out"}


class DunningRun(models.Model):
    """Everything due for one company at one date."""

    _name = "dunning.run"
    _description = "Dunning run"
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._dunning_today()
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "Prepared"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
    )
    notice_ids = fields.One2many(
        "dunning.notice", "run_id", string="Notices", copy=False
    )
    left_out = fields.Json(
        copy=False,
        help="Items that were looked at and left alone: [{code, count, line_ids}], as "
        "prepared.",
    )
    notice_count = fields.Integer(compute="_compute_counts")

    @api.depends("date", "company_id")
    def _compute_name(self):
        for run in self:
            day = format_date(self.env, run.date) if run.date else ""
            run.name = self.env._("Run of %s", day)

    @api.depends("notice_ids")
    def _compute_counts(self):
        counts = dict(
            self.env["dunning.notice"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.notice_count = counts.get(run, 0)

    # ------------------------------------------------------------ own facts

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        own = self._own_facts() - {"state"}
        if not self.env.su and runs.filtered(
            lambda r: r.state != "draft" or any(r[name] for name in own)
        ):
            raise UserError(self.env._("A run begins as a draft: prepare it."))
        return runs

    def write(self, vals):
        """Let people choose day and company of a draft; the rest are its own facts."""
        if not self.env.su:
            prepared = self.filtered(lambda run: run.state != "draft")
            identity = self._identity() & set(vals)
            if self._own_facts() & set(vals) or (prepared and identity):
                raise UserError(
                    self.env._(
                        "%s is changed by preparing, sending or cancelling it only.",
                        self[:1].display_name,
                    )
                )
        result = super().write(vals)
        if IDENTITY & set(vals):
            self.check_access("write")  # Odoo's rules have judged the old company
        return result

    @api.model
    def _identity(self):
        return IDENTITY

    @api.model
    def _own_facts(self):
        return OWN_FACTS

    # ------------------------------------------------------------ constraints

    @api.constrains("date", "company_id")
    def _check_date(self):
        for run in self:
            if run.date > run.company_id._dunning_today():
                raise ValidationError(
                    self.env._(
                        "A run cannot be dated in the future (%s): what is owed is "
                        "read from the ledger as it is today.",
                        format_date(self.env, run.date),
                    )
                )

    # at uninstall too: anybody may put Odoo's flag for it into the context
    @api.ondelete(at_uninstall=True)
    def _unlink_except_sent(self):
        for run in self:
            if run.state not in ("draft", "cancelled") or run.notice_ids:
                raise UserError(
                    self.env._(
                        "%s has made notices: cancel it instead of deleting it.",
                        run.display_name,
                    )
                )

    # ---------------------------------------------------------------- actions

    def action_prepare(self):
        """Draft the notices due on the run's date; nothing leaves.

        May be called again while the run is only prepared: its own drafts are made
        anew. Opens no wizard. Constant number of queries per company.
        """
        self._check_collector()
        for run in self:
            if run.state not in ("draft", "prepared"):
                raise UserError(
                    self.env._(
                        "%(run)s is %(state)s and cannot be prepared again.",
                        run=run.display_name,
                        state=run._state_label(),
                    )
                )
            run._drop_drafts()
            run._prepare_notices()
        return True

    def action_send(self):
        """Approve and queue the drafts of the run; the worker sends them.

        Opens no wizard and sends nothing itself: a button's confirmation comes
        before. Drafts that cannot leave keep their reason and do not stop others.
        """
        self._check_collector()
        for run in self:
            if run.state != "prepared":
                raise UserError(
                    self.env._(
                        "%(run)s is %(state)s: only a prepared run can be sent.",
                        run=run.display_name,
                        state=run._state_label(),
                    )
                )
        self.notice_ids.filtered(lambda notice: notice.state == "draft").action_send()
        self._settle_state()
        return True

    def action_cancel(self):
        """Cancel the run with its drafts; their items are free at once."""
        self._check_collector()
        for run in self:
            if run.state not in ("draft", "prepared"):
                raise UserError(
                    self.env._(
                        "%(run)s is %(state)s and cannot be cancelled: its notices "
                        "have been handed over for sending.",
                        run=run.display_name,
                        state=run._state_label(),
                    )
                )
        drafts = self.notice_ids.filtered(lambda notice: notice.state == "draft")
        drafts.action_cancel()
        for run in self:
            left = run.notice_ids.filtered(lambda notice: notice.state != "cancelled")
            run.sudo().state = "done" if left else "cancelled"  # sudo: own fact
        return True

    # --------------------------------------------------------------- business

    def _check_collector(self):
        if not (
            self.env.su or self.env.user.has_group("dunning_fr.group_dunning_user")
        ):
            raise AccessError(
                self.env._("Only collectors may prepare, send or cancel reminders.")
            )
        self.check_access("write")

    def _state_label(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[self.state].lower()

    def _settle_state(self):
        """A run is done once none of its notices is a draft any more."""
        for run in self.filtered(lambda run: run.state == "prepared"):
            if not run.notice_ids.filtered(lambda notice: notice.state == "draft"):
                run.sudo().state = "done"  # sudo: own fact

    def _drop_drafts(self):
        self.ensure_one()
        drafts = self.notice_ids.filtered(lambda notice: notice.state == "draft")
        # A draft that came back from the queue has a past: it stays, cancelled.
        tried = drafts.filtered("dispatch_ids")
        tried._cancel_with_reason(self.env._("The run was prepared again."))
        # sudo: drafts are the run's own rows, nobody has rights on them directly
        (drafts - tried).sudo()._proof_unlocked().unlink()

    def _prepare_notices(self):
        self.ensure_one()
        company = self.company_id
        # Two runs of one company at once would draft the same items twice.
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtext('dunning.run'), %s)", company.id)
        )
        with collector_off():  # thousands of plain rows without cycles, gone on return
            left_out = self._draft_notices()
        # sudo: own facts, nobody writes them
        self.sudo().write({"state": "prepared", "left_out": left_out})

    def _draft_notices(self):
        """Draft what the ledger calls for; return what is left out, and why."""
        company, only = self.company_id, self._only_partners()
        # Of some debtors, each item is judged: they are few, and each wants a reason.
        resting = only is None and self.env["dunning.item"]._resting(company, self.date)
        assessed = self.env["dunning.engine"]._assess(
            company, self.date, only, left_alone=resting or ()
        )
        drafted = self.env["dunning.notice"]._insert_proposals(
            company, self.date, assessed.proposals, assessed.assessment.facts.keys, self
        )
        if len(drafted) < len(assessed.proposals):
            self._mark_kept_back(assessed, drafted)
        return self._left_out(assessed.assessment, resting)

    def _only_partners(self):
        """Return the ids of the customers to look at; None = all of them (hook)."""
        return

    @api.model
    def _mark_kept_back(self, assessed, drafted):
        """List what waits for a debtor's earlier draft: there is only one (6)."""
        made = {(n.partner_id.id, n.currency_id.id, n.policy_id.id) for n in drafted}
        verdicts = assessed.assessment.verdicts
        for proposal in assessed.proposals:
            key = (proposal.partner_id, proposal.currency_id, proposal.policy_id)
            for line in proposal.lines if key not in made else ():
                if verdicts[line.item.id].code == "ready":
                    verdicts[line.item.id] = Verdict("pending")

    @api.model
    def _left_out(self, assessment, resting):
        """Return [{code, count, line_ids}] of the late debts left alone."""
        groups = {}
        if resting:  # whatever else may hold them back
            groups["wait_interval"] = list(chain.from_iterable(resting.values()))
        for line_id, verdict in assessment.verdicts.items():
            if verdict.code not in ("ready", "not_late", "credit"):
                groups.setdefault(verdict.code, []).append(line_id)
        return [
            {"code": code, "count": len(line_ids), "line_ids": line_ids}
            for code, line_ids in sorted(groups.items())
        ]
