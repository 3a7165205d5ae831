from odoo import fields, models
from odoo.exceptions import UserError


class DunningOnceMixin(models.AbstractModel):
    """Dialogs that do their work once, however often their button is pressed.

    Of two who press at once the second one is run again, and reads the first.
    """

    _name = "dunning.once.mixin"
    _description = "Dialog that works once"

    is_done = fields.Boolean(string="Done", readonly=True)

    def _check_not_done(self):
        """Refuse a dialog whose work is done; its end sets ``is_done``."""
        self.ensure_one()
        if self.is_done:
            raise UserError(self.env._("This is recorded already."))
