from odoo import api, models
from odoo.exceptions import UserError

from .dunning_letter_placeholder import SEARCH


class DunningPlaceholderMixin(models.AbstractModel):
    """A record that texts speak of: its placeholders are offered, and may be used."""

    _name = "dunning.placeholder.mixin"
    _description = "Record that letters speak of"

    def _search_letter_placeholder(self, operator, value):
        # Only a searchable field is offered by Odoo's placeholder picker.
        raise UserError(self.env._("Placeholders of letters cannot be searched."))

    @api.model
    def mail_allowed_qweb_expressions(self):
        # EXTENDS 'mail': users who may not write code may use every placeholder
        names = (name for name, field in self._fields.items() if field.search == SEARCH)
        return (
            *super().mail_allowed_qweb_expressions(),
            *(f"object.{name}" for name in names),
        )
