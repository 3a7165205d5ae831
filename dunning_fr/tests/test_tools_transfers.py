"""What is left of moved debts, where they began: rules without a database."""

import random
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.transfers import Left, Line, Source, Transfers

EURO, DOLLAR = 1, 2
DURAND, MARTIN = 7, 8
CUSTOMER, DOUBTFUL = 411, 416


def source(id_, amount, partner=DURAND, **values):
    return Source(id_, "OD1", partner, EURO, Decimal(amount), **values)


def line(id_, amount, left=None, partner=DURAND, account=DOUBTFUL, **values):
    left = amount if left is None else left
    amount, left = Decimal(amount), Decimal(left)
    return Line(
        id_,
        partner,
        account,
        values.pop("currency", EURO),
        amount,
        amount,
        left,
        left,
        **values,
    )


def credit(id_, amount, partner=DURAND, account=CUSTOMER):
    return line(id_, -Decimal(amount), 0, partner, account)


@tagged("post_install", "-at_install")
class TestToolsTransfers(BaseCase):
    def _left(self, sources, lines):
        """Return {debt: what is left of it} of one entry."""
        found = Transfers({1: sources}, {1: lines})
        return {id_: left.residual for id_, left in found.debts.items()}

    def test_own_lines(self):
        lines = [credit(9, 150), line(11, 50, 20), line(12, 100, 70)]
        self.assertEqual(
            self._left([source(1, 100), source(2, 50)], lines), {1: 70, 2: 20}
        )

    def test_a_shared_line_pays_the_first_debt_first(self):
        lines = [credit(9, 150), line(11, 150, 30)]
        self.assertEqual(self._left([source(1, 100), source(2, 50)], lines), {2: 30})

    def test_each_customer_has_its_own_lines(self):
        debts = [source(1, 100), source(2, 100, MARTIN)]
        lines = [
            credit(8, 100),
            credit(9, 100, MARTIN),
            line(11, 100, 10, MARTIN),
            line(12, 100, 60),
        ]
        self.assertEqual(self._left(debts, lines), {1: 60, 2: 10})

    def test_a_line_without_customer_is_the_only_customer_s(self):
        lines = [credit(9, 100), line(11, 100, 40, partner=None)]
        self.assertEqual(self._left([source(1, 100)], lines), {1: 40})

    def test_what_cannot_be_told_names_the_entry(self):
        two = [source(1, 100), source(2, 50)]
        both = [source(1, 100), source(2, 50, MARTIN)]
        out = [credit(8, 150)]
        cases = {
            "no customer": (both, [credit(8, 100), line(11, 150, partner=None)]),
            "amounts": (two, [*out, line(11, 140)]),
            "currency": ([source(1, 100)], [*out, line(11, 100, currency=DOLLAR)]),
            "bill and doubtful": (
                two,
                [*out, line(11, 70, excluded=True), line(12, 80)],
            ),
        }
        for name, (debts, lines) in cases.items():
            with self.subTest(name):
                found = Transfers({1: debts}, {1: lines}).debts
                self.assertEqual({d.unclear for d in found.values()}, {"OD1"})
                self.assertEqual(set(found), {debt.id for debt in debts})

    def test_on_accounts_never_reminded_it_is_set_aside(self):
        lines = [credit(9, 100), line(11, 100, 40, excluded=True)]
        found = Transfers({1: [source(1, 100)]}, {1: lines})
        self.assertEqual(
            found.debts[1], Left(aside=Decimal(40), company_aside=Decimal(40))
        )

    def test_no_transfer(self):
        opening = [credit(9, 100), line(11, 70, account=CUSTOMER)]
        taken_over = [credit(9, 100), line(11, 100, partner=MARTIN)]
        payment = [credit(9, 100)]
        for lines in (opening, taken_over, payment):
            found = Transfers({1: [source(1, 100)]}, {1: lines})
            self.assertFalse(found)
            self.assertEqual(found.debts, {})

    def test_a_debt_that_is_reminded_nowhere_hides_no_line(self):
        """An opening balance of 416 moved to 411 is reminded as that new line."""
        debts = [source(1, 100, is_debt=False)]
        found = Transfers({1: debts}, {1: [credit(9, 100, account=416), line(11, 100)]})
        self.assertFalse(found)

    def test_a_loop_ends(self):
        found = Transfers(
            {1: [source(1, 100)], 2: [source(11, 100)], 3: [source(12, 100)]},
            {1: [line(11, 100, 0)], 2: [line(12, 100, 0)], 3: [line(11, 100, 0)]},
        )
        self.assertEqual(found.debts, {})

    def test_chains_keep_every_euro(self):
        """Whatever moves where, what is left where debts began is what is open."""
        dice = random.Random(416)
        for _round in range(300):
            sources, lines, open_amount = self._chain(dice)
            found = Transfers(sources, lines)
            total = sum(left.residual for left in found.debts.values())
            self.assertEqual(total, open_amount)
            self.assertFalse(any(left.unclear for left in found.debts.values()))

    def _chain(self, dice):
        """Return entries that move some debts on and on, and what is left of them."""
        amounts = [dice.randint(1, 900) for _debt in range(dice.randint(1, 4))]
        here = list(enumerate(amounts, 1))
        sources, lines, next_id = {}, {}, 100
        steps = dice.randint(1, 4)
        for entry in range(1, steps + 1):
            sources[entry] = [source(id_, amount) for id_, amount in here]
            parts = [amount for _id, amount in here]
            if dice.random() < 0.5:
                parts = [sum(parts)]
            ids = range(next_id, next_id + len(parts))
            next_id += len(parts)
            here = list(zip(ids, parts, strict=True))
            left = [dice.randint(1, p) if entry == steps else 0 for p in parts]
            lines[entry] = [credit(next_id, sum(parts), account=entry)] + [
                line(id_, part, rest, account=entry + 1)
                for (id_, part), rest in zip(here, left, strict=True)
            ]
            next_id += 1
        return sources, lines, sum(left)
