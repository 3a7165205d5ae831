"""Climbing a policy: every reason to wait or stop, and whole histories."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.escalation import (
    NOTHING,
    UNQUALIFIED_LAST_LEVEL,
    Level,
    Past,
    Step,
    formal_expiry,
    next_level,
    next_step,
)

DUE = date(2026, 9, 1)
FIRST = Level(11, 1, 7)
SECOND = Level(12, 2, 15)
THIRD = Level(13, 3, 30)
FORMAL = Level(14, 3, 30, is_formal=True)
LAST = Level(15, 4, 5, after_expiry=True)
LEVELS = (FIRST, SECOND, FORMAL, LAST)
QUICK = settings(max_examples=80, deadline=None, database=None, derandomize=True)


def after(days):
    """Return the day that many days after the due date."""
    return DUE + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestNextStep(BaseCase):
    def assertSteps(self, cases):
        """Check ``{name: (step, code, level, day)}``, each case by its name."""
        for name, (step, *expected) in cases.items():
            with self.subTest(name):
                self.assertEqual(step, Step(*expected))

    def test_due_today_is_not_late(self):
        self.assertSteps(
            {
                "before": (next_step(LEVELS, NOTHING, DUE, after(-1)), "not_late"),
                "due today": (next_step(LEVELS, NOTHING, DUE, DUE), "not_late"),
                "without a level": (next_step((), NOTHING, DUE, DUE), "not_late"),
            }
        )

    def test_nothing_left_to_send(self):
        late = after(60)
        self.assertSteps(
            {
                "no level": (next_step((), NOTHING, DUE, late), "no_level"),
                "all sent": (next_step(LEVELS, Past(4), DUE, late), "last_level"),
                "beyond": (next_step((FIRST,), Past(3), DUE, late), "last_level"),
            }
        )

    def test_first_level_waits_for_its_delay(self):
        step = {n: next_step(LEVELS, NOTHING, DUE, after(n)) for n in (1, 6, 7, 8)}
        self.assertSteps(
            {
                "a day late": (step[1], "wait_delay", FIRST, after(7)),
                "the eve": (step[6], "wait_delay", FIRST, after(7)),
                "the day": (step[7], "ready", FIRST, after(7)),
                "a missed day is caught up": (step[8], "ready", FIRST, after(8)),
            }
        )

    def test_delay_of_zero_days_leaves_on_the_first_late_day(self):
        step = next_step((Level(1, 1, 0),), NOTHING, DUE, after(1))
        self.assertEqual(step.code, "ready")

    def test_interval_counts_from_the_last_notice(self):
        sent = Past(1, after(20))
        self.assertSteps(
            {
                "the eve": (
                    next_step(LEVELS, sent, DUE, after(26)),
                    *("wait_interval", SECOND, after(27)),
                ),
                "the day": (
                    next_step(LEVELS, sent, DUE, after(27)),
                    *("ready", SECOND, after(27)),
                ),
            }
        )

    def test_interval_is_that_of_the_level_to_come(self):
        levels = (FIRST, SECOND._replace(min_interval_days=20))
        step = next_step(levels, Past(1, after(10)), DUE, after(25))
        self.assertEqual(step, Step("wait_interval", levels[1], after(30)))

    def test_delay_and_interval_together_say_the_later_day(self):
        early, late = Past(1, after(5)), Past(1, after(12))
        self.assertSteps(
            {
                "delay is later": (
                    next_step(LEVELS, early, DUE, after(13)),
                    *("wait_delay", SECOND, after(15)),
                ),
                "interval is later": (
                    next_step(LEVELS, late, DUE, after(13)),
                    *("wait_delay", SECOND, after(19)),
                ),
            }
        )

    def test_unqualified_debtor_is_reminded_twice(self):
        """R1.1: principal only, and never a formal notice."""
        plain = (FIRST, SECOND, THIRD)
        formal_second = (FIRST, SECOND._replace(is_formal=True))
        steps = {
            "first": next_step(plain, Past(0), DUE, after(60), qualified=False),
            "second": next_step(plain, Past(1), DUE, after(60), qualified=False),
            "third": next_step(plain, Past(2), DUE, after(60), qualified=False),
            "formal": next_step(
                formal_second, Past(1), DUE, after(60), qualified=False
            ),
            "third, confirmed": next_step(plain, Past(2), DUE, after(60)),
        }
        self.assertSteps(
            {
                "first": (steps["first"], "ready", FIRST, after(60)),
                "second": (steps["second"], "ready", SECOND, after(60)),
                "third": (steps["third"], "to_qualify", THIRD),
                "formal": (steps["formal"], "to_qualify", formal_second[1]),
                "confirmed": (steps["third, confirmed"], "ready", THIRD, after(60)),
            }
        )
        self.assertEqual(UNQUALIFIED_LAST_LEVEL, 2)

    def test_level_for_a_person_only(self):
        """R3.18: no formal notice to a public buyer leaves by itself."""
        levels = (FIRST._replace(by_person_only=True),)
        self.assertSteps(
            {
                "run": (
                    next_step(levels, NOTHING, DUE, after(9)),
                    *("by_person", levels[0]),
                ),
                "person": (
                    next_step(levels, NOTHING, DUE, after(9), by_person=True),
                    *("ready", levels[0], after(9)),
                ),
                "an ordinary level by a person": (
                    next_step(LEVELS, NOTHING, DUE, after(9), by_person=True),
                    *("ready", FIRST, after(9)),
                ),
            }
        )

    def test_level_after_the_formal_notice(self):
        """It counts from the expiry, which needs a recorded presentation."""
        expired = Past(3, after(30), True, after(45))
        self.assertSteps(
            {
                "none sent": (
                    next_step(LEVELS, Past(3, after(30)), DUE, after(90)),
                    *("no_formal_notice", LAST),
                ),
                "not presented": (
                    next_step(LEVELS, Past(3, after(30), True), DUE, after(90)),
                    *("not_presented", LAST),
                ),
                "the eve": (
                    next_step(LEVELS, expired, DUE, after(49)),
                    *("wait_delay", LAST, after(50)),
                ),
                "the day": (
                    next_step(LEVELS, expired, DUE, after(50)),
                    *("ready", LAST, after(50)),
                ),
            }
        )

    def test_expiry_matters_to_no_other_level(self):
        past = Past(1, after(5), True, after(100))
        step = next_step(LEVELS, past, DUE, after(20))
        self.assertEqual(step, Step("ready", SECOND, after(20)))

    def test_next_level_follows_the_sequence_not_the_place(self):
        levels = (FIRST, FORMAL._replace(sequence=4))
        self.assertEqual(next_level(levels, Past(1)), levels[1])
        self.assertEqual(next_level(levels, Past(3)), levels[1])
        self.assertIsNone(next_level(levels, Past(4)))


@tagged("post_install", "-at_install")
class TestFormalExpiry(BaseCase):
    """R5.13: the later of the printed date and presentation + days."""

    printed = date(2026, 10, 14)

    def test_cases(self):
        for name, presented, unclaimed, expected in (
            ("in good time", date(2026, 10, 1), False, self.printed),
            ("same day", date(2026, 10, 6), False, self.printed),
            ("a day late", date(2026, 10, 7), False, date(2026, 10, 15)),
            ("not presented", None, False, None),
            ("R2.6: unclaimed is valid", None, True, self.printed),
            ("presented, then unclaimed", date(2026, 10, 9), True, date(2026, 10, 17)),
        ):
            with self.subTest(name):
                found = formal_expiry(self.printed, presented, unclaimed, 8)
                self.assertEqual(found, expected)


# -- histories -----------------------------------------------------------------
POLICIES = st.lists(
    st.builds(
        dict,
        delay_days=st.integers(0, 40),
        min_interval_days=st.integers(1, 20),
        is_formal=st.booleans(),
        after_expiry=st.booleans(),
    ),
    min_size=1,
    max_size=4,
).map(lambda rows: tuple(Level(n, n, **row) for n, row in enumerate(rows, 1)))


def letters_by_rule(levels, run_days, presented_after):
    """The design's sentences, read aloud: who gets which level on which run."""
    sent, expiry, has_formal = [], None, False
    for day in run_days:
        if len(sent) == len(levels) or day <= DUE:
            continue
        level = levels[len(sent)]
        if level.after_expiry and expiry is None:
            continue
        days_since_start = (day - (expiry if level.after_expiry else DUE)).days
        days_since_last = (day - sent[-1][1]).days if sent else 999
        if (
            days_since_start >= level.delay_days
            and days_since_last >= level.min_interval_days
        ):
            sent.append((level.sequence, day))
            if level.is_formal and presented_after is not None:
                expiry = day + timedelta(days=presented_after)
                has_formal = True
    return sent, has_formal


