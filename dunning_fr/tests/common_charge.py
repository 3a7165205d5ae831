from datetime import date

from odoo.tests import freeze_time

from .common_ledger import LedgerCommon

CLOCK = freeze_time("2026-11-22")
FORMAL = 3  # level of the formal notice: claims interest and indemnity


class ChargeCommon(LedgerCommon):
    """Late invoices of one company and what is done about their penalties."""

    @classmethod
    def setUpClass(cls):
        CLOCK.start()
        cls.addClassCleanup(CLOCK.stop)
        super().setUpClass()
        cls.charges = cls.env["dunning.charge"]
        cls.commune = cls._customer(
            "Commune de Rives", "public", public_buyer_type="local"
        )
        cls.consumer = cls._customer("Jeanne Roy", "consumer")
        cls.association = cls._customer("Amicale", "non_professional")

    @classmethod
    def _example_2(cls, partner=None, paid=True):
        """12,000.00 due 31/05/2026, paid 30/09/2026: 494.89 and 40.00."""
        invoice = cls._invoice(12000, "2026-05-31", partner)
        if paid:
            cls._pay(invoice, 12000, "2026-09-30")
        return invoice

    @classmethod
    def _own(cls, moves):
        """Return the charges of late invoices."""
        return cls.charges.search([("move_id", "in", moves.ids)])

    @classmethod
    def _claim(cls, moves, day="2026-11-22"):
        lines = cls._items(moves)
        return cls.charges._claim_lines(
            moves.company_id, lines, date.fromisoformat(day)
        )

    @classmethod
    def _bill(cls, moves, day="2026-11-22", **values):
        return cls._claim(moves, day)._bill(**values)

    @classmethod
    def _send(cls, moves, day, sequence=FORMAL):
        """Send a notice at a level, with the claims of that day, as a run makes it."""
        partner = moves.partner_id.commercial_partner_id
        items = cls._items(moves)
        company = moves.company_id
        found = cls.env["dunning.claim"]._for_lines(items.ids, date.fromisoformat(day))
        debts = items._dunning_debts(items.ids)
        claims = cls.charges._net(
            company,
            debts,
            {item.id: items._dunning_document_key(item) for item in debts},
            {id_: (line.interest, line.indemnity) for id_, line in found.items()},
        )
        notice = cls._notice(items, sequence, day, state="draft")
        trusted = notice.sudo()._proof_unlocked()
        for line in trusted.line_ids:
            interest, indemnity = claims.get(line.move_line_id.id, (0, 0))
            line.write({"interest": interest, "indemnity": indemnity})
        trusted.write({"state": "sent", "debtor_kind": partner.debtor_kind})
        return notice

    def _entries(self, move):
        """Return {account code: (debit, credit)} of a note."""
        return {
            line.account_id.code: (line.debit, line.credit) for line in move.line_ids
        }
