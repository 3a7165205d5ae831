"""From ready items to notices, without a database: grouping, refusals, histories."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.assessment import Assessment
from ..tools.escalation import Level, Past
from ..tools.facts import Hold, Partner, Policy
from ..tools.verdicts import Verdict
from .common_facts import DAY, LEVELS, POLICY, facts, item

DISPUTE_OF_25 = Hold("dispute", None, frozenset(), Decimal(25))
ZERO = Decimal(0)


def ago(days):
    return DAY - timedelta(days=days)


def to_the_cent(amount, _currency):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def propose(items, claims=None, missing=None, **values):
    """Return (codes by item, proposals) of ``items``."""
    found = Assessment(facts(items, **values))
    proposals = found.proposals(claims or {}, missing or {}, to_the_cent)
    return {key: verdict.code for key, verdict in found.verdicts.items()}, proposals


def shown(proposal):
    """Return {item id: (owed, level or None, claimed)}."""
    return {
        line.item.id: (line.owed, line.level and line.level.sequence, line.claimed)
        for line in proposal.lines
    }


def past(*rows):
    """Return the past of items ``(number, due, level sent)``, sent a month ago."""
    return {f"{number}:{due}": Past(level, ago(30)) for number, due, level in rows}


def with_minimum(amount, *levels):
    return {
        9: POLICY._replace(
            min_amounts={**POLICY.min_amounts, **dict.fromkeys(levels, Decimal(amount))}
        )
    }


@tagged("post_install", "-at_install")
class TestGrouping(BaseCase):
    def test_one_proposal_for_each_debtor_currency_and_policy(self):
        items = [
            item(1, 100, ago(8)),
            item(2, 100, ago(8)),
            item(3, 100, ago(8), currency_id=2),
            item(4, 100, ago(8), partner_id=2),
            item(5, 100, ago(8), policy_id=8),
        ]
        codes, proposals = propose(items, policies={9: POLICY, 8: POLICY})
        self.assertEqual(set(codes.values()), {"ready"})
        groups = {
            (p.partner_id, p.currency_id, p.policy_id): set(shown(p)) for p in proposals
        }
        self.assertEqual(
            groups,
            {(1, 1, 9): {1, 2}, (1, 2, 9): {3}, (2, 1, 9): {4}, (1, 1, 8): {5}},
        )

    def test_kind_is_that_of_the_claimed_items(self):
        _codes, proposals = propose(
            [item(1, 100, ago(8)), item(2, 100, ago(8), partner_id=2)]
        )
        self.assertEqual([p.kind for p in proposals], ["professional", None])

    def test_notice_speaks_at_the_highest_level_each_item_at_its_own(self):
        items = [item(1, 100, ago(8)), item(2, 50, ago(20)), item(3, 9, ago(2))]
        codes, (proposal,) = propose(items, past=past((2, ago(20), 1)))
        self.assertEqual(proposal.level, LEVELS[1])
        self.assertEqual(shown(proposal), {1: (100, 1, True), 2: (50, 2, True)})
        self.assertEqual(codes[3], "wait_delay")

    def test_highest_level_is_that_of_the_sequence(self):
        """Levels may have been created in any order."""
        levels = (Level(20, 1, 7), Level(10, 2, 15))
        policies = {9: Policy(levels, {10: ZERO, 20: ZERO})}
        items = [item(1, 100, ago(8)), item(2, 50, ago(20))]
        sent = past((2, ago(20), 1))
        _codes, (proposal,) = propose(items, past=sent, policies=policies)
        self.assertEqual(proposal.level, levels[1])

    def test_formal_notice_informs_of_an_item_reminded_yesterday(self):
        items = [item(1, 100, ago(40)), item(2, 50, ago(20))]
        sent = past((1, ago(40), 2))
        sent[f"2:{ago(20)}"] = Past(1, ago(1))
        codes, (proposal,) = propose(items, past=sent)
        self.assertEqual(codes[2], "wait_interval")
        self.assertEqual(shown(proposal)[2], (50, None, False))

    def test_formal_notice_informs_of_what_waits_too(self):
        items = [item(1, 100, ago(40)), item(2, 50, ago(2)), item(3, 10, DAY)]
        codes, (proposal,) = propose(items, past=past((1, ago(40), 2)))
        self.assertEqual(shown(proposal), {1: (100, 3, True), 2: (50, None, False)})
        self.assertEqual(codes, {1: "ready", 2: "wait_delay", 3: "not_late"})

    def test_level_after_expiry_claims_its_own_items_alone(self):
        items = [item(1, 100, ago(60)), item(2, 50, ago(60)), item(3, 7, ago(8))]
        sent = past((1, ago(60), 3), (2, ago(60), 2))
        sent[f"1:{ago(60)}"] = Past(3, ago(30), True, ago(10))
        codes, (proposal,) = propose(items, past=sent)
        self.assertEqual(proposal.level, LEVELS[3])
        self.assertEqual(
            shown(proposal),
            {1: (100, 4, True), 2: (50, None, False), 3: (7, None, False)},
        )
        self.assertEqual(
            codes, {1: "ready", 2: "for_information", 3: "for_information"}
        )

    def test_a_plain_last_level_never_swallows_a_formal_notice(self):
        """An item due for its mise en demeure gets one, or waits for it."""
        levels = (*LEVELS[:3], Level(4, 4, 60))
        policies = {9: Policy(levels, POLICY.min_amounts)}
        items = [item(1, 100, ago(70)), item(2, 50, ago(40)), item(3, 20, ago(8))]
        sent = past((1, ago(70), 3), (2, ago(40), 2))
        codes, (proposal,) = propose(items, past=sent, policies=policies)
        self.assertEqual(proposal.level, levels[3])
        self.assertEqual(
            shown(proposal), {1: (100, 4, True), 2: (50, None, False), 3: (20, 1, True)}
        )
        self.assertEqual(codes[2], "for_information")

    def test_verdict_of_information_keeps_the_level_of_the_item(self):
        items = [item(1, 100, ago(40)), item(2, 50, ago(20))]
        found = Assessment(facts(items, past=past((1, ago(40), 2), (2, ago(20), 1))))
        found.proposals({}, {}, to_the_cent)
        self.assertEqual(found.verdicts[2], Verdict("for_information", LEVELS[1]))


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    def test_claims_stand_on_their_lines(self):
        items = [item(1, 100, ago(8)), item(2, 50, ago(8))]
        _codes, (proposal,) = propose(items, {1: (Decimal("1.23"), Decimal(40))})
        self.assertEqual(
            [(line.interest, line.indemnity) for line in proposal.lines],
            [(Decimal("1.23"), 40), (0, 0)],
        )

    def test_disputed_part_bears_no_interest_and_the_whole_indemnity(self):
        """R1.31, R1.22."""
        _codes, (proposal,) = propose(
            [item(1, 100, ago(8))],
            {1: (Decimal("1.23"), Decimal(40))},
            holds={1: [DISPUTE_OF_25]},
        )
        (line,) = proposal.lines
        self.assertEqual(
            (line.owed, line.interest, line.indemnity), (75, Decimal("0.92"), 40)
        )

    def test_amounts_of_a_share_are_rounded_to_the_currency(self):
        """25 € of 1,000 units worth 70 €: 642.857… units remain."""
        odd = {"company_residual": Decimal(70), "currency_id": 2}
        for name, due, policies in (
            ("late", ago(8), {9: POLICY}),
            ("before the due date", DAY, {9: POLICY._replace(pre_days=7)}),
        ):
            with self.subTest(name):
                _codes, (proposal,) = propose(
                    [item(1, 1000, due, **odd)],
                    holds={1: [DISPUTE_OF_25]},
                    policies=policies,
                )
                self.assertEqual(str(proposal.lines[0].owed), "642.86")

    def test_due_date_of_a_line_is_the_end_of_its_term(self):
        """R3.2: a public buyer's term, not the invoice's own due date."""
        public = item(1, 100, ago(60), term_start=ago(40))
        _codes, (proposal,) = propose(
            [public],
            partners={1: Partner("public", "state")},
            default_policies={"public": 9},
            term_days={"state": 30},
            limitation_years={"public": 4},
        )
        self.assertEqual(proposal.lines[0].due, ago(10))

    def test_missing_rate_keeps_its_item_from_the_letter(self):
        """R9.2: no statement; nor is it listed for information."""
        items = [item(1, 100, ago(40)), item(2, 50, ago(8)), item(3, 50, ago(8))]
        codes, (proposal,) = propose(
            items, missing={2: "2027 S1"}, past=past((1, ago(40), 2))
        )
        self.assertEqual(set(shown(proposal)), {1, 3})
        self.assertEqual(codes[2], "missing_rate")


@tagged("post_install", "-at_install")
class TestCredits(BaseCase):
    def credit(self, amount, number=7, **values):
        return item(number, -amount, ago(3), **values)

    def test_credits_are_shown_and_claim_nothing(self):
        items = [item(1, 100, ago(8)), self.credit(30), self.credit(5, 8)]
        codes, (proposal,) = propose(items)
        self.assertEqual(
            shown(proposal),
            {1: (100, 1, True), 7: (-30, None, False), 8: (-5, None, False)},
        )
        self.assertEqual(proposal.lines[1].due, ago(3))
        self.assertEqual(codes[7], "credit")

    def test_credits_of_others_and_of_other_currencies_stay_out(self):
        items = [
            item(1, 100, ago(8)),
            self.credit(30, partner_id=2),
            self.credit(30, 8, currency_id=2),
        ]
        _codes, (proposal,) = propose(items)
        self.assertEqual(set(shown(proposal)), {1})

    def test_covered_by_credits(self):
        for name, credit, code in (
            ("less", 99, "ready"),
            ("less, but within the tolerance", 95, "covered_by_credits"),
            ("just over the tolerance", 94, "ready"),
            ("as much", 100, "covered_by_credits"),
            ("more", 300, "covered_by_credits"),
        ):
            tolerance = Decimal(5 if "tolerance" in name else 0)
            with self.subTest(name):
                codes, proposals = propose(
                    [item(1, 100, ago(8)), self.credit(credit)], tolerance=tolerance
                )
                self.assertEqual(codes[1], code)
                self.assertEqual(bool(proposals), code == "ready")

    def test_formal_notice_needs_money_allocated(self):
        """No mise en demeure while the debtor's own money lies unallocated."""
        for name, credit, tolerance, code in (
            ("a credit", "0.01", 0, "credit_unallocated"),
            ("within the tolerance", 5, 5, "ready"),
            ("over it", "5.01", 5, "credit_unallocated"),
        ):
            with self.subTest(name):
                codes, _proposals = propose(
                    [item(1, 100, ago(40)), self.credit(Decimal(credit))],
                    past=past((1, ago(40), 2)),
                    tolerance=Decimal(tolerance),
                )
                self.assertEqual(codes[1], code)

    def test_a_refused_formal_notice_keeps_its_level_in_the_reason(self):
        found = Assessment(
            facts([item(1, 100, ago(40)), self.credit(1)], past=past((1, ago(40), 2)))
        )
        self.assertEqual(found.proposals({}, {}, to_the_cent), [])
        self.assertEqual(found.verdicts[1], Verdict("credit_unallocated", LEVELS[2]))

    def test_formal_notice_needs_what_sister_branches_hold_allocated(self):
        """Money at another branch of the company counts with that at this one."""
        for name, elsewhere, level, verdict in (
            ("too much", "2.01", 2, Verdict("credit_elsewhere", LEVELS[2], None, "B2")),
            ("within the tolerance", "2.00", 2, "ready"),
            ("before a plain reminder", "2.01", 1, "ready"),
        ):
            with self.subTest(name):
                found = Assessment(
                    facts(
                        [item(1, 100, ago(40)), self.credit(3)],
                        past=past((1, ago(40), level)),
                        tolerance=Decimal(5),
                        elsewhere={1: (Decimal(elsewhere), "B2")},
                    )
                )
                found.proposals({}, {}, to_the_cent)
                if verdict == "ready":
                    self.assertEqual(found.verdicts[1].code, verdict)
                else:
                    self.assertEqual(found.verdicts[1], verdict)

    def test_a_plain_reminder_that_is_refused_names_no_branch(self):
        found = Assessment(
            facts(
                [item(1, 100, ago(8)), self.credit(100)],
                elsewhere={1: (Decimal(50), "B2")},
            )
        )
        found.proposals({}, {}, to_the_cent)
        self.assertEqual(found.verdicts[1], Verdict("covered_by_credits", LEVELS[0]))

    def test_what_a_draft_under_another_policy_deducts_is_not_deducted_again(self):
        credit = self.credit(30)
        key = {f"{credit.move_id}:{credit.date_maturity}": 8}
        for name, deducted, lines in (
            ("another policy's", key, {1}),
            ("its own", dict.fromkeys(key, 9), {1, 7}),
            ("another credit", {"99:2026-01-01": 8}, {1, 7}),
        ):
            with self.subTest(name):
                items = [item(1, 100, ago(8)), credit]
                _codes, (proposal,) = propose(items, deducted=deducted)
                self.assertEqual(set(shown(proposal)), lines)

    def test_second_policy_of_a_debtor_owes_its_full_amount(self):
        """The credit is spent once: 100 − 30, then 100 though 25 alone would do."""
        items = [
            item(1, 100, ago(8)),
            item(2, 25, ago(8), policy_id=8),
            self.credit(30),
        ]
        codes, proposals = propose(items, policies={9: POLICY, 8: POLICY})
        self.assertEqual((codes[1], codes[2]), ("ready", "ready"))
        self.assertEqual([set(shown(p)) for p in proposals], [{1, 7}, {2}])

    def test_a_spent_credit_is_spent_for_its_own_currency_alone(self):
        items = [
            item(1, 100, ago(8)),
            self.credit(30),
            item(2, 25, ago(8), currency_id=2),
            self.credit(30, 8, currency_id=2),
        ]
        codes, proposals = propose(items)
        self.assertEqual(codes[2], "covered_by_credits")
        self.assertEqual(len(proposals), 1)


