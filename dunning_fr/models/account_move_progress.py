from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_progress_mixin import ACCOUNTING
from .dunning_schedule_limitation import LIMITED

LIMITATION_DEPENDS = (
    "state",
    "line_ids.amount_residual",
    "line_ids.date_maturity",
    "line_ids.partner_id.debtor_kind",
    "line_ids.partner_id.public_buyer_type",
    "debtor_kind",
    "delivery_date",
    "dunning_completion_date",
    "dunning_limitation_period",
    "invoice_date",
)


class AccountMove(models.Model):
    """What invoices show of dunning: level, next date, limitation, notices."""

    _name = "account.move"
    _inherit = ["account.move", "dunning.progress.mixin"]
    _dunning_owner = "move_id"
    _dunning_queries = {
        "dunning_level": "_levels",
        "dunning_next_date": "_next_dates",
        "limitation_date": "_limitations",
        "limitation_contractual_date": "_contractual_limitations",
        "limitation_possible_date": "_possible_limitations",
    }

    limitation_date = fields.Date(
        compute="_compute_limitation_date",
        search="_search_limitation_date",
        groups=ACCOUNTING,
        help="Last useful day to act in court for what is still owed: the prudent "
        "date, counted from the completion of the service or the delivery, else from "
        "the date of the invoice, whatever the due date; to verify where a term was "
        "agreed (R7.7). What interrupts or suspends it counts once it is entered with "
        "its proof (R7.8 to R7.13).",
    )
    limitation_contractual_date = fields.Date(
        string="Limitation from the due date",
        compute="_compute_limitation_contractual_date",
        search="_search_limitation_contractual_date",
        groups=ACCOUNTING,
        help="The same counted from the due date: a claim with a term does not run "
        "before it (C. civ. 2233); to verify, the prudent date is the one to act by "
        "(R7.7).",
    )
    limitation_possible_date = fields.Date(
        string="Limitation if acknowledged",
        compute="_compute_limitation_possible_date",
        search="_search_limitation_possible_date",
        groups=ACCOUNTING,
        help="The prudent date if the acknowledgements entered are clear enough to "
        "interrupt; to verify (R7.10).",
    )
    dunning_notice_count = fields.Integer(
        string="Notices", compute="_compute_dunning_notice_count", groups=ACCOUNTING
    )

    # The invoices that say something of their own about dunning: few among many
    _dunning_special_idx = models.Index(
        "(id) WHERE debtor_kind IS NOT NULL OR dunning_policy_id IS NOT NULL"
        " OR dunning_term_start IS NOT NULL OR payment_state = 'blocked'"
    )
    _dunning_limited_idx = models.Index(f"(id) WHERE {LIMITED}")
    # Odoo's own list of customers' invoices, which ours are filters of: its order (the
    # index on dates alone leads through all payments), and the question, for each
    # invoice shown, whether another one has the same date and amount
    _dunning_listed_idx = models.Index(
        "(date, name, invoice_date, id)"
        " WHERE move_type IN ('out_invoice', 'out_refund')"
    )
    _dunning_duplicate_idx = models.Index(
        "(invoice_date, amount_total) WHERE invoice_date IS NOT NULL"
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
        "dunning_despite_status",
        "preferred_payment_method_line_id",
    )
    def _compute_dunning_next_date(self):
        return super()._compute_dunning_next_date()

    @api.depends(*LIMITATION_DEPENDS)
    def _compute_limitation_date(self):
        self._read_dunning("limitation_date", False)

    def _search_limitation_date(self, operator, value):
        return self._search_dunning("limitation_date", operator, value)

    @api.depends(*LIMITATION_DEPENDS)
    def _compute_limitation_contractual_date(self):
        self._read_dunning("limitation_contractual_date", False)

    def _search_limitation_contractual_date(self, operator, value):
        return self._search_dunning("limitation_contractual_date", operator, value)

    @api.depends(*LIMITATION_DEPENDS)
    def _compute_limitation_possible_date(self):
        self._read_dunning("limitation_possible_date", False)

    def _search_limitation_possible_date(self, operator, value):
        return self._search_dunning("limitation_possible_date", operator, value)

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
