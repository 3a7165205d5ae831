from odoo import api, fields, models


class DunningProcedure(models.Model):
    """One way to recover a debt when reminders were not enough, as dated data."""

    _name = "dunning.procedure"
    _description = "Legal procedure"
    _inherit = ["dunning.law.mixin", "mail.thread"]
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True, index=True, help="Name used by the computations.")
    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    date_from = fields.Date(string="Open from", tracking=True)
    date_to = fields.Date(string="Open to", tracking=True)
    rule = fields.Char(string="Rules")
    summary = fields.Text(translate=True, help="What it is, when it is of use.")
    step_ids = fields.One2many("dunning.procedure.step", "procedure_id", string="Steps")
    is_parallel = fields.Boolean(
        string="Beside another case",
        help="May run while another case claims the same invoices: a mediation, a "
        "conservatory seizure.",
    )

    _code_unique = models.UniqueIndex("(code)", "There is one procedure of each code.")
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A procedure cannot close before it opens."
    )

    @api.model
    def _by_code(self, code):
        """Return the procedure of a code, switched off or not; empty when unknown."""
        return self.with_context(active_test=False).search([("code", "=", code)])

    def _is_open_on(self, day):
        """Whether the law knows the procedure on a day, and nobody switched it off."""
        self.ensure_one()
        return self.active and self._is_in_force(day)
