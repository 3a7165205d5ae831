from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.procedures import CLOSED, UNSURE


class DunningLegalOption(models.TransientModel):
    """A procedure, where it stands for the chosen items, and why."""

    _name = "dunning.legal.option"
    _description = "Legal procedure: option"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "dunning.legal.wizard", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(readonly=True)
    procedure_id = fields.Many2one(
        "dunning.procedure", readonly=True, ondelete="cascade"
    )
    standing = fields.Selection(
        [("open", "Possible"), ("unsure", "To check"), ("closed", "Ruled out")],
        readonly=True,
    )
    reasons = fields.Text(readonly=True)
    summary = fields.Text(related="procedure_id.summary")
    reference = fields.Char(related="procedure_id.reference")
    checked_on = fields.Date(related="procedure_id.checked_on")
    to_verify = fields.Text(related="procedure_id.to_verify")

    @api.model
    def _values(self, opinion, place):
        """Return the values of a row from an ``Opinion``."""
        lines = self._obstacles(opinion) if opinion.standing == CLOSED else []
        if opinion.standing == UNSURE:
            frame = self.env._("To check: %s")
            lines += [frame % text for text in self._texts(opinion.questions)]
        lines += self._texts(opinion.warnings)
        if opinion.is_small:
            lines.append(
                self.env._("The amount is small: it may cost more than it brings.")
            )
        return {
            "sequence": place,
            "procedure_id": opinion.procedure.id,
            "standing": opinion.standing,
            "reasons": "\n".join(lines),
        }

    @api.model
    def _obstacles(self, opinion):
        """Return why a procedure is closed, a sentence each with its rule."""
        lines = []
        procedure = self.env["dunning.procedure"].browse(opinion.procedure.id)
        if not opinion.procedure.is_enabled:
            lines.append(
                self.env._("Switched off: %s", procedure.to_verify or procedure.rule)
            )
        elif not opinion.is_in_force:
            begin = self.env._("the beginning")
            end = self.env._("further notice")
            lines.append(
                self.env._(
                    "Open by law from %(first)s to %(last)s only.",
                    first=format_date(self.env, procedure.date_from) or begin,
                    last=format_date(self.env, procedure.date_to) or end,
                )
            )
        return lines + self._texts(opinion.obstacles)

    @api.model
    def _texts(self, conditions):
        rows = self.env["dunning.procedure.condition"].browse(c.id for c in conditions)
        return [row._sentence() for row in rows]

    def action_choose(self):
        """Go on with this procedure."""
        self.ensure_one()
        return self.wizard_id._choose(self.procedure_id)
