from odoo import fields, models
from odoo.exceptions import UserError


class DunningDebtor(models.Model):
    """What was checked of a debtor before a court is seized."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    exhibit_ids = fields.One2many("dunning.exhibit", "debtor_id", string="Exhibits")
    register_checked_on = fields.Date(
        string="Registers checked on",
        tracking=True,
        help="Day somebody looked for insolvency proceedings, a striking off and the "
        "registered office: BODACC, RCS or RNE (R5.10, R5.15, R6.32).",
    )
    register_source = fields.Char(
        string="Where",
        tracking=True,
        help="Such as bodacc.fr, an extract Kbis, pappers.fr.",
    )

    def action_legal(self):
        """Open the choice of a legal procedure."""
        self._check_desk()
        if len(self) != 1:
            raise UserError(
                self.env._("A procedure is chosen for one debtor at a time.")
            )
        return self.env["dunning.legal.wizard"]._open(self)