@tagged("post_install", "-at_install")
class TestMinimum(BaseCase):
    def test_minimum_of_the_level(self):
        """R1.23: a commercial minimum is the user's choice; it is included."""
        for name, amount, code in (
            ("under", "49.99", "below_minimum"),
            ("exactly", 50, "ready"),
            ("over", 51, "ready"),
        ):
            with self.subTest(name):
                codes, _proposals = propose(
                    [item(1, amount, ago(8))], policies=with_minimum(50, 1)
                )
                self.assertEqual(codes[1], code)

    def test_minimum_counts_the_notice_in_company_currency(self):
        items = [
            item(1, 3000, ago(8), company_residual=Decimal(20)),
            item(2, 3000, ago(8), company_residual=Decimal(20)),
        ]
        for minimum, code in ((40, "ready"), (41, "below_minimum")):
            with self.subTest(minimum):
                codes, _ = propose(items, policies=with_minimum(minimum, 1))
                self.assertEqual(set(codes.values()), {code})

    def test_credits_count_against_the_minimum(self):
        items = [item(1, 60, ago(8)), item(2, -20, ago(3))]
        codes, _ = propose(items, policies=with_minimum(50, 1))
        self.assertEqual(codes[1], "below_minimum")

    def test_an_undisputed_rest_of_exactly_the_minimum(self):
        hold = Hold("dispute", None, frozenset(), Decimal("33.33"))
        codes, _ = propose(
            [item(1, 90, ago(8))],
            holds={1: [hold]},
            policies=with_minimum("56.67", 1),
        )
        self.assertEqual(codes[1], "ready")

    def test_a_level_under_its_minimum_lets_the_lower_one_go(self):
        items = [item(1, 10, ago(20)), item(2, 30, ago(8))]
        codes, (proposal,) = propose(
            items, past=past((1, ago(20), 1)), policies=with_minimum(50, 2)
        )
        self.assertEqual(codes, {1: "below_minimum", 2: "ready"})
        self.assertEqual(shown(proposal), {2: (30, 1, True)})

    def test_lower_items_help_the_notice_to_its_minimum(self):
        """A notice is one letter: what it asks for in all is compared."""
        items = [item(1, 10, ago(20)), item(2, 40, ago(8))]
        codes, _ = propose(
            items, past=past((1, ago(20), 1)), policies=with_minimum(50, 2)
        )
        self.assertEqual(codes, {1: "ready", 2: "ready"})


