"""What is left of moved debts, against coins that are carried from place to place.

The oracle knows no share and no sum: each debt is a row of coins with its name on them,
an entry carries them on, and who pays takes the first ones (C. civ. 1342-10, R1.29).
"""

import random
from collections import Counter
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.transfers import Left, Line, Source, Transfers

EURO, CENT = 1, Decimal("0.01")
DURAND, MARTIN = 7, 8
WORTH = 2  # in the currency of the company, exactly


class Pool:
    """Lines that hold the coins of some debts together, first debts first."""

    def __init__(self, debt, coins):
        self.coins = [debt] * coins
        self.lines = {debt: coins}  # line id: coins
        self.path, self.mixed = [], None  # lines it was moved to, who mixed it

    def pay(self, number):
        del self.coins[:number]


class Ledger:
    """Debts of two customers, moved by some entries."""

    def __init__(self, dice):
        self.dice, self.next_id = dice, 100
        self.sources, self.lines = {}, {}
        sizes = dice.sample(range(4, 60, 2), dice.randint(1, 5))
        self.pools = {DURAND: [], MARTIN: []}
        for debt, coins in enumerate(sizes, 1):
            self.pools[dice.choice([DURAND, MARTIN])].append(Pool(debt, coins))
        every = [(c, pool) for c, pools in self.pools.items() for pool in pools]
        self.began = {pool.coins[0]: pool for _customer, pool in every}
        self.customer_of = {pool.coins[0]: customer for customer, pool in every}
        steps = dice.randint(1, 3)
        for entry in range(1, steps + 1):
            self._move(entry, entry == steps)

    def _move(self, entry, is_last):
        self.sources[entry], self.lines[entry] = [], []
        alone = sum(bool(pools) for pools in self.pools.values()) == 1
        for customer, pools in self.pools.items():
            if not pools:
                continue
            nameless = alone and self.dice.random() < 0.5
            self.partner = None if nameless else customer
            self.excluded = self.dice.random() < 0.3
            name = f"OD{entry}"
            self.sources[entry] += [
                Source(id_, name, customer, EURO, coins * CENT)
                for pool in pools
                for id_, coins in pool.lines.items()
            ]
            total = sum(len(pool.coins) for pool in pools)
            credit = self._line(entry, -total, 0)
            self.lines[entry].append(credit._replace(partner_id=customer))
            if self.dice.random() < 0.5:
                self._each_its_own(entry, pools, is_last)
            else:
                self.pools[customer] = [self._together(entry, name, pools, is_last)]

    def _line(self, entry, coins, left):
        self.next_id += 1
        moved, rest = coins * CENT, left * CENT
        return Line(
            self.next_id,
            self.partner,
            entry + (coins > 0),  # from one account to the next
            EURO,
            moved,
            moved * WORTH,
            rest,
            rest * WORTH,
            excluded=coins > 0 and self.excluded,
        )

    def _to(self, entry, coins, is_last):
        """Move so many coins to a new line; the last one may be paid in part."""
        left = self.dice.randint(0, coins) if is_last else 0
        line = self._line(entry, coins, left)
        self.lines[entry].append(line)
        return line.id, coins - left

    def _each_its_own(self, entry, pools, is_last):
        may_lose = is_last and all(len(pool.lines) == 1 for pool in pools)
        for place, pool in enumerate(pools):
            lines = {}
            lost = 1 if may_lose and not place and self.dice.random() < 0.5 else 0
            pool.pay(lost)  # written off by the entry itself
            for coins in pool.lines.values():
                id_, paid = self._to(entry, coins - lost, is_last)
                lines[id_] = coins - lost
                pool.excluded = self.excluded
                pool.path.append(id_)
                if is_last:
                    pool.pay(paid)
            pool.lines = lines

    def _together(self, entry, name, pools, is_last):
        """Merge all into one line or two, of no debt's own amount (all are even)."""
        merged = pools[0]
        if len(pools) > 1 or len(merged.lines) > 1:
            for pool in pools:
                pool.mixed = pool.mixed or name
        for pool in pools[1:]:
            merged.coins += pool.coins
        total = len(merged.coins)
        parts = [total]
        if len(merged.lines) == 1 and self.dice.random() < 0.5:
            first = 2 * self.dice.randint(0, total // 2 - 1) + 1
            parts = [first, total - first]
        merged.lines = {}
        for coins in parts:
            id_, paid = self._to(entry, coins, is_last)
            merged.lines[id_] = coins
            merged.path.append(id_)
            if is_last:
                merged.pay(paid)
        merged.excluded = self.excluded
        return merged

    def left(self):
        """Return {debt: ``Left``}, none for a debt that is paid."""
        found = {}
        for pool in self.pools[DURAND] + self.pools[MARTIN]:
            for debt, number in Counter(pool.coins).items():
                amount = number * CENT
                sums = amount, amount * WORTH
                left = Left(0, 0, *sums) if pool.excluded else Left(*sums)
                found[debt] = left
        return found


@tagged("post_install", "-at_install")
class TestTransfersAgainstCoins(BaseCase):
    def _ledgers(self):
        dice = random.Random(1342)
        for number in range(150):
            ledger = Ledger(dice)
            yield number, ledger, Transfers(ledger.sources, ledger.lines)

    def test_r1_29_each_debt_keeps_its_coins(self):
        for number, ledger, found in self._ledgers():
            with self.subTest(number):
                left = ledger.left()
                self.assertEqual(found.debts, left)
                customers = {ledger.customer_of[debt] for debt in left}
                self.assertEqual(found.customers, customers)

    def test_each_new_line_stands_for_a_debt_of_elsewhere(self):
        for number, ledger, found in self._ledgers():
            with self.subTest(number):
                debits = {
                    line.id
                    for lines in ledger.lines.values()
                    for line in lines
                    if line.amount > 0
                }
                self.assertEqual(found.arrived, debits)

    def test_a_debt_alone_is_followed_and_one_among_others_named(self):
        told = Counter()
        for number, ledger, found in self._ledgers():
            for debt, pool in ledger.began.items():
                told[bool(pool.mixed)] += 1
                with self.subTest(number=number, debt=debt):
                    self.assertEqual(found.mixed(debt), pool.mixed)
                    places = found.places(debt)
                    expected = None if pool.mixed else sorted(pool.path)
                    self.assertEqual(places and sorted(places), expected)
        self.assertGreater(min(told[True], told[False]), 50)
