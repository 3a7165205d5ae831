"""A debtor, its invoices and a case against it."""

from odoo import Command
from odoo.tests import new_test_user

from .common import DunningCommon

DUE, DAY = "2026-06-30", "2026-08-20"


class CaseCommon(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(6000, DUE)
        cls.debtor = cls._debtor(cls.pro)
        cls.people = {
            name: new_test_user(
                cls.env,
                login=f"case_{name}",
                groups=f"dunning_fr.group_dunning_{name}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name in ("user", "manager")
        }

    @classmethod
    def _debtor(cls, partner):
        debtors = cls.env["dunning.debtor"]
        ids = debtors._ensure(cls.company, partner.ids)
        return debtors.browse(ids[partner.id])

    @classmethod
    def _case(cls, code="injonction", moves=None, date=DAY, **values):
        """Open a case of the procedure ``code`` on ``date``, by a manager."""
        return cls.env["dunning.case"].create(cls._values(code, moves, date, **values))

    @classmethod
    def _values(cls, code, moves=None, date=DAY, **values):
        moves = moves or cls.invoice
        return {
            "debtor_id": cls._debtor(moves[0].commercial_partner_id).id,
            "procedure_id": cls.env["dunning.procedure"]._by_code(code).id,
            "move_ids": [Command.set(moves.ids)],
            "date": date,
            **values,
        }

    @staticmethod
    def _step(case, code):
        steps = case.with_context(active_test=False).step_ids
        return steps.filtered(lambda step: step.code == code)

    @classmethod
    def _date(cls, case, **dates):
        """Date the acts, in this order; return the case."""
        for code, day in dates.items():
            cls._step(case, code).date = day
        return case