@tagged("post_install", "-at_install")
class TestPreReminders(BaseCase):
    def pre(self, *items, days=7, minimum=0, **values):
        policy = POLICY._replace(pre_days=days, pre_min_amount=Decimal(minimum))
        return propose(items, policies={9: policy}, **values)[1]

    def test_window_before_the_due_date(self):
        for name, due, expected in (
            ("due today", DAY, True),
            ("last day of the window", ago(-7), True),
            ("a day too early", ago(-8), False),
            ("late", ago(1), False),
        ):
            with self.subTest(name):
                self.assertEqual(bool(self.pre(item(1, 100, due))), expected)

    def test_window_of_one_day(self):
        for due, expected in ((DAY, True), (ago(-1), True), (ago(-2), False)):
            with self.subTest(due):
                found = self.pre(item(1, 100, due), days=1)
                self.assertEqual(bool(found), expected)

    def test_what_it_says(self):
        (proposal,) = self.pre(item(1, 100, ago(-3)), item(2, 50, DAY))
        self.assertEqual(
            proposal[:5], (1, 1, 9, "professional", None), "no level is reached"
        )
        self.assertEqual(shown(proposal), {1: (100, None, True), 2: (50, None, True)})
        self.assertEqual([line.due for line in proposal.lines], [ago(-3), DAY])

    def test_conditions(self):
        due = ago(-3)
        yen = {"company_residual": Decimal(10)}
        for name, own, options, expected in (
            ("no such option", {}, {"days": 0}, 0),
            ("a window of a day", {}, {"days": 1}, 0),
            ("already reminded", {}, {"pre_reminded": {f"1:{due}"}}, 0),
            ("another one was", {}, {"pre_reminded": {f"2:{due}"}}, 1),
            ("under the minimum", yen, {"minimum": "10.01"}, 0),
            ("at the minimum", yen, {"minimum": 10}, 1),
            ("blocked", {"payment_state": "blocked"}, {}, 0),
            ("no policy", {"debtor_kind": "consumer"}, {}, 0),
            ("pending", {}, {"pending": {f"1:{due}": "REL/1"}}, 0),
        ):
            with self.subTest(name):
                found = self.pre(item(1, 1500, due, **own), **options)
                self.assertEqual(len(found), expected)

    def test_money_received_ahead_is_deducted_or_spares_the_reminder(self):
        soon = item(1, 100, ago(-3))
        for received, tolerance, lines in (
            (30, 0, {1: (100, None, True), 7: (-30, None, False)}),
            (99, 0, {1: (100, None, True), 7: (-99, None, False)}),
            (100, 0, None),
            (95, 5, None),
            (94, 5, {1: (100, None, True), 7: (-94, None, False)}),
        ):
            with self.subTest(received=received, tolerance=tolerance):
                credit = item(7, -received, ago(3))
                found = self.pre(soon, credit, tolerance=Decimal(tolerance))
                self.assertEqual([shown(p) for p in found], [lines] if lines else [])

    def test_partly_disputed_item_counts_for_its_rest(self):
        hold = {"holds": {1: [DISPUTE_OF_25]}}
        self.assertTrue(self.pre(item(1, 100, DAY), minimum=75, **hold))
        self.assertFalse(self.pre(item(1, 100, DAY), minimum=76, **hold))

    def test_no_second_draft_for_a_debtor_who_gets_a_notice(self):
        late, soon = item(1, 100, ago(8)), item(2, 50, ago(-3))
        (proposal,) = self.pre(late, soon)
        self.assertEqual(shown(proposal), {1: (100, 1, True)})
        others = self.pre(late, item(2, 50, ago(-3), partner_id=2))
        self.assertEqual([p.partner_id for p in others], [1, 2])
        self.assertEqual(len(self.pre(late, item(2, 50, ago(-3), currency_id=2))), 2)


