import random
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_charge import ChargeCommon

SEEDS = (1, 2, 3, 4)
STEPS = 14


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeSequences(ChargeCommon):
    """Claimed + invoiced + waived = the claim, whatever is done in whatever order."""

    def test_any_sequence(self):
        """Bill, pay, undo, reverse, cancel, waive, claim: the sum is the claim."""
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self._play(random.Random(seed))

    def _play(self, draw):
        partner = self._customer(f"Suite {draw.random()}", "professional")
        self.invoices = [
            self._invoice(draw.randint(100, 9000), f"2026-0{month}-15", partner)
            for month in (2, 5, 8)
        ]
        self.moves = self.env["account.move"].concat(*self.invoices)
        self.day = date(2026, 9, 1)
        steps = [
            self._step_bill, self._step_bill, self._step_pay_note, self._step_undo,
            self._step_reverse, self._step_cancel, self._step_waive,
            self._step_unwaive, self._step_pay_invoice, self._step_notice,
        ]  # fmt: skip
        done = []
        for _ in range(STEPS):
            self.day += timedelta(days=draw.randint(0, 6))
            step = draw.choice(steps)
            done.append(step.__name__)
            step(draw)
            self._claim(self.moves, str(self.day))
            self._check(" ".join(done))

    def _check(self, done):
        charges = self._own(self.moves)
        for move in self.moves:
            claim = move.get_late_payment_claim(self.day)
            own = charges.filtered(lambda c, move=move: c.move_id == move)
            for kind in ("interest", "indemnity"):
                total = sum(
                    own.filtered(lambda c, k=kind: c.kind == k).mapped("amount")
                )
                self.assertAlmostEqual(total, claim[kind], 2, f"{move.name} {done}")
        notes = self._notes()
        for note in notes.filtered(lambda n: n.payment_state != "reversed"):
            billed = sum(note.dunning_note_charge_ids.mapped("amount"))
            self.assertAlmostEqual(note.amount_total, billed, 2, done)
        balance = self.env["account.move.line"]._read_group(
            [("parent_state", "=", "posted"), ("company_id", "=", self.company.id)],
            [],
            ["balance:sum"],
        )
        self.assertAlmostEqual(balance[0][0], 0, 2, "trial balance")
        expected = {
            "paid": "settled", "in_payment": "settled", "partial": "invoiced",
            "not_paid": "invoiced", "reversed": "claimed",
        }  # fmt: skip
        for charge in charges.filtered("charge_move_id"):
            note = charge.charge_move_id
            state = (
                expected[note.payment_state] if note.state == "posted" else "claimed"
            )
            self.assertEqual(charge.state, state, done)

    def _notes(self, **_values):
        return self.env["account.move"].search(
            [
                ("dunning_is_debit_note", "=", True),
                ("commercial_partner_id", "=", self.moves.commercial_partner_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        )

    def _some(self, draw, records):
        return records[draw.randrange(len(records))] if records else records

    def _step_bill(self, draw):
        moves = self._some(draw, self.moves) | self._some(draw, self.moves)
        charges = self._claim(moves, str(self.day))
        if charges:
            charges._bill(post=draw.random() < 0.8)

    def _step_pay_note(self, draw):
        note = self._some(draw, self._notes().filtered("amount_residual"))
        if note:
            amount = draw.choice([note.amount_residual, note.amount_residual / 2])
            self._pay(note, round(amount, 2), self.day)

    def _step_undo(self, draw):
        note = self._some(draw, self._notes())
        try:
            with self.env.cr.savepoint():
                self._items(note).remove_move_reconcile()
        except UserError as error:
            self.assertIn("not the sum", str(error))  # billed anew since

    def _step_reverse(self, draw):
        note = self._some(
            draw, self._notes().filtered(lambda n: n.payment_state == "not_paid")
        )
        if note:
            note._reverse_moves([{"date": self.day, "invoice_date": self.day}], True)

    def _step_cancel(self, draw):
        open_notes = self._notes().filtered(lambda n: n.payment_state == "not_paid")
        note = self._some(draw, open_notes)
        if note:
            note.button_draft()
            if draw.random() < 0.5:
                note.button_cancel()
            elif draw.random() < 0.5:
                note.action_post()

    def _step_waive(self, draw):
        claimed = self._own(self.moves).filtered(lambda c: c._is_free())
        if claimed:
            self._some(draw, claimed)._waive("Drawn")

    def _step_unwaive(self, draw):
        waived = self._own(self.moves).filtered(lambda c: c.state == "waived")
        if waived:
            self._some(draw, waived).action_unwaive()

    def _step_pay_invoice(self, draw):
        move = self._some(draw, self.moves.filtered("amount_residual"))
        if move:
            amount = draw.choice([move.amount_residual, move.amount_residual / 3])
            self._pay(move, round(amount, 2), self.day)

    def _step_notice(self, draw):
        due = self.moves.filtered(
            lambda m: m.amount_residual and m.invoice_date_due < self.day
        )
        if due:
            self._send(due, str(self.day))
