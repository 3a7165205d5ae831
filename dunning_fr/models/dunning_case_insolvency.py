"""A declared claim is one matter: its case and the hold of insolvency say the same."""

from odoo import api, models

from .dunning_procedure_step import CLOSED_STATES

PROCEDURE = "declaration"
# Time limits of the hold, and the acts of the case that they are
LIMIT_STEPS = {
    "declaration": "declaration",
    "relief": "relief",
    "reclaim": "revendication",
}
# What an act of the case says on the hold
FACTS = {
    "publication": "publication_date",
    "declaration": "declared_on",
    "relief": "relief_asked_on",
    "revendication": "reclaimed_on",
}


class DunningCase(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    def _hand_over_limits(self):
        """Let the watch of insolvency follow: a time limit of a case is told there."""
        cases = self.filtered(lambda case: case.procedure_id.code == PROCEDURE)
        for company, own in cases.grouped("company_id").items():
            holds = own._insolvencies()
            debtors = (holds | holds.leader_id).debtor_id
            self.env["dunning.watch"]._watch_insolvency(company, debtors)

    def _insolvencies(self):
        """Return the proceedings in force against the debtors of the cases."""
        # sudo: every hold of the company acts, whoever asks
        holds = self.debtor_id.sudo().hold_ids
        return holds.filtered(lambda h: h.kind == "insolvency" and h.state == "active")


class DunningCaseStep(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case.step"

    @api.model
    def _limits_told(self, holds):
        """Return {(debtor id, limit)} of the limits that an open case tells, or did.

        One query, whatever the number of holds.
        """
        steps = self.sudo().search(  # sudo: numbers and days, nothing is shown of them
            [
                ("case_id.debtor_id", "in", (holds | holds.follower_ids).debtor_id.ids),
                ("case_id.procedure_id.code", "=", PROCEDURE),
                ("case_id.state", "not in", CLOSED_STATES),
                ("code", "in", [*LIMIT_STEPS.values()]),
                "|",
                ("date", "!=", False),
                ("alert_date", "!=", False),
            ]
        )
        limits = {code: name for name, code in LIMIT_STEPS.items()}
        return {(step.case_id.debtor_id.id, limits[step.code]) for step in steps}

    def _follow_insolvency(self, before):
        """Write the day of an act on the hold, unless a person wrote another one.

        :param before: day of the step until now, or False
        """
        name = FACTS.get(self.code)
        if not name or self.case_id.procedure_id.code != PROCEDURE:
            return
        holds = self.case_id._insolvencies()
        holds = (holds.leader_id or holds).filtered(
            lambda hold: hold[name] in (False, before) and hold[name] != self.date
        )
        if holds:
            holds.write({name: self.date})
