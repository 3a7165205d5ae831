from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .dunning_hold_plan_end import STOPS


class DunningDebtor(models.Model):
    """Whether a debtor may be granted a payment plan, and which it has."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    plan_count = fields.Integer(string="Payment plans", compute="_compute_plan_count")

    @api.depends("hold_ids.state", "hold_ids.kind")
    def _compute_plan_count(self):
        counts = dict(
            self.env["dunning.hold"]._read_group(
                [("debtor_id", "in", self.ids), ("kind", "=", "plan")],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.plan_count = counts.get(debtor._origin, 0)

    def _plan_problem(self, moves, insurer_agreed_on, day, replaces=None):
        """Say why no plan of ``moves`` may be granted; empty when nothing stands in it.

        :param insurer_agreed_on: day the credit insurer agreed, where it must
        :param replaces: the plan that a new one corrects
        """
        self.ensure_one()
        return (
            self._plan_stopped()
            or self._plan_sold(moves, day)
            or self._plan_twice(moves, replaces)
            or self._plan_uninsured(insurer_agreed_on)
            or self._plan_barred(moves, day)
        )

    def _plan_stopped(self):
        """Say that proceedings are open: no plan of earlier debts is agreed."""
        # sudo: that there are proceedings, whoever may read them
        holds = self.sudo().hold_ids.filtered(lambda hold: hold.state == "active")
        if not holds.filtered(lambda hold: hold.kind in STOPS):
            return ""
        return self.env._(
            "%s: proceedings are open, no plan is agreed for earlier debts.",
            self.partner_id.display_name,
        )

    def _plan_sold(self, moves, day):
        """Say which of these invoices a factor owns on ``day``."""
        # sudo: that they are sold, whoever may read it
        holds = self.sudo().hold_ids.filtered(lambda hold: hold.state == "active")
        factored = holds.filtered(
            lambda hold: (
                hold.kind == "factored"
                and (not hold.silent_to or hold.silent_to >= day)
            )
        )
        # a hold that names no invoice is of all of them
        is_all = any(not hold.move_ids for hold in factored)
        sold = moves if is_all else factored.move_ids & moves
        if not sold:
            return ""
        return self.env._(
            "%(debtor)s: %(invoices)s are sold to a factor, who alone grants time.",
            debtor=self.partner_id.display_name,
            invoices=", ".join(sold.mapped("name")),
        )

    def _plan_uninsured(self, agreed_on):
        """Say that the credit insurer must agree first; ``agreed_on``: when it did."""
        if not self.insurer or not self.insurance_consent or agreed_on:
            return ""
        return self.env._(
            "%(debtor)s: %(insurer)s must agree before a plan is granted, or the "
            "cover may be lost. Enter the day it agreed.",
            debtor=self.partner_id.display_name,
            insurer=self.insurer,
        )

    def _plan_barred(self, moves, day):
        """Say which of these invoices are past their limitation on ``day``."""
        # sudo: two dates, whoever may read the invoice
        barred = moves.sudo().filtered(
            lambda move: (
                _is_past(move.limitation_date, day)
                and _is_past(move.limitation_contractual_date, day)
            )
        )
        if not barred:
            return ""
        return self.env._(
            "%(debtor)s: the limitation of %(invoices)s has passed, they belong in "
            "no plan.",
            debtor=self.partner_id.display_name,
            invoices=", ".join(barred.mapped("name")),
        )

    def _planned_moves(self, besides=None):
        """Return the invoices that plans in force cover, ``besides`` left out."""
        # sudo: that there is one, whoever may read it
        holds = self.sudo().hold_ids.filtered(
            lambda hold: hold.state == "active" and hold.is_scheduled
        )
        return (holds - (besides or holds.browse())).move_ids

    def _late_moves(self):
        """Return the invoices and entries on which something is late today."""
        today = self.company_id._dunning_today()
        items = self.env["account.move.line"]._dunning_items(
            self.company_id, None, self.partner_id.ids
        )
        late = {
            item.move_id
            for item in items
            if item.residual > 0 and item.date_maturity and item.date_maturity < today
        }
        return self.env["account.move"].browse(sorted(late))

    def _plan_twice(self, moves, replaces=None):
        """Say which of these invoices another plan in force covers already."""
        twice = self._planned_moves(replaces) & moves
        if not twice:
            return ""
        return self.env._(
            "%(debtor)s: a plan in force covers %(invoices)s already. Correct it.",
            debtor=self.partner_id.display_name,
            invoices=", ".join(twice.mapped("name")),
        )

    def _plan_alone(self):
        """Let nobody else give these debtors a plan at this moment.

        Who does begins anew and sees it: with a mere lock it would go on with what it
        had read before.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_debtor SET write_date = write_date WHERE id = ANY(%s)",
                self.ids,
            )
        )

    def _plan_warnings(self, moves):
        """Return what a person should know before granting a plan, as texts."""
        self.ensure_one()
        kinds = {move.debtor_kind or self.debtor_kind for move in moves}
        texts = []
        if "public" in kinds:
            texts.append(
                self.env._(
                    "A plan is not advised for a public buyer: its interest is due by "
                    "law and may not be given up (R3.12)."
                )
            )
        holds = self.hold_ids.filtered(
            lambda hold: (
                hold.state == "active"
                and hold.kind in ("dispute", "promise")
                and (not hold.move_ids or hold.move_ids & moves)
            )
        )
        texts += [
            self.env._(
                "%(hold)s is in force since %(day)s: the plan says nothing of it.",
                hold=hold.display_name,
                day=format_date(self.env, hold.date_from),
            )
            for hold in holds
        ]
        return texts

    def action_plan(self):
        """Agree instalments with a debtor, in a dialog."""
        self._check_desk()
        if len(self) != 1:
            raise UserError(
                self.env._("A payment plan is agreed with one debtor at a time.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment plan"),
            "res_model": "dunning.plan.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }

    def action_open_plans(self):
        """Open the payment plans of this debtor, past ones too."""
        action = self._open_kind("plan", "dunning_fr.action_dunning_plan")
        return {**action, "context": {**action["context"], "create": False}}


def _is_past(limit, day):
    return bool(limit) and limit < day
