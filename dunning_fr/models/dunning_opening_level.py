from odoo import fields, models


class DunningOpeningLevel(models.Model):
    """Where an item already stood when the add-on was first used.

    Items chased before by hand need not start at level 1 again; a manager says
    so, with a reason, and the item goes on from there.
    """

    _name = "dunning.opening.level"
    _description = "Opening dunning level"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, index=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char(string="Document", required=True)
    document_key = fields.Char(required=True, index=True)
    date_maturity = fields.Date(string="Due date", required=True)
    sequence = fields.Integer(string="Level reached", required=True)
    date = fields.Date(required=True, help="The minimum interval counts from this day.")
    reason = fields.Char(required=True)

    _sequence_range = models.Constraint(
        "CHECK (sequence BETWEEN 1 AND 2)",
        "An opening level is 1 or 2: a formal notice must be proved by the add-on "
        "itself.",
    )
    _item_unique = models.UniqueIndex(
        "(company_id, document_key, date_maturity)",
        "This item already has an opening level.",
    )
