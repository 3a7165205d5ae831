from odoo import models


class DunningNotice(models.Model):
    """From a formal notice to a legal procedure."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    def action_legal(self):
        """Open the choice of a procedure on what this notice claims."""
        self.ensure_one()
        moves = self.line_ids.filtered("claimed").move_line_id.move_id
        return self.env["dunning.legal.wizard"]._open(self.debtor_id, moves)
