from odoo import api, fields, models


class DunningCaseClose(models.TransientModel):
    """Asks how a case ended; says which time limits still run, and what is owed."""

    _name = "dunning.case.close"
    _description = "Close a legal case"

    case_id = fields.Many2one("dunning.case", required=True, readonly=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    outcome = fields.Selection(
        [
            ("settled", "Paid or settled"),
            ("lost", "Lost: the claim was refused"),
            ("withdrawn", "Withdrawn or given up"),
        ],
        required=True,
        compute="_compute_outcome",
        store=True,
        readonly=False,
    )
    date = fields.Date(
        required=True, default=lambda self: self.env.company._dunning_today()
    )
    reason = fields.Char()
    amount_open = fields.Monetary(related="case_id.amount_open")
    running = fields.Text(compute="_compute_running")

    @api.depends("case_id")
    def _compute_outcome(self):
        for wizard in self:
            case = wizard.case_id
            paid = case and case.currency_id.is_zero(case.amount_open)
            wizard.outcome = "settled" if paid else "withdrawn"

    @api.depends("case_id", "outcome")
    def _compute_running(self):
        for wizard in self:
            case, texts = wizard.case_id, []
            if case:
                texts = case._open_deadline_texts()
                texts += case._limitation_texts(wizard.outcome)
            wizard.running = "\n".join(texts)

    def action_close(self):
        """Close the case: reminders of what is still owed start again."""
        self.ensure_one()
        self.case_id._close(self.outcome, self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
