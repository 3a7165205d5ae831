from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common_plan import DAY, LATER, MADE, PlanCommon, after


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPlan(PlanCommon):
    """A plan from its making to its end; the claim stays what it is."""

    # --------------------------------------------------------------------- making

    def test_it_covers_the_debt_to_the_cent(self):
        plan = self._plan()
        self.assertRecordValues(
            plan,
            [{"amount": 1000.0, "date_to": LATER[-1], "state": "active"}],
        )
        self.assertEqual(plan.instalment_ids.mapped("sequence"), [1, 2, 3])
        for amounts in ((333.33, 333.33, 333.33), (500, 500, 0.01), (1000.01,)):
            with (
                self.subTest(amounts),
                self._refused(ValidationError, "must cover the debt"),
            ):
                self._plan(amounts=amounts, moves=self._invoice(1000, "2026-08-02"))

    def test_a_part_paid_before_is_no_part_of_it(self):
        self._pay(self.invoice, 400, MADE)
        plan = self._plan(amounts=(300, 300))
        self.assertEqual((plan.amount, plan.received), (600, 0))
        self.assertEqual(self._shares(plan, DAY), [(0, 300), (0, 300)])
        self._pay(self.invoice, 300, MADE)
        self.assertEqual(self._shares(plan, DAY), [(300, 0), (0, 300)])

    def test_a_plan_entered_after_its_first_payment(self):
        self._pay(self.invoice, 333.33, after(2, MADE))
        plan = self._plan()
        self.assertEqual(self._shares(plan, DAY)[0], (333.33, 0))

    def test_what_is_no_plan_has_no_instalments(self):
        for values in (
            {"kind": "promise"},
            {"kind": "dispute"},
            {"move_ids": False},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self._plan(**values)
        with self._refused(ValidationError, "before the plan begins"):
            self._plan(days=(after(-1, MADE), *LATER[1:]))

    def test_a_plan_without_instalments_stays_a_plain_hold(self):
        plan = self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "plan",
                "date_from": MADE,
                "date_to": DAY,
            }
        )
        self._settle(after(30))
        self.assertEqual((plan.state, plan.silent_to), ("active", DAY))

    def test_no_second_plan_of_the_same_invoice(self):
        self._plan()
        with self._refused(ValidationError, "covers .* already"):
            self._plan()

    def test_a_plan_in_another_currency(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        partner = self._customer("Dollar Inc", "professional")
        invoice = self._invoice(1000, "2026-08-01", partner, currency_id=dollar.id)
        debtor = self._debtor_of(partner)
        plan = self._plan(debtor, invoice, amounts=(200, 300))
        self.assertEqual(plan.amount, 500, "of the company's currency")
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment.create({"payment_date": DAY, "amount": 400})._create_payments()
        self.assertEqual(self._shares(plan, DAY)[0], (200, 0))

    # ---------------------------------------------------------------- what is asked

    def test_no_fee_nor_interest_from_a_consumer(self):
        """R2.2, R2.3: nor from a non-professional, nor where nothing is known."""
        for kind in ("consumer", "non_professional", None):
            partner = self._customer(f"Client {kind}", kind)
            invoice = self._invoice(1000, "2026-08-01", partner)
            debtor = self._debtor_of(partner)
            for values in (
                {"covered_indemnity": 40, "amounts": (500, 540)},
                {"covered_interest": 12.5, "amounts": (500, 512.5)},
                {"plan_interest": "kept"},
            ):
                with (
                    self.subTest(kind=kind, values=values),
                    self._refused(ValidationError, "neither interest nor"),
                ):
                    self._plan(debtor, invoice, **values)
            self.assertEqual(self._plan(debtor, invoice).amount, 1000)

    def test_an_invoice_that_names_another_kind(self):
        self.invoice.debtor_kind = "consumer"
        with self.assertRaises(ValidationError):
            self._plan(covered_indemnity=40, amounts=(500, 540))

    def test_a_professional_s_charges_and_their_payment(self):
        plan = self._plan(
            covered_indemnity=40, covered_interest=10, amounts=(525, 525), days=LATER
        )
        self.assertEqual(plan.amount, 1050)
        self._pay(self.invoice, 525, DAY)
        self.assertEqual(self._shares(plan, DAY), [(525, 0), (0, 525)])
        self._pay(self.invoice, 475, LATER[1])
        self.assertEqual(self._shares(plan, LATER[1])[1], (475, 50))
        self._settle(LATER[1])
        self.assertEqual(plan.state, "active", "the charges are not paid")
        self._receive(50, LATER[1])
        self._settle(LATER[1])
        self.assertEqual(plan.state, "kept")

    def test_a_public_buyer_s_interest_is_not_given_up(self):
        """R3.12"""
        partner = self._customer("Commune de Lyon", "public", public_buyer_type="local")
        invoice = self._invoice(1000, "2026-08-01", partner)
        debtor = self._debtor_of(partner)
        with self._refused(ValidationError, "R3.12"):
            self._plan(debtor, invoice, plan_interest="waived")
        self.assertTrue(debtor._plan_warnings(invoice))

    def test_giving_interest_up_is_a_manager_s_word(self):
        holds = self.env["dunning.hold"].with_user(self.collector)
        with self.assertRaises(AccessError):
            holds.create(self._values(plan_interest="waived"))
        holds.create(self._values(plan_interest="kept"))

    def test_due_dates_and_claim_do_not_change(self):
        """R1.32: neither by the plan, nor by its life."""
        days = (MADE, DAY, LATER[2])
        before = [self.invoice.get_late_payment_claim(day) for day in days]
        due = self.invoice.invoice_date_due
        plan = self._plan(plan_interest="kept")
        plan.action_agree(MADE)
        claims = [self.invoice.get_late_payment_claim(day) for day in days]
        self.assertEqual(claims, before)
        self.assertGreater(claims[1]["interest"], 0)
        self.assertEqual(self.invoice.invoice_date_due, due)
        plan.action_break()
        self.assertEqual(self.invoice.get_late_payment_claim(DAY), before[1])

    # ------------------------------------------------------------------ the ledger

    def test_payments_go_to_the_first_instalments(self):
        plan = self._plan()
        for amount, day, expected in (
            (100, after(-5), [(100, 233.33), (0, 333.33), (0, 333.34)]),
            (233.33, DAY, [(333.33, 0), (0, 333.33), (0, 333.34)]),
            (500, after(5), [(333.33, 0), (333.33, 0), (166.67, 166.67)]),
        ):
            self._pay(self.invoice, amount, day)
            self.assertEqual(self._shares(plan, day), expected)

    def test_money_not_matched_yet_counts(self):
        plan = self._plan()
        self._receive(333.33, DAY)
        self.assertEqual(self._shares(plan, DAY)[0], (333.33, 0))

    def test_a_later_payment_is_not_seen_on_an_earlier_day(self):
        plan = self._plan()
        self._pay(self.invoice, 1000, after(5))
        self.assertEqual(self._shares(plan, DAY)[0], (0, 333.33))

    def test_states_around_the_day(self):
        plan = self._plan()
        first = plan.instalment_ids[0]
        for days, state in ((0, "to_come"), (1, "late")):
            with freeze_time(after(days)):
                self.env.invalidate_all()
                self.assertEqual(first.state, state)
        self._pay(self.invoice, 100, DAY)
        with freeze_time(DAY):
            self.env.invalidate_all()
            self.assertEqual(
                (first.state, first.paid, first.left), ("partly", 100, 233.33)
            )
        self._pay(self.invoice, 233.33, DAY)
        with freeze_time(after(1)):
            self.env.invalidate_all()
            self.assertEqual(first.state, "paid")
            lines = self.env["dunning.instalment"]
            paid = lines.search([("state", "=", "paid"), ("hold_id", "=", plan.id)])
            self.assertEqual(paid, first)
            self.assertEqual(
                lines.search([("state", "in", ("late", "to_come"))]),
                plan.instalment_ids - first,
            )

    def test_a_credit_note_shortens_the_last_ones(self):
        plan = self._plan()
        self._credit(self.invoice, 400, after(-2))
        self.assertEqual(self._shares(plan, DAY), [(0, 333.33), (0, 266.67), (0, 0)])
        self._pay(self.invoice, 600, DAY)
        self._settle(DAY)
        self.assertEqual(plan.state, "kept")

    def test_silent_until_kept_then_nothing_is_owed(self):
        plan = self._plan()
        (row,) = self.debtor.explain(LATER[2])
        self.assertEqual(row["code"], "hold_plan")
        self._pay(self.invoice, 1000, DAY)
        self._settle(DAY)
        self.assertEqual((plan.state, plan.settled_on), ("kept", DAY))
        self.assertIn("Plan kept", str(plan.message_ids[0].body))

    def test_a_payment_taken_back_opens_it_again(self):
        plan = self._plan()
        payment = self._pay(self.invoice, 1000, DAY)
        self._settle(DAY)
        payment.action_draft()
        payment.action_cancel()
        self._settle(after(1))
        self.assertEqual(plan.state, "active")

    def test_grace_then_the_collector_is_told_once(self):
        self.company.dunning_plan_grace_days = 2
        plan = self._plan()
        for days in (0, 1, 2):
            self._settle(after(days))
            self.assertFalse(self.debtor.activity_ids, days)
            self.assertFalse(self.holds._plans_late(self.company, after(days)))
        for days in (3, 4):
            self._settle(after(days))
            task = self.debtor.activity_ids
            self.assertEqual(len(task), 1)
            self.assertIn("missed", task.summary)
            self.assertEqual(task.user_id, self.collector)
        late = self.holds._plans_late(self.company, after(3))
        self.assertEqual(late[plan.id][0], DAY)
        self.assertEqual(float(late[plan.id][1]), 333.33)
        self.assertEqual(plan.state, "active", "a formal notice comes first")
        self._pay(self.invoice, 333.33, after(3))
        self._settle(after(5))
        self.assertFalse(self.debtor.activity_ids, "nothing left to do")
        self.assertFalse(self.holds._plans_late(self.company, after(5)))

    def test_the_next_missed_instalment_is_told_again(self):
        self._plan()
        self._settle(after(9))
        self._pay(self.invoice, 333.33, after(9))
        self._settle(after(10))
        self._settle(after(9, LATER[1]))
        self.assertIn("11/02/2026", self.debtor.activity_ids.summary)

    def test_a_person_breaks_it_and_reminders_go_on(self):
        plan = self._plan()
        self.assertFalse(self._run(after(9)).notice_ids)
        plan.with_user(self.collector).action_break("No answer to three calls")
        self.assertEqual(plan.state, "broken")
        self.assertIn("three calls", str(plan.message_ids[0].body))
        run = self._run(after(10))
        self.assertEqual(plan.state, "broken")
        self.assertEqual(run.notice_ids.level_id.sequence, 1)
        with self._refused(UserError, "no payment plan in force"):
            plan.action_break()

    def test_money_of_a_broken_plan_keeps_a_later_promise(self):
        plan = self._plan()
        plan.sudo().write({"state": "broken", "settled_on": after(9)})
        promise = self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "promise",
                "date_from": after(10),
                "date_to": after(20),
                "amount": 300,
            }
        )
        self._pay(self.invoice, 300, after(15))
        self._settle(after(21))
        self.assertEqual(promise.state, "kept")

    def _promise(self, until, amount):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "promise",
                "date_from": DAY,
                "date_to": until,
                "amount": amount,
            }
        )

    def test_a_promise_takes_no_money_of_a_late_instalment(self):
        plan = self._plan()
        promise = self._promise(after(10), 333.33)
        self._pay(self.invoice, 333.33, after(9))
        for day in (after(9), after(13), after(20)):
            self.assertEqual(self._shares(plan, day)[0], (333.33, 0), day)
        self._settle(after(20))
        self.assertEqual(promise.state, "broken", "no sum keeps two pledges")
        self.assertFalse(plan.told_late)

    def test_a_promise_beside_a_plan_needs_money_of_its_own(self):
        plan, promise = self._plan(), self._promise(after(19), 300)
        self._pay(self.invoice, 333.33, after(2))
        self._settle(after(3))
        self.assertEqual(promise.state, "active")
        self._pay(self.invoice, 300, after(18))
        for day in (after(18), after(25)):
            self._settle(day)
            self.assertEqual(promise.state, "kept")
            shares = self._shares(plan, day)
            self.assertEqual([paid for paid, _left in shares], [333.33, 0, 0])
            self.assertAlmostEqual(sum(left for _paid, left in shares), 366.67)

    # --------------------------------------------------------- agreeing, correcting

    def test_lines_change_until_both_agreed(self):
        plan = self._plan().with_user(self.collector)
        first, second, last = plan.instalment_ids
        plan.write(
            {
                "instalment_ids": [
                    Command.update(first.id, {"amount": 100}),
                    Command.update(last.id, {"amount": 566.67}),
                ]
            }
        )
        with self._refused(ValidationError, "must cover"):
            first.amount = 99
        with self._refused(ValidationError, "must cover"):
            second.unlink()
        with self._refused(ValidationError, "must cover"):
            plan.write({"instalment_ids": [Command.delete(last.id)]})
        last.due_date = after(31, LATER[2])
        self.assertEqual(plan.date_to, after(31, LATER[2]))
        plan.action_agree(MADE)
        self.assertEqual(plan.agreed_on, MADE)
        for attempt in (
            lambda: first.write({"amount": 1}),
            lambda: last.write({"due_date": DAY}),
            first.unlink,
            lambda: plan.write({"instalment_ids": [Command.clear()]}),
            lambda: first.create({"hold_id": plan.id, "due_date": DAY, "amount": 1}),
        ):
            with self._refused(UserError, "was agreed"):
                attempt()
        with self._refused(UserError, "waits for an agreement"):
            plan.action_agree()

    def test_the_day_of_the_agreement(self):
        plan = self._plan()
        for day in (after(-1, MADE), self.company._dunning_today() + timedelta(days=1)):
            with self._refused(UserError, "between its first day"):
                plan.action_agree(day)

    def test_what_it_covers_does_not_change(self):
        other = self._invoice(50, "2026-08-01")
        plan = self._plan().with_user(self.collector)
        for values in (
            {"amount": 900},
            {"move_ids": [Command.link(other.id)]},
            {"covered_indemnity": 40},
            {"date_from": DAY},
            {"date_to": after(900)},
            {"kind": "other"},
            {"kind": "promise", "amount": 1, "date_to": DAY},
        ):
            with self.subTest(values), self._refused(UserError, "what a plan"):
                plan.write(values)
        for values in ({"agreed_on": DAY}, {"received_before": 10}, {"told_late": DAY}):
            with self.subTest(values), self.assertRaises(UserError):
                plan.write(values)
        plan.write({"amount": 1000, "move_ids": [Command.set(self.invoice.ids)]})

    def test_what_is_forged_over_rpc(self):
        plan = self._plan(plan_interest="kept").with_user(self.collector)
        plan.write({"is_scheduled": False})
        self.assertTrue(plan.is_scheduled)
        with self._refused(AccessError, "manager"):
            plan.write({"plan_interest": "waived"})
        other = plan.create(
            {"debtor_id": self.debtor.id, "kind": "other", "is_scheduled": True}
        )
        self.assertFalse(other.is_scheduled)
        line = plan.instalment_ids[0]
        with self._refused(UserError, "does not change any more"):
            line.write({"company_id": self.env["res.company"].create({"name": "B"}).id})
        plan.action_agree(MADE)
        with self._refused(UserError, "was agreed"):
            plan.write({"plan_interest": False})

    def test_instalments_given_later_are_checked_as_at_once(self):
        def plain(**values):
            base = {"debtor_id": self.debtor.id, "kind": "plan", "date_from": MADE}
            return self.holds.with_user(self.collector).create({**base, **values})

        lines = self.env["dunning.instalment"].with_user(self.collector)
        moves = [Command.set(self.invoice.ids)]
        line = {"due_date": DAY, "amount": 1}
        hold = plain(move_ids=moves)
        for attempt in (
            lambda: lines.create({"hold_id": hold.id, **line}),
            lambda: lines.with_context(default_hold_id=hold.id).create(line),
            lambda: hold.write({"instalment_ids": [Command.create(line)]}),
            lambda: lines.create({"hold_id": plain(amount=1).id, **line}),
        ):
            with self._refused(ValidationError, "must cover|of named invoices"):
                attempt()
        line["amount"] = 1000
        hold.write({"instalment_ids": [Command.create(line)]})
        self.assertEqual((hold.amount, hold.date_to), (1000, DAY))
        second = plain(move_ids=moves)
        with self._refused(ValidationError, "covers .* already"):
            lines.create({"hold_id": second.id, **line})

    def test_a_released_plan_does_not_come_back_beside_another(self):
        old = self._plan()
        old.action_lift("Agreed anew")
        self._plan()
        with self._refused(UserError, "covers .* already"):
            old.with_user(self.collector).write({"state": "active"})

    def test_giving_up_where_waivers_are_not_allowed(self):
        """R1.34"""
        self.company.dunning_waiver_allowed = False
        with self._refused(ValidationError, "R1.34"):
            self._plan(plan_interest="waived")

    def test_the_list_finds_missed_instalments(self):
        plan = self._plan()
        for day, found in ((after(3), False), (after(4), True)):
            with freeze_time(day):
                self.env.invalidate_all()
                missed = self.holds.search(
                    [("missed_due", "!=", False), ("debtor_id", "=", self.debtor.id)]
                )
                self.assertEqual(missed, plan if found else plan.browse(), day)

    def test_corrected_and_the_old_one_stays(self):
        old = self._plan(promised_by="Mme Roux")
        self._pay(self.invoice, 333.33, after(-2))
        action = old.with_user(self.collector).action_correct()
        self.assertEqual(action["res_model"], "dunning.plan.wizard")
        with freeze_time(DAY):
            form = Form(
                self.env["dunning.plan.wizard"]
                .with_user(self.collector)
                .with_context(**action["context"])
            )
            form.count = 2
            self.assertEqual(form.total, 666.67)
            self.assertFalse(form.problem)
            wizard = form.save()
            new = self.env["dunning.hold"].browse(wizard.action_grant()["res_id"])
        self.assertEqual(new.replaces_id, old)
        self.assertEqual((old.state, old.replaced_by_id), ("released", new))
        self.assertEqual(len(old.instalment_ids), 3)
        self.assertEqual(new.promised_by, "Mme Roux")
        self.assertIn("a new plan", str(old.message_ids[0].body))
        with self._refused(UserError, "no plan that still counts"):
            old.action_correct()

    # --------------------------------------------------------------- what stands in it

    def test_the_insurer_agrees_first(self):
        self.debtor.insurer = "Assurance Crédit SA"
        with self._refused(ValidationError, "must agree"):
            self._plan()
        self.debtor.insurance_consent = False
        self._plan().action_release()
        self.debtor.insurance_consent = True
        self.assertTrue(self._plan(insurer_agreed_on=MADE))

    def test_proceedings_end_it_and_let_no_other_begin(self):
        plan = self._plan()
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "date_from": DAY,
                "judgment_date": DAY,
            }
        )
        self.assertEqual(plan.state, "released")
        self.assertIn("proceedings", str(plan.message_ids[0].body))
        with self._refused(ValidationError, "proceedings are open"):
            self._plan()

    def test_invoices_of_a_factor_belong_in_no_plan(self):
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "factored",
                "date_from": MADE,
                "move_ids": [Command.set(self.invoice.ids)],
            }
        )
        with self._refused(ValidationError, "sold to a factor"):
            self._plan()

        self.debtor.hold_ids.filtered(lambda h: h.kind == "factored").action_lift("-")
        whole = self.env["dunning.hold"].create(
            {"debtor_id": self.debtor.id, "kind": "factored", "date_from": MADE}
        )
        with self._refused(ValidationError, "sold to a factor"):
            self._plan()
        whole.date_to = MADE  # bought back since
        self.assertTrue(self._plan(date_from=after(1, MADE)))

    def test_debts_past_their_limitation_belong_in_no_plan(self):
        old = self._invoice(500, "2019-01-15")
        with self._refused(ValidationError, "limitation"):
            self._plan(moves=old, amounts=(500,))

    # ----------------------------------------------------------------- rights, RPC

    def test_who_may_not(self):
        plan = self._plan()
        reader = new_test_user(
            self.env,
            login="plan_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        stranger = new_test_user(
            self.env,
            login="plan_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=self.env["res.company"].create({"name": "Autre"}).id,
        )
        for user in (reader, stranger):
            theirs, line = plan.with_user(user), plan.instalment_ids[0].with_user(user)
            debtor = self.debtor.with_user(user)
            for attempt in (
                theirs.action_agree,
                theirs.action_break,
                theirs.action_correct,
                theirs.action_release,
                debtor.action_plan,
                lambda line=line: line.write({"amount": 1}),
                lambda line=line: line.read(["left"]),
                lambda theirs=theirs: theirs.create(self._values()),
                lambda d=debtor: (
                    d.env["dunning.plan.wizard"]
                    .create({"debtor_id": d.id})
                    .action_grant()
                ),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attempt()
                self.env.invalidate_all()

    def test_a_plan_that_a_manager_keeps(self):
        plan = self._plan(kept_by_manager=True)
        theirs = plan.with_user(self.collector)
        for attempt in (
            theirs.action_agree,
            theirs.action_break,
            lambda: theirs.instalment_ids[0].write({"due_date": DAY}),
            lambda: theirs.write({"insurer_agreed_on": DAY}),
        ):
            with self._refused(AccessError, "manager keeps"):
                attempt()

    def test_many_are_agreed_or_none(self):
        other = self._customer("Martin SA", "professional")
        invoice = self._invoice(90, "2026-08-01", other)
        both = self._plan() | self._plan(
            self._debtor_of(other), invoice, amounts=(30, 30, 30)
        )
        both.with_user(self.collector).action_agree("2026-09-11")
        self.assertEqual(set(both.mapped("agreed_on")), {date(2026, 9, 11)})
        with self.assertRaises(UserError):
            (both | self._plan(moves=self._invoice(1000, DAY))).action_agree()

    # ---------------------------------------------------------------------- wizard

    def test_the_dialog_splits_what_is_late(self):
        self._invoice(77, "2030-01-01")  # not late yet
        with freeze_time(MADE):
            context = self.debtor.with_user(self.collector).action_plan()["context"]
            form = Form(
                self.env["dunning.plan.wizard"]
                .with_user(self.collector)
                .with_context(**context)
            )
            self.assertEqual(form.total, 1000)
            form.count = 3
            form.first_date = date(2026, 10, 31)
            self.assertEqual(form.rest, 0)
            form.first_amount = 500
            form.period = "month_end"
            hold = self.env["dunning.hold"].browse(form.save().action_grant()["res_id"])
        self.assertRecordValues(
            hold.instalment_ids,
            [
                {"due_date": date(2026, 11, 2), "amount": 500.0},
                {"due_date": date(2026, 11, 30), "amount": 250.0},
                {"due_date": date(2026, 12, 31), "amount": 250.0},
            ],
        )
        self.assertEqual(hold.move_ids, self.invoice)

    def test_the_dialog_says_what_cannot_be(self):
        wizard = self.env["dunning.plan.wizard"].create(
            {"debtor_id": self.debtor.id, "count": 500}
        )
        self.assertIn("cannot be", wizard.problem)
        with self._refused(UserError, "cannot be"):
            wizard.action_grant()
        wizard.count = 2
        self.assertFalse(wizard.problem)
        wizard.line_ids[0].amount = 1
        self.assertEqual(wizard.rest, 499)
        with self._refused(ValidationError, "must cover"):
            wizard.action_grant()

    # --------------------------------------------------------------------- queries

    def _queries(self, day):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._settle(day)
        self.holds._plans_late(self.company, day)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_reading_costs_the_same_for_one_and_for_many(self):
        self._plan()
        self._queries(DAY)  # caches
        few = self._queries(DAY)
        for number in range(39):
            partner = self._customer(f"Masse{number}", "professional")
            invoice = self._invoice(100, "2026-08-01", partner)
            self._plan(self._debtor_of(partner), invoice, amounts=(50, 50))
        self.assertEqual(self._queries(DAY), few)
