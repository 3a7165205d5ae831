from odoo import api, fields, models

from .dunning_breakdown import open_items
from .dunning_procedure_step import CLOSED_STATES


class DunningCase(models.Model):
    """What comes next in a case, and the way to what belongs to it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    next_deadline = fields.Date(
        string="Next time limit",
        compute="_compute_next",
        help="First of the time limits that are ours and still run; else the first of "
        "what others do, or must be waited for.",
    )
    next_step = fields.Char(compute="_compute_next")
    is_late = fields.Boolean(compute="_compute_next")
    late_text = fields.Text(compute="_compute_next")
    payment_stop_text = fields.Char(compute="_compute_payment_stop_text")

    @api.depends("step_ids.deadline", "step_ids.date", "state")
    def _compute_next(self):
        for case in self:
            running = case.step_ids.filtered(lambda step: step._is_watched())
            first = running.sorted(
                lambda step: (not step._is_ours_to_do(), step.deadline, step.sequence)
            )[:1]
            late = running.filtered("is_late")
            case.next_deadline = first.deadline
            case.next_step = first.name
            case.is_late = bool(late)
            case.late_text = "\n".join(
                self.env._(
                    "Time limit passed: %(step)s, %(day)s (%(rule)s). If it was "
                    "missed: %(loses)s Enter the date of the act if it was done.",
                    step=step.name,
                    day=case._day_text(step.deadline),
                    rule=step.rule or "",
                    loses=step.loses or "",
                )
                for step in late
            )

    @api.depends("step_ids.date", "state")
    def _compute_payment_stop_text(self):
        for case in self:
            stop = case._payment_stop()
            case.payment_stop_text = bool(stop) and self.env._(
                "Until “%(step)s”, no payment is to be made: the customer is offered "
                "no online payment, and nobody reminds it (%(rule)s).",
                step=stop.name,
                rule=stop.rule or "",
            )

    def _payment_stop(self):
        """Return the step until whose act the debtor pays nothing (R6.12)."""
        self.ensure_one()
        if self.state in CLOSED_STATES:
            return self.step_ids.browse()
        steps = self._all_steps()
        dated = set(steps.filtered("date").mapped("code"))
        return steps.filtered(
            lambda step: (
                not step.date and step.procedure_step_id.no_payment_since in dated
            )
        )[:1]

    @api.model
    def _stopped_moves(self, moves=None):
        """Return the invoices that their debtors may not pay now (R6.12).

        :param moves: only among these
        """
        domain = [
            ("state", "not in", CLOSED_STATES),
            ("procedure_id.step_ids.no_payment_since", "!=", False),
        ]
        if moves is not None:
            domain.append(("move_ids", "in", moves.ids))
        cases = self.search(domain).filtered(lambda case: case._payment_stop())
        found = cases.move_ids
        return found if moves is None else found & moves

    # ------------------------------------------------------------------ actions

    def action_open_debtor(self):
        """Open the debtor."""
        self.ensure_one()
        return self._open(self.debtor_id)

    def action_open_hold(self):
        """Open the hold that keeps reminders away."""
        self.ensure_one()
        return self._open(self.hold_id)

    def _open(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_credits(self):
        """Open the debtor's open items, its receipts among them, to match them."""
        self.ensure_one()
        return self.debtor_id.action_open_items()

    def action_open_payments(self):
        """Open the receivable items of the case's invoices, and what paid them."""
        self.ensure_one()
        lines = self._lines()
        partials = lines.matched_credit_ids
        paid_by = partials.credit_move_id
        return open_items(
            self.env,
            self.env._("Payments of the case"),
            [("id", "in", (lines | paid_by).ids)],
        )
