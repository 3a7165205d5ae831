from odoo import models
from odoo.exceptions import UserError


class DunningAnchorMixin(models.AbstractModel):
    """Records that stay with the owner they were made for.

    Odoo's company rules judge a record as it was before a change: without this, it
    could be pushed into a company its author may not see (invariant 8).
    """

    _name = "dunning.anchor.mixin"
    _description = "Record that keeps its owner"

    # Fields that no user changes once the record is made; code moves them with sudo.
    _anchors = ()

    def write(self, vals):
        if not self.env.su:
            self._check_anchors(vals)
        return super().write(vals)

    def _check_anchors(self, vals):
        for name in self._anchors:
            if name not in vals:
                continue
            value = self._fields[name].convert_to_cache(vals[name], self[:1])
            for record in self:
                if (record[name].id or None) != value:
                    raise UserError(
                        self.env._(
                            "%(record)s: the field “%(field)s” does not change any "
                            "more. Make a new record instead.",
                            record=record.display_name,
                            field=self._fields[name]._description_string(self.env),
                        )
                    )
