from odoo import fields, models


class DunningPenaltyYearLine(models.TransientModel):
    """One note de débit in the list of a year's end."""

    _name = "dunning.penalty.year.line"
    _description = "Penalties of a note, at the end of a year"
    _order = "date, name, id"

    list_id = fields.Many2one(
        "dunning.penalty.year", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="list_id.currency_id")
    note_id = fields.Many2one("account.move", string="Debit note")
    name = fields.Char(string="Number")
    date = fields.Date()
    year = fields.Char()
    partner_id = fields.Many2one("res.partner", string="Customer")
    booked = fields.Monetary()
    collected = fields.Monetary()
    credited = fields.Monetary(
        string="Credited or lost", help="By credit notes, or written off."
    )
    open = fields.Monetary(string="Left to collect")
    deduct = fields.Monetary(
        string="To deduct",
        help="Booked in the year and not collected: taxed when it is (R8.4).",
    )
    add_back = fields.Monetary(
        string="To add back",
        help="Deducted in an earlier year, collected or credited in this one.",
    )

    def action_open_note(self):
        """Open the note de débit itself."""
        self.ensure_one()
        return self.note_id._dunning_open_notes()

    def action_xlsx(self):
        """Download the whole list, whichever rows are ticked."""
        shown = self.env.context.get("dunning_year_id")
        years = self.env["dunning.penalty.year"]
        return (self.list_id[:1] or years.browse(shown)).action_xlsx()
