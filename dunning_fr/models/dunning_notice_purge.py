from odoo import api, fields, models


class DunningNotice(models.Model):
    """A notice whose content was erased when its proof was no longer needed (R10.8)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _name = "dunning.notice"
    _inherit = ["dunning.notice", "dunning.sealed.mixin"]

    purge_line_id = fields.Many2one(
        "dunning.purge.line",
        string="Erased by",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="A mark for lists: whether the erasure was lawful, the log says.",
    )
    is_changed = fields.Boolean(
        compute="_compute_is_changed",
        help="What is stored is neither what was approved nor lawfully erased.",
    )

    def _sealed_hash(self):
        return self.content_hash

    def _current_hash(self):
        return self._content_digest()

    def _is_untampered(self):
        # EXTENDS: a lawful erasure is no tampering, a mark without it is
        if super()._is_untampered():
            return not self.purge_line_id or self.id in self._erasures()
        return self.id in self._erasures()

    def _seal(self):
        # EXTENDS: what was erased keeps the seal that the log knows
        kept = self.filtered(lambda notice: not notice.purge_line_id)
        return super(DunningNotice, kept)._seal()

    @api.depends("content_hash", "state")
    def _compute_is_changed(self):
        for notice in self:
            sealed = notice.state != "draft" and notice.content_hash
            notice.is_changed = bool(sealed) and not notice._is_untampered()
