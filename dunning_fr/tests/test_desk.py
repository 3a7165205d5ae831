"""The desk: who comes first, why, and what a collector does with many at once."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.dunning_list_mixin import KEY, Once
from .common_transfer import TransferCommon

TODAY = date(2026, 11, 20)  # a Friday
ORDER = "desk_first desc, desk_score desc, id"
WORDS = ("desk_reason", "desk_score", "desk_score_text", "next_action")


def ago(days):
    return TODAY - timedelta(days=days)


@tagged("post_install_l10n", "post_install", "-at_install")
class DeskCommon(TransferCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.collector = cls._user("desk_collector", "dunning_fr.group_dunning_user")

    @staticmethod
    def _by(user, records):
        """Return ``records`` as ``user`` has them, in the companies of that person."""
        own = records.with_user(user)
        return own.with_context(allowed_company_ids=user.company_ids.ids)

    def setUp(self):
        super().setUp()
        self.debtors = self.env["dunning.debtor"]

    @classmethod
    def _user(cls, login, *groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=",".join(("base.group_user", *groups)),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _owing(self, name, amount=1000, days=40, kind="professional", **values):
        """Return the debtor of a new customer who owes ``amount`` late."""
        partner = self._customer(name, kind, **values)
        self._invoice(amount, ago(days), partner)
        debtor = self._debtor(partner)
        self.debtors |= debtor
        return debtor

    def _promise(self, debtor, day, state="active", **values):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": debtor.id,
                "kind": "promise",
                "date_from": day - timedelta(days=5),
                "date_to": day,
                "state": state,
                **values,
            }
        )

    def _order(self, *domain):
        own = [("id", "in", self.debtors.ids), *domain]
        return self.env["dunning.debtor"].search(own, order=ORDER)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDesk(DeskCommon):
    # ------------------------------------------------------------------ order

    def test_the_score_is_amount_lateness_risk_and_broken_promises(self):
        debtor = self._owing("Calcul SARL", 1000, 60)
        self.company.dunning_desk_late_weight = 50
        self.assertEqual(debtor.desk_score, 2000)  # × (1 + 50 % × 60 / 30)
        debtor.solvency_result = "weak"
        debtor.invalidate_recordset()
        self.assertEqual(debtor.desk_score, 4000)  # × (1 + 100 %)
        self._promise(debtor, ago(50), "broken")
        debtor.invalidate_recordset()
        self.assertEqual(debtor.desk_score, 6000)  # × (1 + 50 %)
        text = debtor.desk_score_text
        for part in ("1,000.00", "2.00", "60 days", "means are weak", "1.50"):
            self.assertIn(part, text)
        self.company.write(
            {
                "dunning_desk_late_weight": 0,
                "dunning_desk_risk_weight": 0,
                "dunning_desk_broken_weight": 0,
            }
        )
        debtor.invalidate_recordset()
        self.assertEqual(debtor.desk_score, 1000)

    def test_lateness_is_that_of_the_amounts(self):
        """A small old rest does not make a large young debt old."""
        debtor = self._owing("Vieux SARL", 10, 300)
        self._invoice(990, ago(10), debtor.partner_id)
        self.assertIn("13 days late", debtor.desk_score_text)

    def test_lateness_and_broken_promises_count_up_to_a_limit(self):
        debtor = self._owing("Ancien SARL", 100, 700)
        for days in (40, 60, 80, 100, 500):
            self._promise(debtor, ago(days), "broken")
        self.assertEqual(debtor.desk_score, round(100 * (1 + 0.5 * 365 / 30) * 2.5))

    def test_a_list_sorts_as_the_pages_say(self):
        for number, (amount, days) in enumerate(
            ((500, 10), (400, 200), (900, 5), (30, 360), (500, 10))
        ):
            self._owing(f"Rang{number} SARL", amount, days)
        found = self._order()
        self.assertEqual(found, self.debtors.sorted(lambda d: (-d.desk_score, d.id)))
        self.assertEqual(len({d.desk_score for d in found}), 4)
        middle = found[1].desk_score
        above = self._order(("desk_score", ">", middle))
        self.assertEqual(above, found[:1])

    def test_a_broken_promise_is_on_top_until_its_task_is_done(self):
        rich = self._owing("Riche SARL", 90000, 90)
        small = self._owing("Petit SARL", 50, 20)
        self.assertEqual(self._order(), rich | small)
        promise = self._promise(small, ago(3), amount=50)
        self.env["dunning.hold"]._settle_promises(self.company, TODAY)
        self.assertEqual(promise.state, "broken")
        self.env.invalidate_all()
        self.assertEqual(self._order().ids, (small + rich).ids)
        self.assertEqual(small.desk_reason, "broken")
        self.assertEqual(
            small.next_action,
            "Call: promise of 50.00\N{NO-BREAK SPACE}€ for 11/17/2026 broken",
        )
        promise.breach_activity_id.action_feedback(feedback="Called")
        self.env.invalidate_all()
        self.assertNotEqual(small.desk_reason, "broken")
        self.assertEqual(self._order().ids, (rich + small).ids)

    def _broken(self, name="Rompu SARL"):
        """Return (debtor, promise) of a promise that the ledger broke today."""
        debtor = self._owing(name)
        invoice = self._items_of(debtor).move_id
        promise = self._promise(debtor, ago(3), move_ids=[Command.set(invoice.ids)])
        self.env["dunning.hold"]._settle_promises(self.company, TODAY)
        self.env.invalidate_all()
        self.assertEqual(debtor.desk_reason, "broken")
        return debtor, promise

    def _is_on_top(self, debtor):
        self.env.invalidate_all()
        self.assertEqual(debtor.desk_first, debtor.desk_reason == "broken")
        return debtor.desk_first

    def test_a_deleted_task_says_nothing_of_the_debtor(self):
        debtor, promise = self._broken()
        promise.breach_activity_id.unlink()
        self.assertTrue(self._is_on_top(debtor), "nobody has spoken to it")
        debtor.with_user(self.collector).action_record_call("reached", "On Friday")
        self.assertFalse(self._is_on_top(debtor))

    def test_who_was_reached_is_not_on_top_and_its_task_is_over(self):
        for outcome, on_top in (
            ("no_answer", True),
            ("message_left", True),
            ("wrong_number", True),
            ("reached", False),
            ("refused", False),
            ("plan", False),
            ("dispute", False),
        ):
            with self.subTest(outcome):
                debtor, promise = self._broken(f"{outcome} SARL")
                debtor.with_user(self.collector).action_record_call(outcome, "Said so")
                self.assertEqual(self._is_on_top(debtor), on_top)
                self.assertEqual(bool(promise.breach_activity_id), on_top)

    def test_who_was_written_to_is_not_on_top(self):
        debtor, _promise = self._broken()
        notice = self._notice(self._items_of(debtor), 1, ago(2))
        self.assertTrue(self._is_on_top(debtor), "sent before it broke")
        notice.sudo()._proof_unlocked().write({"date": TODAY, "sent_date": TODAY})
        self.assertFalse(self._is_on_top(debtor))

    def test_a_new_promise_takes_off_the_top(self):
        debtor, _promise = self._broken()
        new = self._promise(debtor, TODAY + timedelta(days=4))
        self.assertFalse(self._is_on_top(debtor))
        new.action_release()
        self.assertTrue(self._is_on_top(debtor))

    def test_what_was_promised_is_paid_late(self):
        debtor, promise = self._broken()
        self._invoice(500, ago(30), debtor.partner_id)
        self._pay(promise.move_ids, 1000, TODAY)
        self.assertEqual(promise.state, "broken")
        self.assertFalse(self._is_on_top(debtor), "something else is owed")
        self.assertTrue(debtor.desk_reason)

    def test_put_off_it_is_off_the_desk_until_its_day(self):
        debtor, _promise = self._broken()
        todo = ("is_snoozed", "=", False)
        debtor.with_user(self.collector).action_snooze(TODAY + timedelta(days=4))
        self.env.invalidate_all()
        self.assertFalse(self._order(todo))
        with freeze_time(f"{TODAY + timedelta(days=4)} 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self._order(todo), debtor)
            self.assertTrue(self._is_on_top(debtor), "nobody has spoken to it yet")

    def test_put_off_it_stays_where_a_time_limit_is_at_stake(self):
        """Four days before the insurer must be told; a month off hides nothing."""
        debtor = self._owing("Butoir SARL")
        todo = ("is_snoozed", "=", False)
        debtor.with_user(self.collector).action_snooze(TODAY + timedelta(days=30))
        self.assertFalse(self._order(todo))
        debtor.write(
            {"insurer": "Assureur", "insurance_declare_by": TODAY + timedelta(days=9)}
        )
        self.env["dunning.watch"]._watch_cover(self.company)
        self.env.invalidate_all()
        self.assertFalse(self._order(todo), "not this week's yet")
        with freeze_time(f"{TODAY + timedelta(days=3)} 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self._order(todo), debtor)
            self.assertFalse(debtor.snoozed_until)
            self.assertEqual(debtor.desk_reason, "deadline")
            debtor.with_user(self.collector).action_done_today()
            self.env.invalidate_all()
            self.assertEqual(self._order(todo), debtor, "its task is not done")
            self.assertIn("time limit", debtor.message_ids[0].body)
            check = self.env["dunning.desk.check"].search([("code", "=", "deadline")])
            self.assertEqual(check.count, 1)
            self._promise(debtor, TODAY, "broken")
            self.env.invalidate_all()
            self.assertEqual(check.count, 1, "whatever else is to do about it")
            debtor.hold_ids.action_release()
            debtor.activity_ids.action_done()
            self.env.invalidate_all()
            self.assertFalse(self._order(todo), "put off, with nothing at stake")

    def test_who_has_paid_is_off_the_desk(self):
        debtor = self._owing("Payé SARL", 100)
        self._promise(debtor, ago(3), "broken")
        self.assertEqual(debtor.desk_reason, "broken")
        invoice = self.env["account.move"].search(
            [("partner_id", "=", debtor.partner_id.id)]
        )
        self._pay(invoice, 100, TODAY)
        self.env.invalidate_all()
        self.assertFalse(debtor.desk_reason or debtor.next_action or debtor.desk_first)
        self.assertEqual(debtor.desk_score, 0)
        self.assertEqual(debtor.desk_score_text, "Nothing is overdue.")

    # ------------------------------------------------------------------ reasons

    def _reason_cases(self):
        """Return {reason: debtor whose first thing to do it is}."""
        made = {
            name: self._owing(f"{name.title()} SARL")
            for name in ("broken", "dispute", "failed", "draft", "credit", "waiting")
        }
        made["qualify"] = self._owing("Inconnu SARL", kind=None)
        made["unreachable"] = self._owing("Nulle SARL", email=False, street=False)
        made["remind"] = self._owing("Suivant SARL")
        made["instalment"] = self._owing("Échéance SARL", days=90)
        self._plan_of(made["instalment"])
        made["call"] = self._owing("Téléphone SARL")
        self._plan_call(made["call"], TODAY)
        self._plan_call(made["remind"], TODAY + timedelta(days=1))
        made["running"] = self._owing("Délai SA")
        self._notice(self._items_of(made["running"]), 1, ago(2), deadline_date=TODAY)
        made["expired"] = self._owing("Échu SARL", days=90)
        made["deadline"] = self._owing("Butoir SARL")
        self._promise(made["broken"], ago(3), "broken")
        self.env["dunning.hold"].create(
            {
                "debtor_id": made["dispute"].id,
                "kind": "dispute",
                "date_from": ago(10),
                "answer_by": ago(1),
            }
        )
        self._promise(made["waiting"], TODAY + timedelta(days=3))
        for name, state in (("failed", "unknown"), ("draft", "draft")):
            self._notice(self._items_of(made[name]), 1, ago(2), state)
        self._notice(self._items_of(made["expired"]), 2, ago(30))
        formal = self._notice(
            self._items_of(made["expired"]),
            3,
            ago(20),
            deadline_date=ago(5),
            presented_date=ago(18),
        )
        self.assertTrue(formal.is_formal_notice)
        self.env["dunning.item"]._refresh()
        self._credit_of(made["credit"], 5)
        made["deadline"].write(
            {"insurer": "Assureur", "insurance_declare_by": TODAY + timedelta(days=4)}
        )
        self.env["dunning.watch"]._watch_cover(self.company)
        return made

    def _plan_of(self, debtor):
        """Return a plan of two halves, the first of them missed."""
        return self.env["dunning.hold"].create(
            {
                "debtor_id": debtor.id,
                "kind": "plan",
                "date_from": ago(30),
                "move_ids": [Command.set(self._items_of(debtor).move_id.ids)],
                "instalment_ids": [
                    Command.create({"due_date": day, "amount": 500})
                    for day in (ago(12), TODAY + timedelta(days=20))
                ],
            }
        )

    def _plan_call(self, debtor, day):
        debtor.activity_schedule(
            "mail.mail_activity_data_call", day, user_id=self.collector.id
        )

    def _items_of(self, debtor):
        moves = self.env["account.move"].search(
            [("partner_id", "=", debtor.partner_id.id), ("state", "=", "posted")]
        )
        return self._items(moves).filtered(lambda line: line.amount_residual > 0)

    def _credit_of(self, debtor, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": debtor.partner_id.id,
                "amount": amount,
                "date": ago(1),
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def test_each_reason_is_found_filtered_grouped_and_said(self):
        made = self._reason_cases()
        self.env.invalidate_all()
        for reason, debtor in made.items():
            with self.subTest(reason):
                self.assertEqual(debtor.desk_reason, reason)
                self.assertEqual(self._order(("desk_reason", "=", reason)), debtor)
                self.assertTrue(debtor.next_action)
        groups = self.env["dunning.debtor"]._read_group(
            [("id", "in", self.debtors.ids)], ["desk_reason"], ["__count"]
        )
        self.assertEqual(dict(groups), dict.fromkeys(made, 1))
        texts = [debtor.next_action for debtor in made.values()]
        self.assertEqual(len(set(texts)), len(texts))
        first = self._order(("desk_first", "=", True))
        self.assertEqual(first, made["broken"] | made["deadline"])
        self.assertEqual(self._order()[:2], first)
        busy = self._order(("desk_reason", "not in", ["waiting", False]))
        self.assertEqual(busy, self.debtors - made["waiting"])

    def test_a_part_on_hold_does_not_hide_the_rest(self):
        debtor = self._owing("Moitié SARL", 1000)
        second = self._invoice(200, ago(20), debtor.partner_id)
        hold = self._promise(
            debtor, TODAY + timedelta(days=3), move_ids=[Command.set(second.ids)]
        )
        self.assertEqual(debtor.desk_reason, "remind")
        hold.move_ids = False
        self.env.invalidate_all()
        self.assertEqual(debtor.desk_reason, "waiting")
        hold.amount = 300
        self.env.invalidate_all()
        self.assertEqual(debtor.desk_reason, "remind")

    def test_a_closed_case_has_no_time_limit(self):
        debtor = self._owing("Procès SARL", 6000, 60)
        other = self._invoice(5000, ago(50), debtor.partner_id)
        procedure = self.env["dunning.procedure"]._by_code("injonction")
        closed, live = self.env["dunning.case"].create(
            [
                {
                    "debtor_id": debtor.id,
                    "procedure_id": procedure.id,
                    "move_ids": [Command.set(move.ids)],
                    "date": ago(30),
                }
                for move in (self._items_of(debtor).move_id - other, other)
            ]
        )
        for case, day in ((closed, ago(-1)), (live, ago(-3))):
            case.sudo()._trusted().step_ids[0].write(
                {"alert_date": day, "deadline": day}
            )
        self.env.invalidate_all()
        self.assertIn("11/21/2026", debtor.next_action)
        closed.action_withdraw()
        self.env.invalidate_all()
        self.assertEqual(debtor.desk_reason, "deadline")
        self.assertIn("11/23/2026", debtor.next_action)

    def test_a_formal_notice_waits_for_its_presentation(self):
        debtor = self._owing("Présenté SARL", days=90)
        self._notice(self._items_of(debtor), 3, ago(20), deadline_date=ago(5))
        self.env["dunning.item"]._refresh()
        self.assertEqual(debtor.desk_reason, "remind")
        self.assertIn("was presented", debtor.next_action)

    def test_it_says_why_a_person_has_to_decide(self):
        """In the list: the rule that holds reminders back, not a word that one does."""
        never = self._owing("Jamais SARL")
        never.partner_id.with_company(self.company).dunning_excluded = True
        blocked = self._owing("Bloqué SARL")
        self._items_of(blocked).move_id.payment_state = "blocked"
        last = self._owing("Dernier SARL", days=200)
        self._notice(self._items_of(last), 4, ago(60))
        self.env["dunning.item"]._refresh()
        self.env.invalidate_all()
        told = {
            never: "Decide: customer never reminded",
            blocked: "Decide: payment blocked",
            last: "Decide: last level sent",
        }
        for debtor, text in told.items():
            with self.subTest(debtor.partner_id.name):
                self.assertEqual(debtor.desk_reason, "remind")
                self.assertEqual(debtor.next_action, text)

    def test_what_is_never_reminded_for_its_size_is_nobodys_work(self):
        self.company.dunning_tolerance = 1
        small, more = self._owing("Centime SARL", 1), self._owing("Plus SARL", 1.01)
        self.assertFalse(small.desk_reason)
        self.assertEqual(more.desk_reason, "remind")
        self.assertEqual(self._order(("desk_reason", "=", "remind")), more)

    def test_a_debt_moved_to_416_is_the_same_debt(self):
        debtor = self._owing("Douteux SARL", 100, 60)
        self.env.invalidate_all()
        before = (debtor.desk_score, debtor.desk_reason, debtor.oldest_due)
        self._transfer(self._items_of(debtor).move_id, day=ago(10))
        self.env.invalidate_all()
        self.assertEqual(
            (debtor.desk_score, debtor.desk_reason, debtor.oldest_due), before
        )
        self._promise(debtor, TODAY + timedelta(days=3))
        self.env.invalidate_all()
        self.assertEqual(debtor.desk_reason, "waiting")
        self.assertEqual(self._order(("desk_reason", "=", "waiting")), debtor)

    def test_the_next_reminder_is_that_of_the_lists(self):
        debtor = self._owing("Demain SARL", 100, 2)
        self.assertEqual(debtor.desk_reason, "running")  # no level is due yet
        self._notice(self._items_of(debtor), 1, ago(20), is_pre_reminder=True)
        day = debtor.partner_id.dunning_next_date
        self.assertGreater(day, TODAY)
        self.assertEqual(
            debtor.next_action, f"Remind from {day.month:02}/{day.day:02}/{day.year}"
        )

    def test_last_contact_is_sorted_as_it_is_shown(self):
        silent = self._owing("Muet SARL", days=90)
        written, called = self._owing("Écrit SARL"), self._owing("Appelé SARL")
        self._notice(self._items_of(written), 1, ago(30))
        self._notice(self._items_of(silent), 2, ago(2), "draft")
        called.with_user(self.collector).action_record_call("reached", "Wait")
        self.env.invalidate_all()
        self.assertEqual(
            [debtor.last_contact_date for debtor in (silent, written, called)],
            [False, ago(30), TODAY],
        )
        for domain, expected in (
            ([("last_contact_date", "<", ago(29))], written),
            ([("last_contact_date", "=", False)], silent),
            ([("last_contact_date", ">=", ago(30))], written | called),
        ):
            self.assertEqual(self._order(*domain), expected)
        own = [("id", "in", self.debtors.ids)]
        found = self.env["dunning.debtor"].search(own, order="last_contact_date desc")
        self.assertEqual(found[1:], called | written)

    def test_a_page_costs_the_same_for_few_and_for_many(self):
        made = self._reason_cases()
        specification = dict.fromkeys(WORDS, {})

        def read(debtors):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            debtors.web_search_read(
                [("id", "in", debtors.ids)], specification, limit=80, order=ORDER
            )
            return self.env.cr.sql_log_count - before

        few = self.env["dunning.debtor"].concat(*made.values())
        read(few)
        counted = read(few)
        for reason in ("remind", "qualify", "draft"):
            for number in range(3):
                debtor = self._owing(
                    f"{reason}{number} SARL",
                    kind=None if reason == "qualify" else "professional",
                )
                if reason == "draft":
                    self._notice(self._items_of(debtor), 1, ago(2), "draft")
        self.env.flush_all()
        self.assertEqual(read(self.debtors), counted)
        self.assertLessEqual(counted, 75)

    def test_a_list_asks_for_the_accounts_once(self):
        lists = self.env["dunning.schedule"].with_context(**{KEY: Once()})
        self.env.flush_all()
        self.assertTrue(lists.env.companies.ids, "read before what is counted")
        with self.assertQueryCount(1):
            for _again in range(3):
                lists._trade_sql(reminded=True)
        every = lists._trade_sql()
        self.assertNotEqual(every.params, ())
        self.company_data["default_account_receivable"].dunning_excluded = True
        # outside of a list the settings of the moment count
        fresh = self.env["dunning.schedule"]
        self.assertNotEqual(fresh._trade_sql(reminded=True), fresh._trade_sql())

    # ------------------------------------------------------------------ put off

    def test_done_for_today_comes_back_tomorrow(self):
        debtor = self._owing("Fini SARL").with_user(self.collector)
        todo = ("is_snoozed", "=", False)
        self.assertEqual(self._order(todo), debtor)
        debtor.action_done_today()
        self.assertFalse(self._order(todo))
        self.assertEqual(self._order(("is_snoozed", "=", True)), debtor)
        self.assertEqual(debtor.snoozed_until, TODAY + timedelta(days=1))
        self.assertIn("Put off until 11/21/2026", debtor.message_ids[0].body)
        with freeze_time("2026-11-21 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self._order(todo), debtor)
            self.assertFalse(debtor.is_snoozed)

    def test_put_off_again_and_brought_back_leave_a_trace(self):
        debtor = self._owing("Trace SARL").with_user(self.collector)
        debtor.action_snooze(str(TODAY + timedelta(days=5)), "Accountant away")
        debtor.action_snooze(TODAY + timedelta(days=9))
        rows = self.env["dunning.snooze"].search([("debtor_id", "=", debtor.id)])
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows.user_id, self.collector)
        self.assertEqual(rows.mapped("ended_on"), [False, TODAY])
        debtor.action_wake()
        self.assertFalse(debtor.is_snoozed)
        self.assertEqual(rows.mapped("ended_on"), [TODAY, TODAY])
        bodies = " ".join(debtor.message_ids.mapped("body"))
        for words in ("Accountant away", "11/29/2026", "Back on the desk"):
            self.assertIn(words, bodies)

    def test_a_promise_that_breaks_brings_back(self):
        debtor = self._owing("Retour SARL")
        self._promise(debtor, TODAY + timedelta(days=2))
        debtor.action_snooze(TODAY + timedelta(days=30))
        later = TODAY + timedelta(days=10)
        with freeze_time(f"{later} 10:00:00"):
            self.assertTrue(debtor.is_snoozed)
            self.env["dunning.hold"]._settle_promises(self.company, later)
            self.env.invalidate_all()
            self.assertFalse(debtor.is_snoozed)
            debtor.action_done_today()  # dealt with: it stays off until tomorrow
            self.assertTrue(debtor.is_snoozed)

    def test_a_promise_that_breaks_on_the_same_day_brings_back_too(self):
        debtor = self._owing("Midi SARL")
        self._promise(debtor, ago(2))
        debtor.action_snooze(TODAY + timedelta(days=30))
        self.env.flush_all()
        # put off at nine, a run prepared at ten: one transaction has one clock
        self.env.cr.execute(
            "UPDATE dunning_snooze SET create_date = create_date - interval '1 hour'"
            " WHERE debtor_id = %s",
            [debtor.id],
        )
        self.env["dunning.hold"]._settle_promises(self.company, TODAY)
        self.env.invalidate_all()
        self.assertEqual(debtor.hold_ids.state, "broken")
        self.assertFalse(debtor.is_snoozed)
        debtor.action_snooze(TODAY + timedelta(days=30))  # seen, and put off again
        self.assertTrue(debtor.is_snoozed)

    def test_wrong_days_are_refused(self):
        debtor = self._owing("Jour SARL")
        for until in (TODAY, ago(1), TODAY + timedelta(days=93), False):
            with self.subTest(until), self.assertRaises(UserError):
                debtor.action_snooze(until)
        debtor.action_snooze(TODAY + timedelta(days=92))
        self.assertTrue(debtor.is_snoozed)

    # ------------------------------------------------------------------ many at once

    def _apply(self, task, **values):
        opened = self.debtors.with_user(self.collector).with_context(desk_task=task)
        action = opened.action_desk_dialog()
        wizards = opened.env[action["res_model"]].with_context(**action["context"])
        with Form(wizards) as form:
            for name, value in values.items():
                form[name] = value
        form.record.action_apply()

    def test_mass_actions(self):
        first, second = self._owing("Un SARL"), self._owing("Deux SARL")
        first.user_id = self.collector
        self._apply("assign", user_id=self.collector)
        self.assertEqual(second.user_id, self.collector)
        self._apply("call", day=TODAY + timedelta(days=3), note="Ask for the cheque")
        call = self.env.ref("mail.mail_activity_data_call")
        for debtor in first | second:
            self.assertEqual(debtor.activity_ids.activity_type_id, call)
            self.assertEqual(debtor.activity_ids.user_id, self.collector)
        self._apply("snooze", note="Later")
        # a week later is a Friday
        self.assertEqual(
            {d.snoozed_until for d in first | second}, {TODAY + timedelta(days=7)}
        )

    def test_many_cost_no_more_than_few(self):
        for number in range(7):
            self._owing(f"Masse{number} SARL")

        def counted(debtors):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            debtors.action_done_today()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        counted(self.debtors[0])  # what is read once
        one = counted(self.debtors[1])
        self.assertLessEqual(counted(self.debtors[2:]), one)

    # ------------------------------------------------------------------ rights

    def test_others_see_and_do_nothing(self):
        debtor = self._owing("Secret SARL")
        self._promise(debtor, ago(3), "broken")
        debtor.action_snooze(TODAY + timedelta(days=3))
        elsewhere = self.setup_other_company(name="Autre SAS")["company"]
        stranger = self._user(
            "desk_stranger", "dunning_fr.group_dunning_manager", company=elsewhere
        )
        accountant = self._user("desk_plain", "account.group_account_invoice")
        mine = [("id", "in", debtor.ids)]
        for name, value in (
            ("desk_reason", "broken"),
            ("desk_first", True),
            ("is_snoozed", True),
        ):
            domain = [*mine, (name, "=", value)]
            debtors = self._by(stranger, debtor)
            self.assertFalse(debtors.search(domain))
            self.assertFalse(debtors._read_group(domain, ["desk_reason"], ["__count"]))
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._by(accountant, debtor).search(domain)
        self.assertFalse(self._by(stranger, self.env["dunning.snooze"]).search([]))
        own = debtor.with_user(self.collector)
        self.assertEqual((own.desk_reason, own.is_snoozed), ("broken", True))
        self.env.invalidate_all()
        for user in (stranger, accountant):
            record = self._by(user, debtor)
            for attempt in (
                record.action_done_today,
                record.action_wake,
                lambda d=record: d.action_snooze(TODAY + timedelta(days=2)),
                lambda d=record: d.read(["desk_score"]),
                lambda d=record: d.read(["next_action"]),
                lambda d=record: d.read(["snoozed_until"]),
            ):
                with (
                    mute_logger("odoo.addons.base.models.ir_access"),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    attempt()

    def test_a_form_asks_for_no_other_company(self):
        """What a client names in a form that is not saved is not read for it."""
        debtor = self._owing("Forgé SARL")
        elsewhere = self.setup_other_company(name="Autre SAS")["company"]
        stranger = self._user(
            "desk_forger", "dunning_fr.group_dunning_manager", company=elsewhere
        )
        forged = self._by(stranger, self.env["dunning.debtor"]).new(
            {"partner_id": debtor.partner_id.id, "company_id": self.company.id},
            origin=self._by(stranger, debtor),
        )
        self.assertFalse(forged.desk_score or forged.desk_reason)
        self.assertFalse(forged.next_action or forged.snoozed_until)

    def test_forged_tasks(self):
        debtor = self._owing("Tâche SARL")
        elsewhere = self.setup_other_company(name="Autre SAS")["company"]
        stranger = self._user(
            "desk_thief", "dunning_fr.group_dunning_manager", company=elsewhere
        )
        tasks = self.env["dunning.desk.task"]
        values = {"task": "assign", "debtor_ids": [Command.set(debtor.ids)]}
        thief = self._by(stranger, tasks)
        with self.assertRaises(AccessError):
            thief.create({**values, "user_id": stranger.id})
        own = tasks.with_user(self.collector)
        with self.assertRaisesRegex(UserError, "does not work for this company"):
            own.create({**values, "user_id": stranger.id}).action_apply()
        self.assertFalse(debtor.user_id)
        with (
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.assertRaises(AccessError),
        ):
            self._by(stranger, own.create(values)).action_apply()