def letters_by_engine(levels, run_days, presented_after):
    sent, past = [], NOTHING
    for day in run_days:
        step = next_step(levels, past, DUE, day)
        if step.code != "ready":
            continue
        expiry = past.formal_expiry
        if step.level.is_formal and presented_after is not None:
            expiry = day + timedelta(days=presented_after)
        formal_sent = past.formal_sent or step.level.is_formal
        past = Past(step.level.sequence, day, formal_sent, expiry)
        sent.append((step.level.sequence, day))
    return sent, past.formal_sent and presented_after is not None


@tagged("post_install", "-at_install")
class TestHistories(BaseCase):
    @QUICK
    @given(
        POLICIES,
        st.lists(st.integers(-5, 150), max_size=40, unique=True).map(sorted),
        st.none() | st.integers(0, 20),
    )
    def test_same_letters_as_the_rules_read_aloud(self, levels, days, presented_after):
        run_days = [after(n) for n in days]
        self.assertEqual(
            letters_by_engine(levels, run_days, presented_after),
            letters_by_rule(levels, run_days, presented_after),
        )

    @QUICK
    @given(
        POLICIES,
        st.integers(0, 4),
        st.integers(-10, 60),
        st.integers(0, 60),
        st.none() | st.integers(0, 60),
    )
    def test_promised_day_is_the_first_day_it_leaves(
        self, levels, sequence, sent, today, expiry
    ):
        """A run on each day between: none before the promise, one on the day."""
        past = NOTHING
        if sequence:
            past = Past(
                sequence, after(sent), True, None if expiry is None else after(expiry)
            )
        step = next_step(levels, past, DUE, after(today))
        if step.on is None:
            self.assertNotIn(step.code, ("ready", "wait_delay", "wait_interval"))
            return
        day = after(today)
        while next_step(levels, past, DUE, day).code != "ready":
            day += timedelta(days=1)
        self.assertEqual(step.on, day)
