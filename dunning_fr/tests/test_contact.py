"""One message at a time (R2.12), and days on which nobody disturbs a debtor."""

import unittest
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..tools.assessment import Assessment
from ..tools.escalation import Past
from ..tools.facts import Partner, Quiet
from .common_facts import DAY, POLICY, facts, item
from .common_send import SendCommon

LATE = DAY - timedelta(days=10)
CONSUMERS = {
    "partners": {1: Partner("consumer"), 2: Partner("professional")},
    "default_policies": {"professional": 9, "consumer": 9},
    "limitation_years": {"professional": 5, "consumer": 2},
    "contact_kinds": frozenset({"consumer"}),
}


def judge(items, **values):
    assessment = Assessment(facts(items, **{**CONSUMERS, **values}))
    return assessment, assessment.proposals({}, {}, lambda amount, _currency: amount)


class TestContactRules(unittest.TestCase):
    def _code(self, **values):
        assessment, proposals = judge([item(1, 100, LATE)], **values)
        self.assertEqual(bool(proposals), assessment.verdicts[1].code == "ready")
        return assessment.verdicts[1].code, assessment.verdicts[1].on

    def test_the_day_it_is_free_again(self):
        for free, expected in (
            (DAY + timedelta(days=1), ("too_soon", DAY + timedelta(days=1))),
            (DAY, ("ready", DAY)),
        ):
            with self.subTest(free=free):
                self.assertEqual(self._code(contacted={1: free}), expected)

    def test_only_for_the_kinds_that_are_spared(self):
        free = {1: DAY + timedelta(days=3)}
        self.assertEqual(self._code(contacted=free)[0], "too_soon")
        others = {1: Partner("professional")}
        self.assertEqual(self._code(contacted=free, partners=others)[0], "ready")
        everybody = frozenset({"professional", None})
        found = self._code(contacted=free, partners=others, contact_kinds=everybody)
        self.assertEqual(found[0], "too_soon")

    def test_quiet_days_are_included_and_skip_nothing(self):
        def on(first, last, **values):
            day = timedelta(days=1)
            quiet = {1: Quiet(DAY + first * day, DAY + last * day, "Hospital")}
            code, free = self._code(quiet=quiet, **values)
            return code, (free - DAY).days

        self.assertEqual(on(0, 0), ("do_not_disturb", 1))
        self.assertEqual(on(-5, 3), ("do_not_disturb", 4))
        self.assertEqual(on(1, 3), ("ready", 0))
        self.assertEqual(on(-5, -1), ("ready", 0))
        # both: free on the 3rd day, quiet from the 2nd to the 4th
        both = {"contacted": {1: DAY + timedelta(days=3)}}
        self.assertEqual(on(2, 4, **both), ("do_not_disturb", 5))
        self.assertEqual(on(4, 6, **both), ("too_soon", 3))
        # what leaves later than it is dated
        self.assertEqual(on(2, 4, leaving=DAY + timedelta(days=2))[0], "do_not_disturb")

    def test_a_level_that_comes_later_is_put_off_as_well(self):
        quiet = {1: Quiet(DAY, DAY + timedelta(days=30), "x")}
        past = {f"1:{LATE}": Past(1, DAY - timedelta(days=2))}
        found = self._code(past=past, quiet=quiet)
        self.assertEqual(found, ("do_not_disturb", DAY + timedelta(days=31)))
        far = {1: DAY + timedelta(days=1)}
        self.assertEqual(self._code(past=past, contacted=far)[0], "wait_delay")

    def _leaves_first(self, first, second, **past):
        """Return the currency that leaves, whatever the order of the items."""
        chosen = set()
        for items in ([first, second], [second, first]):
            assessment, proposals = judge(items, past=past.get("past", {}))
            [proposal] = proposals
            chosen.add(proposal.currency_id)
            [later] = {1, 2} - {proposal.currency_id}
            self.assertEqual(assessment.verdicts[later].code, "one_message")
            self.assertEqual(assessment.verdicts[later].on, DAY + timedelta(days=7))
        [currency] = chosen
        return currency

    def test_who_has_waited_longest_leaves_first(self):
        """Level 1, ripe for three days, before level 2, ripe for two."""
        euro = item(1, 100, LATE)
        dollar = item(2, 100, DAY - timedelta(days=20), currency_id=2)
        for days, expected in ((9, 1), (10, 2), (11, 2)):
            with self.subTest(days=days):
                key = f"2:{dollar.date_maturity}"
                past = {key: Past(1, DAY - timedelta(days=days))}
                # ripe on the same day: the higher level
                self.assertEqual(self._leaves_first(euro, dollar, past=past), expected)

    def test_a_formal_notice_comes_before_reminders_as_old_as_itself(self):
        formal = item(2, 100, DAY - timedelta(days=33), currency_id=2)
        past = {f"2:{formal.date_maturity}": Past(2, DAY - timedelta(days=20))}
        for late, expected in ((10, 2), (11, 1)):
            with self.subTest(late=late):
                euro = item(1, 100, DAY - timedelta(days=late))
                self.assertEqual(self._leaves_first(euro, formal, past=past), expected)

    def test_what_a_formal_notice_leaves_out_does_not_push_it(self):
        """Old items of level 1 beside it are not claimed by it: they give no turn."""
        formal = item(2, 100, DAY - timedelta(days=31), currency_id=2)
        beside = item(3, 100, DAY - timedelta(days=60), currency_id=2)
        euro = item(1, 100, LATE)  # ripe for three days, the formal notice for one
        past = {f"2:{formal.date_maturity}": Past(2, DAY - timedelta(days=20))}
        _assessment, [proposal] = judge([formal, beside, euro], past=past)
        self.assertEqual(proposal.currency_id, 1)

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(1, 4), st.integers(1, 70)), min_size=2, max_size=8
        )
    )
    def test_nobody_waits_for_ever(self, drawn):
        """Week after week, each currency is passed over by each other twice at most.

        Twice, because one currency has a formal notice and reminders beside it.
        """
        items = [
            item(n, 100, DAY - timedelta(days=late), currency_id=currency)
            for n, (currency, late) in enumerate(drawn, 1)
        ]
        others = len({one.currency_id for one in items}) - 1
        past, passed = {}, dict.fromkeys({one.currency_id for one in items}, 0)
        for week in range(16):
            day = DAY + timedelta(days=7 * week)
            assessment, proposals = judge(items, past=past, day=day)
            self.assertLessEqual(len(proposals), 1, "R2.12")
            for currency in passed:
                codes = {
                    assessment.verdicts[i.id].code
                    for i in items
                    if i.currency_id == currency
                }
                passed[currency] = "one_message" in codes and passed[currency] + 1
                self.assertLessEqual(passed[currency], 2 * others)
            for line in [li for p in proposals for li in p.lines if li.claimed]:
                key = f"{line.item.move_id}:{line.item.date_maturity}"
                past[key] = Past(line.level.sequence, day)
        self.assertEqual({p.sequence for p in past.values()}, {3}, "all have climbed")

    def test_a_notice_that_cannot_leave_gives_way(self):
        euro = item(1, 100, LATE)
        dollar = item(2, 5, DAY - timedelta(days=20), currency_id=2)
        past = {f"2:{dollar.date_maturity}": Past(1, DAY - timedelta(days=11))}
        minimum = POLICY._replace(min_amounts={1: 0, 2: 50, 3: 0, 4: 0})
        assessment, proposals = judge([euro, dollar], past=past, policies={9: minimum})
        self.assertEqual([p.currency_id for p in proposals], [1])
        self.assertEqual(assessment.verdicts[2].code, "below_minimum")

    def test_no_courtesy_reminder_beside_a_notice(self):
        policy = POLICY._replace(pre_days=7, pre_min_amount=Decimal(0))
        late = item(1, 100, LATE)
        soon = item(2, 100, DAY + timedelta(days=3), currency_id=2)
        for items, count in (([late, soon], 1), ([soon], 1)):
            _assessment, proposals = judge(items, policies={9: policy})
            self.assertEqual(len(proposals), count)
        other = [replace_partner(i) for i in (late, soon)]
        self.assertEqual(len(judge(other, policies={9: policy})[1]), 2)
        quiet = {1: Quiet(DAY, DAY)}
        self.assertFalse(judge([soon], policies={9: policy}, quiet=quiet)[1])


