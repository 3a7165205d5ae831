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

    def test_entries_that_move_each_other_s_debt_are_no_transfer(self):
        """A transfer undone in part: what is open stays a debt of its own."""
        taken = [credit(10, 100, account=DOUBTFUL), line(11, 100, 60, account=CUSTOMER)]
        undone = [credit(20, 40), line(21, 40, 0)]
        found = Transfers(
            {1: [source(21, 40, is_debt=False)], 2: [source(11, 40)]},
            {1: taken, 2: undone},
        )
        self.assertEqual((found.debts, found.arrived), ({}, set()))
        self.assertIsNone(found.mixed(11))
        self.assertIsNone(found.places(11))

    def test_what_began_on_an_account_never_reminded_is_followed_from_there(self):
        """An opening balance of 416, moved to 411 and on to a child of 416 (R8.2)."""
        found = Transfers(
            {1: [source(1, 100, is_debt=False)], 2: [source(11, 100)]},
            {
                1: [credit(10, 100, account=DOUBTFUL), line(11, 100, 0, account=411)],
                2: [credit(20, 100), line(21, 100, 70)],
            },
        )
        self.assertEqual({i: d.residual for i, d in found.debts.items()}, {11: 70})
        self.assertEqual(found.arrived, {21})

    def test_a_loop_on_the_way_counts_once(self):
        """60 of the doubtful debt came to 11; 40 more went away and came back."""
        taken = [credit(10, 100, account=DOUBTFUL), line(11, 100, 60, account=CUSTOMER)]
        undone = [credit(20, 40), line(21, 40, 0)]
        found = Transfers(
            {1: [source(1, 60), source(21, 40, is_debt=False)], 2: [source(11, 40)]},
            {1: taken, 2: undone},
        )
        self.assertEqual({i: d.residual for i, d in found.debts.items()}, {1: 60})
        self.assertEqual(found.mixed(1), "OD1")

    def test_a_debt_moved_many_times_is_not_lost(self):
        entries = range(1, 31)
        found = Transfers(
            {entry: [source(entry, 100)] for entry in entries},
            {
                entry: [
                    credit(100 + entry, 100, account=entry),
                    line(entry + 1, 100, 40 * (entry == 30), account=entry + 1),
                ]
                for entry in entries
            },
        )
        self.assertEqual({i: d.residual for i, d in found.debts.items()}, {1: 40})
        self.assertEqual(found.places(1), list(range(2, 32)))

    def test_credits_of_an_unclear_entry_are_not_left(self):
        """What is open of the credit is money received, no part of a debt."""
        debts = [source(1, 100), source(2, 50, MARTIN)]
        open_credit = line(8, -150, -30, None, CUSTOMER)
        found = Transfers({1: debts}, {1: [open_credit, line(11, 150, 150, None)]})
        self.assertEqual(sum(left.residual for left in found.debts.values()), 150)

    def test_one_debt_on_two_kinds_of_accounts_is_clear(self):
        out = [credit(9, 100), line(11, 30, 30, excluded=True), line(12, 70, 20)]
        left = Transfers({1: [source(1, 100)]}, {1: out}).debts[1]
        self.assertEqual(left, Left(*map(Decimal, (20, 20, 30, 30))))

    def test_several_debts_on_two_kinds_of_accounts_share_each(self):
        lines = [credit(9, 150), line(11, 70, excluded=True), line(12, 80)]
        found = Transfers({1: [source(1, 100), source(2, 50)]}, {1: lines}).debts
        self.assertEqual(
            [(str(d.residual), str(d.aside)) for d in (found[1], found[2])],
            [("53.33", "46.67"), ("26.67", "23.33")],
        )

    def test_worth_in_the_currency_of_the_company_is_shared_to_the_cent(self):
        shared = line(11, 150, 100)._replace(company_residual=Decimal("90.01"))
        two = [source(1, 100), source(2, 50)]
        found = Transfers({1: two}, {1: [credit(9, 150), shared]}).debts
        worth = {i: (d.residual, str(d.company_residual)) for i, d in found.items()}
        self.assertEqual(worth, {1: (50, "45.01"), 2: (50, "45.01")})
        self.assertEqual(found[1].unclear, None)

    def test_an_entry_with_more_debt_than_it_takes_is_no_transfer(self):
        """Debts and credits side by side: an opening, not a debt that moved."""
        cases = {
            "same account, as much": (CUSTOMER, 100, True),
            "same account, less": (CUSTOMER, 99, False),
            "same account, more": (CUSTOMER, 101, False),
            "other account, as much": (DOUBTFUL, 100, True),
            "other account, less": (DOUBTFUL, 99, True),
            "other account, more": (DOUBTFUL, 101, False),
        }
        for name, (account, amount, moved) in cases.items():
            with self.subTest(name):
                lines = [credit(9, 100), line(11, amount, account=account)]
                found = Transfers({1: [source(1, 100)]}, {1: lines})
                self.assertEqual(found.arrived, {11} if moved else set())

    def test_less_than_a_euro_moves_too(self):
        half = Decimal("0.50")
        lines = [credit(9, half), line(11, half)]
        found = Transfers({1: [source(1, half)]}, {1: lines})
        self.assertEqual(found.debts[1].residual, half)

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
