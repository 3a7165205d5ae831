from odoo import api, fields, models
from odoo.tools import SQL


class DunningNoticeLine(models.Model):
    """One item of a notice, as data of its own: the ledger may change later."""

    _name = "dunning.notice.line"
    _description = "Dunning notice line"
    _inherit = ["dunning.proof.mixin"]
    _order = "notice_id, claimed desc, date_maturity, move_name, id"
    _rec_name = "move_name"
    _log_access = False  # thousands of rows a run; the notice says who and when

    notice_id = fields.Many2one(
        "dunning.notice", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="notice_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", index="btree_not_null", ondelete="set null"
    )
    level_sequence = fields.Integer(
        string="Level number",
        help="The item's own level; 0 before the due date and when not claimed.",
    )
    level_id = fields.Many2one("dunning.level", compute="_compute_level_id")
    move_name = fields.Char(string="Document", required=True)
    document_key = fields.Char(
        required=True,
        help="Stable name of the item: the entry and its due date.",
    )
    invoice_date = fields.Date()
    order_ref = fields.Char(string="Your order")
    date_maturity = fields.Date(string="Due date")
    days_late = fields.Integer()
    amount_original = fields.Monetary(string="Amount incl. VAT")
    residual = fields.Monetary(
        string="Still owed", help="What is still owed; negative for an open credit."
    )
    claimed = fields.Boolean(
        help="Part of the demand; otherwise listed for information, or a credit."
    )
    interest = fields.Monetary()
    indemnity = fields.Monetary()

    # Finds a key, and all keys of an entry, in databases of any collation
    _document_key_idx = models.Index("(document_key varchar_pattern_ops)")

    @api.depends("level_sequence", "notice_id.policy_id")
    def _compute_level_id(self):
        # Not stored: the number is the proof, a foreign key on each of thousands of
        # lines would cost a third of a run.
        levels = {
            (level.policy_id, level.sequence): level
            for level in self.notice_id.policy_id.level_ids
        }
        for line in self:
            line.level_id = levels.get((line.notice_id.policy_id, line.level_sequence))

    @api.model
    def _of_moves_sql(self, move_ids):
        """Return the FROM clause of the lines (``line``) that name these entries.

        Each comes with its entry as ``document.move_id``.
        """
        return SQL(
            """
            unnest(%s::int[]) AS document (move_id)
            JOIN dunning_notice_line line
              ON line.document_key ~>=~ (document.move_id || ':')
             AND line.document_key ~<~ (document.move_id || ';')
            """,
            list(move_ids),
            to_flush=[self._fields[name] for name in ("document_key", "notice_id")],
        )

    def _proof_frozen(self):
        return self.filtered(lambda line: line.notice_id.state != "draft")
