"""The rules without a database: who is reminded, of what, at which level."""

import doctest
import unittest
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.dunning_fr.tools import assessment, escalation
from odoo.addons.dunning_fr.tools.assessment import Assessment
from odoo.addons.dunning_fr.tools.escalation import Level, Past
from odoo.addons.dunning_fr.tools.facts import Hold, Policy

from .common_facts import DAY, LEVELS, POLICY, facts, item


def judge(items, **values):
    """Return (assessment, proposals) of ``items``."""
    found = Assessment(facts(items, **values))
    return found, found.proposals({}, {}, lambda amount, currency: amount)


def codes(found):
    return {number: verdict.code for number, verdict in found.verdicts.items()}


def load_tests(loader, tests, ignore):
    tests.addTests(doctest.DocTestSuite(escalation))
    tests.addTests(doctest.DocTestSuite(assessment))
    return tests


@tagged("at_install", "-post_install")
class TestAssessment(BaseCase):
    def test_credit_is_deducted_once_though_two_policies_speak(self):
        """One credit of 30: the debtor is asked for 70 + 100, never 70 + 70."""
        other = Policy(LEVELS, POLICY.min_amounts)
        items = [
            item(1, 100, DAY - timedelta(8)),
            item(2, 100, DAY - timedelta(8), policy_id=8),
            item(3, -30, DAY),
        ]
        _, proposals = judge(items, policies={9: POLICY, 8: other})
        totals = sorted(sum(line.owed for line in p.lines) for p in proposals)
        self.assertEqual(totals, [70, 100])

    def test_dispute_amount_covers_the_oldest_items_first(self):
        items = [
            item(1, 100, DAY - timedelta(20)),
            item(2, 100, DAY - timedelta(10)),
        ]
        hold = Hold("dispute", None, frozenset(), Decimal(150))
        found, proposals = judge(items, holds={1: [hold]})
        self.assertEqual(codes(found), {1: "hold_dispute", 2: "ready"})
        self.assertEqual([line.owed for line in proposals[0].lines], [50])

    def test_payment_in_process_is_subtracted_never_the_invoice_dropped(self):
        items = [item(1, 1000, DAY - timedelta(8))]
        _, proposals = judge(items, in_process={1: Decimal(300)})
        self.assertEqual(proposals[0].lines[0].owed, 700)
        found, proposals = judge(items, in_process={1: Decimal(1000)})
        self.assertFalse(proposals)
        self.assertEqual(codes(found), {1: "within_tolerance"})

    def test_payment_in_process_covers_instalments_in_order(self):
        items = [
            item(1, 100, DAY - timedelta(20), move_id=5),
            item(2, 100, DAY - timedelta(8), move_id=5),
        ]
        found, proposals = judge(items, in_process={5: Decimal(120)})
        self.assertEqual(codes(found)[1], "within_tolerance")
        self.assertEqual([line.owed for line in proposals[0].lines], [80])

    def test_formal_notice_takes_precedence_and_informs_of_the_rest(self):
        items = [item(1, 100, DAY - timedelta(40)), item(2, 50, DAY - timedelta(16))]
        past = {
            f"1:{items[0].date_maturity}": Past(2, DAY - timedelta(10)),
            f"2:{items[1].date_maturity}": Past(1, DAY - timedelta(10)),
        }
        found, proposals = judge(items, past=past)
        self.assertEqual(proposals[0].level.sequence, 3)
        self.assertEqual(
            [(line.item.id, line.claimed) for line in proposals[0].lines],
            [(1, True), (2, False)],
        )
        self.assertEqual(codes(found)[2], "for_information")

    def test_formal_notice_refused_lets_the_lower_level_go(self):
        items = [
            item(1, 100, DAY - timedelta(40)),
            item(2, 50, DAY - timedelta(8)),
            item(3, -10, DAY),
        ]
        past = {f"1:{items[0].date_maturity}": Past(2, DAY - timedelta(10))}
        found, proposals = judge(items, past=past)
        self.assertEqual(codes(found)[1], "credit_unallocated")
        self.assertEqual(proposals[0].level.sequence, 1)

    def test_missing_rate_leaves_its_item_and_serves_the_others(self):
        items = [item(1, 100, DAY - timedelta(8)), item(2, 50, DAY - timedelta(8))]
        found = Assessment(facts(items))
        proposals = found.proposals({}, {1: "2027 S1"}, lambda amount, currency: amount)
        self.assertEqual(found.verdicts[1].code, "missing_rate")
        self.assertEqual(found.verdicts[1].detail, "2027 S1")
        self.assertEqual([line.item.id for line in proposals[0].lines], [2])

    def test_items_without_partner_or_policy_have_their_reason(self):
        items = [
            item(1, 100, DAY - timedelta(8), partner_id=None),
            item(2, 100, DAY - timedelta(8), debtor_kind="consumer"),
        ]
        found, proposals = judge(items)
        self.assertEqual(codes(found), {1: "no_partner", 2: "no_policy"})
        self.assertFalse(proposals)

    def test_a_debtor_of_another_kind_on_one_invoice(self):
        """The invoice's kind beats the customer's, policy included."""
        consumer = Policy((Level(7, 1, 10),), {7: Decimal(0)})
        items = [item(1, 100, DAY - timedelta(8), debtor_kind="consumer")]
        found, _ = judge(
            items,
            policies={9: POLICY, 7: consumer},
            default_policies={"professional": 9, "consumer": 7},
            limitation_years={"professional": 5, "consumer": 2},
        )
        self.assertEqual(codes(found), {1: "wait_delay"})
        self.assertEqual(found.verdicts[1].on, DAY + timedelta(2))

    @settings(deadline=None, derandomize=True, max_examples=300)
    @given(
        st.lists(
            st.tuples(
                st.integers(-500, 2000).filter(bool),  # residual
                st.integers(-20, 90),  # days since the due date
                st.integers(0, 4),  # last level sent
                st.integers(0, 20),  # days since the last notice
            ),
            min_size=1,
            max_size=12,
        )
    )
    def test_whatever_the_items(self, rows):
        """Invariants of every run, whatever the ledger holds."""
        items, past = [], {}
        for number, (residual, late, level, since) in enumerate(rows, 1):
            due = DAY - timedelta(late)
            items.append(item(number, residual, due))
            if level and residual > 0:
                expiry = DAY - timedelta(since) if level >= 3 else None
                key = f"{number}:{due}"
                past[key] = Past(level, DAY - timedelta(since), level >= 3, expiry)
        found, proposals = judge(items, past=past)
        # every item has a verdict, and at most one draft per debtor and currency
        self.assertEqual(set(found.verdicts), {i.id for i in items})
        self.assertLessEqual(len(proposals), 1)
        for proposal in proposals:
            claimed = [line for line in proposal.lines if line.claimed]
            self.assertTrue(claimed)
            for line in claimed:
                before = past.get(f"{line.item.id}:{line.due}", Past())
                self.assertLess(line.due, DAY)  # due today is not late
                self.assertEqual(line.level.sequence, before.sequence + 1)  # no skip
                if before.last_date:
                    self.assertGreaterEqual((DAY - before.last_date).days, 7)
                if proposal.level.is_formal:
                    self.assertEqual(line.level, proposal.level)
            net = sum(line.owed for line in claimed)
            net += sum(line.owed for line in proposal.lines if line.owed < 0)
            self.assertGreater(net, 0)  # never a letter for nothing


if __name__ == "__main__":
    unittest.main()
