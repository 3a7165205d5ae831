from odoo import models
from odoo.exceptions import ValidationError

from .dunning_procedure_step import CLOSED_STATES


class DunningCase(models.Model):
    """What a case may claim: due, undisputed where it must be, in one case only."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    def _claim_items(self):
        """Check the invoices of the cases; keep what was owed when they were opened.

        Every obstacle is named at once, with its rule and what to do.
        """
        self._lock_debtors()
        for case in self:
            case._check_owners()
        owed = self._owed()
        errors = []
        for case in self:
            errors += case._procedure_errors()
            errors += case._item_errors(owed[case])
            if not self._is_manager():
                errors += case._obstacles(owed[case], "closes")
        if errors:
            raise ValidationError("\n".join(errors))
        for case in self:  # a manager decides, and it is written down
            for text in case._obstacles(owed[case]):
                case._message_log(body=text)
        for case in self.sudo()._trusted():  # sudo: the case keeps them, not a person
            total = sum(owed[case.sudo(False)].values())
            case.write({"opened_principal": total, "seen_principal": total})

    def _check_owners(self):
        """Refuse invoices of another customer or company, and none at all."""
        self.ensure_one()
        if not self.move_ids:
            raise ValidationError(
                self.env._("Choose the invoices that the case is about.")
            )
        self.debtor_id._check_own_moves(self.move_ids)
        if len(self.move_ids.sudo().currency_id) > 1:
            raise ValidationError(
                self.env._(
                    "The invoices are in several currencies: open a case for each."
                )
            )

    def _owed(self):
        """Return {case: {move: still owed}} from the ledger, in the case's currency."""
        claims = self._claims_today()
        return {
            case: {
                move: sum(
                    float(claims[line.id].principal)
                    for line in lines
                    if line.id in claims
                )
                for move, lines in case._lines().grouped("move_id").items()
            }
            for case in self
        }

    def _procedure_errors(self):
        """Say why the law, or a person, does not let the procedure be used that day."""
        self.ensure_one()
        procedure = self.procedure_id
        values = {
            "procedure": procedure.name,
            "rule": procedure.rule,
            "day": self._day_text(self.date),
        }
        if not procedure.active:
            return [
                self.env._(
                    "“%(procedure)s” is switched off (%(rule)s): see in Dunning > "
                    "Configuration > Legal procedures what is to be verified before "
                    "it is switched on.",
                    **values,
                )
            ]
        if not procedure._is_open_on(self.date):
            return [
                self.env._(
                    "“%(procedure)s” is not open by law on %(day)s (%(rule)s): choose "
                    "another procedure, or correct the day of the case.",
                    **values,
                )
            ]
        return []

    def _item_errors(self, owed):
        """Say which invoices cannot be claimed: paid, disputed, or in another case."""
        self.ensure_one()
        errors, others = [], self._other_cases()
        for move in self.move_ids:
            if self.currency_id.compare_amounts(owed.get(move, 0), 0) <= 0:
                errors.append(
                    self.env._(
                        "%s: nothing is left to pay (R10.12). Leave it out.", move.name
                    )
                )
            if move in others:
                errors.append(
                    self.env._(
                        "%(move)s is already in the case %(case)s: close that one "
                        "first.",
                        move=move.name,
                        case=others[move].name,
                    )
                )
        return errors

    def _other_cases(self):
        """Return {move: another open case of it}, mediations and seizures apart."""
        self.ensure_one()
        if self.procedure_id.is_parallel:
            return {}
        # sudo: an item is in one case, whoever may see that case
        others = self.sudo().search(
            [
                ("id", "!=", self.id),
                ("debtor_id", "=", self.debtor_id.id),
                ("state", "not in", CLOSED_STATES),
                ("procedure_id.is_parallel", "=", False),
                ("move_ids", "in", self.move_ids.ids),
            ]
        )
        return {move: case for case in others for move in case.move_ids.sudo(False)}
