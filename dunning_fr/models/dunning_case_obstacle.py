from odoo import api, fields, models
from odoo.fields import Domain

from .dunning_procedure_step import CLOSED_STATES

# Obstacles of a procedure that holds tell of: criterion of the condition, their kind
HELD = {
    "disputed": "dispute",
    "insolvent": "insolvency",
    "overindebted": "overindebtedness",
}


class DunningCase(models.Model):
    """What stands in the way of a case, when it is opened or comes later.

    The conditions of the procedure say whether it closes the procedure or is a
    warning. A collector cannot open a case against it, a manager may; both read why.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    obstacle_text = fields.Text(compute="_compute_obstacle_text")

    @api.depends("state", "move_ids", "procedure_id")
    def _compute_obstacle_text(self):
        for case in self:
            texts = []
            if case.state not in CLOSED_STATES and isinstance(case.id, int):
                today = case.company_id._dunning_today()
                texts = case._obstacles({}, "closes", today)
            case.obstacle_text = "\n".join(texts)

    def _obstacles(self, owed, effect=None, day=None):
        """Return sentences on what stands in the way, each with its rule.

        :param owed: {move: still owed}, to tell a dispute of a part; empty: no matter
        :param effect: only conditions of that effect
        :param day: by default the day of the case
        """
        self.ensure_one()
        day = day or self.date
        rows = self.procedure_id.condition_ids.filtered(
            lambda row: (
                row.criterion in HELD
                and row._is_in_force(day)
                and effect in (None, row.effect)
            )
        )
        held = self._held(owed, day) if rows else {}
        return [
            f"{', '.join(held[row.criterion].mapped('name'))} – {row._sentence()}"
            for row in rows
            if row.criterion in held
        ]

    def _held(self, owed, day):
        """Return {criterion: moves} of the holds in force; a dispute holds whole."""
        # sudo: every hold of the company acts, whoever asks
        holds = self.env["dunning.hold"].sudo()
        own = Domain("debtor_id", "=", self.debtor_id.id)
        own &= Domain("kind", "in", list(HELD.values()))
        holds = holds.search(own & holds._acting_domain(day))
        found, criteria = {}, {kind: name for name, kind in HELD.items()}
        for hold in holds:
            own = set(hold.move_ids.ids)
            moves = self.move_ids.filtered(lambda m, own=own: not own or m.id in own)
            if hold.amount and hold.amount < sum(owed.get(move, 0) for move in moves):
                continue  # the undisputed part is claimed
            if moves:
                name = criteria[hold.kind]
                found[name] = found.get(name, moves.browse()) | moves
        return found
