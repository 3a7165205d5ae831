"""What items are derived from says so when it changes."""

from odoo import api, models

from .dunning_proof_mixin import PROOF_SENTINEL

# Facts of a notice that move its items on
SOURCES = (
    "state",
    "date",
    "sent_date",
    "partner_id",
    "deadline_date",
    "presented_date",
    "unclaimed",
)


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    @api.model_create_multi
    def create(self, vals_list):
        notices = super().create(vals_list)
        notices._refresh_items()
        return notices

    def write(self, vals):
        later = self.env.context.get("dunning_derive_later") is PROOF_SENTINEL
        if later or vals.keys().isdisjoint(SOURCES):
            return super().write(vals)
        before = self._sent()
        result = super().write(vals)
        self._derive(vals.keys(), before)
        return result

    @api.model
    def _write_each(self, values):
        """Write ``{notice: values}``; what follows from them is derived once for all.

        The notices are writable by the caller, as ``write`` wants them.
        """
        notices = self.browse().concat(*values)
        before = notices._sent()
        for notice, vals in values.items():
            notice.with_context(dunning_derive_later=PROOF_SENTINEL).write(vals)
        names = {name for vals in values.values() for name in vals}
        if not names.isdisjoint(SOURCES):
            notices._derive(names, before)

    def _derive(self, names, before):
        """Bring along what is derived from the fields ``names`` of notices.

        :param before: those that were sent before they changed: a bounce, or a
            posting taken back, moves items too
        """
        (before | self)._refresh_items(before)

    def _sent(self):
        return self.sudo().filtered(lambda notice: notice.state == "sent")  # numbers

    def _refresh_items(self, before=()):
        """Bring the items of the notices up to date that are sent, or were before."""
        sent = self._sent() | self.sudo().filtered(lambda n: n in before)
        if sent:
            self.env["dunning.item"]._refresh(sent.line_ids.mapped("document_key"))


class DunningOpeningLevel(models.Model):
    _inherit = "dunning.opening.level"

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        self.env["dunning.item"]._refresh(levels.mapped("document_key"))
        return levels

    def write(self, vals):
        keys = self.mapped("document_key")
        result = super().write(vals)
        self.env["dunning.item"]._refresh({*keys, *self.mapped("document_key")})
        return result

    def unlink(self):
        keys = self.mapped("document_key")
        result = super().unlink()
        self.env["dunning.item"]._refresh(keys)
        return result


class DunningLevel(models.Model):
    _inherit = "dunning.level"

    def write(self, vals):
        result = super().write(vals)
        if "deadline_days" in vals:  # it counts from the presentation, too (R5.13)
            notices = self.env["dunning.notice"].search([("level_id", "in", self.ids)])
            notices._refresh_items()
        return result
