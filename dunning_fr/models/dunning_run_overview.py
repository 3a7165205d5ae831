from collections import defaultdict

from odoo import api, fields, models

from .dunning_breakdown import add_money, money


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
            ("state", "=", "ready"),
            ("channel_id.code", "in", ("letter", "registered_letter")),
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
        values = {
            "notices": self.draft_count,
            "debtors": self.debtor_count,
            "amount": self.amount_text,
            "left": left,
            "sent": self.sent_count,
            "queued": self.queued_count,
            "failed": self.failed_count,
        }
        if self.state == "draft":
            return self.env._("Prepare the run to see who would be reminded, and why.")
        if self.state == "cancelled":
            return self.env._("Cancelled: its items are free for another run.")
        if self.draft_count:
            return self.env._(
                "Ready to send: %(notices)s notices to %(debtors)s debtors, %(amount)s "
                "in all. Left alone: %(left)s items.",
                **values,
            )
        if not self.debtor_count:
            return self.env._(
                "Nobody is to be reminded. Left alone: %(left)s items.", left=left
            )
        return self.env._(
            "%(sent)s notices sent, %(queued)s on their way, %(failed)s in trouble.",
            **values,
        )

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
        return not opening and not self.env["dunning.notice"]._ever_sent(
            self.company_id
        )

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
