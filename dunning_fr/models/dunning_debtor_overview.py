from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.arrays import array_literal
from .dunning_breakdown import open_items


class DunningDebtor(models.Model):
    """Who owes what, since when, and what happens next: read from the ledger."""

    _name = "dunning.debtor"
    _inherit = ["dunning.debtor", "dunning.debtor.explanation"]

    level_reached = fields.Integer(
        compute="_compute_level_reached",
        help="Highest level sent for an item that is still open; 0: none.",
    )
    last_notice_date = fields.Date(string="Last notice", compute="_compute_notices")
    notice_count = fields.Integer(compute="_compute_notices")
    active_hold_count = fields.Integer(compute="_compute_active_hold_count")

    @api.depends("notice_ids.state")
    def _compute_level_reached(self):
        self.env["dunning.notice"].flush_model(["state"])
        self.env["account.move.line"].flush_model(
            ["account_id", "partner_id", "reconciled"]
        )
        transfers = self.env["dunning.transfer"]._of_companies(self.company_id)
        trade = self.env["dunning.schedule"]._trade_sql()
        is_open = SQL("line.reconciled IS NOT TRUE AND %s", trade)
        if transfers:  # an alternative is not looked up in the index of open items
            moved = array_literal(transfers.debts)
            is_open = SQL("(%s OR line.id = ANY(%s::int[]))", is_open, moved)
        reached = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT debtor.id, max(past.sequence)
                      FROM dunning_debtor debtor
                      JOIN account_move_line line
                        ON line.partner_id = debtor.partner_id
                       AND line.company_id = debtor.company_id
                       AND %(open)s
                CROSS JOIN LATERAL (
                           SELECT sent.level_sequence AS sequence
                             FROM dunning_notice_line sent
                             JOIN dunning_notice notice ON notice.id = sent.notice_id
                            WHERE notice.state = 'sent' AND sent.claimed
                              AND sent.move_line_id = line.id
                            UNION ALL
                           SELECT opening.sequence
                             FROM dunning_opening_level opening
                            WHERE opening.move_line_id = line.id) past
                     WHERE debtor.id = ANY(%(ids)s)
                       AND line.partner_id = ANY(%(partners)s)
                  GROUP BY debtor.id
                    """,
                    open=is_open,
                    ids=list(self.ids),
                    partners=list(self.partner_id.ids),
                )
            )
        )
        for debtor in self:
            debtor.level_reached = reached.get(debtor._origin.id, 0)

    @api.depends("notice_ids.state", "notice_ids.date")
    def _compute_notices(self):
        found = {
            debtor: (count, day)
            for debtor, count, day in self.env["dunning.notice"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["debtor_id"],
                ["__count", "date:max"],
            )
        }
        sent = dict(
            self.env["dunning.notice"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "=", "sent")],
                ["debtor_id"],
                ["date:max"],
            )
        )
        for debtor in self:
            debtor.notice_count = found.get(debtor, (0, False))[0]
            debtor.last_notice_date = sent.get(debtor, False)

    @api.depends("hold_ids.state", "hold_ids.date_from", "hold_ids.date_to")
    def _compute_active_hold_count(self):
        today = self.env.company._dunning_today()
        holds = self.env["dunning.hold"]
        acting = Domain("debtor_id", "in", self.ids) & holds._acting_domain(today)
        counts = dict(holds._read_group(acting, ["debtor_id"], ["__count"]))
        for debtor in self:
            debtor.active_hold_count = counts.get(debtor, 0)

    # ---------------------------------------------------------------- actions

    def action_open_items(self):
        """Open what is overdue, and the open credits."""
        self.ensure_one()
        today = self.company_id._dunning_today()
        return open_items(
            self.env,
            self.env._("Overdue items"),
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                "|",
                ("amount_residual", "<", 0),
                ("date_maturity", "<", today),
            ],
        )

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_notices(self):
        """Open everything this debtor was sent, or is about to be."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_notice"
        )
        return {
            **action,
            "domain": [("debtor_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_open_holds(self):
        """Open the holds of this debtor, past ones too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_hold"
        )
        return {
            **action,
            "domain": [("debtor_id", "=", self.id)],
            "context": {"default_debtor_id": self.id},
        }

    def action_open_proceedings(self):
        """Open the insolvency in force that the banner tells of."""
        self.ensure_one()
        hold = self._insolvency_hold()
        action = self.action_open_holds()
        if hold:
            action.update(res_id=hold.id, view_mode="form", views=[(False, "form")])
        return action

    def action_new_hold(self):
        """Record a hold of the kind named by the button, in a dialog; for many too."""
        self._check_desk()
        kind = self.env.context.get("default_kind", "dispute")
        if len(self) != 1:
            dialog = self.with_context(desk_task="hold").action_desk_dialog()
            shared = dict(self.env["dunning.desk.task"]._selection_hold_kind())
            if kind in shared:
                dialog["context"]["default_hold_kind"] = kind
            return dialog
        titles = {
            "dispute": self.env._("Record a dispute"),
            "promise": self.env._("Record a promise"),
            "insolvency": self.env._("Record insolvency proceedings"),
            "overindebtedness": self.env._("Record over-indebtedness"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles.get(kind, self.env._("Record a hold")),
            "res_model": "dunning.hold",
            "view_mode": "form",
            "views": [
                (self.env.ref("dunning_fr.dunning_hold_view_form_quick").id, "form")
            ],
            "target": "new",
            "context": {
                "default_debtor_id": self.id,
                "default_kind": kind,
            },
        }

    def action_new_confidential_hold(self):
        """Record a conciliation or a mandat ad hoc, in the dialog of a manager."""
        action = self.with_context(default_kind="other").action_new_hold()
        action["context"]["default_confidential_kind"] = "conciliation"
        return action

    def action_open_calculation(self):
        """Show how what the debtor owes for lateness is computed.

        If nothing is late now, what was paid late (R1.35).
        """
        self.ensure_one()
        self.check_access("read")
        wizard = self.env["dunning.calculation.wizard"].create(
            {"company_id": self.company_id.id, "partner_id": self.partner_id.id}
        )
        if not wizard.move_ids:
            wizard.with_paid = True
        return wizard._dialog()
