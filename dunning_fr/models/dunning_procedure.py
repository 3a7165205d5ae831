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
    # readonly: the buttons ask first where the law is not sure, “Unarchive” would not
    active = fields.Boolean(default=True, tracking=True, readonly=True)
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

    # -- switching on and off ----------------------------------------------------
    def action_switch_on(self):
        """Switch the procedure on; ask first where its law is still to verify.

        The decree of a new procedure may not be there yet, as that of the uncontested
        commercial claims (R6.17): a request made too early costs its fee and time.
        """
        self.ensure_one()
        if not self.to_verify:
            return self.action_confirm_on()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Switch this procedure on?"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (self.env.ref("dunning_fr.dunning_procedure_view_switch_on").id, "form")
            ],
            "target": "new",
        }

    def action_confirm_on(self):
        """Switch the procedure on, whatever is still to verify."""
        self.write({"active": True})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_switch_off(self):
        """Switch the procedure off: no new case opens, those there are go on."""
        self.write({"active": False})
