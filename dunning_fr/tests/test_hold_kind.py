"""The other entries of the stop list: death, striking off, judge's delay, …"""

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common_hold import DUE, HoldCommon

MADE, DAY = date(2026, 9, 10), date(2026, 9, 20)
FAR = date(2026, 12, 30)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-09-20")
class TestHoldKind(HoldCommon):
    def _lists_say(self):
        """Return the next date that the lists of invoices show."""
        self.invoice.invalidate_recordset()
        return self.invoice.dunning_next_date

    def test_r10_12_each_kind_stops_and_says_so(self):
        factor = self._customer("Factor SA", "professional")
        expected = {
            "death": ({"death_date": MADE}, "died on 09/10/2026"),
            "struck_off": ({"struck_off_on": MADE}, "on 09/10/2026"),
            "grace": (
                {"decision_date": MADE, "date_to": FAR},
                "until 12/30/2026 (decision of 09/10/2026)",
            ),
            "small_claims": ({}, "until 10/12/2026"),
            "mediation": ({"mediator": "M. Roux"}, "(M. Roux)"),
            "insurer": ({"insurer_reference": "L. 45", "reason": "Talks"}, "Talks)"),
            "document": ({"document_asked": "Order 12"}, "(Order 12)"),
            "factored": ({"factor_id": factor.id}, "(Factor SA)"),
        }
        for kind, (values, words) in expected.items():
            with self.subTest(kind):
                hold = self._hold(kind, **values)
                told = self._told()
                self.assertEqual(
                    (told["code"], told["next_level"]), (f"hold_{kind}", 0)
                )
                self.assertIn(words, told["reason"])
                self.assertEqual(
                    self._lists_say(), hold.date_to and hold.date_to + timedelta(1)
                )
                self.assertFalse(self._run(DAY).notice_ids)
                hold.action_lift("No longer so")
                self.assertEqual(self._told()["code"], "ready")
                self.assertEqual(self._lists_say(), DUE + timedelta(7))

    def test_drafts_are_cancelled_by_every_kind_that_stops(self):
        [notice] = self._run(DAY).notice_ids
        self._hold("insurer", insurer_reference="L. 45")
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(notice.failure_reason, "Instruction of the credit insurer")

    def test_lifting_needs_a_reason_and_leaves_a_trace(self):
        hold = self._hold("mediation", mediator="M. Roux")
        dialog = hold.action_lift()
        self.assertEqual(dialog["res_model"], "dunning.hold.lift")
        with self.assertRaisesRegex(UserError, "Say why"):
            hold.action_lift("  ")
        wizard = Form(
            self.env["dunning.hold.lift"]
            .with_user(self.collector)
            .with_context(**dialog["context"])
        )
        wizard.reason = "No agreement"
        wizard.save().action_lift()
        self.assertEqual(
            (hold.state, hold.lift_reason, hold.ended_on),
            ("released", "No agreement", DAY),
        )
        self.assertIn("No agreement", self.debtor.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "is over already"):
            hold.action_lift("Again")
        hold.state = "active"  # lifted by mistake
        self.assertFalse(hold.ended_on or hold.lift_reason)

    def test_how_it_ended_is_not_written_by_hand(self):
        hold = self._hold("mediation", lift_reason="Forged", ended_on=MADE)
        self.assertFalse(hold.lift_reason or hold.ended_on)
        for values in ({"lift_reason": "Forged"}, {"ended_on": MADE}):
            with self.assertRaisesRegex(UserError, "Lift the hold"):
                hold.write(values)

    def test_what_a_manager_keeps_is_not_lifted_by_a_collector(self):
        hold = self._hold("insurer")
        hold.sudo().kept_by_manager = True
        with self.assertRaisesRegex(AccessError, "manager keeps"):
            hold.action_lift("Mine now")
        self.assertEqual(hold.state, "active")

    # ------------------------------------------------------------- ends and edges

    def test_r6_12_the_month_to_answer(self):
        """The 31st of a month without one; a last day on a Sunday moves on (R7.16)."""
        for first, last in (
            ("2026-08-31", date(2026, 9, 30)),
            ("2026-10-01", date(2026, 11, 2)),  # 1 November: a Sunday and a holiday
        ):
            hold = self._hold("small_claims", date_from=first)
            self.assertEqual(hold.date_to, last)
            hold.action_lift("Next")
        hold.state, hold.date_from = "active", date(2026, 8, 31)
        self.assertEqual(hold.date_to, date(2026, 9, 30))
        form = Form(
            self.env["dunning.hold"].with_context(default_debtor_id=self.debtor.id)
        )
        form.kind = "small_claims"
        form.date_from = "2026-08-31"
        self.assertEqual(form.date_to, date(2026, 9, 30))

    def test_no_online_payment_while_the_month_to_answer_runs(self):
        """R6.12: a hold says so as well as a case, to the edges of its days."""
        other = self._invoice(90, DUE)
        moves = [Command.set(self.invoice.ids)]
        hold = self._hold("small_claims", date_from="2026-08-20", move_ids=moves)
        for day, is_stopped in (
            ("2026-08-19", False),
            ("2026-08-20", True),
            ("2026-09-21", True),
            ("2026-09-22", False),
        ):
            with freeze_time(day):
                text = self.invoice._dunning_payment_stop_text()
                self.assertEqual("commissaire de justice" in text, is_stopped, day)
                self.assertFalse(other._dunning_payment_stop_text())
        hold.move_ids = False
        self.assertTrue(other._dunning_payment_stop_text())
        hold.action_lift("Refused")
        self._hold("insurer")
        self.assertFalse(self.invoice._dunning_payment_stop_text())

    def test_the_last_day_ends_it(self):
        hold = self._hold("small_claims", date_from=date(2026, 8, 20))
        for day, code in (("2026-09-21", "hold_small_claims"), ("2026-09-22", "ready")):
            self.assertEqual(self._told(day)["code"], code)
        with freeze_time("2026-09-21"):
            hold._settle_holds(self.company, date(2026, 9, 21))
            self.assertEqual(hold.state, "active")
        with freeze_time("2026-09-22"):
            hold._settle_holds(self.company, date(2026, 9, 22))
        self.assertEqual((hold.state, hold.ended_on), ("released", hold.date_to))
        self.assertIn("last day has passed", hold.lift_reason)

    def test_a_run_dated_ahead_ends_no_hold(self):
        hold = self._hold("small_claims")
        hold._settle_holds(self.company, date(2026, 12, 1))
        self.assertEqual(hold.state, "active")

    def test_a_document_sent_ends_the_hold(self):
        hold = self._hold("document", document_asked="Order 12", asked_by="Mme Roux")
        with self.assertRaisesRegex(ValidationError, "has not come yet"):
            hold.sent_on = DAY + timedelta(1)
        hold.sent_on = date(2026, 9, 18)
        self.assertEqual((hold.state, hold.ended_on), ("released", date(2026, 9, 18)))
        self.assertEqual(self._told()["code"], "ready")

    def test_facts_are_of_the_past(self):
        for kind, name in (("death", "death_date"), ("struck_off", "struck_off_on")):
            with self.assertRaisesRegex(ValidationError, "has not come yet"):
                self._hold(kind, **{name: DAY + timedelta(1)})
            self._hold(kind, **{name: DAY})

    def test_the_case_is_the_debtor_s(self):
        other = self._customer("Autre SARL", "professional")
        invoice = self._invoice(1000, DUE, other)
        case = self.env["dunning.case"].create(
            {
                "debtor_id": self._debtor_of(other).id,
                "procedure_id": self.env["dunning.procedure"]._by_code("fond").id,
                "move_ids": [Command.set(invoice.ids)],
                "date": DAY,
            }
        )
        with self.assertRaisesRegex(ValidationError, "another debtor"):
            self._hold("small_claims", case_id=case.id)

    # ----------------------------------------------------------------- interest

    def _interest(self, day=DAY):
        return self.invoice.get_late_payment_claim(day)["interest"]

    def test_r1_32_a_judge_s_delay_suspends_interest_whoever_enters_it(self):
        before = self._interest(FAR)
        hold = self._hold("grace", decision_date=MADE, date_to=date(2026, 12, 20))
        self.assertTrue(hold.suspends_interest)
        self.assertLess(self._interest(FAR), before)
        self.assertIn("Interest suspended", self.debtor.message_ids[0].body)
        with self.assertRaisesRegex(AccessError, "Only a dunning manager"):
            hold.date_to = FAR  # a change of what it waives is a manager's
        other = self._hold("other", date_to=FAR)
        with self.assertRaisesRegex(AccessError, "Only a dunning manager"):
            other.kind = "grace"

    def test_a_delay_beyond_two_years_is_doubted(self):
        hold = self._hold("grace", decision_date=MADE, date_to=date(2028, 9, 10))
        self.assertFalse(hold.is_beyond_delay)
        hold.with_user(self.env.user).date_to = date(2028, 9, 11)
        self.assertTrue(hold.is_beyond_delay)

    def test_r1_33_talks_suspend_nothing_unless_the_company_says_so(self):
        before = self._interest()
        hold = self._hold("mediation", date_from=date(2026, 9, 1))
        self.assertEqual(self._interest(), before)
        self.company.dunning_talks_pause_interest = True
        waiting = self._interest()
        self.assertLess(waiting, before)
        hold.action_lift("No agreement")
        self.assertEqual(self._interest(), waiting, "the days of the talks stay free")
        self.assertGreater(self._interest(FAR), waiting)

    def test_limitation_events_are_offered(self):
        for kind, values, expected in (
            ("mediation", {}, ("mediation", MADE, False)),
            (
                "grace",
                {"decision_date": MADE, "date_to": FAR},
                ("court_action", False, MADE),
            ),
        ):
            context = self._hold(kind, **values).action_record_event()["context"]
            names = ("default_kind", "default_date", "default_date_to")
            self.assertEqual(tuple(context[name] for name in names), expected)
        with self.assertRaisesRegex(UserError, "moves no limitation"):
            self._hold("insurer").action_record_event()

    # ------------------------------------------------------------------ warnings

    def _tasks(self):
        self.env["dunning.watch"]._watch_holds(self.company)
        return self.debtor.activity_ids.mapped("summary")

    def test_a_warning_before_the_end_and_none_after(self):
        hold = self._hold("grace", decision_date=MADE, date_to=date(2026, 9, 27))
        self.assertEqual(self._tasks(), ["Ends soon: Delay granted by a judge"])
        self.assertEqual(self.debtor.activity_ids.user_id, self.collector)
        hold.with_user(self.env.user).date_to = date(2026, 9, 28)  # eight days left
        self.assertFalse(self._tasks())

    def test_a_document_late_is_told_until_it_is_sent(self):
        hold = self._hold("document", document_asked="Order 12", date_from="2026-09-16")
        self.assertFalse(self._tasks(), "four days")
        hold.date_from = "2026-09-15"
        self.assertEqual(self._tasks(), ["Send to the debtor: Order 12"])
        hold.sent_on = DAY
        self.assertFalse(self.debtor.activity_ids)

    def test_heirs_may_be_made_to_choose_after_four_months(self):
        hold = self._hold("death", death_date=date(2026, 5, 28))
        self.assertFalse(self._tasks(), "28 September is eight days away")
        hold.death_date = date(2026, 5, 27)
        self.assertEqual(self._tasks(), ["The heirs may be made to choose"])

    def test_warnings_cost_the_same_for_one_and_for_many(self):
        self._hold("document", date_from="2026-09-01")
        self._tasks()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            self.env["dunning.watch"]._watch_holds(self.company)
        for _number in range(10):
            self._hold("document", date_from="2026-09-01")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            self.env["dunning.watch"]._watch_holds(self.company)

    # ------------------------------------------------------------------ same SIREN

    def test_struck_off_binds_the_customers_with_the_same_siren(self):
        self.pro.company_registry = "73282932000074"
        twin = self._customer("Durand Lyon", "professional")
        twin.company_registry = "732829320"
        self._debtor_of(twin)
        self._hold("struck_off", struck_off_on=MADE)
        other = self._debtor_of(twin).hold_ids
        self.assertEqual((other.kind, other.struck_off_on), ("struck_off", MADE))
        self._debtor_of(self.pro).hold_ids.action_lift("Another company")
        self.assertEqual(other.state, "released")

    def test_death_binds_nobody_else(self):
        self.pro.company_registry = "73282932000074"
        twin = self._customer("Durand Lyon", "professional")
        twin.company_registry = "732829320"
        self._debtor_of(twin)
        self._hold("death", death_date=MADE)
        self.assertFalse(self._debtor_of(twin).hold_ids)
