import base64

from odoo import api, fields, models
from odoo.tools.pdf import merge_pdf


class DunningLetterPrint(models.TransientModel):
    """The letters to print, as one file."""

    _name = "dunning.letter.print"
    _description = "Letters to print"

    notice_ids = fields.Many2many("dunning.notice", string="Letters")
    withdrawn_ids = fields.Many2many(
        "dunning.notice", "dunning_letter_print_withdrawn_rel", string="Taken back"
    )
    letter_count = fields.Integer(compute="_compute_letter_count")
    file = fields.Binary(compute="_compute_file", string="Letters (PDF)")
    file_name = fields.Char(compute="_compute_file")

    @api.depends("notice_ids")
    def _compute_letter_count(self):
        for wizard in self:
            wizard.letter_count = len(wizard.notice_ids)

    @api.depends("notice_ids")
    def _compute_file(self):
        for wizard in self:
            letters = wizard.notice_ids.attachment_id
            wizard.file_name = self.env._("letters.pdf")
            merged = merge_pdf(letters.mapped("raw")) if letters else b""
            wizard.file = base64.b64encode(merged)

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print letters"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_register_posting(self):
        """Go on with the day these letters were posted."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_posting"
        )
        action["context"] = {
            "active_model": "dunning.notice",
            "active_ids": self.notice_ids.ids,
            "default_stage": "posting",
        }
        return action
