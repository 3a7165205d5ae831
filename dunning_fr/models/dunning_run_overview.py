from collections import defaultdict

from odoo import api, fields, models

from .dunning_breakdown import add_money, debtors, money, notices

LETTERS_TO_POST = [
    ("state", "=", "ready"),
    ("channel_id.code", "in", ("letter", "registered_letter")),
]


class DunningRun(models.Model):
    """What a run shows before and after it leaves: how many, to whom, and why not."""

    _name = "dunning.run"
    _inherit = ["dunning.run", "dunning.run.check", "dunning.run.table"]

    draft_count = fields.Integer(compute="_compute_overview")
    queued_count = fields.Integer(compute="_compute_overview")
    sent_count = fields.Integer(compute="_compute_overview")
    failed_count = fields.Integer(compute="_compute_overview")
    debtor_count = fields.Integer(compute="_compute_overview")
    letters_to_post = fields.Integer(compute="_compute_letters_to_post")
    amount_text = fields.Char(string="Total asked for", compute="_compute_overview")
    headline = fields.Char(compute="_compute_headline")

    @api.depends("notice_ids.state", "notice_ids.amount_total")
    def _compute_overview(self):
        counts = defaultdict(lambda: defaultdict(int))
        totals = defaultdict(dict)
        live = self._live_notices()
        for run, state, currency, count, amount in self.env[
            "dunning.notice"
        ]._read_group(
            live, ["run_id", "state", "currency_id"], ["__count", "amount_total:sum"]
        ):
            counts[run][state] += count
            add_money(totals[run], currency, amount)
        debtors = dict(
            self.env["dunning.notice"]._read_group(
                live, ["run_id"], ["debtor_id:count_distinct"]
            )
        )
        for run in self:
            states = counts[run]
            run.draft_count = states["draft"]
            run.queued_count = states["queued"]
            run.sent_count = states["sent"]
            run.failed_count = states["failed"] + states["unknown"]
            run.debtor_count = debtors.get(run, 0)
            run.amount_text = money(self.env, totals[run]) if run in totals else False

    @api.depends("notice_ids.dispatch_ids.state")
    def _compute_letters_to_post(self):
        ready = [
            ("notice_id.run_id", "in", self.ids),
            *LETTERS_TO_POST,
        ]
        counts = dict.fromkeys(self.ids, 0)
        for notice, count in self.env["dunning.dispatch"]._read_group(
            ready, ["notice_id"], ["__count"]
        ):
            counts[notice.run_id.id] += count
        for run in self:
            run.letters_to_post = counts.get(run._origin.id, 0)

    def _live_notices(self):
        return [("run_id", "in", self.ids), ("state", "!=", "cancelled")]

    @api.depends("state", "left_out", "notice_ids.state", "notice_ids.amount_total")
    def _compute_headline(self):
        for run in self:
            run.headline = run._headline()

    def _headline(self):
        """Say in one sentence where the run stands."""
        left = sum(group["count"] for group in self.left_out or [])
        if self.state == "draft":
            return self.env._("Prepare the run to see who would be reminded, and why.")
        if self.state == "cancelled":
            return self.env._("Cancelled: its items are free for another run.")
        if not self.debtor_count:
            return self.env._(
                "Nobody is to be reminded. Items left alone: %(left)s.", left=left
            )
        progress = self._progress()
        if not self.draft_count:
            return progress
        values = self._draft_values()
        if progress:
            return self.env._(
                "Still to send: %(notices)s to %(debtors)s, %(amount)s in all. So far: "
                "%(progress)s",
                progress=progress,
                **values,
            )
        return self.env._(
            "Ready to send: %(notices)s to %(debtors)s, %(amount)s in all. Items left "
            "alone: %(left)s.",
            left=left,
            **values,
        )

    def _draft_values(self):
        """Return in words how many drafts there are, to whom and for how much."""
        totals, partners = {}, set()
        for currency, found, amount in self.env["dunning.notice"]._read_group(
            [("run_id", "=", self.id), ("state", "=", "draft")],
            ["currency_id"],
            ["debtor_id:array_agg", "amount_total:sum"],
        ):
            partners.update(found)
            add_money(totals, currency, amount)
        return {
            "notices": notices(self.env, self.draft_count),
            "debtors": debtors(self.env, len(partners)),
            "amount": money(self.env, totals),
        }

    def _progress(self):
        """Return what has become of the notices that were approved, if any."""
        parts = []
        if self.sent_count:
            parts.append(
                self.env._("1 notice sent")
                if self.sent_count == 1
                else self.env._("%s notices sent", self.sent_count)
            )
        waiting = self.env["dunning.notice"].search_count(
            [
                ("run_id", "=", self.id),
                ("state", "=", "queued"),
                ("dispatch_ids", "not any", LETTERS_TO_POST),
            ]
        )
        if waiting:
            parts.append(self.env._("on the way: %s", waiting))
        if self.failed_count:
            parts.append(self.env._("in trouble: %s", self.failed_count))
        if self.letters_to_post:
            parts.append(self.env._("letters to post: %s", self.letters_to_post))
        return ", ".join(parts) + "." if parts else ""

    # ---------------------------------------------------------------- actions

    def action_open_prepare(self):
        """Prepare, after the first-activation guard if nothing was ever sent."""
        self.ensure_one()
        if self._is_first_activation():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("First run"),
                "res_model": "dunning.opening.wizard",
                "view_mode": "form",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_run_id": self.id},
            }
        return self.action_prepare()

    def _is_first_activation(self):
        company = [("company_id", "=", self.company_id.id)]
        opening = self.env["dunning.opening.level"].search_count(company, limit=1)
        return not opening and not self._ever_sent()

    def _ever_sent(self):
        """Whether the company has sent notices, as far as this run goes (hook)."""
        return self.env["dunning.notice"]._ever_sent(self.company_id)

    def action_print_letters(self):
        """Open the letters of the run that wait to be posted, as one PDF."""
        self.ensure_one()
        return self.notice_ids.action_print_letters()

    def action_open_send(self):
        """Ask for confirmation before the drafts of the run leave."""
        self.ensure_one()
        wizard = self.env["dunning.send.wizard"].create(
            {"company_id": self.company_id.id, "run_id": self.id}
        )
        return wizard._open()

    def action_open_notices(self):
        """Open the notices of the run."""
        return self._open_notices([])

    def _open_notices(self, extra):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notices"),
            "res_model": "dunning.notice",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("run_id", "=", self.id), *extra],
            "context": {"create": False},
        }