def replace_partner(one):
    return one._replace(partner_id=2)


class TestContact(SendCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls._customer("Anna", "consumer")

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-03-16 10:00:00"))

    def _day(self, day, company=None):
        self.clock.move_to(f"{day} 10:00:00")
        run = self.env["dunning.run"].create(
            {"date": day, "company_id": (company or self.company).id}
        )
        run.action_prepare()
        return run.notice_ids.filtered(lambda n: n.partner_id in (self.anna, self.pro))

    def _send(self, notices):
        notices.action_send()
        self._process()
        return notices

    def _codes(self, day, partner=None):
        debtor = self.env["dunning.debtor"].search(
            [
                ("partner_id", "=", (partner or self.anna).id),
                ("company_id", "=", self.company.id),
            ]
        )
        return {row["code"]: row for row in debtor.explain(day)}

    def test_a_consumer_gets_one_message_in_seven_days(self):
        self._invoice(100, "2026-03-02", self.anna)
        first = self._send(self._day("2026-03-16"))
        self.assertEqual(first.state, "sent")
        self._invoice(200, "2026-03-05", self.anna)
        self.assertFalse(self._day("2026-03-22"))
        row = self._codes("2026-03-22")["too_soon"]
        self.assertEqual(row["next_date"], date(2026, 3, 23))
        self.assertIn("R2.12", row["reason"])
        self.assertTrue(self._day("2026-03-23"))

    def test_a_professional_is_not_concerned_by_default(self):
        self._invoice(100, "2026-03-02")
        self._send(self._day("2026-03-16"))
        self._invoice(200, "2026-03-05")
        self.assertTrue(self._day("2026-03-20"))
        self.company.dunning_contact_rule = "all"
        self.env["dunning.run"].search([]).filtered("notice_ids").notice_ids.filtered(
            lambda notice: notice.state == "draft"
        ).action_cancel()
        self.assertFalse(self._day("2026-03-22"))

    def test_two_currencies_make_one_message(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self._invoice(100, "2026-03-02", self.anna)
        self._invoice(500, "2026-03-02", self.anna, currency_id=dollar.id)
        notices = self._day("2026-03-16")
        self.assertEqual(len(notices), 1)
        self.assertIn("one_message", self._codes("2026-03-16"))
        self._send(notices)
        self.assertFalse(self._day("2026-03-18"))
        later = self._day("2026-03-23")
        # the other one has waited longer, though the first is at level 2 by now
        self.assertNotEqual(later.currency_id, notices.currency_id)
        self.assertEqual(later.level_id.sequence, 1)
        self.assertIn("one_message", self._codes("2026-03-23"))
        self._send(later)
        last = self._day("2026-03-30")
        self.assertEqual(last.currency_id, notices.currency_id)
        self.assertEqual(last.level_id.sequence, 2)

    def test_drafts_of_two_policies_approved_together(self):
        """Only one leaves; the other is taken back and says why."""
        one = self._invoice(100, "2026-03-02", self.anna)
        first = self._day("2026-03-16")
        two = self._invoice(100, "2026-03-02", self.anna)
        two.dunning_policy_id = self.policies["professional"]
        self.company.dunning_contact_rule = "none"
        second = self._day("2026-03-16")
        self.company.dunning_contact_rule = "consumer"
        self.assertEqual(first.line_ids.move_line_id.move_id, one)
        self.assertEqual(second.line_ids.move_line_id.move_id, two)
        self._send(first | second)
        states = sorted((first | second).mapped("state"))
        self.assertEqual(states, ["cancelled", "sent"])

    def test_two_approved_at_once_the_first_leaves(self):
        """Both were queued by transactions that did not see each other."""
        self._invoice(100, "2026-03-02", self.anna)
        first = self._day("2026-03-16")
        two = self._invoice(100, "2026-03-02", self.anna)
        two.dunning_policy_id = self.policies["professional"]
        self.company.dunning_contact_rule = "none"
        second = self._day("2026-03-16")
        (first | second).action_send()
        self.assertEqual(set((first | second).mapped("state")), {"queued"})
        self.company.dunning_contact_rule = "consumer"
        self._process()
        self.assertEqual(sorted((first | second).mapped("state")), ["draft", "sent"])

    def test_branches_speak_with_one_voice(self):
        branch = self.env["res.company"].create(
            {"name": "Agence", "parent_id": self.company.id}
        )
        self.assertEqual(branch._dunning_contact(), self.company._dunning_contact())
        self._invoice(100, "2026-03-02", self.anna)
        self._send(self._day("2026-03-16"))
        engine = self.env["dunning.engine"]
        day = date(2026, 3, 18)
        found = engine._contacted(branch, day, 7, [self.anna.id], None)
        self.assertEqual(found, {self.anna.id: date(2026, 3, 23)})
        stranger = self.env["res.company"].create({"name": "Ailleurs"})
        self.assertFalse(engine._contacted(stranger, day, 7, [self.anna.id], None))

    def test_what_is_under_way_counts(self):
        self._invoice(100, "2026-03-02", self.anna)
        queued = self._day("2026-03-16")
        queued.action_send()
        self._invoice(200, "2026-03-05", self.anna)
        self.assertFalse(self._day("2026-03-20"))
        self.assertIn("too_soon", self._codes("2026-03-20"))
        queued.action_cancel()
        self.assertEqual(len(self._day("2026-03-21").line_ids), 2)

    def test_do_not_disturb(self):
        self._invoice(100, "2026-03-02")
        notice = self._day("2026-03-16")
        notice.debtor_id.with_user(self.collector).write(
            {
                "quiet_from": "2026-03-17",
                "quiet_to": "2026-03-19",
                "quiet_reason": "Flooded workshop",
            }
        )
        self.clock.move_to("2026-03-17 10:00:00")
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("Flooded workshop", notice.failure_reason)
        row = self._codes("2026-03-17", self.pro)["do_not_disturb"]
        self.assertEqual(row["next_date"], date(2026, 3, 20))
        self.assertFalse(self._day("2026-03-19"))
        again = self._day("2026-03-20")
        self.assertEqual(again.level_id, notice.level_id)  # nothing was skipped

    def test_do_not_disturb_stops_what_is_queued(self):
        self._invoice(100, "2026-03-02")
        notice = self._day("2026-03-16")
        notice.action_send()
        notice.debtor_id.write({"quiet_from": "2026-03-16", "quiet_to": "2026-03-16"})
        self._process()
        self.assertEqual(notice.state, "draft")

    def test_impossible_settings(self):
        with self.assertRaises(ValidationError):
            self.company.dunning_contact_days = 0
        self._invoice(100, "2026-03-02")
        debtor = self._day("2026-03-16").debtor_id
        for values in (
            {"quiet_from": "2026-03-16"},
            {"quiet_to": "2026-03-16"},
            {"quiet_from": "2026-03-16", "quiet_to": "2026-03-15"},
        ):
            with (
                self.subTest(values),
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                debtor.write(values)
                debtor.flush_recordset()

    def test_a_merged_debtor_keeps_its_quiet_days(self):
        self._invoice(100, "2026-03-02")
        other = self._customer("Durand bis", "professional")
        self._invoice(100, "2026-03-02", other)
        notices = self._run("2026-03-16").notice_ids
        mine, theirs = (
            notices.filtered(lambda n, p=p: n.partner_id == p).debtor_id
            for p in (self.pro, other)
        )
        theirs.write({"quiet_from": "2026-03-16", "quiet_to": "2026-04-16"})
        self.env["dunning.debtor"]._follow_partners(other, self.pro)
        self.assertEqual(mine.quiet_to, date(2026, 4, 16))
