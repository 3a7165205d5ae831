from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.placeholders import ForbiddenExpression


class MailTemplate(models.Model):
    _inherit = "mail.template"

    @api.constrains("model_id", "subject", "body_html")
    def _check_letter_text(self):
        """Say at once what a text of letters may not contain.

        Rendering checks it again: there are other languages, and other ways to write.
        """
        notices = self.env["dunning.notice"]
        for template in self.filtered(lambda t: t.model == "dunning.notice"):
            try:
                notices._letter_tree(template)
            except ForbiddenExpression as error:
                message = notices._letter_forbidden_message(template, error)
                raise ValidationError(message) from None
