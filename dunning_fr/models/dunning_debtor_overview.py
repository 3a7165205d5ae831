from odoo import api, fields, models
from odoo.tools import SQL

from .account_move_line_overdue import NOTHING_OVERDUE
from .dunning_breakdown import open_items

SUMS = {
    "amount_overdue": "COALESCE(sum(line.amount_residual)"
    " FILTER (WHERE line.amount_residual > 0), 0)",
    "oldest_due": "min(line.date_maturity) FILTER (WHERE line.amount_residual > 0)",
}


class DunningDebtor(models.Model):
    """Who owes what, since when, and what happens next: read from the ledger."""

    _name = "dunning.debtor"
    _inherit = ["dunning.debtor", "dunning.debtor.explanation"]

    amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_overdue",
        search="_search_amount_overdue",
        currency_field="company_currency_id",
        help="What is past due and not paid, in company currency; open credits are "
        "shown beside it.",
    )
    amount_credits = fields.Monetary(
        string="Open credits",
        compute="_compute_overdue",
        currency_field="company_currency_id",
        help="Credit notes and receipts that are not matched with an invoice yet.",
    )
    oldest_due = fields.Date(string="Oldest due date", compute="_compute_overdue")
    level_reached = fields.Integer(
        compute="_compute_level_reached",
        help="Highest level sent for an item that is still open; 0: none.",
    )
    last_notice_date = fields.Date(string="Last notice", compute="_compute_notices")
    notice_count = fields.Integer(compute="_compute_notices")
    active_hold_count = fields.Integer(compute="_compute_active_hold_count")

    @api.depends_context("uid")
    def _compute_overdue(self):
        companies = self.company_id
        if not self.env.su:  # a form may ask for a debtor of any company
            companies &= self.env.companies
        found = self.env["account.move.line"]._dunning_overdue(
            self.partner_id, companies
        )
        for debtor in self:
            key = (debtor.partner_id.id, debtor.company_id.id)
            overdue = found.get(key, NOTHING_OVERDUE)
            debtor.amount_overdue = overdue.amount
            debtor.amount_credits = overdue.credits
            debtor.oldest_due = overdue.oldest

    @api.model
    def _search_amount_overdue(self, operator, value):
        if operator not in (">", ">=", "<", "<="):
            return NotImplemented
        return [
            (
                "id",
                "in",
                SQL(
                    "(SELECT debtor.id FROM dunning_debtor debtor WHERE %s %s %s)",
                    self._overdue_sql("debtor", "amount_overdue"),
                    SQL(operator),
                    value or 0,
                ),
            )
        ]

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS 'base': lists are sorted by what is owed without storing it
        if field_expr in SUMS:
            return self._overdue_sql(alias, field_expr)
        return super()._field_to_sql(alias, field_expr, query)

    @api.model
    def _overdue_sql(self, alias, name):
        tables, condition = self.env["account.move.line"]._dunning_open_sql(
            self.env.company._dunning_today()
        )
        return SQL(
            "(SELECT %s FROM %s WHERE %s"
            " AND line.partner_id = %s AND line.company_id = %s)",
            SQL(SUMS[name]),
            tables,
            condition,
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
        )

    @api.depends("notice_ids.state")
    def _compute_level_reached(self):
        self.env["dunning.notice"].flush_model(["state"])
        self.env["account.move.line"].flush_model(["partner_id", "reconciled"])
        transfers = self.env["dunning.transfer"]._of_companies(self.company_id)
        reached = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT debtor.id, max(past.sequence)
                      FROM dunning_debtor debtor
                      JOIN account_move_line item
                        ON item.partner_id = debtor.partner_id
                       AND item.company_id = debtor.company_id
                       AND (item.reconciled IS NOT TRUE OR item.id = ANY(%(moved)s))
                      JOIN (SELECT line.move_line_id, line.level_sequence AS sequence
                              FROM dunning_notice_line line
                              JOIN dunning_notice notice ON notice.id = line.notice_id
                             WHERE notice.state = 'sent' AND line.claimed
                             UNION ALL
                            SELECT opening.move_line_id, opening.sequence
                              FROM dunning_opening_level opening) past
                        ON past.move_line_id = item.id
                     WHERE debtor.id = ANY(%(ids)s)
                  GROUP BY debtor.id
                    """,
                    ids=list(self.ids),
                    moved=list(transfers.debts),
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
        acting = [
            ("debtor_id", "in", self.ids),
            ("state", "=", "active"),
            ("date_from", "<=", today),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", today),
        ]
        counts = dict(
            self.env["dunning.hold"]._read_group(acting, ["debtor_id"], ["__count"])
        )
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

    def action_new_hold(self):
        """Record a hold of the kind named by the button, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a hold"),
            "res_model": "dunning.hold",
            "view_mode": "form",
            "views": [
                (self.env.ref("dunning_fr.dunning_hold_view_form_quick").id, "form")
            ],
            "target": "new",
            "context": {
                "default_debtor_id": self.id,
                "default_kind": self.env.context.get("default_kind", "dispute"),
            },
        }

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
