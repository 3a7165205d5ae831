from collections import defaultdict

from odoo import api, fields, models

from ..models.dunning_breakdown import (
    add_money,
    column,
    debtors,
    money,
    notices,
    row,
    table,
)
from .dunning_typed_mixin import MANY


class DunningSendWizard(models.TransientModel):
    """The last look before notices leave: how many, to whom, for how much."""

    _name = "dunning.send.wizard"
    _description = "Confirmation before sending"
    _inherit = ["dunning.typed.mixin"]

    run_id = fields.Many2one("dunning.run", readonly=True)
    notice_ids = fields.Many2many(
        "dunning.notice", readonly=True, help="The selected notices, without a run."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    notice_count = fields.Integer(compute="_compute_content")
    debtor_count = fields.Integer(compute="_compute_content")
    amount_text = fields.Char(compute="_compute_content")
    headline = fields.Char(compute="_compute_content")
    content = fields.Json(compute="_compute_content")
    formal_count = fields.Integer(compute="_compute_content")
    has_public_formal = fields.Boolean(compute="_compute_content")
    is_first_sending = fields.Boolean(compute="_compute_is_first_sending")
    checks = fields.Json(related="run_id.checks")

    def _draft_domain(self):
        self.ensure_one()
        if self.run_id:
            return [("run_id", "=", self.run_id.id), ("state", "=", "draft")]
        return [("id", "in", self.notice_ids.ids), ("state", "=", "draft")]

    @api.depends("run_id", "notice_ids")
    def _compute_content(self):
        for wizard in self:
            totals, counts, amounts, formal, public = (
                {},
                {},
                defaultdict(dict),
                0,
                False,
            )
            for level, kind, is_formal, currency, count, amount in self.env[
                "dunning.notice"
            ]._read_group(
                wizard._draft_domain(),
                ["level_id", "debtor_kind", "is_formal_notice", "currency_id"],
                ["__count", "amount_total:sum"],
                order="level_id",
            ):
                counts[level] = counts.get(level, 0) + count
                add_money(amounts[level], currency, amount)
                add_money(totals, currency, amount)
                formal += count if is_formal else 0
                public = public or (is_formal and kind == "public")
            wizard.notice_count = sum(counts.values())
            wizard.formal_count = formal
            wizard.has_public_formal = public
            wizard.amount_text = money(self.env, totals)
            wizard.content = [wizard._levels_table(counts, amounts)]
            [[count]] = self.env["dunning.notice"]._read_group(
                wizard._draft_domain(), [], ["debtor_id:count_distinct"]
            )
            wizard.debtor_count = count
            wizard.headline = self.env._(
                "%(notices)s to %(debtors)s, for %(amount)s.",
                notices=notices(self.env, wizard.notice_count),
                debtors=debtors(self.env, count),
                amount=wizard.amount_text,
            )

    def _levels_table(self, counts, amounts):
        rows = [
            row(
                level.policy_id.name or self.env._("Before the due date"),
                level.display_name or "–",
                ", ".join(level.channel_ids.mapped("name")) or self.env._("E-mail"),
                count,
                money(self.env, amounts[level]),
            )
            for level, count in counts.items()
        ]
        return table(
            "",
            [
                column(self.env._("Policy")),
                column(self.env._("Level")),
                column(self.env._("Channels")),
                column(self.env._("Notices"), numeric=True),
                column(self.env._("Amount"), numeric=True),
            ],
            rows,
            self.env._("There is no draft left to send."),
        )

    @api.depends("company_id")
    def _compute_is_first_sending(self):
        for wizard in self:
            wizard.is_first_sending = not self.env["dunning.notice"]._ever_sent(
                wizard.company_id
            )

    @api.depends("notice_count", "is_first_sending")
    def _compute_must_type(self):
        # EXTENDS the mixin: the very first sending wants it whatever the number
        for wizard in self:
            many = wizard.notice_count > wizard._many_notices()
            wizard.must_type = wizard.is_first_sending or many

    def _many_notices(self):
        """Return the number of notices that a click alone may send (hook)."""
        return MANY

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send notices"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_confirm(self):
        """Approve and queue the drafts shown; say what became of them."""
        self.ensure_one()
        self._check_typed(self.notice_count)
        drafts = self.env["dunning.notice"].search(self._draft_domain())
        (self.run_id or drafts).action_send()
        return self._tell(drafts)

    def _tell(self, notices):
        states = notices.grouped("state")
        queued = (
            len(notices)
            - len(states.get("draft", ()))
            - len(states.get("cancelled", ()))
        )
        kept = len(notices) - queued
        message = (
            self.env._("1 notice is on its way.")
            if queued == 1
            else self.env._("%s notices are on their way.", queued)
        )
        if kept:
            message += " " + self.env._("Kept as drafts: %s; each says why.", kept)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if kept else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
