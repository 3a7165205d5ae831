"""Which debt money reduces, against cents laid down one after the other (R1.29)."""

from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.allocation import OpenDebt, Receipt, allocate, match

QUICK = settings(max_examples=100, deadline=None, database=None, derandomize=True)
CENT = Decimal("0.01")
MOVES = st.integers(1, 3)


class Part(NamedTuple):
    id: int
    amount: int


def one_cent_after_the_other(receipts, debts):
    """Return {(debt id, day): cents}: a receipt's own invoice first, then in order."""
    room = {debt.id: debt.amount / CENT for debt in debts}
    laid = Counter()
    for receipt in sorted(receipts, key=lambda receipt: receipt.day):
        for _cent in range(int(receipt.amount / CENT)):
            open_debts = [debt for debt in debts if room[debt.id] > 0]
            own = [debt for debt in open_debts if debt.move_id == receipt.move_id]
            for debt in (own or open_debts)[:1]:
                room[debt.id] -= 1
                laid[debt.id, receipt.day] += 1
    return laid


@tagged("post_install", "-at_install")
class TestToolsAllocation(BaseCase):
    @QUICK
    @given(
        st.lists(st.tuples(MOVES, st.integers(1, 40)), max_size=4),
        st.lists(
            st.tuples(st.integers(1, 9), st.integers(1, 60), st.none() | MOVES),
            max_size=4,
        ),
    )
    def test_r1_29_each_cent_goes_to_the_first_open_debt(self, owed, received):
        debts = [OpenDebt(n, move, c * CENT) for n, (move, c) in enumerate(owed)]
        receipts = [Receipt(day, cents * CENT, move) for day, cents, move in received]
        found = Counter()
        for id_, day, amount in allocate(receipts, debts):
            self.assertGreater(amount, 0)
            found[id_, day] += amount / CENT
        self.assertEqual(found, one_cent_after_the_other(receipts, debts))

    def test_a_line_of_a_debt_s_amount_is_its_own_once(self):
        a, b, c = Part(1, 100), Part(2, 100), Part(3, 70)
        for targets, pairs in (
            ((100, 100), [((a,), (100,)), ((b,), (100,))]),
            ((70,), [((c,), (70,))]),
            ((100, 90, 80), [((a,), (100,)), ((b, c), (90, 80))]),
            ((100, 100, 70, 5), [((a,), (100,)), ((b,), (100,)), ((c,), (70,))]),
            ((), []),
        ):
            with self.subTest(targets):
                lines = [Part(number, amount) for number, amount in enumerate(targets)]
                found = [
                    (tuple(own), tuple(line.amount for line in lines))
                    for own, lines in match([a, b, c], lines)
                ]
                self.assertEqual(found, pairs)
