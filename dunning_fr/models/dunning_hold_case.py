from odoo import api, fields, models
from odoo.exceptions import UserError

from .dunning_proof_mixin import PROOF_SENTINEL


class DunningHold(models.Model):
    """The hold of an open case: made, changed and released by the case alone."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    kind = fields.Selection(
        selection_add=[("case", "Legal case")], ondelete={"case": "cascade"}
    )
    case_ids = fields.One2many("dunning.case", "hold_id", string="Legal case")

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._check_case()
        return holds

    def write(self, vals):
        self._check_case()
        result = super().write(vals)
        if "kind" in vals:
            self._check_case()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_case(self):
        self._check_case()

    def _check_case(self):
        if self.env.context.get("dunning_proof") is PROOF_SENTINEL:
            return
        for hold in self.filtered(lambda hold: hold.kind == "case"):
            raise UserError(
                self.env._(
                    "%(hold)s: reminders are suspended by the legal case %(case)s. "
                    "Open or close the case; its hold follows.",
                    hold=hold.display_name,
                    # sudo: its number alone
                    case=hold.sudo().case_ids[:1].name or "",
                )
            )
