"""What charges change in claims and notices: nothing is asked for twice."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal

NO_CLAIM = "debit_note"  # no kind of debtor: no interest, no indemnity


class DunningEngine(models.AbstractModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.engine"

    @api.model
    def _facts(self, company, day, items, policies, ignored, by_person):
        # A receipt of claimed charges pays them, it reduces no other debt
        items = self.env["dunning.charge.receipt"]._without(company, items)
        return super()._facts(company, day, items, policies, ignored, by_person)

    @api.model
    def _claims(self, company, assessment, day):
        claims, missing = super()._claims(company, assessment, day)
        facts = assessment.facts
        items = [item for item in facts.items if item.id in claims]
        charges = self.env["dunning.charge"]
        return charges._net(company, items, facts.keys, claims), missing


class DunningUnallocated(models.AbstractModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.unallocated"

    @api.model
    def _of_open_items(self, items, in_process):
        company = self.env["res.company"].browse(items[0].company_id if items else [])
        items = self.env["dunning.charge.receipt"]._without(company, items)
        return super()._of_open_items(items, in_process)


class DunningClaim(models.AbstractModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.claim"

    @api.model
    def _debts(self, company, items, known):
        """A note de débit bears neither interest nor indemnity (invariant 7)."""
        debts = super()._debts(company, items, known)
        notes = self._debit_notes({item.move_id for item in items})
        if not notes:
            return debts
        own = {item.id for item in items if item.move_id in notes}
        return [
            debt._replace(kind=NO_CLAIM, contract=None) if debt.id in own else debt
            for debt in debts
        ]

    @api.model
    def _debit_notes(self, move_ids):
        """Return the ids of the notes de débit among these entries."""
        if not move_ids:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM account_move"
                " WHERE dunning_is_debit_note AND id = ANY(%s::int[])",
                array_literal(move_ids),
                to_flush=self.env["account.move"]._fields["dunning_is_debit_note"],
            )
        )
        return {id_ for (id_,) in rows}

    @api.model
    def _statement(self, move, as_of):
        statement = super()._statement(move, as_of)
        if move._dunning_notes():
            statement["warnings"].append(
                self.env._(
                    "A debit note bears neither interest nor indemnity: only the "
                    "principal is claimed."
                )
            )
        return statement
