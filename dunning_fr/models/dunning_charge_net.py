"""What charges change in claims and notices: nothing is asked for twice."""

from odoo import api, models

from .dunning_claim import _by_company


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
    def _of_open_items(self, items, in_process, factors):
        receipts, kept = self.env["dunning.charge.receipt"], []
        for company_id, own in _by_company(items).items():
            company = self.env["res.company"].browse(company_id)
            kept += receipts._without(company, own)
        return super()._of_open_items(kept, in_process, factors)


class DunningClaim(models.AbstractModel):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.claim"

    @api.model
    def _statement(self, move, as_of):
        statement = super()._statement(move, as_of)
        if move._dunning_notes():
            # nothing else matters to it: neither its kind of debtor nor its term
            statement["warnings"] = [
                self.env._(
                    "A debit note bears neither interest nor indemnity: only the "
                    "principal is claimed."
                )
            ]
        return statement