# -- a year of runs ------------------------------------------------------------
ITEMS = st.lists(
    st.tuples(
        st.integers(1, 2),  # partner
        st.integers(1, 500).map(Decimal),  # residual
        st.integers(0, 120),  # due, days after the first day
        st.none() | st.integers(0, 200),  # paid, days after the first day
    ),
    min_size=1,
    max_size=6,
)


@tagged("post_install", "-at_install")
class TestAYearOfRuns(BaseCase):
    """Run after run, what each item received obeys the rules of the design."""

    first_day = date(2026, 1, 1)

    def send(self, rows, run_days, presented_after, levels):
        """Return {item id: [(run day, level, proposal)]}, sending what is proposed."""
        received, sent = defaultdict(list), {}
        items = [
            (item(n, owed, self.first_day + timedelta(days=due), partner_id=who), paid)
            for n, (who, owed, due, paid) in enumerate(rows, 1)
        ]
        for offset in run_days:
            day = self.first_day + timedelta(days=offset)
            open_items = [i for i, paid in items if paid is None or paid > offset]
            found = Assessment(
                facts(
                    open_items,
                    day=day,
                    past=sent,
                    partners=dict.fromkeys((1, 2), Partner("professional")),
                    policies={9: Policy(levels, POLICY.min_amounts)},
                )
            )
            for proposal in found.proposals({}, {}, to_the_cent):
                for line in proposal.lines:
                    if line.claimed:
                        key = found.facts.keys[line.item.id]
                        received[line.item.id].append((day, line.level, proposal))
                        before = sent.get(key, Past())
                        expiry = before.formal_expiry
                        if proposal.level.is_formal:
                            expiry = day + timedelta(days=presented_after)
                        is_formal = proposal.level.is_formal
                        sent[key] = Past(
                            line.level.sequence,
                            day,
                            before.formal_sent or is_formal,
                            expiry,
                        )
        return {own.id: (own, received[own.id]) for own, _paid in items}

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(
        ITEMS,
        st.lists(st.integers(0, 365), max_size=50, unique=True).map(sorted),
        st.integers(0, 20),
        st.sampled_from([LEVELS, (*LEVELS[:3], Level(4, 4, 60)), LEVELS[:2]]),
    )
    def test_every_history(self, rows, run_days, presented_after, levels):
        histories = self.send(rows, run_days, presented_after, levels)
        for own, history in histories.values():
            sequences = [level.sequence for _day, level, _proposal in history]
            self.assertEqual(sequences, list(range(1, len(history) + 1)), "no skip")
            days = [day for day, _level, _proposal in history]
            for before, after in zip(days, days[1:], strict=False):
                self.assertGreaterEqual((after - before).days, 7)
            formal_day = None
            for day, level, proposal in history:
                self.assertGreaterEqual(proposal.level.sequence, level.sequence)
                if level.after_expiry:
                    expiry = formal_day + timedelta(days=presented_after)
                    self.assertGreaterEqual((day - expiry).days, level.delay_days)
                else:
                    late = (day - own.date_maturity).days
                    self.assertGreaterEqual(late, max(level.delay_days, 1))
                if level.is_formal:
                    formal_day = day
                    self.assertEqual(proposal.level, level, "a true mise en demeure")

    def test_daily_runs_send_each_level_on_its_day(self):
        """No payment, a run each day: days 7, 15 and 30, then expiry + 5."""
        rows = [(1, Decimal(100), 10, None)]
        ((own, history),) = self.send(rows, range(120), 12, LEVELS).values()
        late = [(day - own.date_maturity).days for day, _level, _proposal in history]
        self.assertEqual(late, [7, 15, 30, 30 + 12 + 5])

    def test_a_paid_item_is_left_in_peace(self):
        rows = [(1, Decimal(100), 0, 16)]
        ((_own, history),) = self.send(rows, range(120), 12, LEVELS).values()
        self.assertEqual([level.sequence for _day, level, _p in history], [1, 2])
