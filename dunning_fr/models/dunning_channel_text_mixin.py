from markupsafe import Markup

from odoo import models
from odoo.tools import html_sanitize

from ..tools.placeholders import ForbiddenExpression


class DunningChannelTextMixin(models.AbstractModel):
    """What a channel says in words of its own: a call's script, a short message."""

    _name = "dunning.channel.text.mixin"
    _description = "Texts of channels"

    def _channel_text(self, channel):
        """Return (text of the channel for this notice, labels of what misses)."""
        self.ensure_one()
        template = channel.sudo().template_id  # a text that everybody sends
        if not template:
            return False, []
        [notice] = self.with_user(self.env.uid)._letter_by_lang()
        notice.invalidate_recordset(self._letter_placeholders(), flush=False)
        try:
            tree = notice._letter_tree(template.with_context(lang=notice.env.lang))
            _subject, body, gaps = notice._render_tree(tree)[notice]
        except ForbiddenExpression as error:
            return False, [self._letter_forbidden_message(template, error)]
        return Markup(html_sanitize(str(body), sanitize_attributes=True)), gaps

    def _channel_gaps(self, channels):
        """Return what the texts of ``channels`` need and is not filled in."""
        gaps = [gap for channel in channels for gap in self._channel_text(channel)[1]]
        return list(dict.fromkeys(gaps))
