from odoo import fields, models


class DunningSnooze(models.Model):
    """A debtor put off the desk until a day, by whom and why: a trace, kept.

    Nothing is held by it: reminders go on. A promise that breaks meanwhile brings the
    debtor back at once.
    """

    _name = "dunning.snooze"
    _description = "Debtor put off the desk"
    _order = "id desc"
    _rec_name = "debtor_id"

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    date_from = fields.Date(string="Put off on", required=True)
    until = fields.Date(string="Back on", required=True)
    note = fields.Char(help="Facts only: the debtor may ask to read it.")
    user_id = fields.Many2one(
        "res.users", string="Put off by", required=True, ondelete="restrict"
    )
    ended_on = fields.Date(help="Brought back, or put off again, on this day.")

    _dates = models.Constraint(
        "CHECK (until > date_from)", "A debtor comes back on a later day."
    )
    _one_live = models.UniqueIndex(
        "(debtor_id) WHERE ended_on IS NULL",
        "This debtor is put off already.",
    )
