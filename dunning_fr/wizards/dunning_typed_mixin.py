from odoo import fields, models
from odoo.exceptions import UserError

# From this number on the person who sends writes it down: a click comes too easily.
MANY = 50


class DunningTypedMixin(models.AbstractModel):
    """Sendings that want their number typed; each says itself when (``must_type``)."""

    _name = "dunning.typed.mixin"
    _description = "Number typed to confirm"

    must_type = fields.Boolean(compute="_compute_must_type")
    typed_count = fields.Integer(string="Number to send")

    def _compute_must_type(self):
        raise NotImplementedError  # each sending has reasons of its own

    def _check_typed(self, count):
        """Refuse if ``count`` had to be typed and something else was."""
        self.ensure_one()
        if self.must_type and self.typed_count != count:
            raise UserError(
                self.env._(
                    "You wrote %(typed)s, but %(count)s would leave. Write their "
                    "number to confirm.",
                    typed=self.typed_count,
                    count=count,
                )
            )
