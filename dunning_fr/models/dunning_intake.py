from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningIntake(models.Model):
    """An item of an opening entry that an accountant took into dunning.

    Who decided it, when, and what the item said then; undoing it is recorded too. The
    ledger stays the truth: the item's own “no follow-up” decides what is reminded.
    """

    _name = "dunning.intake"
    _description = "Opening item taken in"
    _order = "id desc"
    _rec_name = "document"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_name = fields.Char(string="Entry", required=True, readonly=True)
    document = fields.Char(required=True, readonly=True)
    document_date = fields.Date(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    partner_before_id = fields.Many2one(
        "res.partner", string="Customer before", readonly=True, index="btree_not_null"
    )
    date_maturity = fields.Date(string="Due date", required=True, readonly=True)
    date_maturity_before = fields.Date(string="Due date before", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    residual = fields.Monetary(
        string="Still owed then",
        readonly=True,
        aggregator=None,
        help="Negative for a credit.",
    )
    state = fields.Selection(
        [("taken", "Taken in"), ("undone", "Undone")],
        default="taken",
        required=True,
        readonly=True,
        index=True,
    )
    undone_by = fields.Many2one("res.users", readonly=True)
    undone_on = fields.Datetime(readonly=True)

    _one_live = models.UniqueIndex(
        "(move_line_id) WHERE state = 'taken' AND move_line_id IS NOT NULL",
        "This item is taken in already.",
    )

    @api.model
    def _take(self, rows):
        """Take items in; return their records.

        :param rows: list of (journal item, values of its record)
        """
        lines = self.env["account.move.line"]
        lines._dunning_check_intake()
        # an item that was marked again by hand since it was taken in
        old = self.search(
            [
                ("move_line_id", "in", [line.id for line, _values in rows]),
                ("state", "=", "taken"),
            ]
        )
        old._close()
        self.flush_model()  # before their places are taken
        # sudo: evidence is written by code alone
        taken = self.sudo().create([values for _line, values in rows]).sudo(False)
        for line, values in rows:
            self._write_item(line, values)
        lines.union(*[line for line, _values in rows]).sudo().no_followup = False
        return taken

    @api.model
    def _write_item(self, line, values):
        """Write what the accountant corrected, with the accountant's own rights."""
        changed = {
            name: values[name]
            for name in ("partner_id", "date_maturity")
            if line._fields[name].convert_to_write(line[name], line) != values[name]
        }
        if changed:  # Odoo refuses what its lock dates protect
            line.write(changed)
        # sudo: names for letters, no figures of the ledger
        line.sudo().write(
            {
                "dunning_document": values["document"],
                "dunning_document_date": values["document_date"],
            }
        )

    def _close(self):
        # sudo: evidence is written by code alone
        self.sudo().write(
            {
                "state": "undone",
                "undone_by": self.env.uid,
                "undone_on": fields.Datetime.now(),
            }
        )

    def action_undo(self):
        """Leave the items alone again; a due date comes back if nobody changed it."""
        self.env["account.move.line"]._dunning_check_intake()
        if self.filtered(lambda intake: intake.state != "taken"):
            raise UserError(self.env._("Undone already."))
        for intake in self:
            line = intake.move_line_id
            before = intake.date_maturity_before
            if line.date_maturity == intake.date_maturity != before:
                line.date_maturity = before
        # sudo: what is reminded is the manager's decision, not a figure of the ledger
        self.move_line_id.sudo().no_followup = True
        self._close()
        return True
