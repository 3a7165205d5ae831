"""Limitation of one claim, from plain dates: R7.1 to R7.15."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import limitation
from ..tools.deadlines import add_months, limitation_last_day
from ..tools.limitation import (
    Act,
    Basis,
    Figures,
    effect_of,
    last_useful_day,
    limits,
    limits_of,
)

QUICK = settings(max_examples=120, deadline=None, database=None, derandomize=True)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
LAW = Figures(20, 6)
PRIVATE = sorted(set(limitation.EFFECTS) - {"contract"})
START = date(2022, 5, 3)
LAST = date(2027, 5, 3)


@st.composite
def acts(draw, kinds=PRIVATE):
    first = draw(DAYS)
    last = draw(st.none() | st.integers(0, 700).map(lambda n: first + timedelta(n)))
    return Act(draw(st.sampled_from(kinds)), first, last)


def private(*own, start=START, years=5, **values):
    return last_useful_day(start, years, own, figures=LAW, **values)


@tagged("post_install", "-at_install")
class TestToolsLimitation(BaseCase):
    def test_examples_of_the_rule_book(self):
        """Section 7.3, the two dates and the public body."""
        found = limits(date(2021, 12, 14), date(2022, 1, 31), 5, figures=LAW)
        self.assertEqual(found.prudent, date(2026, 12, 14))
        self.assertEqual(found.contractual, date(2027, 1, 31))
        self.assertEqual(found.possible, found.prudent)
        consumer = limits(date(2024, 2, 29), date(2024, 3, 31), 2)
        self.assertEqual(consumer.prudent, date(2026, 2, 28))
        commune = date(2022, 7, 1)
        claim = Act("written_claim", date(2026, 6, 10))
        before = limits(commune, commune, 4, public=True)
        after = limits(commune, commune, 4, [claim], public=True)
        self.assertEqual(before.prudent, date(2026, 12, 31))
        self.assertEqual(after.prudent, date(2030, 12, 31))

    def test_periods_of_each_rule(self):
        """R7.1 to R7.6: five years, two, one; R7.5: whole years."""
        for years, last in ((5, "2027-05-03"), (2, "2024-05-03"), (1, "2023-05-03")):
            with self.subTest(years=years):
                self.assertEqual(str(private(years=years)), last)
        self.assertEqual(str(last_useful_day(START, 4, public=True)), "2026-12-31")

    def test_unknown_completion_counts_from_the_due_date(self):
        found = limits(None, START, 5)
        self.assertEqual(found.prudent, found.contractual)

    def test_each_kind_of_act(self):
        """R7.8: a closed list; R5.3: a written claim saves no private debt."""
        day = date(2026, 6, 10)
        again = date(2031, 6, 10)
        for kind, expected, possible in (
            ("acknowledgement", LAST, again),
            ("court_action", again, again),
            ("order_service", again, again),
            ("enforcement", again, again),
            ("insolvency_declaration", again, again),
            ("written_claim", LAST, LAST),
            ("public_reply", LAST, LAST),
        ):
            with self.subTest(kind):
                act = Act(kind, day)
                self.assertEqual(private(act), expected)
                self.assertEqual(private(act, possible=True), possible)

    def test_each_kind_of_act_against_a_public_body(self):
        """R7.13: any written claim, court action, message or part payment."""
        for kind, interrupts in (
            ("acknowledgement", True),
            ("court_action", True),
            ("written_claim", True),
            ("public_reply", True),
            ("mediation", False),
            ("small_claims", False),
            ("contract", False),
            ("enforcement", False),
        ):
            with self.subTest(kind):
                act = Act(kind, date(2026, 12, 31), years=10)
                last = last_useful_day(START, 4, [act], public=True, figures=LAW)
                self.assertEqual(last.year, 2030 if interrupts else 2026)

    def test_last_day_still_interrupts_and_the_day_after_does_not(self):
        on, after = Act("court_action", LAST), Act("court_action", date(2027, 5, 4))
        self.assertEqual(private(on), date(2032, 5, 3))
        self.assertEqual(private(after), LAST)
        public = [Act("written_claim", date(2027, 1, 1))]
        self.assertEqual(
            last_useful_day(START, 4, public, public=True), date(2026, 12, 31)
        )

    def test_an_act_saved_by_another_one(self):
        """The second comes in the new period, whichever is entered first."""
        first = Act("court_action", date(2027, 5, 3))
        second = Act("enforcement", date(2032, 5, 3))
        self.assertEqual(private(second, first), date(2037, 5, 3))
        self.assertEqual(private(second), LAST)

    def test_a_lawsuit_interrupts_until_it_ends(self):
        """C. civ. 2242: the new period runs from the end of the proceedings."""
        act = Act("court_action", date(2026, 1, 10), date(2028, 2, 29))
        self.assertEqual(private(act), date(2033, 2, 28))

    def test_suspension_only_adds_its_days(self):
        """R7.11; 10 days of talks, both ends included."""
        talks = Act("mediation", date(2024, 3, 1), date(2024, 3, 10))
        self.assertEqual(private(talks), date(2027, 5, 13))

    def test_six_months_are_left_after_a_suspension(self):
        """C. civ. 2238: talks on the last day, over after ten days."""
        talks = Act("small_claims", LAST, date(2027, 5, 12))
        self.assertEqual(private(talks), date(2027, 11, 12))
        late = Act("small_claims", date(2027, 5, 4), date(2027, 5, 12))
        self.assertEqual(private(late), LAST)

    def test_a_suspension_without_end_lasts_until_today(self):
        talks = Act("mediation", date(2027, 4, 1))
        self.assertEqual(private(talks), date(2027, 10, 1))
        today = private(talks, today=date(2028, 1, 15))
        self.assertEqual(today, date(2028, 7, 15))
        self.assertEqual(private(talks, today=date(2020, 1, 1)), date(2027, 10, 1))

    def test_overlapping_suspensions_count_once(self):
        two = [
            Act("mediation", date(2024, 3, 1), date(2024, 3, 20)),
            Act("small_claims", date(2024, 3, 11), date(2024, 3, 30)),
        ]
        whole = Act("mediation", date(2024, 3, 1), date(2024, 3, 30))
        self.assertEqual(private(*two), private(whole))

    def test_a_suspension_pauses_the_new_period_too(self):
        act = Act("court_action", date(2024, 3, 10))
        talks = Act("mediation", date(2024, 3, 1), date(2024, 3, 20))
        self.assertEqual(private(act, talks), date(2029, 3, 20))

    def test_ceiling_of_twenty_years(self):
        """R7.11: acknowledgements stop at 20 years, court acts do not."""
        every_four = [date(2022 + n, 5, 3) for n in range(4, 20, 4)]
        admitted = [Act("acknowledgement", day) for day in every_four]
        self.assertEqual(private(*admitted, possible=True), date(2042, 5, 3))
        free = last_useful_day(START, 5, admitted, possible=True)
        self.assertEqual(free, date(2043, 5, 3))
        for kind in ("court_action", "order_service", "enforcement"):
            sued = [Act(kind, day) for day in every_four]
            self.assertEqual(private(*sued), date(2043, 5, 3), kind)
        declared = [Act("insolvency_declaration", day) for day in every_four]
        self.assertEqual(private(*declared), date(2042, 5, 3))
        beyond = Act("acknowledgement", date(2043, 5, 1))
        self.assertEqual(private(*sued, beyond, possible=True), date(2043, 5, 3))

    def test_what_may_interrupt_moves_the_possible_day_alone(self):
        """R7.10: shown beside the prudent day, never instead of it."""
        admitted = Act("acknowledgement", date(2026, 1, 5))
        found = limits(date(2021, 5, 3), START, 5, [admitted], figures=LAW)
        self.assertEqual(found.prudent, date(2026, 5, 3))
        self.assertEqual(found.contractual, LAST)
        self.assertEqual(found.possible, date(2031, 1, 5))

    def test_a_lawsuit_against_a_public_body_lasts_until_it_ends(self):
        """R7.13: four years from 1 January after the judgment, not after the writ."""
        act = Act("court_action", date(2024, 3, 1), date(2027, 2, 1))
        found = last_useful_day(START, 4, [act], public=True)
        self.assertEqual(found, date(2031, 12, 31))

    def test_without_figures_nothing_is_left_after_a_suspension(self):
        talks = Act("mediation", LAST, date(2027, 5, 12))
        self.assertEqual(last_useful_day(START, 5, [talks]), date(2027, 5, 13))

    def test_r7_7_what_a_claim_is_counted_from(self):
        years = {"professional": 5, "public": 4, "telecom": 1, "transport": 1}
        early, late = date(2022, 1, 10), date(2022, 6, 1)
        for name, values, first in (
            ("completed first", {"completed": early, "documented": late}, early),
            ("completed last", {"completed": late, "documented": early}, START),
            ("documented", {"documented": early}, early),
            ("due first", {"documented": late}, START),
            ("nothing else", {}, START),
            ("R7.6: telecom", {"completed": early, "period": "telecom"}, START),
            ("transport", {"completed": early, "period": "transport"}, early),
            ("of a public body", {"kind": "public", "period": "transport"}, START),
        ):
            with self.subTest(name):
                basis = Basis(values.pop("kind", None), due=START, **values)
                found = limits_of(basis, years)
                length = 1 if "period" in values else 5
                self.assertEqual(found.prudent, first.replace(year=2022 + length))
                due = START.replace(year=2022 + length)
                self.assertEqual(found.contractual, due)

    def test_the_parties_change_the_length(self):
        """R7.12; the length holds after an interruption, too (C. civ. 2231)."""
        shorter = Act("contract", START, years=1)
        self.assertEqual(private(shorter), date(2023, 5, 3))
        longer = Act("contract", START, years=10)
        sued = Act("court_action", date(2030, 1, 1))
        self.assertEqual(private(longer), date(2032, 5, 3))
        self.assertEqual(private(longer, sued), date(2040, 1, 1))
        on_the_last_day = Act("contract", LAST, years=10)
        self.assertEqual(private(on_the_last_day), date(2032, 5, 3))
        late = Act("contract", date(2027, 5, 4), years=10)
        self.assertEqual(private(late), LAST)

    def test_bad_input(self):
        with self.assertRaises(ValueError):
            private(Act("mediation", date(2024, 3, 2), date(2024, 3, 1)))
        with self.assertRaises(KeyError):
            private(Act("reminder", date(2024, 3, 2)))
        with self.assertRaises(TypeError):
            private(start="2022-05-03")
        with self.assertRaises(KeyError):
            effect_of("")

    @given(st.lists(acts(), max_size=6), DAYS, st.booleans())
    @QUICK
    def test_no_act_brings_the_last_day_forward(self, own, today, possible):
        found = private(*own, today=today, possible=possible)
        self.assertGreaterEqual(found, LAST)
        self.assertLessEqual(private(*own, today=today), private(
            *own, today=today, possible=True
        ))  # fmt: skip

    @given(st.lists(acts(), max_size=5, unique_by=lambda a: a.first), DAYS, st.data())
    @QUICK
    def test_the_order_of_entry_does_not_matter(self, own, today, data):
        other = data.draw(st.permutations(own))
        self.assertEqual(private(*own, today=today), private(*other, today=today))

    @given(acts())
    @QUICK
    def test_an_act_after_the_last_day_changes_nothing(self, act):
        shift = max(timedelta(0), LAST + timedelta(1) - act.first)
        late = act._replace(first=act.first + shift)
        late = late._replace(last=late.last and max(late.first, late.last + shift))
        self.assertEqual(private(late, possible=True), LAST)

    @given(DAYS, st.integers(1, 10), st.lists(DAYS, max_size=5))
    @QUICK
    def test_acknowledgements_never_pass_the_ceiling(self, start, years, days):
        own = [Act("acknowledgement", day) for day in days]
        found = last_useful_day(start, years, own, figures=LAW, possible=True)
        self.assertLessEqual(found, limitation_last_day(start, 20))

    @given(st.integers(0, 1800), st.integers(0, 500))
    @QUICK
    def test_a_suspension_is_worth_its_days(self, offset, length):
        first = START + timedelta(1 + offset)
        last = first + timedelta(length)
        if first > LAST:
            return
        found = private(Act("mediation", first, last))
        added = LAST + timedelta(length + 1)
        self.assertEqual(found, max(added, add_months(last, 6)))

    @given(
        st.lists(acts(["mediation", "small_claims"]), max_size=5),
        DAYS,
        st.sampled_from([0, 6]),
    )
    @QUICK
    def test_r7_11_suspended_days_one_after_the_other(self, own, today, months):
        """Each suspended day that comes in time moves the end by one; C. civ. 2238."""
        days = set()
        for act in own:
            end = act.last or max(act.first, today)
            days.update(range(act.first.toordinal(), end.toordinal() + 1))
        last = LAST
        for day in sorted(map(date.fromordinal, days)):
            if START < day <= last:
                last += timedelta(1)
                if day.toordinal() + 1 not in days:
                    last = max(last, add_months(day, months))
        found = last_useful_day(START, 5, own, figures=Figures(20, months), today=today)
        self.assertEqual(found, last)

    @given(st.lists(acts(), max_size=6), DAYS)
    @QUICK
    def test_public_periods_end_with_the_year(self, own, today):
        found = last_useful_day(START, 4, own, public=True, today=today)
        self.assertEqual((found.month, found.day), (12, 31))
