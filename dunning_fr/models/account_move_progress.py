from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_progress_mixin import ACCOUNTING


class AccountMove(models.Model):
    """What invoices show of dunning: level, next date, limitation, notices."""

    _name = "account.move"
    _inherit = ["account.move", "dunning.progress.mixin"]
    _dunning_owner = "move_id"
    _dunning_queries = {
        "dunning_level": "_levels",
        "dunning_next_date": "_next_dates",
        "limitation_date": "_limitations",
    }

    limitation_date = fields.Date(
        compute="_compute_limitation_date",
        search="_search_limitation_date",
        groups=ACCOUNTING,
        help="Last useful day to act in court for what is still owed, counted from the "
        "due date. Careful: the period may run from the completion of the service or "
        "the delivery, whatever the due date; the prudent date is that much earlier "
        "(R7.7). What interrupts it (court action, acknowledgement; for a public body "
        "any written claim) is not counted either.",
    )
    dunning_notice_count = fields.Integer(
        string="Notices", compute="_compute_dunning_notice_count", groups=ACCOUNTING
    )

    # The invoices that say something of their own about dunning: few among many
    _dunning_special_idx = models.Index(
        "(id) WHERE debtor_kind IS NOT NULL OR dunning_policy_id IS NOT NULL"
        " OR dunning_term_start IS NOT NULL OR payment_state = 'blocked'"
    )

    @api.depends("state", "line_ids.amount_residual", "line_ids.date_maturity")
    def _compute_dunning_level(self):
        return super()._compute_dunning_level()

    @api.depends(
        "state",
        "payment_state",
        "line_ids.amount_residual",
        "line_ids.date_maturity",
        "line_ids.no_followup",
        "line_ids.partner_id.debtor_kind",
        "debtor_kind",
        "dunning_policy_id",
        "dunning_term_start",
        "dunning_suspension_from",
        "dunning_suspension_to",
        "dunning_rejected_on",
        "preferred_payment_method_line_id",
    )
    def _compute_dunning_next_date(self):
        return super()._compute_dunning_next_date()

    @api.depends(
        "state",
        "line_ids.amount_residual",
        "line_ids.date_maturity",
        "line_ids.partner_id.debtor_kind",
        "line_ids.partner_id.public_buyer_type",
        "debtor_kind",
    )
    def _compute_limitation_date(self):
        self._read_dunning("limitation_date", False)

    def _search_limitation_date(self, operator, value):
        return self._search_dunning("limitation_date", operator, value)

    def _dunning_companies(self):
        # EXTENDS 'dunning.progress.mixin'
        if self:
            return self.company_id
        if self.env.su:
            # pylint: disable-next=no-search-all  # few, and all of them meant
            return self.env["res.company"].search([])
        return self.env.companies

    def _compute_dunning_notice_count(self):
        notices = self._dunning_notice_ids()
        for move in self:
            move.dunning_notice_count = len(notices.get(move._origin.id, ()))

    def _dunning_notice_ids(self):
        """Return {move id: ids of the notices that name it}; cancelled ones left out.

        By document key: a notice goes on naming an invoice whose journal items were
        made anew.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.move_id, array_agg(DISTINCT notice.id)
                  FROM %s
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                 WHERE notice.state <> 'cancelled'
              GROUP BY document.move_id
                """,
                self.env["dunning.notice.line"]._of_moves_sql(self._origin.ids),
                to_flush=self.env["dunning.notice"]._fields["state"],
            )
        )
        return dict(rows)

    def action_open_dunning_notices(self):
        """Show the notices that name these invoices."""
        self.check_access("read")
        found = self._dunning_notice_ids().values()
        ids = sorted({notice for notices in found for notice in notices})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notices"),
            "res_model": "dunning.notice",
            "view_mode": "list,form",
            "domain": [("id", "in", ids)],
            "context": {"create": False},
        }
